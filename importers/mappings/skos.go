package mappings

import (
	"bytes"
	"fmt"
	"strings"

	"concord/importers"
	"concord/importers/rdf"
	"concord/importers/source"
	"concord/taxonomy"
)

// SKOS mapping relations in RDF. A row is a triple with a skos:*Match, or an
// owl:Axiom that annotates a triple with slots of SSSOM, as SSSOM's RDF form
// does (https://mapping-commons.github.io/sssom/spec-formats-rdf/). A triple
// that is stated and annotated is one row for each annotation. Labels are
// skos:prefLabels, the frameworks skos:inScheme, and the set is the
// void:Linkset or sssom:MappingSet, if there is one.
var skosFormat = format{name: "skos", doc: "SKOS mapping relations in Turtle, N-Triples, RDF/XML or JSON-LD; written as Turtle", ext: ".ttl",
	claims: claimsSKOS, read: readSKOS, write: writeSKOS}

var skosJSONFormat = format{name: "skos-jsonld", doc: "SKOS mapping relations in JSON-LD", ext: ".skos.jsonld", write: writeSKOSJSON}

const (
	nsSSSOM  = "https://w3id.org/sssom/"
	nsSEMAPV = "https://w3id.org/semapv/vocab/"
	nsVOID   = "http://rdfs.org/ns/void#"
	nsPAV    = "http://purl.org/pav/"
	nsSlot   = "urn:concord:slot:" // slots that SSSOM does not have
)

// iri expands a name with a well-known prefix.
func iri(name string) string {
	for _, p := range [][2]string{{"sssom", nsSSSOM}, {"semapv", nsSEMAPV}, {"void", nsVOID}, {"pav", nsPAV}, {"prov", "http://www.w3.org/ns/prov#"}} {
		if local, ok := strings.CutPrefix(name, p[0]+":"); ok {
			return p[1] + local
		}
	}
	full, _ := importers.ExpandCURIE(name)
	return full
}

// shortName is an IRI as SSSOM writes it in tables: skos:exactMatch, sssom:NoTermFound, semapv:….
func shortName(full string) string {
	for _, p := range [][2]string{{"sssom", nsSSSOM}, {"semapv", nsSEMAPV}} {
		if local, ok := strings.CutPrefix(full, p[1]); ok && !strings.ContainsAny(local, "/#:") {
			return p[0] + ":" + local
		}
	}
	return importers.CURIE(full)
}

// rowProperties are the slots of a row whose property is not sssom: and the
// slot's name; the first of a slot is the one that is written.
var rowProperties = []struct{ slot, property string }{
	{"subject_id", "owl:annotatedSource"}, {"predicate_id", "owl:annotatedProperty"}, {"object_id", "owl:annotatedTarget"},
	{"author_id", "pav:authoredBy"}, {"creator_id", "dct:creator"}, {"license", "dct:license"},
	{"mapping_date", "dct:created"}, {"mapping_date", "pav:authoredOn"}, {"publication_date", "dct:issued"},
	{"see_also", "rdfs:seeAlso"}, {"comment", "rdfs:comment"},
}

// setProperties is rowProperties for a set.
var setProperties = []struct{ slot, property string }{
	{"mapping_set_title", "dct:title"}, {"mapping_set_description", "dct:description"}, {"mapping_set_version", "owl:versionInfo"}, {"mapping_set_version", "pav:version"},
	{"license", "dct:license"}, {"creator_id", "dct:creator"}, {"publication_date", "dct:issued"}, {"mapping_date", "dct:created"},
	{"mapping_set_source", "prov:wasDerivedFrom"}, {"see_also", "rdfs:seeAlso"}, {"comment", "rdfs:comment"},
}

// slotOf is the slot that a property is in a table, or "".
func slotOf(table []struct{ slot, property string }, property string) string {
	for _, p := range table {
		if property == iri(p.property) {
			return p.slot
		}
	}
	for _, ns := range []string{nsSSSOM, nsSlot} {
		if name, ok := strings.CutPrefix(property, ns); ok {
			return name
		}
	}
	return ""
}

func claimsSKOS(f *source.File, head []byte) bool {
	switch importers.RDFSyntax(f, head) {
	case "":
		return false
	case rdf.JSONLD:
		return bytes.Contains(head, []byte("Match\"")) && !bytes.Contains(head, []byte("\"subject_id\"")) || bytes.Contains(head, []byte("annotatedSource"))
	}
	return true // what is no mapping is refused with the reason
}

// skosRead is the graph on its way to rows.
type skosRead struct {
	r       *Result
	facts   map[string][]rdf.Triple // by subject
	axioms  map[string]bool         // owl:Axiom nodes
	about   map[[3]string]bool      // triples that an axiom annotates
	linkset string                  // the node that describes the set
	labels  map[string]rdf.Term     // skos:prefLabel
	schemes map[string]string       // skos:inScheme
	stated  map[[3]string]bool
}

func readSKOS(f *source.File, _ Options) ([]*Result, error) {
	g, err := importers.ReadRDF(f)
	if err != nil {
		return nil, err
	}
	s := &skosRead{r: &Result{File: f.Path, Crosswalk: &taxonomy.Crosswalk{}}, facts: map[string][]rdf.Triple{}, axioms: map[string]bool{}, about: map[[3]string]bool{},
		labels: map[string]rdf.Term{}, schemes: map[string]string{}, stated: map[[3]string]bool{}}
	for _, slip := range g.Slips {
		s.r.problem(slip.Line, slip.Code, "%s", slip.Text)
	}
	s.look(g)
	s.set()
	seen := map[string]bool{}
	for _, t := range g.Triples {
		switch {
		case s.axioms[t.Subject] && !seen[t.Subject]:
			seen[t.Subject] = true
			s.axiom(t)
		case isMatch(t.Predicate):
			s.triple(t)
		}
	}
	if len(s.r.Crosswalk.Mappings) == 0 {
		text := "holds no SKOS mapping relation (skos:exactMatch, closeMatch, broadMatch, narrowMatch or relatedMatch)"
		if len(s.r.Problems) > 0 {
			text += "; the first problem: " + s.r.Problems[0].String()
		}
		return nil, &source.Error{File: f.Path, Text: text}
	}
	s.complete()
	return []*Result{s.r}, nil
}

// isMatch tells a SKOS mapping relation.
func isMatch(property string) bool {
	name, ok := strings.CutPrefix(property, iri("skos:"))
	return ok && (strings.HasSuffix(name, "Match") || name == "mappingRelation")
}

// look finds what describes rows before they are read.
func (s *skosRead) look(g *rdf.Graph) {
	for _, t := range g.Triples {
		s.facts[t.Subject] = append(s.facts[t.Subject], t)
		switch t.Predicate {
		case iri("rdf:type"):
			switch t.Object.Value {
			case iri("owl:Axiom"):
				s.axioms[t.Subject] = true
			case nsVOID + "Linkset", nsSSSOM + "MappingSet":
				if s.linkset == "" {
					s.linkset = t.Subject
				} else if s.linkset != t.Subject {
					s.r.problem(t.Line, "second-set", "%s describes another mapping set; triples do not say which set they are of, so all are read as one", t.Subject)
				}
			}
		case iri("skos:prefLabel"):
			if old, ok := s.labels[t.Subject]; t.Object.Kind == rdf.Literal && (!ok || isEnglish(t.Object.Lang) && !isEnglish(old.Lang)) {
				s.labels[t.Subject] = t.Object
			}
		case iri("skos:inScheme"):
			if s.schemes[t.Subject] == "" && t.Object.Kind == rdf.IRI {
				s.schemes[t.Subject] = t.Object.Value
			}
		}
	}
	for node := range s.axioms {
		var key [3]string
		whole := true
		for i, p := range []string{"owl:annotatedSource", "owl:annotatedProperty", "owl:annotatedTarget"} {
			t, ok := s.fact(node, iri(p))
			key[i], whole = t.Object.Value, whole && ok
		}
		if whole && (isMatch(key[1]) || s.slotted(node)) {
			s.about[key] = true
		} else if !s.slotted(node) {
			delete(s.axioms, node) // an annotation of something else
		}
	}
}

// slotted tells an axiom that has a slot of SSSOM.
func (s *skosRead) slotted(node string) bool {
	for _, t := range s.facts[node] {
		if strings.HasPrefix(t.Predicate, nsSSSOM) {
			return true
		}
	}
	return false
}

func isEnglish(lang string) bool { return taxonomy.ParseLang(lang).Base() == "en" }

func (s *skosRead) fact(node, property string) (rdf.Triple, bool) {
	for _, t := range s.facts[node] {
		if t.Predicate == property {
			return t, true
		}
	}
	return rdf.Triple{}, false
}

// set reads what the linkset says of the set.
func (s *skosRead) set() {
	set := &s.r.Crosswalk.MappingSet
	if s.linkset != "" && !strings.HasPrefix(s.linkset, "_:") {
		set.ID = taxonomy.URI(s.linkset)
	}
	for _, t := range s.facts[s.linkset] {
		value := t.Object.Value
		switch t.Predicate {
		case nsVOID + "subjectsTarget", nsVOID + "objectsTarget":
			name := strings.TrimPrefix(strings.TrimSuffix(t.Predicate, "sTarget"), nsVOID) + "_source"
			setSetSlot(set, name, value)
		case iri("rdf:type"), nsVOID + "linkPredicate", nsVOID + "triples", nsSSSOM + "mappings", nsVOID + "target":
		case iri("dct:creator"):
			if t.Object.Kind == rdf.Literal {
				set.Creators = append(set.Creators, value)
			} else if name, ok := s.name(value); ok {
				set.Creators = append(set.Creators, name)
			} else {
				setSetSlot(set, "creator_id", value)
			}
		default:
			if slot := slotOf(setProperties, t.Predicate); slot != "" {
				setSetSlot(set, slot, value)
			} else {
				s.r.problem(t.Line, "unread-property", "%s of the set has no place here", importers.CURIE(t.Predicate))
			}
		}
	}
}

// name is what an agent is called.
func (s *skosRead) name(node string) (string, bool) {
	for _, p := range []string{"foaf:name", "rdfs:label", "skos:prefLabel"} {
		if t, ok := s.fact(node, iri(p)); ok {
			return t.Object.Value, true
		}
	}
	return "", false
}

// axiom reads a row that is annotated.
func (s *skosRead) axiom(first rdf.Triple) {
	s.r.Rows++
	m := taxonomy.Mapping{Line: first.Line}
	given := map[string]bool{}
	for _, t := range s.facts[first.Subject] {
		slot := slotOf(rowProperties, t.Predicate)
		value := t.Object.Value
		switch {
		case t.Predicate == iri("rdf:type"):
			continue
		case slot == "":
			s.r.problem(t.Line, "unread-property", "%s of a mapping has no place here", importers.CURIE(t.Predicate))
			continue
		case slot == "subject_id" || slot == "object_id":
			if t.Object.Kind == rdf.Blank {
				continue // incomplete: said below
			}
			if value == iri(string(taxonomy.NoTerm)) {
				value = string(taxonomy.NoTerm)
			}
		case t.Object.Kind == rdf.IRI && (slot == "predicate_id" || slot == "mapping_justification"):
			value = shortName(value)
		}
		given[slot] = true
		if !setSlot(&m, slot, value) {
			s.r.problem(t.Line, "bad-confidence", "the confidence %q is no number from 0 to 1; it is left out", value)
		}
	}
	if m.Subject == "" && m.SubjectLabel == "" || m.Object == "" && m.ObjectLabel == "" || m.Predicate == "" {
		s.r.skip(first.Line, "incomplete-mapping", "an annotated mapping needs owl:annotatedSource, owl:annotatedProperty and owl:annotatedTarget")
		return
	}
	s.put(m, given)
}

// triple reads a row that is stated plainly.
func (s *skosRead) triple(t rdf.Triple) {
	key := [3]string{t.Subject, t.Predicate, t.Object.Value}
	if s.about[key] {
		return
	}
	s.r.Rows++
	name := importers.CURIE(t.Predicate)
	object := strings.TrimSpace(t.Object.Value)
	switch {
	case s.stated[key]:
		s.r.skip(t.Line, "duplicate-row", "%s %s %s is stated twice", t.Subject, name, object)
		return
	case strings.HasPrefix(t.Subject, "_:") || t.Object.Kind == rdf.Blank:
		s.r.skip(t.Line, "no-uri", "%s joins a node without an IRI", name)
		return
	case t.Object.Kind == rdf.Literal && !importers.IsIRI(object):
		s.r.skip(t.Line, "not-a-reference", "%s of %s holds a text where an IRI is expected", name, t.Subject)
		return
	case t.Object.Kind == rdf.Literal:
		s.r.problem(t.Line, "text-for-iri", "%s of %s gives an IRI as a text; it is read as the IRI", name, t.Subject)
	}
	s.stated[key] = true
	s.put(taxonomy.Mapping{Subject: taxonomy.URI(t.Subject), Predicate: taxonomy.Match(name), Object: taxonomy.URI(object), Line: t.Line}, nil)
}

// put keeps a row with the labels and frameworks of its concepts; given are
// the slots that it has of its own.
func (s *skosRead) put(m taxonomy.Mapping, given map[string]bool) {
	if m.Justification == "" {
		m.Justification = taxonomy.Unspecified
	}
	if !given["subject_label"] {
		m.SubjectLabel = strings.TrimSpace(s.labels[string(m.Subject)].Value)
	}
	if !given["object_label"] {
		m.ObjectLabel = strings.TrimSpace(s.labels[string(m.Object)].Value)
	}
	if set := &s.r.Crosswalk.MappingSet; !given["subject_source"] && set.SubjectSource == "" {
		m.SubjectSource = s.schemes[string(m.Subject)]
	}
	if set := &s.r.Crosswalk.MappingSet; !given["object_source"] && set.ObjectSource == "" {
		m.ObjectSource = s.schemes[string(m.Object)]
	}
	s.r.add(m)
}

// complete gives the set what all rows have in common, where nothing describes
// the set itself.
func (s *skosRead) complete() {
	c := s.r.Crosswalk
	if s.linkset == "" {
		liftSources(c)
	}
	var subjects, objects []string
	for i := range c.Mappings {
		m := &c.Mappings[i]
		subjects, objects = append(subjects, s.labels[string(m.Subject)].Lang), append(objects, s.labels[string(m.Object)].Lang)
	}
	if c.SubjectLang == "" {
		c.SubjectLang = commonLang(subjects)
	}
	if c.ObjectLang == "" {
		c.ObjectLang = commonLang(objects)
	}
}

// commonLang is the language that all tags which are not blank name, or "".
func commonLang(tags []string) taxonomy.Lang {
	var lang taxonomy.Lang
	for _, t := range tags {
		switch l := taxonomy.ParseLang(t); {
		case t == "" || l == "und":
		case lang == "":
			lang = l
		case l != lang:
			return ""
		}
	}
	return lang
}

// liftSources makes the framework that every row names the one of the set.
func liftSources(c *taxonomy.Crosswalk) {
	lift := func(set *string, of func(*taxonomy.Mapping) *string, no func(*taxonomy.Mapping) bool) {
		common := ""
		for i := range c.Mappings {
			m := &c.Mappings[i]
			source := *of(m)
			if no(m) && source == "" {
				continue
			}
			if source == "" || common != "" && source != common {
				return
			}
			common = source
		}
		if common == "" || *set != "" && *set != common {
			return
		}
		*set = common
		for i := range c.Mappings {
			*of(&c.Mappings[i]) = ""
		}
	}
	lift(&c.SubjectSource, func(m *taxonomy.Mapping) *string { return &m.SubjectSource }, func(m *taxonomy.Mapping) bool { return m.Subject == taxonomy.NoTerm })
	lift(&c.ObjectSource, func(m *taxonomy.Mapping) *string { return &m.ObjectSource }, func(m *taxonomy.Mapping) bool { return m.Object == taxonomy.NoTerm })
}

// writing wraps the error of writing a format.
func writing(name string, err error) error { return fmt.Errorf("writing %s: %w", name, err) }
