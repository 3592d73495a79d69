package importers

import (
	"slices"
	"strings"

	"concord/importers/rdf"
	"concord/taxonomy"
)

// A skosEdge is a relation between two subjects of the graph, and where it stands.
type skosEdge struct {
	subject, object string
	predicate       taxonomy.Predicate
	in              *input
	line            int
}

// findEdges returns the relations that the concepts' properties state, in document
// order, each once: narrower is read as broader from the other side, and
// skos:related is symmetric.
func (s *skosReader) findEdges() []skosEdge {
	var out []skosEdge
	seen := map[[3]string]bool{}
	hasBroader := map[string]bool{}
	add := func(e skosEdge) {
		if seen[[3]string{e.subject, string(e.predicate), e.object}] || e.predicate == taxonomy.Related && seen[[3]string{e.object, string(e.predicate), e.subject}] {
			return
		}
		seen[[3]string{e.subject, string(e.predicate), e.object}] = true
		hasBroader[e.subject] = hasBroader[e.subject] || e.predicate == taxonomy.Broader
		out = append(out, e)
	}
	for _, n := range s.concepts {
		for _, f := range n.facts {
			link, ok := linkOf(f.predicate)
			if !ok {
				continue
			}
			object, ok := s.iriOf(n, f)
			if !ok || s.g.nodes[object].is(nsSKOS+"ConceptScheme", nsASN+"StandardDocument") {
				continue // gemq:isChildOf may name the document: a top statement
			}
			e := skosEdge{n.iri, object, link.predicate, n.in, f.line}
			if link.inverse {
				e.subject, e.object = e.object, e.subject
			}
			add(e)
		}
	}
	for _, e := range s.transitive(hasBroader) {
		add(e)
	}
	return out
}

// iriOf returns the IRI a fact refers to; some files give it as a text.
func (s *skosReader) iriOf(n *skosNode, f skosFact) (string, bool) {
	v := strings.TrimSpace(f.object.Value)
	switch f.object.Kind {
	case rdf.Blank:
		s.tally(n, f.line, "unread-node", "%s refers to a node without an IRI", curie(f.predicate))
		return "", false
	case rdf.Literal:
		if !strings.Contains(v, ":") || strings.ContainsAny(v, " \n") {
			s.tally(n, f.line, "not-a-reference", "%s holds a text where an IRI is expected; it is left out", curie(f.predicate))
			return "", false
		}
		s.tally(n, f.line, "text-for-iri", "%s gives an IRI as a text; it is read as the IRI", curie(f.predicate))
	}
	return v, v != ""
}

// transitive reads skos:broaderTransitive for concepts without skos:broader:
// of the ancestors those that are not an ancestor of another one.
func (s *skosReader) transitive(hasBroader map[string]bool) []skosEdge {
	ancestors := map[string][]skosEdge{}
	var order []string
	note := func(e skosEdge) {
		if ancestors[e.subject] == nil {
			order = append(order, e.subject)
		}
		ancestors[e.subject] = append(ancestors[e.subject], e)
	}
	for _, n := range s.concepts {
		for _, f := range n.facts {
			inverse := f.predicate == nsSKOS+"narrowerTransitive"
			if !inverse && f.predicate != nsSKOS+"broaderTransitive" {
				continue
			}
			if object, ok := s.iriOf(n, f); ok && object != n.iri {
				e := skosEdge{n.iri, object, taxonomy.Broader, n.in, f.line}
				if inverse {
					e.subject, e.object = e.object, e.subject
				}
				note(e)
			}
		}
	}
	above := func(a, b string) bool { // b is an ancestor of a
		return slices.ContainsFunc(ancestors[a], func(e skosEdge) bool { return e.object == b })
	}
	var out []skosEdge
	for _, subject := range order {
		if hasBroader[subject] {
			continue
		}
		for _, e := range ancestors[subject] {
			if !slices.ContainsFunc(ancestors[subject], func(other skosEdge) bool {
				return other.object != e.object && above(other.object, e.object) && !above(e.object, other.object)
			}) {
				out = append(out, e)
			}
		}
	}
	return out
}

// putRelations puts the relations and reports the cycles among the broader ones.
func (s *skosReader) putRelations() error {
	for _, e := range s.edges {
		rel := taxonomy.Relation{Subject: conceptURI(e.subject), Predicate: e.predicate, Object: conceptURI(e.object)}
		if err := s.r.relation(rel, Problem{File: e.in.Path, Line: e.line}); err != nil {
			return err
		}
	}
	s.cycles()
	return nil
}

// putMappings puts the mapping relations as the set of what the release
// states. A SKOS file does not say how they were found.
func (s *skosReader) putMappings() error {
	var rows stated
	for _, n := range s.concepts {
		subject := conceptURI(n.iri)
		if !s.r.seen[subject] {
			continue
		}
		for _, f := range n.facts {
			match, ok := skosMatches[f.predicate]
			if !ok {
				continue
			}
			if object, ok := s.iriOf(n, f); ok {
				rows.add(taxonomy.Mapping{Subject: subject, SubjectLabel: s.prefs[n.iri], Predicate: match, Object: conceptURI(object),
					ObjectLabel: s.g.text(s.g.nodes[object], []taxonomy.Lang{"en"}, nsSKOS+"prefLabel", nsRDFS+"label")})
			}
		}
	}
	title := s.scheme.title
	if title == "" {
		title = s.r.ref.Scheme
	}
	return rows.put(s.r, title, s.scheme.license)
}

// collections returns, for each concept, the names of the collections it is
// in, also through collections inside collections.
func (s *skosReader) collections() map[string][]string {
	out := map[string][]string{}
	for _, n := range s.g.order {
		if !n.has(nsSKOS+"member", nsSKOS+"memberList") {
			continue
		}
		name := s.g.text(n, []taxonomy.Lang{"en", s.lang}, nsSKOS+"prefLabel", nsSKOSXL+"prefLabel", nsRDFS+"label", nsDCT+"title")
		if name == "" {
			name = n.iri
		}
		seen := map[string]bool{n.iri: true}
		for queue := s.members(n); len(queue) > 0; {
			iri := queue[0]
			queue = queue[1:]
			if seen[iri] {
				continue
			}
			seen[iri] = true
			if m := s.g.nodes[iri]; m.has(nsSKOS+"member", nsSKOS+"memberList") {
				queue = append(queue, s.members(m)...)
			} else if !slices.Contains(out[iri], name) {
				out[iri] = append(out[iri], name)
			}
		}
	}
	return out
}

func (s *skosReader) members(n *skosNode) []string {
	var out []string
	for _, f := range n.facts {
		switch f.predicate {
		case nsSKOS + "member":
			out = append(out, f.object.Value)
		case nsSKOS + "memberList":
			out = append(out, s.g.list(f.object.Value)...)
		}
	}
	return out
}

// replacements reads dct:replaces from the side of what is replaced.
func (s *skosReader) replacements() map[string][]taxonomy.URI {
	out := map[string][]taxonomy.URI{}
	for _, n := range s.concepts {
		for _, f := range n.facts {
			if f.predicate == nsDCT+"replaces" && f.object.Kind == rdf.IRI {
				out[f.object.Value] = append(out[f.object.Value], conceptURI(n.iri))
			}
		}
	}
	return out
}
