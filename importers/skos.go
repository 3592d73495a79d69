package importers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"concord/importers/rdf"
	"concord/importers/source"
	"concord/taxonomy"
)

// claimsSKOS claims every RDF file but JSON, of which it claims what holds a
// concept or a concept scheme: most JSON-LD is something else.
func claimsSKOS(in *input) bool {
	switch syntaxOf(in) {
	case "":
		return false
	case rdf.JSONLD:
		tree, _, err := in.JSON()
		return err == nil && holdsConcept(tree)
	}
	return true
}

// holdsConcept looks for a node typed skos:Concept or skos:ConceptScheme under
// any spelling, or for the keys that only SKOS data in JSON has.
func holdsConcept(v *source.Value) bool {
	if v.First("prefLabel", "skos:prefLabel") != nil && v.First("broader", "narrower", "topConceptOf", "inScheme") != nil {
		return true
	}
	for _, key := range []string{"@type", "type"} {
		for _, t := range v.Get(key).List() {
			if name := t.Text; name == "ConceptScheme" || strings.HasPrefix(name, "skos:Concept") || strings.HasPrefix(name, nsSKOS+"Concept") {
				return true
			}
			if t.Text == "Concept" && v.First("prefLabel", "skos:prefLabel") != nil {
				return true
			}
		}
	}
	return slices.ContainsFunc(v.Items, holdsConcept) || slices.ContainsFunc(v.Members, func(m source.Member) bool { return m.Key != "@context" && holdsConcept(m.Value) })
}

// nameSKOS names the release after the concept scheme with the most concepts:
// its title and owl:versionInfo, or failing that its date.
func nameSKOS(in *input) (taxonomy.Ref, error) {
	var err error
	if in.graph, err = readRDF(in); err != nil {
		return taxonomy.Ref{}, err
	}
	g := newSKOSGraph()
	g.add(in, 0, in.graph.Triples)
	s := g.schemes(g.concepts(), in.opt.Lang)
	if ref, err := taxonomy.ParseRef(s.release); err == nil && ref.Version != "" {
		return ref, nil
	}
	return refOf(in, s.title, s.version), nil
}

// skosScheme is what is known of the scheme that a release is made of.
type skosScheme struct {
	iri       string
	release   string // urn:concord:release, in our own exports
	title     string
	version   string
	publisher string
	license   string
	issued    string
	several   bool // there are concepts of more than one scheme
}

// schemes returns the scheme with the most concepts, or the first of equals.
func (g *skosGraph) schemes(concepts []*skosNode, lang taxonomy.Lang) skosScheme {
	counts := map[string]int{}
	var order []string
	count := func(iri string, n int) {
		if _, seen := counts[iri]; !seen {
			order = append(order, iri)
		}
		counts[iri] += n
	}
	for _, n := range g.order {
		if n.is(nsSKOS+"ConceptScheme", nsASN+"StandardDocument") {
			tops := 0
			for _, f := range n.facts {
				if f.predicate == nsSKOS+"hasTopConcept" {
					tops++
				}
			}
			count(n.iri, tops)
		}
	}
	for _, n := range concepts {
		for _, s := range schemesOf(n) {
			count(s, 1)
		}
	}
	var s skosScheme
	best := -1
	used := 0
	for _, iri := range order {
		if counts[iri] > best {
			s.iri, best = iri, counts[iri]
		}
		if counts[iri] > 0 {
			used++
		}
	}
	s.several = used > 1
	n := g.nodes[s.iri]
	if n == nil {
		return s
	}
	langs := []taxonomy.Lang{"en"}
	if lang != "" {
		langs = append(langs, lang)
	}
	s.release = g.text(n, nil, urnConcord+"release")
	s.title = g.text(n, langs, nsDCT+"title", nsDC+"title", nsRDFS+"label", nsSKOS+"prefLabel", nsSKOSXL+"prefLabel", nsSchema+"name", "http://schema.org/name")
	dates := []string{nsDCT + "modified", nsDCT + "issued", nsSchema + "dateModified"}
	s.version = versionOf(g.text(n, langs, append([]string{nsOWL + "versionInfo", nsDCT + "hasVersion", nsSchema + "version", nsDCT + "version"}, dates...)...))
	s.issued = g.text(n, nil, nsDCT+"issued", nsDCT+"modified", nsDCT+"created", nsDCT+"date", nsDC+"date")
	s.publisher = g.named(n, langs, nsDCT+"publisher", nsDC+"publisher", nsSchema+"publisher", nsDCT+"creator", nsDC+"creator", nsDCT+"rightsHolder")
	s.license = g.named(n, langs, nsDCT+"license", nsDCT+"rights", nsDC+"rights", "http://creativecommons.org/ns#license", nsSchema+"license")
	if strings.HasPrefix(s.iri, urnConcord) {
		s.iri = ""
	}
	return s
}

// schemesOf returns the schemes that a concept says it is in.
func schemesOf(n *skosNode) []string {
	var out []string
	for _, f := range n.facts {
		switch f.predicate {
		case nsSKOS + "inScheme", nsSKOS + "topConceptOf", nsDCT + "isPartOf":
			if f.object.Kind != rdf.Literal && !slices.Contains(out, f.object.Value) {
				out = append(out, f.object.Value)
			}
		}
	}
	return out
}

var versionWord = regexp.MustCompile(`(?i)^(?:version|release|v)\.?\s*(\d)`)

// versionOf shortens what stands in owl:versionInfo, or a date, to a version.
func versionOf(s string) string {
	s = versionWord.ReplaceAllString(s, "$1")
	if len(s) > 10 && s[10] == 'T' && s[4] == '-' && s[7] == '-' {
		s = s[:10] // a date with its time
	}
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) // some hold a sentence
	}
	return s
}

// named returns the text, the name or else the IRI of an agent or licence.
func (g *skosGraph) named(n *skosNode, langs []taxonomy.Lang, predicates ...string) string {
	for _, p := range predicates {
		for _, f := range n.facts {
			if f.predicate != p {
				continue
			}
			if f.object.Kind == rdf.Literal {
				return g.text(n, langs, p)
			}
			about := g.nodes[f.object.Value]
			if name := g.text(about, langs, nsFOAF+"name", nsRDFS+"label", nsSKOS+"prefLabel", nsSchema+"name", nsDCT+"title"); name != "" {
				return name
			}
			if f.object.Kind == rdf.IRI && f.object.Value != "" {
				return f.object.Value
			}
		}
	}
	return ""
}

// readSKOS reads skos:Concepts, and the statements of ASN documents, which are
// the same in other words. All are of kind skill, but for what skosKind tells.
func readSKOS(r *reader) error {
	g := newSKOSGraph()
	for i, in := range r.in {
		one := in.graph
		in.graph = nil // not needed any longer than this
		if one == nil {
			var err error
			if one, err = readRDF(in); err != nil {
				return err
			}
		}
		r.rows(in.Path, len(one.Triples))
		for _, s := range one.Slips {
			r.problem(in.Path, s.Line, s.Code, "%s", s.Text)
		}
		g.add(in, i, one.Triples)
	}
	concepts := g.concepts()
	if len(concepts) == 0 {
		return &source.Error{File: r.in[0].Path, Text: fmt.Sprintf("holds %d triples but no skos:Concept; a SKOS vocabulary was expected", g.triples)}
	}
	scheme := g.schemes(concepts, r.opt.Lang)
	if err := r.w.SetRelease(taxonomy.Release{URI: taxonomy.URI(scheme.iri), Title: scheme.title, Publisher: scheme.publisher, License: scheme.license, Issued: scheme.issued}); err != nil {
		return err
	}
	r.report.Title = scheme.title
	s := &skosReader{r: r, g: g, scheme: scheme, lang: r.opt.Lang, concepts: concepts, tallies: map[[2]string]*tally{}}
	s.edges = s.findEdges()
	if err := s.putConcepts(); err != nil {
		return err
	}
	if err := s.putRelations(); err != nil {
		return err
	}
	if err := s.putMappings(); err != nil {
		return err
	}
	s.flush()
	return nil
}

// skosReader reads one release.
type skosReader struct {
	r        *reader
	g        *skosGraph
	scheme   skosScheme
	lang     taxonomy.Lang // of literals that name none
	concepts []*skosNode
	edges    []skosEdge
	prefs    map[string]string // concept's IRI → preferred label
	jobs     bool              // the scheme says it is one of occupations
	tallies  map[[2]string]*tally
	order    []*tally
}

// A tally is a problem that is the same at many places: it is reported once,
// with its first place and how often it occurs.
type tally struct {
	in    *input
	line  int
	code  string
	text  string
	times int
}

// tally counts a problem of node n; equal text is counted together.
func (s *skosReader) tally(n *skosNode, line int, code, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	t := s.tallies[[2]string{code, text}]
	if t == nil {
		t = &tally{in: n.in, line: line, code: code, text: text}
		s.tallies[[2]string{code, text}] = t
		s.order = append(s.order, t)
	}
	t.times++
}

// flush reports the tallies.
func (s *skosReader) flush() {
	for _, t := range s.order {
		times := ""
		if t.times > 1 {
			times = fmt.Sprintf(" (%d times, here first)", t.times)
		}
		s.r.problem(t.in.Path, t.line, t.code, "%s%s", t.text, times)
	}
}
