package importers

import (
	"fmt"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// caseProperties are the fields of a CFItem that become properties, with the
// misspelling that occurs.
var caseProperties = []struct{ field, slip, property string }{
	{"CFItemType", "", "CFItemType"},
	{"conceptKeywords", "", taxonomy.PropKeyword},
	{"educationLevel", "educationalLevel", "educationLevel"},
	{"subject", "", "subject"},
	{"listEnumeration", "", "listEnumeration"},
	{"licenseURI", "", "license"},
	{"statusStartDate", "", "statusStartDate"},
	{"statusEndDate", "", "statusEndDate"},
	{"lastChangeDateTime", "", "lastChangeDateTime"},
}

// item puts a CFItem. The abbreviated statement is its label and the full one
// its definition; without the former, the full one is the label.
func (c *caseReader) item(v *source.Value) error {
	if v.Kind != source.Object {
		c.problemAt(c.path, v, "not-an-item", "a CFItem is an object")
		return nil
	}
	concept := &taxonomy.Concept{Kind: caseKind(v.Get("CFItemType").String()), Code: v.Get("humanCodingScheme").String()}
	lang := c.lang
	if own := taxonomy.ParseLang(v.Get("language").String()); own != "" {
		lang = own
	}
	full := v.Get("fullStatement").String()
	state(concept, plainLang(lang, v.Get("abbreviatedStatement").String()), plainLang(lang, full))
	for _, alt := range v.Get("alternativeLabel").Strings() {
		concept.Labels = append(concept.Labels, taxonomy.Label{Kind: taxonomy.AltLabel, Lang: lang, Text: source.PlainText(alt)})
	}
	if len(concept.Labels) == 0 && concept.Code != "" {
		concept.Labels = []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: lang, Text: concept.Code}}
	}
	if full == "" {
		c.problemAt(c.path, v, "no-statement", "item %q has no fullStatement", v.Get("identifier").String())
	}
	if note := source.PlainText(v.Get("notes").String()); note != "" {
		concept.Notes = append(concept.Notes, taxonomy.Note{Kind: taxonomy.GeneralNote, Lang: lang, Text: note})
	}
	for _, f := range caseProperties {
		value := v.First(f.field, f.slip)
		for _, x := range value.List() {
			text := x.Get("title").String()
			if text == "" {
				text = x.String()
			}
			if text != "" {
				concept.Properties = append(concept.Properties, taxonomy.Property{Name: f.property, Value: text})
			}
		}
	}
	concept.URI = c.itemURI(v, full)
	for _, key := range caseKeys(v) {
		if f := c.facts[key]; f != nil {
			concept.Properties = append(concept.Properties, f.properties...)
			concept.ReplacedBy = append(concept.ReplacedBy, f.replacedBy...)
			concept.Deprecated = concept.Deprecated || len(f.replacedBy) > 0
			f.properties, f.replacedBy = nil, nil
		}
	}
	if len(concept.Labels) == 0 {
		c.problemAt(c.path, v, "no-text", "%s has no statement and no code", concept.URI)
		return nil
	}
	if c.seen[concept.URI] {
		c.problemAt(c.path, v, "duplicate-id", "%s occurs twice; both are joined", concept.URI)
	}
	ok, err := c.concept(concept, Problem{File: c.path, Pointer: v.Pointer()})
	if err != nil || !ok {
		return err
	}
	for _, key := range append(caseKeys(v), strings.ToLower(string(concept.URI))) {
		if _, taken := c.uris[key]; !taken {
			c.uris[key] = concept.URI
		}
	}
	c.labels[concept.URI] = concept.Labels[0].Text
	return nil
}

// itemURI is the item's uri (a string, or an object with one), else
// "urn:uuid:" and its identifier, else a minted UUID over document and text.
func (c *caseReader) itemURI(v *source.Value, full string) taxonomy.URI {
	if uri := v.Get("uri").String(); uri != "" {
		return taxonomy.URI(uri)
	}
	id := v.Get("identifier").String()
	if uuid := uuidPattern.FindString(id); uuid != "" && uuid == id {
		c.problemAt(c.path, v, "no-uri", "item has no uri; it is known by its identifier")
		return taxonomy.URI("urn:uuid:" + strings.ToLower(id))
	}
	doc := c.pkg.doc.First("uri", "identifier").String()
	if doc == "" {
		doc = c.ref.Scheme
	}
	if id != "" {
		c.problemAt(c.path, v, "no-uri", "item has no uri, and its identifier %q is not a UUID; one is made of both it and the document", id)
		return taxonomy.URI("urn:uuid:" + source.UUID5("case", doc, id))
	}
	c.problemAt(c.path, v, "no-uri", "item has no uri and no identifier; one is made of its statement")
	return c.mint.mint("case", doc, full, v.Get("humanCodingScheme").String())
}

// caseKind is skill unless the item type says otherwise.
func caseKind(itemType string) taxonomy.Kind {
	switch strings.ToLower(itemType) {
	case "knowledge":
		return taxonomy.Knowledge
	case "ability", "abilities":
		return taxonomy.Ability
	case "task":
		return taxonomy.Task
	case "occupation", "job role", "work role":
		return taxonomy.Occupation
	}
	return taxonomy.Skill
}

// lookAhead keeps what associations say about one item alone: its place among
// its siblings, what replaces it, and links to exemplars.
func (c *caseReader) lookAhead(associations []*source.Value) {
	for _, a := range associations {
		var add caseFacts
		destination := a.Get("destinationNodeURI").String()
		switch caseType(a) {
		case "isChildOf":
			if n := a.Get("sequenceNumber").String(); n != "" {
				add.properties = []taxonomy.Property{{Name: "sequenceNumber", Value: n}}
			}
		case "replacedBy":
			if destination != "" {
				add.replacedBy = []taxonomy.URI{taxonomy.URI(destination)}
			}
		case "exemplar":
			if destination != "" {
				add.properties = []taxonomy.Property{{Name: "exemplar", Value: destination}}
			}
		}
		if add.properties == nil && add.replacedBy == nil {
			continue
		}
		if keys := caseKeys(a.Get("originNodeURI")); len(keys) > 0 {
			f := c.facts[keys[0]]
			if f == nil {
				f = &caseFacts{}
				for _, key := range keys {
					c.facts[key] = f
				}
			}
			f.properties = append(f.properties, add.properties...)
			f.replacedBy = append(f.replacedBy, add.replacedBy...)
		}
	}
}

// caseType is an association's type; "is Child Of" and "ischildof" occur.
func caseType(a *source.Value) string {
	given := a.Get("associationType").String()
	folded := strings.ToLower(strings.ReplaceAll(given, " ", ""))
	for _, known := range caseTypes {
		if folded == strings.ToLower(known.name) {
			return known.name
		}
	}
	return given
}

// caseTypes are the association types of CASE 1.1, with the relation each is
// inside a package and the mapping it is to an item outside; blank: the type
// itself as a CURIE. They all read from origin to destination.
var caseTypes = []struct {
	name     string
	relation taxonomy.Predicate
	match    taxonomy.Match
}{
	{name: "isChildOf", relation: taxonomy.Broader},
	{name: "isPeerOf"},
	{name: "isPartOf"},
	{name: "exactMatchOf", match: taxonomy.ExactMatch},
	{name: "precedes"},
	{name: "isRelatedTo", relation: taxonomy.Related, match: taxonomy.RelatedMatch},
	{name: "replacedBy"},
	{name: "exemplar"},
	{name: "hasSkillLevel"},
	{name: "isTranslationOf"},
}

// caseRelation is what an association of a type is inside a package.
func caseRelation(kind string) taxonomy.Predicate {
	for _, t := range caseTypes {
		if t.name == kind && t.relation != "" {
			return t.relation
		}
	}
	if strings.HasPrefix(kind, "ext:") {
		return taxonomy.Predicate(kind)
	}
	return taxonomy.Predicate("case:" + kind)
}

// CASEMatch is what an association of a type is between packages.
func CASEMatch(kind string) taxonomy.Match {
	for _, t := range caseTypes {
		if t.name == kind && t.match != "" {
			return t.match
		}
	}
	if strings.HasPrefix(kind, "ext:") {
		return taxonomy.Match(kind)
	}
	return taxonomy.Match("case:" + kind)
}

// association puts a CFAssociation: the tree, relations inside the package,
// and mappings to items outside of it.
func (c *caseReader) association(a *source.Value) error {
	kind := caseType(a)
	relation, match := caseRelation(kind), CASEMatch(kind)
	from, to := a.Get("originNodeURI"), a.Get("destinationNodeURI")
	origin, isFrom := c.find(from)
	destination, isTo := c.find(to)
	bad := func(code, format string, args ...any) error {
		c.problemAt(c.path, a, code, "%s: %s", kind, fmt.Sprintf(format, args...))
		return nil
	}
	switch {
	case kind == "" || len(caseKeys(from)) == 0 || len(caseKeys(to)) == 0:
		return bad("incomplete-association", "an association needs associationType, originNodeURI and destinationNodeURI")
	case kind == "replacedBy" && isFrom, kind == "exemplar" && isFrom && !isTo:
		return nil // kept with the item
	case kind == "isChildOf" && isFrom && c.isDoc(to):
		return nil
	case isFrom && isTo:
		return c.relation(taxonomy.Relation{Subject: origin, Predicate: relation, Object: destination}, Problem{File: c.path, Pointer: a.Pointer()})
	case !isFrom && !isTo:
		return bad("foreign-association", "neither %s nor %s is in the package", caseName(from), caseName(to))
	case kind == "isChildOf":
		if isFrom {
			return bad("dangling-relation", "%s is a child of %s, which is not in the package", origin, caseName(to))
		}
		return bad("dangling-relation", "%s, which is not in the package, is a child of %s", caseName(from), destination)
	}
	m := taxonomy.Mapping{Subject: origin, Predicate: match, Object: destination, SubjectLabel: c.labels[origin], ObjectLabel: c.labels[destination],
		Comment: source.PlainText(a.Get("notes").String()), Date: a.Get("lastChangeDateTime").String()}
	if !isTo {
		m.Object, m.ObjectLabel = taxonomy.URI(caseName(to)), caseTitle(to)
	} else {
		m.Subject, m.SubjectLabel = taxonomy.URI(caseName(from)), caseTitle(from)
	}
	c.stated.add(m)
	return nil
}

func (c *caseReader) find(v *source.Value) (taxonomy.URI, bool) {
	for _, key := range caseKeys(v) {
		if uri, ok := c.uris[key]; ok {
			return uri, true
		}
	}
	return "", false
}

// isDoc tells the package's own document: by URI or identifier, or by the
// path of its URL where the package came without a document.
func (c *caseReader) isDoc(v *source.Value) bool {
	for _, key := range caseKeys(v) {
		if c.docs[key] || c.pkg.doc == nil && strings.Contains(key, "/cfdocuments/") {
			return true
		}
	}
	return false
}

// caseName is the URI of a node, else its identifier.
func caseName(v *source.Value) string {
	if v != nil && v.Kind != source.Object {
		return v.String()
	}
	return v.First("uri", "identifier").String()
}

// caseTitle is a node's title; OpenSALT writes "Origin" and "Destination" where it has none.
func caseTitle(v *source.Value) string {
	if t := v.Get("title").String(); t != "Origin" && t != "Destination" {
		return source.PlainText(t)
	}
	return ""
}
