package importers

import (
	"net/url"
	"strings"

	"concord/importers/rdf"
	"concord/taxonomy"
)

// Namespaces of the vocabularies that SKOS files use.
const (
	nsSKOS    = "http://www.w3.org/2004/02/skos/core#"
	nsSKOSXL  = "http://www.w3.org/2008/05/skos-xl#"
	nsRDF     = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsRDFS    = "http://www.w3.org/2000/01/rdf-schema#"
	nsOWL     = "http://www.w3.org/2002/07/owl#"
	nsDCT     = "http://purl.org/dc/terms/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsFOAF    = "http://xmlns.com/foaf/0.1/"
	nsSchema  = "https://schema.org/"
	nsISOTHES = "http://purl.org/iso25964/skos-thes#"
	nsESCO    = "http://data.europa.eu/esco/model#"
	nsASN     = "http://purl.org/ASN/schema/core/"
	nsGEMQ    = "http://purl.org/gem/qualifiers/"
)

// urnConcord starts the IRIs that the SKOS export mints for what SKOS has no
// term for, and for ids that are no IRIs:
//
//	urn:concord:concept:SCHEME:VERSION:ID   a concept whose id is not an IRI
//	urn:concord:scheme:SCHEME:VERSION       a release without a URI
//	urn:concord:collection:NAME             a collection that is known by name only
//	urn:concord:release                     property of a scheme: NAME@VERSION
//	urn:concord:kind                        property of a concept: its kind, if not skill
//	urn:concord:property:NAME               a Property of a concept
//	urn:concord:relation:PREDICATE          a Relation that is not SKOS or ESCO
//
// Every part is percent-escaped, also its colons.
const urnConcord = "urn:concord:"

// minted makes an IRI under urnConcord.
func minted(kind string, parts ...string) string {
	var b strings.Builder
	b.WriteString(urnConcord + kind)
	for _, p := range parts {
		b.WriteByte(':')
		b.WriteString(strings.ReplaceAll(url.QueryEscape(p), "+", "%20"))
	}
	return b.String()
}

// unminted returns the last part of an IRI that minted made of kind.
func unminted(kind, iri string) (string, bool) {
	rest, ok := strings.CutPrefix(iri, urnConcord+kind+":")
	if !ok {
		return "", false
	}
	part, err := url.QueryUnescape(rest[strings.LastIndexByte(rest, ':')+1:])
	return part, err == nil && part != ""
}

// conceptURI is the URI of the concept that an RDF file calls iri.
func conceptURI(iri string) taxonomy.URI {
	if id, ok := unminted("concept", iri); ok {
		return taxonomy.URI(id)
	}
	return taxonomy.URI(iri)
}

var skosLabels = map[string]taxonomy.LabelKind{
	nsSKOS + "prefLabel": taxonomy.PrefLabel, nsSKOS + "altLabel": taxonomy.AltLabel, nsSKOS + "hiddenLabel": taxonomy.HiddenLabel,
	nsSKOSXL + "prefLabel": taxonomy.PrefLabel, nsSKOSXL + "altLabel": taxonomy.AltLabel, nsSKOSXL + "hiddenLabel": taxonomy.HiddenLabel,
}

var skosNotes = map[string]taxonomy.NoteKind{
	nsSKOS + "definition": taxonomy.Definition, nsSKOS + "scopeNote": taxonomy.ScopeNote, nsSKOS + "example": taxonomy.Example,
	nsSKOS + "note": taxonomy.GeneralNote, nsSKOS + "editorialNote": taxonomy.GeneralNote,
	nsSKOS + "changeNote": taxonomy.ChangeNote, nsSKOS + "historyNote": taxonomy.ChangeNote,
}

// skosDescriptions stand in for skos:definition where there is none.
var skosDescriptions = map[string]bool{nsDCT + "description": true, nsDC + "description": true, nsRDFS + "comment": true, nsSchema + "description": true}

var skosMatches = map[string]taxonomy.Match{
	nsSKOS + "exactMatch": taxonomy.ExactMatch, nsSKOS + "closeMatch": taxonomy.CloseMatch, nsSKOS + "broadMatch": taxonomy.BroadMatch,
	nsSKOS + "narrowMatch": taxonomy.NarrowMatch, nsSKOS + "relatedMatch": taxonomy.RelatedMatch,
}

// A skosLink is a property that joins two concepts of a release; inverse ones
// read from the object.
type skosLink struct {
	predicate taxonomy.Predicate
	inverse   bool
}

var skosLinks = map[string]skosLink{
	nsSKOS + "broader": {taxonomy.Broader, false}, nsSKOS + "narrower": {taxonomy.Broader, true}, nsSKOS + "related": {taxonomy.Related, false},
	nsISOTHES + "broaderGeneric": {taxonomy.Broader, false}, nsISOTHES + "broaderPartitive": {taxonomy.Broader, false}, nsISOTHES + "broaderInstantial": {taxonomy.Broader, false},
	nsISOTHES + "narrowerGeneric": {taxonomy.Broader, true}, nsISOTHES + "narrowerPartitive": {taxonomy.Broader, true}, nsISOTHES + "narrowerInstantial": {taxonomy.Broader, true},
	nsGEMQ + "isChildOf": {taxonomy.Broader, false}, nsGEMQ + "hasChild": {taxonomy.Broader, true},
	nsESCO + "isEssentialSkillFor": {taxonomy.EssentialFor, false}, nsESCO + "relatedEssentialSkill": {taxonomy.EssentialFor, true},
	nsESCO + "isOptionalSkillFor": {taxonomy.OptionalFor, false}, nsESCO + "relatedOptionalSkill": {taxonomy.OptionalFor, true},
}

// linkOf returns the relation that a property states.
func linkOf(predicate string) (skosLink, bool) {
	if name, ok := unminted("relation", predicate); ok {
		return skosLink{predicate: taxonomy.Predicate(name)}, true
	}
	l, ok := skosLinks[predicate]
	return l, ok
}

// skosFallbackLabels name a concept that has no preferred label, best first.
var skosFallbackLabels = []string{nsRDFS + "label", nsDCT + "title", nsDC + "title", nsSchema + "name", "http://schema.org/name", nsFOAF + "name"}

// curie shortens an IRI to a prefixed name, if its prefix is well known.
func curie(iri string) string {
	for _, p := range rdf.Prefixes {
		if local, ok := strings.CutPrefix(iri, p.IRI); ok && local != "" && !strings.ContainsAny(local, "/#:") {
			return p.Name + ":" + local
		}
	}
	return iri
}

// nameOfIRI is the last segment of an IRI, for a concept without any label.
func nameOfIRI(iri string) string {
	iri = strings.TrimRight(iri, "/#")
	name := iri[strings.LastIndexAny(iri, "/#:")+1:]
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	return strings.TrimSpace(strings.ReplaceAll(name, "_", " "))
}
