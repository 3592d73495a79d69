package rdf

// terms are the names that SKOS data in JSON uses without a prefix, as in the
// contexts of SkoHub and JSKOS, with the IRIs they stand for.
var terms = map[string]string{
	"Concept": "skos:Concept", "ConceptScheme": "skos:ConceptScheme", "Collection": "skos:Collection", "OrderedCollection": "skos:OrderedCollection",
	"prefLabel": "skos:prefLabel", "altLabel": "skos:altLabel", "hiddenLabel": "skos:hiddenLabel", "notation": "skos:notation",
	"definition": "skos:definition", "scopeNote": "skos:scopeNote", "example": "skos:example", "note": "skos:note",
	"changeNote": "skos:changeNote", "editorialNote": "skos:editorialNote", "historyNote": "skos:historyNote",
	"broader": "skos:broader", "narrower": "skos:narrower", "related": "skos:related",
	"broaderTransitive": "skos:broaderTransitive", "narrowerTransitive": "skos:narrowerTransitive",
	"inScheme": "skos:inScheme", "topConceptOf": "skos:topConceptOf", "hasTopConcept": "skos:hasTopConcept", "topConcepts": "skos:hasTopConcept",
	"member": "skos:member", "memberList": "skos:memberList",
	"exactMatch": "skos:exactMatch", "closeMatch": "skos:closeMatch", "broadMatch": "skos:broadMatch", "narrowMatch": "skos:narrowMatch", "relatedMatch": "skos:relatedMatch",
	"deprecated": "owl:deprecated", "isReplacedBy": "dct:isReplacedBy", "replaces": "dct:replaces", "versionInfo": "owl:versionInfo",
	"title": "dct:title", "description": "dct:description", "publisher": "dct:publisher", "creator": "dct:creator", "license": "dct:license",
	"issued": "dct:issued", "created": "dct:created", "modified": "dct:modified", "identifier": "dct:identifier",
}

// resources are the terms whose values are IRIs, also when they are plain strings.
var resources = map[string]bool{
	"broader": true, "narrower": true, "related": true, "broaderTransitive": true, "narrowerTransitive": true,
	"inScheme": true, "topConceptOf": true, "hasTopConcept": true, "topConcepts": true, "member": true,
	"exactMatch": true, "closeMatch": true, "broadMatch": true, "narrowMatch": true, "relatedMatch": true,
	"isReplacedBy": true, "replaces": true, "license": true,
}

// context is a JSON-LD context with the terms above, the well-known prefixes,
// and id (or uri, if that is idName) and type for @id and @type.
func context(idName string) map[string]any {
	c := map[string]any{"id": "@id", "type": "@type"}
	if idName == "uri" {
		c = map[string]any{"uri": "@id", "type": "@type"}
	}
	for _, p := range Prefixes {
		c[p.Name] = p.IRI
	}
	for name, iri := range terms {
		term := map[string]any{"@id": iri}
		if resources[name] {
			term["@type"] = "@id"
		}
		if name == "memberList" {
			term["@container"] = "@list"
		}
		c[name] = term
		if resources[name] {
			c[iri] = term // also where the prefix is written
		}
	}
	return c
}
