package importers

import (
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// An rsdNode is a descriptor, a collection, or a CTDL competency in the
// context of rich skill descriptors, which groups them. Terms are read by
// name: the published JSON-LD context is wrong in places.
type rsdNode struct {
	path string
	kind rsdKind
	at   *source.Value
}

type rsdKind byte

const (
	rsdSkill rsdKind = iota
	rsdCollection
	rsdCompetency
)

func (n *rsdNode) isCollection() bool { return n.kind == rsdCollection }

// term is a property by local name: "name" and "ceterms:name" are the same.
func (n *rsdNode) term(names ...string) *source.Value {
	return (&ctdlNode{props: n.at}).get(names...)
}

func (n *rsdNode) title() string {
	if texts := n.term("name").LangTexts(""); len(texts) > 0 {
		return texts[0].Text
	}
	return ""
}

// rsdNodes returns what is in a document: one node, a list of them, or lists
// in lists (similarity results); a collection comes before its skills.
func rsdNodes(path string, root *source.Value) []*rsdNode {
	var nodes []*rsdNode
	var walk func(v *source.Value, depth int, inRSD bool)
	walk = func(v *source.Value, depth int, inRSD bool) {
		if v == nil || depth > 6 {
			return
		}
		if v.Kind == source.Array {
			for _, x := range v.Items {
				walk(x, depth+1, inRSD)
			}
			return
		}
		if v.Kind != source.Object {
			return
		}
		for _, c := range v.Get("@context").List() {
			inRSD = inRSD || strings.Contains(c.String(), "rsd.openskillsnetwork.org")
		}
		kind := localName(v.First("type", "@type").String())
		switch {
		case kind == "RichSkillCollection", kind == "Collection" && (inRSD || v.Get("skills") != nil):
			nodes = append(nodes, &rsdNode{path, rsdCollection, v})
			walk(v.First("skills", "competencies"), depth+1, true)
		case v.Get("skillStatement") != nil, kind == "RichSkillDescriptor":
			nodes = append(nodes, &rsdNode{path, rsdSkill, v})
		case kind == "Competency" && inRSD:
			nodes = append(nodes, &rsdNode{path, rsdCompetency, v})
		case inRSD && v.First("id", "uuid") != nil && v.First("skillName", "name") != nil:
			nodes = append(nodes, &rsdNode{path, rsdSkill, v}) // a summary in a collection
		}
	}
	walk(root, 0, false)
	return nodes
}

// rsdText is the name in a reference: {"skillName"}, {"name"}, {"code"}, or a string.
func rsdText(v *source.Value) string {
	if v.Kind == source.Object {
		return v.First("skillName", "name", "value", "code", "id").String()
	}
	return v.String()
}

// rsdLists are the lists of a descriptor, by their names in v3 and v2; a v2
// scalar holds several, with semicolons between.
var rsdLists = []struct{ property, list, scalar string }{
	{"author", "authors", "author"},
	{taxonomy.PropCategory, "categories", "category"},
	{taxonomy.PropKeyword, "keywords", ""},
	{"standard", "standards", ""},
	{"certification", "certifications", ""},
	{"employer", "employers", ""},
	{taxonomy.PropCollection, "collections", ""},
}

// rsdRead are the scalars of a descriptor that become something else than a
// property of their own name.
var rsdRead = []string{"@context", "@type", "type", "@id", "id", "uuid", "skillName", "name", "skillStatement", "author", "category", "isPartOf"}

// rsdGroups are the occupation lists that a descriptor may hold in place of a
// flat one, from wide to narrow.
var rsdGroups = []string{"majorGroups", "minorGroups", "broadOccupations", "detailedOccupations", "onetJobCodes", "onetCodes"}

// descriptor reads n, which is no collection.
func (n *rsdNode) descriptor(lang taxonomy.Lang) rsd {
	d := rsd{at: Problem{File: n.path, Pointer: n.at.Pointer()}, lang: lang, url: n.at.First("id", "@id", "uuid").String()}
	if n.kind == rsdCompetency {
		n.competency(&d)
		return d
	}
	d.name, d.statement = n.at.First("skillName", "name").String(), n.at.Get("skillStatement").String()
	for _, l := range rsdLists {
		if list := n.at.Get(l.list); list != nil {
			for _, x := range list.List() {
				d.fact(l.property, rsdText(x))
			}
		} else if l.scalar != "" {
			for _, x := range n.at.Get(l.scalar).Strings() {
				for _, part := range splitList(x) {
					d.fact(l.property, part)
				}
			}
		}
	}
	n.occupations(&d, n.at.Get("occupations"))
	status := strings.ToLower(n.at.Get("status").String())
	d.archived = status == "archived" || status == "deleted" || n.at.Get("archiveDate").String() != ""
	for _, a := range n.at.Get("alignments").List() {
		url := a.First("id", "url", "targetUrl").String()
		if a.Kind != source.Object {
			url = a.String()
		}
		framework := ""
		if p := a.First("isPartOf", "framework"); p != nil {
			framework = rsdText(p)
		}
		d.alignments = append(d.alignments, rsdAlignment{name: a.First("skillName", "name", "targetName").String(), url: url, framework: framework})
	}
	d.partOf = n.at.Get("isPartOf").Strings()
	for _, m := range n.at.Members {
		if !slices.Contains(rsdRead, m.Key) && m.Value.Kind != source.Object && m.Value.Kind != source.Array {
			d.fact(m.Key, m.Value.String())
		}
	}
	return d
}

func (d *rsd) fact(name, value string) {
	if value != "" {
		d.facts = append(d.facts, taxonomy.Property{Name: name, Value: value})
	}
}

// occupations keeps the codes: of [{code, parents}], or of {majorGroups: […], …}.
// Parents are codes in the list too, or follow from the code.
func (n *rsdNode) occupations(d *rsd, v *source.Value) {
	if v != nil && v.Kind == source.Object && v.Get("code") == nil {
		for _, g := range rsdGroups {
			for _, code := range v.Get(g).Strings() {
				d.fact("occupation", code)
			}
		}
		return
	}
	for _, x := range v.List() {
		code := x.Get("code").String()
		if code == "" {
			code = rsdText(x)
		}
		d.fact("occupation", code)
	}
}

// competency reads a CTDL competency that holds skills.
func (n *rsdNode) competency(d *rsd) {
	d.name = n.title()
	if texts := n.term("name").LangTexts(d.lang); len(texts) > 0 {
		d.lang = texts[0].Lang
	}
	if texts := n.term("competencyText", "description").LangTexts(""); len(texts) > 0 {
		d.statement = texts[0].Text
	}
	for _, p := range []struct{ property, term string }{{taxonomy.PropCategory, "competencyCategory"}, {taxonomy.PropKeyword, "keywords"}, {taxonomy.PropKeyword, "conceptKeyword"}} {
		for _, t := range n.term(p.term).LangTexts("") {
			d.fact(p.property, t.Text)
		}
	}
	n.occupations(d, n.term("occupationType"))
	d.fact("ctid", n.term("ctid").String())
	d.parts = n.term("hasPart", "hasChild").Strings()
}
