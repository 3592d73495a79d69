package mappings

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"concord/importers"
	"concord/taxonomy"
)

// only is added to the name of a loss that only readers of annotations escape.
const onlyAxioms = " (only in owl:Axiom annotations)"

// A statement is a node with its properties, as it is written. A node without
// a name is blank.
type statement struct {
	node  string
	facts []statementFact
}

type statementFact struct {
	property string // prefixed, or a whole IRI
	value    string
	iri      bool // value is an IRI
	name     bool // value is a prefixed name
	lang     taxonomy.Lang
}

func (n *statement) iri(property, value string) {
	n.facts = append(n.facts, statementFact{property: property, value: value, iri: true})
}

func (n *statement) name(property, value string) {
	n.facts = append(n.facts, statementFact{property: property, value: value, name: true})
}

func (n *statement) text(property, value string, lang taxonomy.Lang) {
	n.facts = append(n.facts, statementFact{property: property, value: value, lang: lang})
}

// skosPrefixes are the prefixes that are written.
var skosPrefixes = []string{"skos", "owl", "rdfs", "dct", "void", "pav", "prov", "sssom", "semapv"}

// statements is a crosswalk as RDF: the set; then each concept, where it is
// named first, with its label and framework; and each row as a triple, as an
// owl:Axiom with its slots, or as both. The order is that of the rows.
func statements(c *taxonomy.Crosswalk) ([]statement, []importers.Loss) {
	lost := losses{}
	out := []statement{skosSet(c)}
	all := onlyProposals(c)
	labels := map[taxonomy.URI]string{}
	for i := range c.Mappings {
		m := &c.Mappings[i]
		for _, side := range []struct {
			uri                taxonomy.URI
			label, own, source string
			lang               taxonomy.Lang
		}{{m.Subject, m.SubjectLabel, m.SubjectSource, c.SubjectSource, c.SubjectLang}, {m.Object, m.ObjectLabel, m.ObjectSource, c.ObjectSource, c.ObjectLang}} {
			if _, known := labels[side.uri]; known || side.uri == taxonomy.NoTerm || !importers.IsIRI(string(side.uri)) {
				continue
			}
			labels[side.uri] = side.label
			n := statement{node: string(side.uri)}
			n.name("a", "skos:Concept")
			if side.label != "" {
				n.text("skos:prefLabel", side.label, side.lang)
			}
			if side.own == "" && importers.IsIRI(side.source) {
				n.iri("skos:inScheme", side.source)
			}
			out = append(out, n)
		}
		plain, why := asserted(c, m, all)
		switch _, known := importers.ExpandCURIE(string(m.Predicate)); {
		case plain && (!known || !isMatch(iri(string(m.Predicate)))):
			plain, why = false, "rows whose relation is not one of SKOS"
		case plain && !(importers.IsIRI(string(m.Subject)) && importers.IsIRI(string(m.Object))):
			plain, why = false, "rows of which a side has no URI"
		}
		if plain {
			n := statement{node: string(m.Subject)}
			n.iri(string(m.Predicate), string(m.Object))
			out = append(out, n)
			if all && c.Status != taxonomy.Accepted {
				lost.add("mappings written although nobody has accepted them", 1)
			}
		} else {
			lost.add(why+onlyAxioms, 1)
		}
		extra := axiomSlots(m, labels)
		if plain && len(extra) == 0 {
			continue
		}
		lost.slotsLost(extra, onlyAxioms)
		out = append(out, axiom(m, extra))
	}
	return out, lost.list()
}

// axiomSlots is what triples do not say of a row.
func axiomSlots(m *taxonomy.Mapping, labels map[taxonomy.URI]string) []slot {
	without := []string{"subject_id", "predicate_id", "object_id"}
	if m.Justification == taxonomy.Unspecified {
		without = append(without, "mapping_justification")
	}
	var own []slot
	for _, side := range []struct {
		name, label string
		uri         taxonomy.URI
	}{{"subject_label", m.SubjectLabel, m.Subject}, {"object_label", m.ObjectLabel, m.Object}} {
		without = append(without, side.name)
		if labels[side.uri] != side.label {
			own = append(own, slot{side.name, []string{side.label}}) // also blank, where another row has one
		}
	}
	return append(own, slotsOf(m, without...)...)
}

func axiom(m *taxonomy.Mapping, extra []slot) statement {
	var n statement
	n.name("a", "owl:Axiom")
	for _, side := range []struct{ property, value string }{
		{"owl:annotatedSource", string(m.Subject)}, {"owl:annotatedProperty", string(m.Predicate)}, {"owl:annotatedTarget", string(m.Object)},
	} {
		switch {
		case side.value == string(taxonomy.NoTerm), side.property == "owl:annotatedProperty":
			n.name(side.property, side.value)
		case importers.IsIRI(side.value):
			n.iri(side.property, side.value)
		case side.value != "":
			n.text(side.property, side.value, "")
		}
	}
	if m.Justification == taxonomy.Unspecified {
		extra = append([]slot{{"mapping_justification", []string{string(m.Justification)}}}, extra...)
	}
	n.slots(extra, rowProperties)
	return n
}

// slots writes slots under the properties of a table.
func (n *statement) slots(slots []slot, table []struct{ slot, property string }) {
	for _, s := range slots {
		property := ""
		for _, p := range table {
			if p.slot == s.name && property == "" {
				property = p.property
			}
		}
		switch {
		case property != "":
		case sssomSlots[s.name]:
			property = "sssom:" + s.name
		default:
			property = nsSlot + s.name
		}
		for _, v := range s.values {
			if s.name == "mapping_justification" && strings.HasPrefix(v, "semapv:") {
				n.name(property, v)
			} else if importers.IsIRI(v) && iriSlots[s.name] {
				n.iri(property, v)
			} else {
				n.text(property, v, "")
			}
		}
	}
}

// sssomSlots are the slots of SSSOM that a row or a set may have and that have
// no property elsewhere.
var sssomSlots = setOf(`sssom_version mapping_set_confidence mapping_set_id subject_type subject_source subject_source_version object_type object_source object_source_version
	predicate_type predicate_label predicate_modifier mapping_provider mapping_source cardinality_scope mapping_cardinality mapping_tool mapping_tool_id mapping_tool_version
	subject_match_field object_match_field subject_preprocessing object_preprocessing similarity_measure similarity_score curation_rule curation_rule_text
	issue_tracker issue_tracker_item other record_id subject_label subject_category object_label object_category mapping_justification author_label reviewer_id
	reviewer_label creator_label review_date confidence reviewer_agreement match_string`)

// iriSlots are those whose values are IRIs.
var iriSlots = setOf(`mapping_justification author_id creator_id reviewer_id subject_source object_source mapping_provider mapping_source mapping_set_source mapping_tool_id
	subject_match_field object_match_field subject_preprocessing object_preprocessing curation_rule issue_tracker issue_tracker_item see_also license record_id`)

func setOf(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// skosSet describes the set as a void:Linkset.
func skosSet(c *taxonomy.Crosswalk) statement {
	n := statement{node: string(c.ID)}
	n.name("a", "void:Linkset")
	n.name("a", "sssom:MappingSet")
	without := []string{"mapping_set_id"}
	for _, side := range []struct{ property, slot, source string }{{"void:subjectsTarget", "subject_source", c.SubjectSource}, {"void:objectsTarget", "object_source", c.ObjectSource}} {
		if importers.IsIRI(side.source) {
			n.iri(side.property, side.source)
			without = append(without, side.slot)
		}
	}
	n.slots(setSlotsOf(&c.MappingSet, without...), setProperties)
	return n
}

func writeSKOS(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	list, lost := statements(c)
	out := bufio.NewWriter(w)
	for _, p := range skosPrefixes {
		out.WriteString("@prefix " + p + ": <" + iri(p+":") + "> .\n")
	}
	for i, n := range list {
		if i == 0 || len(n.facts) > 1 && list[i-1].node == "" {
			out.WriteByte('\n')
		}
		if n.node == "" {
			out.WriteString("[]")
		} else {
			out.WriteString("<" + n.node + ">")
		}
		for j, f := range n.facts {
			if j > 0 {
				out.WriteString(" ;\n   ")
			}
			out.WriteByte(' ')
			out.WriteString(turtleName(f.property))
			out.WriteByte(' ')
			switch {
			case f.name:
				out.WriteString(turtleName(f.value))
			case f.iri:
				out.WriteString("<" + f.value + ">")
			default:
				out.WriteString(importers.QuotedTurtle(f.value, f.lang))
			}
		}
		out.WriteString(" .\n")
	}
	if err := out.Flush(); err != nil {
		return nil, writing("Turtle", err)
	}
	return lost, nil
}

// turtleName is a name as it is where its prefix is declared, else an IRI.
func turtleName(name string) string {
	if name == "a" {
		return name
	}
	if full := prefixed(name); full != "" && strings.Trim(name[strings.IndexByte(name, ':')+1:], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "" {
		return name
	} else if full != "" {
		return "<" + full + ">"
	}
	if full, ok := importers.ExpandCURIE(name); ok && !strings.Contains(name, "://") {
		return "<" + full + ">"
	}
	return "<" + name + ">"
}

// prefixed is the IRI of a name with one of skosPrefixes, or "".
func prefixed(name string) string {
	for _, p := range skosPrefixes {
		if strings.HasPrefix(name, p+":") {
			return iri(name)
		}
	}
	return ""
}

func writeSKOSJSON(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	list, lost := statements(c)
	out := bufio.NewWriter(w)
	var context object
	for _, p := range skosPrefixes {
		context.set(p, iri(p+":"))
	}
	head, err := jsonText(context)
	if err != nil {
		return nil, writing("JSON-LD", err)
	}
	out.WriteString("{\"@context\": " + string(head) + ",\n\"@graph\": [")
	for i, n := range list {
		var o object
		id := n.node
		if id == "" {
			id = "_:m" + strconv.Itoa(i) // so that it keeps its place
		}
		o.set("@id", id)
		values := map[string][]any{}
		var order []string
		for _, f := range n.facts {
			if _, ok := values[f.property]; !ok {
				order = append(order, f.property)
			}
			values[f.property] = append(values[f.property], jsonldValue(f))
		}
		for _, p := range order {
			name := p
			if p == "a" {
				name = "@type"
			} else if full, ok := importers.ExpandCURIE(p); ok && prefixed(p) == "" {
				name = full
			}
			if len(values[p]) == 1 {
				o.set(name, values[p][0])
			} else {
				o.set(name, values[p])
			}
		}
		text, err := jsonText(o)
		if err != nil {
			return nil, writing("JSON-LD", err)
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n" + string(text))
	}
	out.WriteString("\n]}\n")
	if err := out.Flush(); err != nil {
		return nil, writing("JSON-LD", err)
	}
	return lost, nil
}

func jsonldValue(f statementFact) any {
	switch {
	case f.property == "a":
		return f.value
	case f.iri || f.name:
		value := f.value
		if full, ok := importers.ExpandCURIE(value); ok && f.name && prefixed(value) == "" {
			value = full
		}
		return json.RawMessage(`{"@id":` + quotedJSON(value) + `}`)
	case f.lang != "":
		var o object
		o.set("@value", f.value)
		o.set("@language", string(f.lang))
		return o
	}
	return f.value
}

func quotedJSON(s string) string {
	text, err := jsonText(s)
	if err != nil {
		return `""` // no string fails
	}
	return string(text)
}
