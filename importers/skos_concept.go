package importers

import (
	"regexp"
	"slices"
	"strings"

	"concord/importers/rdf"
	"concord/importers/source"
	"concord/taxonomy"
)

// concepts returns the subjects that are concepts, in document order: what is
// typed skos:Concept or asn:Statement, and what has a preferred label and a
// place in a scheme or hierarchy although no type, or another, is given.
func (g *skosGraph) concepts() []*skosNode {
	placed := map[string]bool{} // objects of properties that only concepts have
	for _, n := range g.order {
		for _, f := range n.facts {
			if _, link := skosLinks[f.predicate]; link || f.predicate == nsSKOS+"hasTopConcept" {
				placed[f.object.Value] = true
			}
		}
	}
	var out []*skosNode
	for _, n := range g.order {
		switch {
		case n.is(nsSKOS+"Concept", nsASN+"Statement"):
			out = append(out, n)
		case n.is(nsSKOS+"ConceptScheme", nsSKOS+"Collection", nsSKOS+"OrderedCollection", nsSKOSXL+"Label", nsASN+"StandardDocument"):
		case !n.has(nsSKOS+"prefLabel", nsSKOSXL+"prefLabel"):
		case placed[n.iri], n.has(nsSKOS+"inScheme", nsSKOS+"topConceptOf", nsSKOS+"broader", nsSKOS+"narrower"),
			!n.has(nsRDF+"type", nsSKOS+"member") && !g.objects[n.iri]:
			out = append(out, n)
		}
	}
	return out
}

// putConcepts puts every concept.
func (s *skosReader) putConcepts() error {
	s.prefs = make(map[string]string, len(s.concepts))
	s.jobs = ofOccupations(s.scheme)
	collections := s.collections()
	replaced := s.replacements()
	parents := map[string]bool{}
	if s.jobs {
		parents = s.parents()
	}
	for _, n := range s.concepts {
		if strings.HasPrefix(n.iri, "_:") || n.iri == "" {
			s.r.problem(n.in.Path, n.line, "concept-without-uri", "a concept (%s) has no IRI of its own, so nothing can refer to it; it is left out", s.describe(n))
			continue
		}
		if !n.is(nsSKOS+"Concept", nsASN+"Statement") {
			s.tally(n, n.line, "untyped-concept", "what has a preferred label and a place among concepts, but is not typed skos:Concept, is read as one")
		}
		c := &taxonomy.Concept{URI: conceptURI(n.iri), Kind: s.kind(n, parents)}
		s.labels(n, c)
		s.facts(n, c)
		s.fallback(n, c)
		for _, name := range collections[n.iri] {
			c.Properties = append(c.Properties, taxonomy.Property{Name: taxonomy.PropCollection, Value: name})
		}
		for _, u := range replaced[n.iri] {
			if !slices.Contains(c.ReplacedBy, u) {
				c.ReplacedBy = append(c.ReplacedBy, u)
			}
		}
		s.prefs[n.iri] = c.Pref().Text
		if _, err := s.r.concept(c, Problem{File: n.in.Path, Line: n.line}); err != nil {
			return err
		}
	}
	return nil
}

// describe shows a concept that has no IRI.
func (s *skosReader) describe(n *skosNode) string {
	if label := s.g.text(n, nil, nsSKOS+"prefLabel", nsRDFS+"label"); label != "" {
		return "“" + label + "”"
	}
	return "without a label"
}

// lineBreak is a line break with its indentation, as pretty-printed XML has in labels.
var lineBreak = regexp.MustCompile(`\s*[\r\n]\s*`)

// labels reads the lexical labels: preferred, alternative, hidden, each in
// source order. A language has one preferred label; further ones become
// alternative.
func (s *skosReader) labels(n *skosNode, c *taxonomy.Concept) {
	byKind := map[taxonomy.LabelKind][]taxonomy.Label{}
	preferred := map[taxonomy.Lang]string{}
	for _, f := range n.facts {
		kind, ok := skosLabels[f.predicate]
		if !ok {
			continue
		}
		t, ok := s.g.literal(f.object)
		if !ok {
			s.r.problem(n.in.Path, f.line, "dangling-label", "%s has the %s %s, which has no text", n.iri, curie(f.predicate), f.object.Value)
			continue
		}
		l := taxonomy.Label{Kind: kind, Lang: s.langOf(t), Text: lineBreak.ReplaceAllString(strings.TrimSpace(t.Value), " ")}
		if l.Text == "" {
			s.tally(n, f.line, "blank-text", "%s is blank", curie(f.predicate))
			continue
		}
		if kind == taxonomy.PrefLabel {
			if first, has := preferred[l.Lang]; has && first != l.Text {
				s.r.problem(n.in.Path, f.line, "several-preferred-labels", "%s has a second preferred label in %q: %q beside %q; it is kept as alternative", n.iri, l.Lang, l.Text, first)
				l.Kind = taxonomy.AltLabel
			} else {
				preferred[l.Lang] = l.Text
			}
		}
		if !slices.Contains(byKind[l.Kind], l) { // plain and SKOS-XL labels are often both given
			byKind[l.Kind] = append(byKind[l.Kind], l)
		}
	}
	for _, kind := range []taxonomy.LabelKind{taxonomy.PrefLabel, taxonomy.AltLabel, taxonomy.HiddenLabel} {
		c.Labels = append(c.Labels, byKind[kind]...)
	}
}

func (s *skosReader) langOf(t rdf.Term) taxonomy.Lang {
	if t.Lang == "" {
		return s.lang
	}
	return taxonomy.ParseLang(t.Lang)
}

// fallback gives a concept without preferred label one: what else names it,
// its first alternative label, its notation, or the end of its IRI.
func (s *skosReader) fallback(n *skosNode, c *taxonomy.Concept) {
	if len(c.Labels) > 0 && c.Labels[0].Kind == taxonomy.PrefLabel {
		return
	}
	names := skosFallbackLabels
	if n.is(nsASN + "Statement") {
		names = append([]string{nsDCT + "description"}, names...)
	}
	for _, p := range names {
		var found []taxonomy.Label
		for _, f := range n.facts {
			t, ok := s.g.literal(f.object)
			if text := lineBreak.ReplaceAllString(strings.TrimSpace(t.Value), " "); ok && f.predicate == p && text != "" {
				found = append(found, taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: s.langOf(t), Text: text})
			}
		}
		if len(found) > 0 {
			if !n.is(nsASN + "Statement") { // ASN has no other label
				s.tally(n, n.line, "no-preferred-label", "a concept has no preferred label; it is named by its %s", curie(p))
			}
			c.Labels = append(found, c.Labels...)
			c.Properties = slices.DeleteFunc(c.Properties, func(q taxonomy.Property) bool { return q.Name == curie(p) })
			return
		}
	}
	for i, l := range c.Labels {
		if l.Kind == taxonomy.AltLabel {
			s.tally(n, n.line, "no-preferred-label", "a concept has no preferred label; it is named by its first alternative label")
			l.Kind = taxonomy.PrefLabel
			c.Labels = slices.Insert(slices.Delete(c.Labels, i, i+1), 0, l)
			return
		}
	}
	name, by := c.Code, "notation"
	if name == "" {
		name, by = nameOfIRI(n.iri), "IRI"
	}
	if name == "" {
		name = n.iri
	}
	s.tally(n, n.line, "no-preferred-label", "a concept has no preferred label; it is named by its %s", by)
	c.Labels = append([]taxonomy.Label{{Kind: taxonomy.PrefLabel, Text: name}}, c.Labels...)
}

// facts reads everything about a concept but its labels, relations and
// mappings. What has no field of its own is kept as a property.
func (s *skosReader) facts(n *skosNode, c *taxonomy.Concept) {
	defined := n.has(nsSKOS + "definition")
	for _, f := range n.facts {
		p := f.predicate
		if _, label := skosLabels[p]; label {
			continue
		}
		if _, link := linkOf(p); link {
			continue
		}
		if _, match := skosMatches[p]; match {
			continue
		}
		switch p {
		case nsSKOS + "broaderTransitive", nsSKOS + "narrowerTransitive", nsSKOS + "hasTopConcept", nsDCT + "replaces",
			urnConcord + "kind":
			continue // read elsewhere, or implied by what is
		case nsSKOS + "inScheme", nsSKOS + "topConceptOf", nsDCT + "isPartOf":
			if p := (taxonomy.Property{Name: "inScheme", Value: f.object.Value}); s.scheme.several && !slices.Contains(c.Properties, p) {
				c.Properties = append(c.Properties, p)
			}
			continue
		case nsSKOS + "notation", nsASN + "statementNotation", nsASN + "listID":
			s.notation(n, c, f)
			continue
		case nsOWL + "deprecated":
			c.Deprecated = f.object.Value == "true" || f.object.Value == "1"
			continue
		case nsDCT + "isReplacedBy":
			if u := conceptURI(f.object.Value); f.object.Value != "" && !slices.Contains(c.ReplacedBy, u) {
				c.ReplacedBy = append(c.ReplacedBy, u)
			}
			continue
		}
		kind, note := skosNotes[p]
		if skosDescriptions[p] {
			kind, note = taxonomy.Definition, true
			if defined {
				kind = taxonomy.GeneralNote
			}
			if n.is(nsASN+"Statement") && p == nsDCT+"description" {
				continue // its label
			}
		}
		if note {
			s.note(n, c, kind, f)
			continue
		}
		s.property(n, c, f)
	}
}

func (s *skosReader) notation(n *skosNode, c *taxonomy.Concept, f skosFact) {
	code := strings.TrimSpace(f.object.Value)
	switch {
	case f.object.Kind != rdf.Literal || code == "":
		s.tally(n, f.line, "blank-text", "%s is not a text", curie(f.predicate))
	case c.Code == "":
		c.Code = code
	case c.Code != code:
		c.Properties = append(c.Properties, taxonomy.Property{Name: "notation", Value: code})
	}
}

func (s *skosReader) note(n *skosNode, c *taxonomy.Concept, kind taxonomy.NoteKind, f skosFact) {
	t, ok := s.g.literal(f.object)
	if !ok {
		if f.object.Kind == rdf.IRI {
			s.property(n, c, f) // a document about the concept
			return
		}
		s.tally(n, f.line, "note-without-text", "%s is a node without rdf:value; it is left out", curie(f.predicate))
		return
	}
	text := strings.TrimSpace(t.Value)
	if t.Datatype == nsRDF+"HTML" || t.Datatype == nsRDF+"XMLLiteral" {
		text = strings.TrimSpace(source.PlainText(text))
	}
	if text == "" {
		s.tally(n, f.line, "blank-text", "%s is blank", curie(f.predicate))
		return
	}
	note := taxonomy.Note{Kind: kind, Lang: s.langOf(t), Text: text}
	if !slices.Contains(c.Notes, note) {
		c.Notes = append(c.Notes, note)
	}
}

// property keeps a fact that has no field of its own under its prefixed name.
func (s *skosReader) property(n *skosNode, c *taxonomy.Concept, f skosFact) {
	name := curie(f.predicate)
	if own, ok := unminted("property", f.predicate); ok {
		name = own
	}
	value := strings.TrimSpace(f.object.Value)
	if f.object.Kind == rdf.Blank {
		t, ok := s.g.literal(f.object)
		if !ok {
			s.tally(n, f.line, "unread-node", "%s holds a node of properties, which a concept has no field for", name)
			return
		}
		value = strings.TrimSpace(t.Value)
	}
	if f.predicate == nsRDF+"type" && (value == nsSKOS+"Concept" || value == nsOWL+"NamedIndividual" || value == nsOWL+"Thing" || value == nsRDFS+"Resource" || value == nsASN+"Statement") {
		return // says nothing new
	}
	if p := (taxonomy.Property{Name: name, Value: value}); value != "" && !slices.Contains(c.Properties, p) {
		if f.predicate == nsRDFS+"label" && slices.ContainsFunc(c.Labels, func(l taxonomy.Label) bool { return l.Text == value }) {
			return // says the preferred label again
		}
		c.Properties = append(c.Properties, p)
	}
}
