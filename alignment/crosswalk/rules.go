package crosswalk

import (
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A Rule is one thing that a mapping set should keep to. docs/crosswalk-rules.md
// has a section for each.
type Rule struct {
	Name     string
	Severity Severity
	Says     string // what is wrong where it is broken
	check    func(*examination) found
}

// Rules is every rule, in the order of reports.
var Rules = []Rule{
	{"flipped-direction", Error, "broad and narrow are the wrong way round", flippedDirection},
	{"exact-and-broad", Error, "one pair of concepts is mapped in ways that exclude each other", exactAndBroad},
	{"unknown-prefix", Error, "an identifier has a prefix that the set does not explain", unknownPrefix},
	{"no-term-and-mapped", Warning, "a concept is mapped, and also said to have no counterpart", noTermAndMapped},
	{"cycle", Warning, "concepts are broader than themselves", cycle},
	{"two-exact", Warning, "a concept is exactly the same as two others", twoExact},
	{"skill-to-group", Warning, "a concept is said to be the same as a group of concepts", skillToGroup},
	{"skill-knowledge-clash", Warning, "a skill is said to be exactly the same as a piece of knowledge", skillKnowledge},
	{"retired-concept", Warning, "a concept has been retired", retiredConcept},
	{"unknown-concept", Warning, "the loaded framework has no such concept", unknownConcept},
	{"duplicate-row", Warning, "a row is there more than once", duplicateRow},
	{"self-mapping", Warning, "a concept is mapped to itself", selfMapping},
	{"contradictory-sets", Warning, "another set says something that excludes this", contradictorySets},
	{"missing-licence", Info, "the set does not say under which licence it may be used", missingLicence},
	{"missing-justification", Info, "rows do not say how they came about", missingJustification},
}

// found is what a rule found; the text and severity are the rule's if empty.
type found struct {
	count    int
	text     string
	severity Severity
	examples []Example
	rows     []*taxonomy.Mapping // that break the rule
}

func (f *found) add(m *taxonomy.Mapping, format string, args ...any) {
	f.count++
	f.rows = append(f.rows, m)
	f.examples = append(f.examples, exampleOf(m, fmt.Sprintf(format, args...)))
}

// An examination is what rules look at.
type examination struct {
	c      *taxonomy.Crosswalk
	known  *known
	others *otherSets
	judged *Judgement
	voter  *voter
	turned map[string]bool // kinds that are inverted
}

func newExamination(c *taxonomy.Crosswalk, k *known, others *otherSets, j *Judgement) *examination {
	x := &examination{c: c, known: k, others: others, judged: j, voter: j.voter, turned: map[string]bool{}}
	for _, kind := range j.Kinds {
		x.turned[kind.Kind] = kind.Direction == Inverted
	}
	return x
}

// rows yields the rows that join two concepts.
func (x *examination) rows(yield func(m *taxonomy.Mapping) bool) {
	for i := range x.c.Mappings {
		if m := &x.c.Mappings[i]; twoSided(m) && !yield(m) {
			return
		}
	}
}

// meant is the predicate of a row as it was judged to be meant.
func (x *examination) meant(m *taxonomy.Mapping) taxonomy.Match {
	if directed(m) && x.turned[x.voter.of(m)] {
		return m.Predicate.Inverse()
	}
	return m.Predicate
}

// kind is what one side of a row is: what a loaded release says, else its class.
func (x *examination) kind(m *taxonomy.Mapping, s side) string {
	if at, ok := x.known.concepts[s.of(m).uri]; ok {
		return string(at.kind)
	}
	return x.voter.class(m, s)
}

func flippedDirection(x *examination) (f found) {
	if x.judged.Direction != Inverted && x.judged.Direction != Mixed {
		return f
	}
	var kinds []string
	for _, k := range x.judged.Kinds {
		if k.Direction == Inverted || k.Direction == Mixed {
			kinds = append(kinds, k.Kind)
			f.count += k.Directed
		}
	}
	f.text = fmt.Sprintf("broad and narrow are the wrong way round in the rows of %s", strings.Join(kinds, ", "))
	f.examples = x.judged.against
	for m := range x.rows {
		if directed(m) && slices.Contains(kinds, x.voter.of(m)) {
			f.rows = append(f.rows, m)
		}
	}
	return f
}

// excludes reports predicates that cannot both hold for one pair.
func excludes(a, b taxonomy.Match) bool {
	one := func(p, q taxonomy.Match) bool { return a == p && b == q || a == q && b == p }
	return one(taxonomy.ExactMatch, taxonomy.BroadMatch) || one(taxonomy.ExactMatch, taxonomy.NarrowMatch) || one(taxonomy.BroadMatch, taxonomy.NarrowMatch) ||
		one(taxonomy.ExactMatch, taxonomy.RelatedMatch) || one(taxonomy.BroadMatch, taxonomy.RelatedMatch) || one(taxonomy.NarrowMatch, taxonomy.RelatedMatch)
}

func exactAndBroad(x *examination) (f found) {
	said := map[[2]taxonomy.URI][]*taxonomy.Mapping{}
	for m := range x.rows {
		pair := [2]taxonomy.URI{subjectSide.of(m).key(), objectSide.of(m).key()}
		for _, before := range said[pair] {
			switch {
			case (before.Modifier == "") != (m.Modifier == "") && before.Predicate == m.Predicate:
				f.add(m, "line %d says the same with the opposite modifier", before.Line)
			case before.Modifier == "" && m.Modifier == "" && excludes(before.Predicate, m.Predicate):
				f.add(m, "line %d says %s of the same pair", before.Line, before.Predicate)
			default:
				continue
			}
			f.rows = append(f.rows, before) // a person looks at both
			break
		}
		said[pair] = append(said[pair], m)
	}
	return f
}

func noTermAndMapped(x *examination) (f found) {
	none := [2]map[taxonomy.URI]*taxonomy.Mapping{{}, {}}
	for i := range x.c.Mappings {
		m := &x.c.Mappings[i]
		switch {
		case m.Status == taxonomy.Rejected || m.Modifier != "":
		case m.Object == taxonomy.NoTerm && m.Subject != taxonomy.NoTerm:
			none[subjectSide][subjectSide.of(m).key()] = m
		case m.Subject == taxonomy.NoTerm && m.Object != taxonomy.NoTerm:
			none[objectSide][objectSide.of(m).key()] = m
		}
	}
	for m := range x.rows {
		for _, s := range []side{subjectSide, objectSide} {
			if no := none[s][s.of(m).key()]; no != nil && m.Modifier == "" {
				f.add(m, "line %d says that %s has no counterpart", no.Line, nameFor(s.of(m)))
				f.rows = append(f.rows, no)
				break
			}
		}
	}
	return f
}

func twoExact(x *examination) (f found) {
	var partners [2]map[taxonomy.URI][]taxonomy.URI
	partners[0], partners[1] = map[taxonomy.URI][]taxonomy.URI{}, map[taxonomy.URI][]taxonomy.URI{}
	exact := func(m *taxonomy.Mapping) bool { return m.Predicate == taxonomy.ExactMatch && m.Modifier == "" }
	for m := range x.rows {
		for _, s := range []side{subjectSide, objectSide} {
			this, that := s.of(m).key(), (1 - s).of(m).key()
			if exact(m) && !slices.Contains(partners[s][this], that) {
				partners[s][this] = append(partners[s][this], that)
			}
		}
	}
	for m := range x.rows {
		for _, s := range []side{subjectSide, objectSide} {
			if this := s.of(m).key(); exact(m) && sameTarget(partners[s][this]) {
				f.add(m, "%s is exactly the same as %d concepts", nameFor(s.of(m)), len(partners[s][this]))
				break
			}
		}
	}
	return f
}

// sameTarget reports that two concepts of one framework are among uris: one
// exact match in each of several frameworks is as it should be.
func sameTarget(uris []taxonomy.URI) bool {
	seen := map[string]bool{}
	for _, u := range uris {
		if n := namespace(u); seen[n] {
			return true
		} else {
			seen[n] = true
		}
	}
	return false
}

func isGroup(kind string) bool { return kind == iscoGroup || strings.HasSuffix(kind, "-group") }

func skillToGroup(x *examination) (f found) {
	for m := range x.rows {
		if m.Modifier != "" || m.Predicate != taxonomy.ExactMatch && m.Predicate != taxonomy.CloseMatch {
			continue
		}
		subject, object := x.kind(m, subjectSide), x.kind(m, objectSide)
		if subject != concept && object != concept && isGroup(subject) != isGroup(object) {
			group := objectSide
			if isGroup(subject) {
				group = subjectSide
			}
			f.add(m, "%s is a group (%s), %s is not (%s)", nameFor(group.of(m)), x.kind(m, group), nameFor((1 - group).of(m)), x.kind(m, 1-group))
		}
	}
	return f
}

func skillKnowledge(x *examination) (f found) {
	for m := range x.rows {
		a, b := x.kind(m, subjectSide), x.kind(m, objectSide)
		skill, knowledge := string(taxonomy.Skill), string(taxonomy.Knowledge)
		if m.Modifier == "" && m.Predicate == taxonomy.ExactMatch && (a == skill && b == knowledge || a == knowledge && b == skill) {
			f.add(m, "the subject is a %s, the object a %s", a, b)
		}
	}
	return f
}
