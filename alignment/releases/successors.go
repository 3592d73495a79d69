package releases

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// successors finds what may take the place of a concept of the old release:
// what its release says (dct:isReplacedBy), a concept that has its name, and
// what is most like it by names, definition and what both are joined to.
type successors struct {
	*pairs
	words *words
	names map[string][]int32 // folded label → concepts of b, each once
	class map[string]*field  // by class of kinds, built when first asked for
	known map[int32][]Proposal
}

// A field is the concepts of one class of kinds with the vectors of their names.
type field struct {
	concepts []int32
	rows     []int8 // concepts × dim
	scale    []float32
	dots     []int32
}

const (
	maxProposals  = 5
	nearest       = 12   // by vector, that are looked at closely
	leastProposed = 0.45 // likeness of a proposal
	sameNameSure  = 0.95 // the preferred label of one concept of its kind
	otherNameSure = 0.85 // its name is another name of the new one, or the other way round
	sharedNames   = 0.30 // what it adds that they share all alternative labels of either
)

func newSuccessors(p *pairs, w *words) *successors {
	return &successors{pairs: p, words: w, class: map[string]*field{}, known: map[int32][]Proposal{}}
}

// classOf joins kinds of which one may follow the other.
func classOf(k taxonomy.Kind) string {
	switch k {
	case taxonomy.Skill, taxonomy.Knowledge, taxonomy.Ability, taxonomy.WorkStyle:
		return "skill"
	case taxonomy.Technology, taxonomy.Tool:
		return "tool"
	}
	return string(k)
}

// of returns the successors of a concept of a, likeliest first, at most
// maxProposals.
func (s *successors) of(i int32) []Proposal {
	if p, ok := s.known[i]; ok {
		return p
	}
	x := s.a.concepts[i]
	var out []Proposal
	seen := map[int32]bool{}
	add := func(j int32, predicate taxonomy.Match, confidence float64, why string) {
		if !seen[j] {
			seen[j] = true
			out = append(out, Proposal{Side: *side(s.b.concepts[j], s.words.lang), Predicate: predicate, Confidence: round(confidence), Reason: why})
		}
	}
	for _, uri := range s.replacements(x) {
		if j, ok := s.b.at[uri]; ok {
			add(j, taxonomy.ExactMatch, 1, "its release says that it is replaced by this")
		}
	}
	if len(out) == 0 {
		s.byLikeness(i, x, s.byName(x, add), add)
		slices.SortStableFunc(out, func(p, q Proposal) int {
			return cmp.Or(cmp.Compare(q.Confidence, p.Confidence), strings.Compare(string(p.URI), string(q.URI)))
		})
		out = out[:min(len(out), maxProposals)]
	} else if len(out) > 1 {
		for k := range out {
			out[k].Predicate = taxonomy.NarrowMatch // split: each takes a part
		}
	}
	s.known[i] = out
	return out
}

// replacements follows dct:isReplacedBy through concepts that are themselves
// replaced, as the new release says or else the old one.
func (s *successors) replacements(x *taxonomy.Concept) []taxonomy.URI {
	var out []taxonomy.URI
	seen := map[taxonomy.URI]bool{x.URI: true}
	first := x.ReplacedBy
	if j, ok := s.b.at[x.URI]; ok && len(s.b.concepts[j].ReplacedBy) > 0 {
		first = s.b.concepts[j].ReplacedBy
	}
	queue := slices.Clone(first)
	for len(queue) > 0 {
		uri := queue[0]
		queue = queue[1:]
		if seen[uri] {
			continue
		}
		seen[uri] = true
		var next []taxonomy.URI
		if j, ok := s.b.at[uri]; ok {
			if !s.b.concepts[j].Deprecated {
				out = append(out, uri)
				continue
			}
			next = s.b.concepts[j].ReplacedBy
		} else if i, ok := s.a.at[uri]; ok {
			if j := s.to[i]; j >= 0 {
				next = []taxonomy.URI{s.b.concepts[j].URI}
			} else {
				next = s.a.concepts[i].ReplacedBy
			}
		}
		queue = append(queue, next...)
	}
	return out
}

// byName proposes concepts that have its name, or whose name it has. It returns
// how many other names it shares with concepts.
func (s *successors) byName(x *taxonomy.Concept, add func(int32, taxonomy.Match, float64, string)) map[int32]int {
	shared := map[int32]int{}
	if s.names == nil {
		s.names = map[string][]int32{}
		for j, y := range s.b.concepts {
			for _, l := range y.Labels {
				if l.Kind == taxonomy.HiddenLabel {
					continue
				}
				k := fold(l.Text)
				if at := s.names[k]; len(at) == 0 || at[len(at)-1] != int32(j) {
					s.names[k] = append(at, int32(j))
				}
			}
		}
	}
	for _, preferred := range []bool{true, false} {
		for _, l := range x.Labels {
			if (l.Kind == taxonomy.PrefLabel) != preferred || l.Kind == taxonomy.HiddenLabel {
				continue
			}
			for _, j := range s.names[fold(l.Text)] {
				y := s.b.concepts[j]
				if classOf(x.Kind) != classOf(y.Kind) || y.Deprecated {
					continue
				}
				isPref := fold(pref(y, l.Lang.Base())) == fold(l.Text)
				switch {
				case preferred && isPref:
					add(j, taxonomy.ExactMatch, sameNameSure, "it has the same name")
				case preferred:
					add(j, taxonomy.CloseMatch, otherNameSure, "the name is another name of this")
				case isPref:
					add(j, taxonomy.CloseMatch, otherNameSure, fmt.Sprintf("its name was another name: “%s”", tidy(l.Text)))
				default:
					shared[j]++
				}
			}
		}
	}
	return shared
}

// candidates are the concepts that may be like x: near by name, or with other
// names that it has, those with most of them first.
func (s *successors) candidates(x *taxonomy.Concept, v []float32, shared map[int32]int) []int32 {
	out := s.near(x.Kind, v)
	more := slices.SortedFunc(maps.Keys(shared), func(a, b int32) int { return cmp.Or(shared[b]-shared[a], int(a-b)) })
	for _, j := range more[:min(len(more), nearest)] {
		if !slices.Contains(out, j) {
			out = append(out, j)
		}
	}
	return out
}

func alternatives(c *taxonomy.Concept) (n int) {
	for _, l := range c.Labels {
		if l.Kind == taxonomy.AltLabel {
			n++
		}
	}
	return n
}

// byLikeness proposes what is most like it.
func (s *successors) byLikeness(i int32, x *taxonomy.Concept, shared map[int32]int, add func(int32, taxonomy.Match, float64, string)) {
	name := pref(x, s.words.lang)
	if name == "" {
		return
	}
	v := s.words.vector(name)
	terms, def := s.words.terms(name), definition(x, s.words.lang)
	for _, j := range s.candidates(x, v, shared) {
		y := s.b.concepts[j]
		other := pref(y, s.words.lang)
		o := s.words.overlap(terms, s.words.terms(other))
		like := s.words.nameLikeness(o, name, other)
		total, weight := 0.6*like, 0.6
		if d := definition(y, s.words.lang); def != "" && d != "" {
			total, weight = total+0.25*s.words.likeness(def, d), weight+0.25
		}
		if c, ok := s.company(i, j); ok {
			total, weight = total+0.15*c, weight+0.15
		}
		total /= weight
		if n := shared[j]; n > 0 {
			total += sharedNames * float64(n) / float64(max(n, min(alternatives(x), alternatives(y))))
		}
		if total < leastProposed {
			continue
		}
		predicate := taxonomy.CloseMatch
		switch contained := o.within() > 0.999 && min(o.a, o.b) < 0.9*max(o.a, o.b); {
		case contained && wider(o, name, other):
			predicate = taxonomy.BroadMatch
		case contained:
			predicate = taxonomy.NarrowMatch
		case total < 0.65:
			predicate = taxonomy.RelatedMatch
		}
		add(j, predicate, min(total, otherNameSure-0.05), why(like, shared[j]))
	}
}

func why(like float64, shared int) string {
	text := fmt.Sprintf("it is most like this by name, definition and place (names %.2f)", like)
	if shared > 0 {
		text += fmt.Sprintf("; they share %d other names", shared)
	}
	return text
}

// company is how much of what both are joined to they share, by Jaccard.
func (s *successors) company(i, j int32) (float64, bool) {
	if len(s.a.tied[i]) == 0 || len(s.b.tied[j]) == 0 {
		return 0, false
	}
	mine := map[int32]bool{}
	for _, o := range s.a.tied[i] {
		if to := s.to[o]; to >= 0 {
			mine[to] = true
		}
	}
	if len(mine) == 0 {
		return 0, false
	}
	shared, theirs := 0, map[int32]bool{}
	for _, o := range s.b.tied[j] {
		if !theirs[o] {
			theirs[o] = true
			if mine[o] {
				shared++
			}
		}
	}
	return float64(shared) / float64(len(mine)+len(theirs)-shared), true
}

// near returns the concepts of the class whose names' vectors are nearest to v.
func (s *successors) near(k taxonomy.Kind, v []float32) []int32 {
	if v == nil {
		return nil
	}
	f := s.field(classOf(k))
	if len(f.concepts) == 0 {
		return nil
	}
	q := make([]int8, len(v))
	vectors.Quantise(v, q)
	vectors.DotRows(q, f.rows, f.dots)
	type hit struct {
		at  int
		dot float32
	}
	var best []hit
	for at, d := range f.dots {
		h := hit{at, float32(d) * f.scale[at]}
		if len(best) == nearest && h.dot <= best[nearest-1].dot {
			continue
		}
		n, _ := slices.BinarySearchFunc(best, h, func(x, y hit) int { return cmp.Or(cmp.Compare(y.dot, x.dot), x.at-y.at) })
		best = slices.Insert(best, n, h)
		best = best[:min(len(best), nearest)]
	}
	out := make([]int32, len(best))
	for n, h := range best {
		out[n] = f.concepts[h.at]
	}
	return out
}

// field lays out the vectors of a class.
func (s *successors) field(class string) *field {
	if f := s.class[class]; f != nil {
		return f
	}
	f := &field{}
	s.class[class] = f
	dim := s.words.table.Dim()
	row := make([]int8, dim)
	for j, y := range s.b.concepts {
		if classOf(y.Kind) != class || y.Deprecated {
			continue
		}
		v := s.words.vector(pref(y, s.words.lang))
		if v == nil {
			continue
		}
		f.scale = append(f.scale, vectors.Quantise(v, row))
		f.rows = append(f.rows, row...)
		f.concepts = append(f.concepts, int32(j))
	}
	f.dots = make([]int32, len(f.concepts))
	return f
}

func round(v float64) float64 { return float64(int(v*1000+0.5)) / 1000 }
