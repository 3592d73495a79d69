package crosswalk

import (
	"fmt"
	"math"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// An Example is a row with what it is shown for.
type Example struct {
	Line         int            `json:"line,omitempty"`
	Subject      taxonomy.URI   `json:"subject"`
	SubjectLabel string         `json:"subjectLabel,omitempty"`
	Predicate    taxonomy.Match `json:"predicate"`
	Object       taxonomy.URI   `json:"object"`
	ObjectLabel  string         `json:"objectLabel,omitempty"`
	Why          string         `json:"why"`
}

func exampleOf(m *taxonomy.Mapping, why string) Example {
	return Example{m.Line, m.Subject, m.SubjectLabel, m.Predicate, m.Object, m.ObjectLabel, why}
}

// A voter tells of rows which of their concepts is the broader one.
type voter struct {
	*kinds
	known      *known
	others     *otherSets
	sameCoding bool // both sides have codes of one system
}

func newVoter(c *taxonomy.Crosswalk, k *known, others *otherSets) *voter {
	v := &voter{kinds: newKinds(c), known: k, others: others}
	both, same := 0, 0
	for i := range c.Mappings {
		m := &c.Mappings[i]
		a, b := bareDigits(v.code(m, subjectSide)), bareDigits(v.code(m, objectSide))
		if twoSided(m) && len(a) >= systemPrefix && len(b) >= systemPrefix {
			both++
			if a[:systemPrefix] == b[:systemPrefix] {
				same++
			}
		}
	}
	v.sameCoding = both >= minSameCoding && 4*same >= both
	return v
}

// Codes of two sides are of one system where a quarter of the rows at least
// join codes that begin with the same three digits; by chance few do.
const (
	systemPrefix  = 3
	minSameCoding = 8
)

// code is rowCode, or what a loaded release says.
func (v *voter) code(m *taxonomy.Mapping, s side) string {
	if c := rowCode(m, s); c != "" {
		return c
	}
	if c := v.known.codes[s.of(m).uri]; numberedCode.MatchString(c) {
		return c
	}
	return ""
}

// A told is what is known about a row: the broader side, by what, and words.
type told struct {
	broader side
	by      string
	why     string
}

// tell returns the surest that is known about which side of m is the broader.
func (v *voter) tell(m *taxonomy.Mapping) (told, bool) {
	s, o := subjectSide.of(m), objectSide.of(m)
	names := [2]string{nameFor(s), nameFor(o)}
	if up, how, ok := v.known.broader(m); ok {
		return told{up, byHierarchy, how}, true
	}
	if up, ok := v.byCode(m); ok {
		return told{up, byCodes, fmt.Sprintf("the code %s begins the code %s, so that %s is the broader one", v.code(m, up), v.code(m, 1-up), names[up])}, true
	}
	if up, sure, ok := v.byGroup(m); ok {
		t := told{up, byLevels, fmt.Sprintf("%s is a group and %s is not: the group is the broader one", names[up], names[1-up])}
		if sure {
			t.by = byGroups
		}
		return t, true
	}
	if up, set, ok := v.others.broader(s.uri, o.uri); ok {
		return told{up, bySets, fmt.Sprintf("%s says that %s is the broader one", set, names[up])}, true
	}
	lang, sl, ol := v.labels(m)
	if sp := alignment.CompareLabels(lang, sl, ol); sp.Narrower != alignment.None {
		up, long, short := objectSide, sl, ol
		if sp.Narrower == alignment.Right {
			up, long, short = subjectSide, ol, sl
		}
		t := told{up, byLabels, fmt.Sprintf("“%s” says all that “%s” says and more: “%s” is the broader one", long, short, short)}
		if sp.Weak {
			t.by = byLists
		}
		return t, true
	}
	return told{}, false
}

func nameFor(e end) string {
	if e.label != "" {
		return "“" + e.label + "”"
	}
	return string(e.uri)
}

// labels returns the labels of a row in one language. Where the two sides are
// in different languages, a further label of either may be in that of the other.
func (v *voter) labels(m *taxonomy.Mapping) (lang taxonomy.Lang, subject, object string) {
	sl, ol := v.c.SubjectLang.Base(), v.c.ObjectLang.Base()
	if sl == ol || sl == "" || ol == "" {
		if sl == "" {
			sl = ol
		}
		return sl, m.SubjectLabel, m.ObjectLabel
	}
	if other := m.Slots["object_label_"+string(sl)]; len(other) > 0 {
		return sl, m.SubjectLabel, other[0]
	}
	if other := m.Slots["subject_label_"+string(ol)]; len(other) > 0 {
		return ol, other[0], m.ObjectLabel
	}
	return sl, "", ""
}

// byCode compares the codes of both sides: those of an ISCO group and of a
// classification built on ISCO, or any two of one system. What ESCO appends to
// an ISCO code is its own, so its codes are comparable with others only as far
// as ISCO goes.
func (v *voter) byCode(m *taxonomy.Mapping) (broader side, ok bool) {
	a, b := bareDigits(v.code(m, subjectSide)), bareDigits(v.code(m, objectSide))
	most := max(len(a), len(b))
	if classOfURI(m.Subject) != "" || classOfURI(m.Object) != "" {
		most = iscoDigits
	}
	isco := classOfURI(m.Subject) == iscoGroup && len(a) == iscoDigits || classOfURI(m.Object) == iscoGroup && len(b) == iscoDigits
	begins := func(a, b string) bool {
		return len(a) >= systemPrefix && len(a) <= most && len(b) > len(a) && strings.HasPrefix(b, a)
	}
	switch {
	case !isco && !v.sameCoding:
		return 0, false
	case begins(a, b):
		return subjectSide, true
	case begins(b, a):
		return objectSide, true
	}
	return 0, false
}

const iscoDigits = 4 // of a unit group, the lowest

// byGroup tells a row between a group and what groups hold. It is sure of it
// where the other side is of ESCO, or its codes tell its level.
func (v *voter) byGroup(m *taxonomy.Mapping) (broader side, sure, ok bool) {
	class := [2]string{v.class(m, subjectSide), v.class(m, objectSide)}
	group := [2]bool{}
	for s := range class {
		group[s] = class[s] == iscoGroup || strings.HasSuffix(class[s], "-group")
	}
	if group[0] == group[1] {
		return 0, false, false
	}
	broader = objectSide
	if group[subjectSide] {
		broader = subjectSide
	}
	below := 1 - broader
	switch {
	case class[below] == concept:
		return 0, false, false
	case classOfURI(below.of(m).uri) != "":
		return broader, true, true
	case len(v.groups[below]) > 0 && v.code(m, below) != "":
		return broader, true, true // it has a code that is not a group's
	}
	return broader, false, true
}

// A tally is the evidence about one kind of row.
type tally struct {
	kind           string
	rows, directed int
	votes          []vote
	edges          map[taxonomy.Match][][2]taxonomy.URI
	yes, no        []Example
}

type vote struct {
	by        string
	agrees    bool
	about     taxonomy.URI // the concept that is the broader one
	predicate taxonomy.Match
}

func (v *voter) tally(kind string) *tally {
	t := &tally{kind: kind, rows: len(v.rows[kind]), edges: map[taxonomy.Match][][2]taxonomy.URI{}}
	seen := map[[3]string]bool{} // a row that occurs twice has one say
	for _, i := range v.rows[kind] {
		m := &v.c.Mappings[i]
		key := [3]string{string(subjectSide.of(m).key()), string(m.Predicate), string(objectSide.of(m).key())}
		if m.Modifier != "" || seen[key] {
			continue
		}
		seen[key] = true
		t.edges[m.Predicate] = append(t.edges[m.Predicate], [2]taxonomy.URI{taxonomy.URI(key[0]), taxonomy.URI(key[2])})
		if !directed(m) {
			continue
		}
		t.directed++
		told, ok := v.tell(m)
		if !ok {
			continue
		}
		agrees := (m.Predicate == taxonomy.BroadMatch) == (told.broader == objectSide)
		t.votes = append(t.votes, vote{told.by, agrees, told.broader.of(m).key(), m.Predicate})
		if told.by == byLists || told.by == byLevels {
			continue
		}
		if agrees {
			t.yes = append(t.yes, exampleOf(m, told.why+", as the row says"))
		} else {
			t.no = append(t.no, exampleOf(m, told.why+", but the row says the opposite"))
		}
	}
	return t
}

// judge weighs the evidence. Rows that share their broader concept say much
// the same, so n of them weigh √n.
func (t *tally) judge() KindJudgement {
	k := KindJudgement{Kind: t.kind, Rows: t.rows, Directed: t.directed, Direction: Undecided, Evidence: []Evidence{}}
	for _, by := range measures {
		e := weigh(by.by, by.weight, t.votes)
		if e.For+e.Against == 0 {
			continue
		}
		k.Evidence = append(k.Evidence, e)
		if by.weight == 1 {
			k.Pairs.add(Pairs{int(e.For), int(e.Against)})
		}
	}
	if e, ok := fanOut(t.edges); ok {
		k.Evidence = append(k.Evidence, e)
	}
	k.Direction, k.Confidence = decide(k.Evidence)
	if t.predicatesDisagree() {
		k.Direction = Mixed
	}
	return k
}

// weigh adds up what one measure says.
func weigh(by string, weight float64, votes []vote) Evidence {
	e := Evidence{By: by}
	about := map[taxonomy.URI]int{}
	for _, v := range votes {
		if v.by != by {
			continue
		}
		about[v.about]++
		if v.agrees {
			e.For++
		} else {
			e.Against++
		}
	}
	roots := map[int]int{} // sizes of clusters, added up in order of size: sums must not depend on the order of a map
	largest := 0
	for _, n := range about {
		roots[n]++
		largest = max(largest, n)
	}
	for n := 1; n <= largest; n++ {
		e.Weight += float64(roots[n]) * math.Sqrt(float64(n))
	}
	e.Weight = round(e.Weight * weight)
	return e
}

// decide returns what the evidence says together.
func decide(list []Evidence) (Direction, float64) {
	var yes, all float64
	for _, e := range list {
		yes += e.Weight * e.For / (e.For + e.Against)
		all += e.Weight
	}
	if all == 0 {
		return Undecided, 0
	}
	direction, share := Conforms, yes/all
	if share < 0.5 {
		direction, share = Inverted, 1-share
	}
	confidence := wilson(share, all)
	if all < enough || confidence < decided {
		direction = Undecided
	}
	return direction, round(confidence)
}

// predicatesDisagree tells that broad rows run one way and narrow rows the
// other, by what labels, codes and the like say of each.
func (t *tally) predicatesDisagree() bool {
	said := map[Direction]bool{}
	for _, p := range []taxonomy.Match{taxonomy.BroadMatch, taxonomy.NarrowMatch} {
		var votes []vote
		for _, v := range t.votes {
			if v.predicate == p {
				votes = append(votes, v)
			}
		}
		var list []Evidence
		for _, by := range measures {
			if e := weigh(by.by, by.weight, votes); e.For+e.Against > 0 {
				list = append(list, e)
			}
		}
		d, _ := decide(list)
		said[d] = true
	}
	return said[Conforms] && said[Inverted]
}
