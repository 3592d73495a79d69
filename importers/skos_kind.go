package importers

import (
	"fmt"
	"regexp"
	"strings"

	"concord/taxonomy"
)

// kind tells what a concept is about. SKOS has no word for it, so it is a
// skill unless the source says otherwise: by ESCO's types and IRIs, by the
// property our own export writes, or by a scheme whose title says that it
// classifies occupations; there a concept with narrower ones is a group.
func (s *skosReader) kind(n *skosNode, parents map[string]bool) taxonomy.Kind {
	if k, err := taxonomy.ParseKind(s.g.text(n, nil, urnConcord+"kind")); err == nil {
		return k
	}
	const esco = "http://data.europa.eu/esco/"
	switch {
	case strings.HasPrefix(n.iri, esco+"isco"):
		return taxonomy.OccupationGroup
	case strings.HasPrefix(n.iri, esco+"isced-f/"):
		return taxonomy.SkillGroup
	case strings.HasPrefix(n.iri, esco+"occupation/"), n.is(nsESCO + "Occupation"):
		return taxonomy.Occupation
	}
	for _, f := range n.facts {
		if f.predicate == nsESCO+"skillType" && strings.HasSuffix(f.object.Value, "/knowledge") {
			return taxonomy.Knowledge
		}
	}
	if s.jobs {
		kind := taxonomy.Occupation
		if parents[n.iri] {
			kind = taxonomy.OccupationGroup
		}
		s.tally(n, n.line, "kind-from-title", "the scheme “%s” is one of occupations, so its concepts are read as kind %s", s.scheme.title, kind)
		return kind
	}
	return taxonomy.Skill
}

// occupationWords name classifications of occupations, in words or by the
// short names of ISCO, SOC and KldB; skillWords name what is not only that.
var (
	occupationWords = regexp.MustCompile(`(?i)\b(occupations?|occupational classification|klassifikation der berufe|kldb|isco|isco-?08|isco-?88|soc-?20\d\d)\b`)
	skillWords      = regexp.MustCompile(`(?i)skill|competenc|kompetenz|fähigkeit|knowledge|compétence|competencia`)
)

func ofOccupations(s skosScheme) bool {
	return occupationWords.MatchString(s.title) && !skillWords.MatchString(s.title)
}

// parents returns the concepts that have narrower ones.
func (s *skosReader) parents() map[string]bool {
	out := map[string]bool{}
	for _, e := range s.edges {
		if e.predicate == taxonomy.Broader {
			out[e.object] = true
		}
	}
	return out
}

// cycles reports each group of concepts that are broader than themselves, with
// one way around. The relations are kept: the source states them, and which
// one is wrong cannot be told.
func (s *skosReader) cycles() {
	up := map[string][]skosEdge{}
	for _, e := range s.edges {
		if e.predicate == taxonomy.Broader && e.subject != e.object {
			up[e.subject] = append(up[e.subject], e)
		}
	}
	const walking, done = 1, 2
	state := map[string]int{}
	for _, n := range s.concepts {
		if state[n.iri] != 0 {
			continue
		}
		type step struct {
			iri  string
			next int
		}
		path := []step{{iri: n.iri}}
		state[n.iri] = walking
		for len(path) > 0 {
			top := &path[len(path)-1]
			if top.next == len(up[top.iri]) {
				state[top.iri] = done
				path = path[:len(path)-1]
				continue
			}
			e := up[top.iri][top.next]
			top.next++
			switch state[e.object] {
			case 0:
				state[e.object] = walking
				path = append(path, step{iri: e.object})
			case walking:
				at := len(path) - 1
				for path[at].iri != e.object {
					at--
				}
				s.r.problem(e.in.Path, e.line, "broader-cycle", "%s", aroundText(len(path)-at, func(i int) string { return path[at+i].iri }))
			}
		}
	}
}

// aroundText shows a cycle, or the first steps of a long one.
func aroundText(n int, iri func(int) string) string {
	var b strings.Builder
	for i := range min(n, 6) {
		fmt.Fprintf(&b, "<%s> is narrower than ", iri(i))
	}
	if n > 6 {
		fmt.Fprintf(&b, "… (%d more) … than ", n-6)
	}
	fmt.Fprintf(&b, "<%s>: a cycle; the relations are kept", iri(0))
	return b.String()
}
