package importers

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"

	"concord/importers/rdf"
	"concord/taxonomy"
)

// exportSKOS writes the release as Turtle: the concept scheme, then every
// concept with its labels, notes, relations and the mappings it is the subject
// of, in URI order, then the collections. The same release gives the same
// bytes, and readSKOS reads the same concepts back. What SKOS has no term for
// stands under urn:concord (skos_terms.go). The losses are by what was lost.
func exportSKOS(ctx context.Context, w io.Writer, r taxonomy.Reader, ref taxonomy.Ref) ([]Loss, error) {
	release, err := r.Release(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("exporting SKOS: %w", err)
	}
	e := &skosExport{w: bufio.NewWriterSize(w, 1<<16), r: r, release: release, collections: map[string][]taxonomy.URI{}, lost: map[string]int{}}
	e.scheme = string(release.URI)
	if !isIRI(e.scheme) {
		e.scheme = minted("scheme", release.Scheme, release.Version)
	}
	e.head()
	relations, stop := iter.Pull2(r.Relations(ctx, taxonomy.RelationFilter{Release: release.Ref}))
	defer stop()
	rel, err, more := relations()
	if err != nil {
		return nil, fmt.Errorf("exporting SKOS: %w", err)
	}
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: release.Ref}) {
		if err != nil {
			return nil, fmt.Errorf("exporting SKOS: %w", err)
		}
		var own []taxonomy.Relation // both come by URI, so they can be merged
		for more && rel.Subject <= c.URI {
			if rel.Subject == c.URI {
				own = append(own, rel)
			}
			var err error
			if rel, err, more = relations(); err != nil {
				return nil, fmt.Errorf("exporting SKOS: %w", err)
			}
		}
		mappings, err := r.Mappings(ctx, c.URI)
		if err != nil {
			return nil, fmt.Errorf("exporting SKOS: %w", err)
		}
		e.concept(c, own, mappings)
	}
	e.writeCollections()
	if err := e.w.Flush(); err != nil {
		return nil, fmt.Errorf("exporting SKOS: %w", err)
	}
	return e.losses(), nil
}

// skosExport writes one release. Errors of the buffered writer stick until Flush.
type skosExport struct {
	w           *bufio.Writer
	r           taxonomy.Reader
	release     *taxonomy.Release
	scheme      string // IRI
	collections map[string][]taxonomy.URI
	lost        map[string]int
}

// exportPrefixes are those that the export writes, of rdf.Prefixes.
var exportPrefixes = []string{"skos", "dct", "esco", "owl", "rdf", "rdfs", "xsd"}

func (e *skosExport) head() {
	for _, p := range rdf.Prefixes {
		if slices.Contains(exportPrefixes, p.Name) {
			fmt.Fprintf(e.w, "@prefix %s: <%s> .\n", p.Name, p.IRI)
		}
	}
	e.subject(e.scheme, "skos:ConceptScheme")
	r := e.release
	e.property("<"+urnConcord+"release>", quoted(r.Ref.String(), ""))
	e.text("dct:title", r.Title)
	if r.Version != taxonomy.Unversioned {
		e.text("owl:versionInfo", r.Version)
	}
	e.textOrIRI("dct:publisher", r.Publisher)
	e.textOrIRI("dct:license", r.License)
	e.text("dct:issued", r.Issued)
	e.end()
}

// iri is the IRI of a concept of the release, minted if its id is not one.
func (e *skosExport) iri(u taxonomy.URI) string {
	if isIRI(string(u)) {
		return "<" + string(u) + ">"
	}
	return "<" + minted("concept", e.release.Scheme, e.release.Version, string(u)) + ">"
}

func (e *skosExport) concept(c *taxonomy.Concept, relations []taxonomy.Relation, mappings []taxonomy.Mapping) {
	e.subject(strings.Trim(e.iri(c.URI), "<>"), "skos:Concept")
	if c.Kind != taxonomy.Skill {
		e.property("<"+urnConcord+"kind>", quoted(string(c.Kind), ""))
	}
	for _, l := range c.Labels {
		e.property("skos:"+string(l.Kind), e.tagged(l.Text, l.Lang))
	}
	if c.Code != "" {
		e.property("skos:notation", quoted(c.Code, ""))
	}
	for _, n := range c.Notes {
		e.property("skos:"+string(n.Kind), e.tagged(n.Text, n.Lang))
	}
	e.property("skos:inScheme", "<"+e.scheme+">")
	top := true
	for _, r := range relations {
		top = top && r.Predicate != taxonomy.Broader
		e.property(relationName(r.Predicate), e.iri(r.Object))
		if r.Importance != nil || r.Level != nil {
			e.lost["importance and level of a relation"]++
		}
		if r.Qualifier != "" {
			e.lost["qualifier of a relation"]++
		}
	}
	if top {
		e.property("skos:topConceptOf", "<"+e.scheme+">")
	}
	if c.Deprecated {
		e.property("owl:deprecated", "true")
	}
	for _, u := range c.ReplacedBy {
		e.property("dct:isReplacedBy", e.iri(u))
	}
	for _, p := range c.Properties {
		if p.Name == taxonomy.PropCollection {
			e.collections[p.Value] = append(e.collections[p.Value], c.URI)
			continue
		}
		e.property(propertyName(p.Name), quoted(p.Value, ""))
	}
	for _, m := range mappings {
		if m.Subject == c.URI {
			e.mapping(m)
		}
	}
	e.end()
}

// relationName is the property for a relation: SKOS's, ESCO's, or one minted.
func relationName(p taxonomy.Predicate) string {
	switch p {
	case taxonomy.EssentialFor:
		return "esco:isEssentialSkillFor"
	case taxonomy.OptionalFor:
		return "esco:isOptionalSkillFor"
	case taxonomy.Broader, taxonomy.Related:
		return string(p)
	}
	return "<" + minted("relation", string(p)) + ">"
}

// propertyName is the property for a Property: the one its prefixed name
// means, where it comes from a SKOS file, or one minted.
func propertyName(name string) string {
	prefix, local, ok := strings.Cut(name, ":")
	if ok && local != "" && strings.Trim(local, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" {
		for _, p := range rdf.Prefixes {
			// Only what comes back as a property: curie gives the same name
			// again, and no field of a concept is read from it.
			if p.Name == prefix && curie(p.IRI+local) == name && !hasField(p.IRI+local) {
				return "<" + p.IRI + local + ">"
			}
		}
	}
	return "<" + minted("property", name) + ">"
}

// hasField reports whether readSKOS reads a property into a field, or not at all.
func hasField(iri string) bool {
	_, link := linkOf(iri)
	return link || strings.HasPrefix(iri, nsSKOS) || strings.HasPrefix(iri, nsSKOSXL) || strings.HasPrefix(iri, nsRDF) || strings.HasPrefix(iri, nsOWL) ||
		skosDescriptions[iri] || slices.Contains(skosFallbackLabels, iri) || strings.HasPrefix(iri, nsASN) || strings.HasPrefix(iri, nsESCO) ||
		iri == nsDCT+"replaces" || iri == nsDCT+"isReplacedBy" || iri == nsDCT+"isPartOf"
}

func (e *skosExport) mapping(m taxonomy.Mapping) {
	name, ok := strings.CutPrefix(string(m.Predicate), "skos:")
	if _, known := skosMatches[nsSKOS+name]; !ok || !known {
		e.lost["mapping whose predicate is not one of SKOS"]++
		return
	}
	if !isIRI(string(m.Object)) {
		e.lost["mapping to what has no URI"]++
		return
	}
	e.property("skos:"+name, "<"+string(m.Object)+">")
	if m.Confidence != nil {
		e.lost["confidence of a mapping"]++
	}
	if m.Justification != taxonomy.Unspecified && m.Justification != "" {
		e.lost["justification of a mapping"]++
	}
	if m.Author != "" || m.Date != "" || m.Comment != "" {
		e.lost["author, date and comment of a mapping"]++
	}
}

func (e *skosExport) writeCollections() {
	names := make([]string, 0, len(e.collections))
	for name := range e.collections {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		e.subject(minted("collection", name), "skos:Collection")
		e.property("skos:prefLabel", quoted(name, ""))
		for _, u := range slices.Compact(e.collections[name]) {
			e.property("skos:member", e.iri(u))
		}
		e.end()
	}
}

// losses returns what was lost, by name.
func (e *skosExport) losses() []Loss {
	out := make([]Loss, 0, len(e.lost))
	for what, n := range e.lost {
		out = append(out, Loss{what, n})
	}
	slices.SortFunc(out, func(a, b Loss) int { return strings.Compare(a.What, b.What) })
	return out
}

func (e *skosExport) subject(iri, class string) {
	fmt.Fprintf(e.w, "\n<%s> a %s", iri, class)
}

func (e *skosExport) property(name, object string) {
	e.w.WriteString(" ;\n    ")
	e.w.WriteString(name)
	e.w.WriteByte(' ')
	e.w.WriteString(object)
}

func (e *skosExport) end() { e.w.WriteString(" .\n") }

func (e *skosExport) text(name, s string) {
	if s != "" {
		e.property(name, quoted(s, ""))
	}
}

func (e *skosExport) textOrIRI(name, s string) {
	if isIRI(s) && strings.Contains(s, "://") {
		e.property(name, "<"+s+">")
		return
	}
	e.text(name, s)
}

// turtleLang is what Turtle takes for a language tag.
var turtleLang = regexp.MustCompile(`^[a-zA-Z]+(-[a-zA-Z0-9]+)*$`)

func (e *skosExport) tagged(text string, lang taxonomy.Lang) string {
	if lang != "" && !turtleLang.MatchString(string(lang)) {
		e.lost["language tag that is none"]++
		lang = ""
	}
	return quoted(text, lang)
}

var turtleEscapes = strings.NewReplacer("\\", `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", `\u0000`)

// quoted writes a Turtle literal on one line.
func quoted(text string, lang taxonomy.Lang) string {
	s := `"` + turtleEscapes.Replace(strings.ToValidUTF8(text, "\ufffd")) + `"`
	if lang != "" {
		s += "@" + string(lang)
	}
	return s
}

var iriScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// isIRI reports whether s can stand in <…> and mean the same anywhere. What
// starts like our own minted IRIs is minted again, so that reading it back
// gives s and not what is escaped in it.
func isIRI(s string) bool { return IsIRI(s) && !strings.HasPrefix(s, urnConcord) }

// IsIRI reports whether s can stand in <…> in Turtle and mean the same anywhere.
func IsIRI(s string) bool {
	return iriScheme.MatchString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || strings.ContainsRune("<>\"{}|^`\\\ufffd", r) })
}
