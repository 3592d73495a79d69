package importers

import (
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// ctdlMatches are the properties that align a competency or concept to
// another, with the relation each states. The *referenced* one is the broader
// one of broadAlignment. Only exact, broad and narrow have a SKOS equivalent.
var ctdlMatches = []struct {
	property string
	match    taxonomy.Match
}{
	{"exactAlignment", taxonomy.ExactMatch},
	{"broadAlignment", taxonomy.BroadMatch},
	{"narrowAlignment", taxonomy.NarrowMatch},
	{"majorAlignment", "ceasn:majorAlignment"},
	{"minorAlignment", "ceasn:minorAlignment"},
	{"prerequisiteAlignment", "ceasn:prerequisiteAlignment"},
	{"derivedFrom", "ceasn:derivedFrom"},
	{"exactMatch", taxonomy.ExactMatch},
	{"closeMatch", taxonomy.CloseMatch},
	{"broadMatch", taxonomy.BroadMatch},
	{"narrowMatch", taxonomy.NarrowMatch},
	{"relatedMatch", taxonomy.RelatedMatch},
}

// ctdlRead are the properties that become something else than a Property.
var ctdlRead = []string{
	"@id", "id", "@type", "type", "@context", "inLanguage",
	"competencyLabel", "competencyText", "name", "label", "prefLabel", "altLabel", "hiddenLabel",
	"definition", "description", "comment", "note", "scopeNote", "example", "changeNote",
	"codedNotation", "notation", "competencyCategory", "conceptKeyword",
	"isChildOf", "hasChild", "isTopChildOf", "hasTopChild", "broader", "narrower", "related", "topConceptOf", "hasTopConcept",
	"isPartOf", "inScheme", "containedIn", "supersededBy", "isReplacedBy", "deprecated",
}

// member puts a competency or concept.
func (c *ctdlReader) member(n *ctdlNode) (uri taxonomy.URI, ok bool, err error) {
	concept := &taxonomy.Concept{Kind: ctdlKind(n)}
	concept.URI = c.uri(n)
	if n.isConcept() {
		state(concept, n.get("prefLabel", "name", "label").LangTexts(c.lang), nil)
	} else {
		state(concept, n.get("competencyLabel", "name", "prefLabel").LangTexts(c.lang), n.get("competencyText", "description").LangTexts(c.lang))
	}
	c.labels(concept, taxonomy.AltLabel, n.get("altLabel"))
	c.labels(concept, taxonomy.HiddenLabel, n.get("hiddenLabel"))
	notes := []struct {
		kind taxonomy.NoteKind
		v    *source.Value
	}{
		{taxonomy.Definition, n.get("definition")}, {taxonomy.GeneralNote, n.get("comment", "note")}, {taxonomy.ScopeNote, n.get("scopeNote")},
		{taxonomy.Example, n.get("example")}, {taxonomy.ChangeNote, n.get("changeNote")},
	}
	if n.isConcept() && n.get("definition") == nil {
		notes[0].v = n.get("description")
	} else if n.get("competencyText") != nil {
		notes = append(notes, notes[0])
		notes[len(notes)-1].kind, notes[len(notes)-1].v = taxonomy.GeneralNote, n.get("description")
	}
	for _, note := range notes {
		c.notes(concept, note.kind, note.v)
	}
	if concept.Code = n.get("codedNotation", "notation").String(); concept.Code == "" {
		concept.Code = n.get("listID").String()
	}
	concept.Deprecated = strings.EqualFold(n.get("deprecated").String(), "true")
	for _, x := range n.get("supersededBy", "isReplacedBy").Strings() {
		concept.ReplacedBy = append(concept.ReplacedBy, taxonomy.URI(x))
	}
	c.properties(concept, n)
	if len(concept.Labels) == 0 {
		c.problemAt(c.path, n.at, "no-text", "%s has neither a label nor a text", concept.URI)
		return "", false, nil
	}
	if ok, err = c.concept(concept, Problem{File: c.path, Pointer: n.at.Pointer()}); ok {
		for _, key := range ctdlKeys(n.id, n.get("ctid").String()) {
			if _, taken := c.uris[key]; !taken {
				c.uris[key] = concept.URI
			}
		}
	}
	return concept.URI, ok, err
}

// uri is the node's id as written; one without an id of its own is known by
// its CTID, else by a minted UUID over framework and text.
func (c *ctdlReader) uri(n *ctdlNode) taxonomy.URI {
	if n.id != "" && !strings.HasPrefix(n.id, "_:") {
		return taxonomy.URI(n.id)
	}
	if key := ctidKey(n.get("ctid").String()); key != "" {
		return taxonomy.URI("https://credentialengineregistry.org/resources/" + key)
	}
	frame := c.ref.Scheme
	if c.file.frame != nil && c.file.frame.id != "" {
		frame = c.file.frame.id
	}
	var text string
	if texts := n.get("competencyText", "competencyLabel", "prefLabel", "name").LangTexts(""); len(texts) > 0 {
		text = texts[0].Text
	}
	return c.mint.mint("ctdl", frame, text)
}

// ctdlKind is skill unless the category plainly says knowledge or ability.
func ctdlKind(n *ctdlNode) taxonomy.Kind {
	for _, t := range n.get("competencyCategory").LangTexts("") {
		switch strings.ToLower(t.Text) {
		case "knowledge":
			return taxonomy.Knowledge
		case "ability", "abilities":
			return taxonomy.Ability
		}
	}
	return taxonomy.Skill
}

func (c *ctdlReader) labels(concept *taxonomy.Concept, kind taxonomy.LabelKind, v *source.Value) {
	for _, t := range v.LangTexts(c.lang) {
		if text := source.PlainText(t.Text); text != "" {
			concept.Labels = append(concept.Labels, taxonomy.Label{Kind: kind, Lang: t.Lang, Text: text})
		}
	}
}

func (c *ctdlReader) notes(concept *taxonomy.Concept, kind taxonomy.NoteKind, v *source.Value) {
	for _, t := range v.LangTexts(c.lang) {
		if text := source.PlainText(t.Text); text != "" {
			concept.Notes = append(concept.Notes, taxonomy.Note{Kind: kind, Lang: t.Lang, Text: text})
		}
	}
}

// properties keeps every property that has no field of its own, under its
// local name.
func (c *ctdlReader) properties(concept *taxonomy.Concept, n *ctdlNode) {
	add := func(name string, v *source.Value) {
		for _, x := range v.List() {
			texts := x.LangTexts("")
			if len(texts) == 0 && x.String() != "" {
				texts = []source.LangText{{Text: x.String()}}
			}
			for _, t := range texts {
				concept.Properties = append(concept.Properties, taxonomy.Property{Name: name, Value: source.PlainText(t.Text)})
			}
			if len(texts) == 0 && len(x.Members) > 0 {
				c.problemAt(c.path, x, "unread-property", "%s is an object that has no name", name)
			}
		}
	}
	add(taxonomy.PropCategory, n.get("competencyCategory"))
	add(taxonomy.PropKeyword, n.get("conceptKeyword"))
	for _, m := range n.props.Members {
		name := localName(m.Key)
		if slices.Contains(ctdlRead, name) || slices.ContainsFunc(ctdlMatches, func(x struct {
			property string
			match    taxonomy.Match
		}) bool {
			return x.property == name
		}) {
			continue
		}
		add(name, m.Value)
	}
	for _, x := range n.get("isPartOf", "inScheme", "containedIn").Strings() {
		if c.file.frames != 1 || !c.isFrame(x) {
			concept.Properties = append(concept.Properties, taxonomy.Property{Name: "isPartOf", Value: x})
		}
	}
}

func (c *ctdlReader) isFrame(ref string) bool {
	return slices.ContainsFunc(ctdlKeys(ref), func(key string) bool { return c.frames[key] })
}

// find returns the concept that ref names in this file.
func (c *ctdlReader) find(ref string) (taxonomy.URI, bool) {
	for _, key := range ctdlKeys(ref) {
		if uri, ok := c.uris[key]; ok {
			return uri, true
		}
	}
	return "", false
}

// join puts what a member says about others: its place in the tree, stated
// from either end, and its alignments.
func (c *ctdlReader) join(n *ctdlNode, uri taxonomy.URI) error {
	parts := n.get("isPartOf", "inScheme").Strings()
	for _, list := range []struct {
		name      string
		predicate taxonomy.Predicate
		inverse   bool
	}{{"isChildOf", taxonomy.Broader, false}, {"broader", taxonomy.Broader, false}, {"hasChild", taxonomy.Broader, true}, {"narrower", taxonomy.Broader, true}, {"related", taxonomy.Related, false}} {
		for _, x := range n.get(list.name).List() {
			ref := x.String()
			if ref == "" || !list.inverse && (c.isFrame(ref) || slices.Contains(parts, ref)) {
				continue
			}
			other, ok := c.find(ref)
			if !ok {
				c.problemAt(c.path, x, "dangling-relation", "%s %s %s: there is no such competency in the file", uri, list.name, ref)
				continue
			}
			rel := taxonomy.Relation{Subject: uri, Predicate: list.predicate, Object: other}
			if list.inverse {
				rel.Subject, rel.Object = other, uri
			}
			if err := c.relation(rel, Problem{File: c.path, Pointer: x.Pointer()}); err != nil {
				return err
			}
		}
	}
	for _, a := range ctdlMatches {
		for _, x := range n.get(a.property).List() {
			if err := c.align(n, uri, a.property, a.match, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// align keeps one alignment: as a relation where the other competency is in
// the file, else as a mapping. The target may be a URI, a node, or a
// ceterms:CredentialAlignmentObject.
func (c *ctdlReader) align(n *ctdlNode, uri taxonomy.URI, property string, match taxonomy.Match, x *source.Value) error {
	target := &ctdlNode{props: x}
	ref := target.get("targetNode").String()
	if ref == "" {
		ref = x.String()
	}
	if other, ok := c.find(ref); ok {
		predicate := taxonomy.Predicate(match)
		if strings.HasSuffix(property, "Alignment") {
			predicate = taxonomy.Predicate("ceasn:" + property)
		}
		return c.relation(taxonomy.Relation{Subject: uri, Predicate: predicate, Object: other}, Problem{File: c.path, Pointer: x.Pointer()})
	}
	if ref == "" || strings.HasPrefix(ref, "_:") {
		c.problemAt(c.path, x, "dangling-relation", "%s %s %q: there is no such node in the file", uri, property, ref)
		return nil
	}
	m := taxonomy.Mapping{Subject: uri, Predicate: match, Object: taxonomy.URI(ref), ObjectSource: target.get("framework").String()}
	if texts := target.get("targetNodeName").LangTexts(""); len(texts) > 0 {
		m.ObjectLabel = texts[0].Text
	}
	if texts := target.get("frameworkName").LangTexts(""); len(texts) > 0 {
		m.ObjectSource = texts[0].Text
	}
	m.SubjectLabel = c.labelOf(n)
	c.stated.add(m)
	return nil
}

func (c *ctdlReader) labelOf(n *ctdlNode) string {
	if texts := n.get("competencyLabel", "prefLabel", "competencyText", "name").LangTexts(""); len(texts) > 0 {
		return shorten(source.PlainText(texts[0].Text))
	}
	return ""
}

// tops reports what a framework says of itself and that is not there, or has
// no place in a release.
func (c *ctdlReader) tops(n *ctdlNode) {
	for _, name := range []string{"hasTopChild", "hasTopConcept", "hasChild"} {
		for _, x := range n.get(name).List() {
			if _, ok := c.find(x.String()); !ok {
				c.problemAt(c.path, x, "missing-competency", "%s lists %s, which is not in the file", name, x.String())
			}
		}
	}
	for _, name := range []string{"alignFrom", "alignTo"} {
		for _, x := range n.get(name).List() {
			c.problemAt(c.path, x, "framework-alignment", "the framework as a whole is aligned (%s %s); only competencies are mapped", name, x.String())
		}
	}
}
