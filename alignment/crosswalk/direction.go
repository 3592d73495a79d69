// Package crosswalk works on mapping sets as wholes: it judges whether their
// broad and narrow follow SKOS and holds them against rules (Doctor), and turns
// what is the wrong way round (Normalise). It composes mappings into new ones (Infer), follows
// them from a concept to another framework (Graph), and gathers what exact ones join into
// hub concepts (UpdateHubs), by accepted mappings only; docs/crosswalk-inference.md has
// those rules for people. It reads a taxonomy.Crosswalk, wherever that is
// from, and a store where there is one; it writes to neither. What it returns
// goes to commands and reports; mappings keep the order and words of their source.
package crosswalk

import (
	"context"
	"fmt"
	"math"

	"concord/taxonomy"
)

// A Doctor judges mapping sets. The zero Doctor judges them by themselves,
// from the labels and identifiers in their rows.
type Doctor struct {
	Reader taxonomy.Reader       // where releases of either side may be, and other sets; or nil
	Others []*taxonomy.Crosswalk // sets to compare with, besides those of Reader
}

// A Direction says whether broad and narrow follow SKOS, where subject
// broadMatch object means that the object is the broader one.
type Direction string

const (
	Conforms  Direction = "conforms"
	Inverted  Direction = "inverted"
	Mixed     Direction = "mixed"     // some kinds of row, or one of the two predicates, one way and some the other
	Undecided Direction = "undecided" // there is too little to tell by, or it disagrees
)

// A Judgement says which way the broad and narrow of a set run, and by what.
type Judgement struct {
	Direction  Direction       `json:"direction"`
	Confidence float64         `json:"confidence"` // of its kinds, by their rows; see KindJudgement
	Pairs      Pairs           `json:"pairs"`
	Kinds      []KindJudgement `json:"kinds"` // the largest first; those without broad and narrow rows are left out
	Examples   []Example       `json:"examples"`

	voter   *voter
	against []Example // rows of inverted kinds
}

// Pairs counts the broad and narrow rows that can be told by their labels,
// codes, kinds or hierarchy: those that read as SKOS defines, and the others.
type Pairs struct {
	For     int `json:"for"`
	Against int `json:"against"`
}

func (p *Pairs) add(q Pairs) { p.For, p.Against = p.For+q.For, p.Against+q.Against }

// A KindJudgement is a Judgement of the rows of one kind ("occupation →
// occupation-group"), because sets exist that write them different ways.
type KindJudgement struct {
	Kind      string    `json:"kind"`
	Rows      int       `json:"rows"` // of which it judges the broad and narrow ones
	Directed  int       `json:"directed"`
	Direction Direction `json:"direction"`

	// Confidence is the share of the evidence that is for the direction, at the
	// lower end of its 95 % interval (Wilson): 0.9 says that nine in ten of such
	// rows at least would agree. Of an undecided kind it is that of the more
	// likely direction, and 0 where nothing is known.
	Confidence float64    `json:"confidence"`
	Pairs      Pairs      `json:"pairs"`
	Evidence   []Evidence `json:"evidence"`
}

// Evidence is what one measure says about a kind of row. Fan-out does not
// count rows: For and Against are how likely either is by it, and add up to 1.
type Evidence struct {
	By      string  `json:"by"`             // "labels", "codes": see the constants
	For     float64 `json:"for"`            // rows that agree with SKOS
	Against float64 `json:"against"`        // rows that do not
	Weight  float64 `json:"weight"`         // what they count together in the confidence
	Text    string  `json:"text,omitempty"` // where the counts do not tell it
}

// What evidence is by, the surest first: a row is told by the first that can.
const (
	byHierarchy = "hierarchy"      // a loaded release has one concept above the other
	byCodes     = "codes"          // one code begins the other
	byGroups    = "groups"         // one side is a group, the other what groups hold
	bySets      = "other sets"     // a set that is known to follow SKOS has the pair
	byLabels    = "labels"         // one label has all words of the other, and more
	byLists     = "listing labels" // as byLabels, of labels that list several things: weak
	byLevels    = "levels"         // one side is a group, the other a concept of unknown level: weak
	ByFanOut    = "fan-out"        // the concept with many matches is the broader one
)

// measures is every row measure, the surest first, with what a row weighs.
var measures = []struct {
	by     string
	weight float64
}{{byHierarchy, 1}, {byCodes, 1}, {byGroups, 1}, {bySets, 1}, {byLabels, 1}, {byLists, weakWeight}, {byLevels, weakWeight}}

// What it takes to decide. They were set on fifteen published crosswalks in
// twelve languages, by reading their rows.
const (
	weakWeight  = 0.5  // of a weak row
	enough      = 6    // weight of the evidence a decision needs
	decided     = 0.6  // confidence it needs
	weakBelow   = 0.75 // confidence below which a verdict is called weak
	fanFull     = 12   // weight of fan-out at its most: it can support, not outvote
	oneSided    = 1.64 // standard deviations: 95 % of one side
	minFanRows  = 30   // rows that fan-out needs
	minFanSide  = 10   // rows of a predicate that fan-out compares
	fanFullRows = 60   // rows for its full weight
	fanSlope    = 2    // from the log-ratio of fan-outs to log-odds
)

// Weak reports a verdict that was reached by a narrow margin.
func (k *KindJudgement) Weak() bool {
	return k.Direction != Undecided && k.Direction != Mixed && k.Confidence < weakBelow
}

// Weak reports a verdict that was reached by a narrow margin.
func (j *Judgement) Weak() bool {
	return (j.Direction == Conforms || j.Direction == Inverted) && j.Confidence < weakBelow
}

// Judge tells which way the broad and narrow rows of c run, for the set and
// for each kind of row. Nothing in c is changed. A set whose direction is
// recorded as normalised is judged as it stands now.
func (d *Doctor) Judge(ctx context.Context, c *taxonomy.Crosswalk) (*Judgement, error) {
	k, err := d.known(ctx, c)
	if err != nil {
		return nil, err
	}
	others, err := d.otherSets(ctx, c)
	if err != nil {
		return nil, err
	}
	return judge(ctx, c, k, others)
}

func judge(ctx context.Context, c *taxonomy.Crosswalk, k *known, others *otherSets) (*Judgement, error) {
	v := newVoter(c, k, others)
	j := &Judgement{Direction: Undecided, Kinds: []KindJudgement{}, Examples: []Example{}, voter: v}
	sum, rows := 0.0, 0
	var yes, no []Example
	for _, kind := range v.kinds.order() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := v.tally(kind)
		if t.directed == 0 {
			continue
		}
		judged := t.judge()
		j.Kinds = append(j.Kinds, judged)
		j.Pairs.add(judged.Pairs)
		sum += judged.Confidence * float64(judged.Directed)
		rows += judged.Directed
		yes, no = append(yes, t.yes...), append(no, t.no...)
		if judged.Direction == Inverted || judged.Direction == Mixed {
			j.against = append(j.against, t.no...)
		}
	}
	conforms, inverted := 0, 0
	for _, k := range j.Kinds {
		switch k.Direction {
		case Conforms:
			conforms++
		case Inverted:
			inverted++
		case Mixed:
			conforms, inverted = conforms+1, inverted+1
		}
	}
	switch {
	case conforms > 0 && inverted > 0:
		j.Direction = Mixed
	case conforms > 0:
		j.Direction = Conforms
	case inverted > 0:
		j.Direction = Inverted
	}
	if rows > 0 {
		j.Confidence = round(sum / float64(rows))
	}
	j.Examples = append(j.Examples, examples(j.Direction, yes, no)...)
	return j, nil
}

// maxExamples is how many rows a judgement or a finding shows.
const maxExamples = 5

// examples picks rows that agree with the verdict before those that do not,
// of different concepts.
func examples(direction Direction, yes, no []Example) []Example {
	first, then := yes, no
	if direction == Inverted {
		first, then = no, yes
	}
	out := spread(first, maxExamples-1)
	if direction == Mixed || direction == Undecided {
		out = spread(first, maxExamples/2)
	}
	return append(out, spread(then, maxExamples-len(out))...)
}

// spread takes n of list, evenly over it.
func spread(list []Example, n int) []Example {
	if len(list) <= n {
		return list
	}
	var out []Example
	for i := range n {
		out = append(out, list[i*len(list)/n])
	}
	return out
}

// wilson is the lower end of the interval of a share that was seen in n.
func wilson(share, n float64) float64 {
	if n <= 0 {
		return 0
	}
	z2 := oneSided * oneSided
	return (share + z2/(2*n) - oneSided*math.Sqrt((share*(1-share)+z2/(4*n))/n)) / (1 + z2/n)
}

func round(x float64) float64 { return math.Round(x*1000) / 1000 }

// Sentence says the verdict in plain words.
func (j *Judgement) Sentence() string {
	n, d := j.Pairs.For+j.Pairs.Against, 0
	for _, k := range j.Kinds {
		d += k.Directed
	}
	weak := ""
	if j.Weak() {
		weak = " The evidence is weak: look at rows before you rely on it."
	}
	switch j.Direction {
	case Conforms:
		return fmt.Sprintf("Broad and narrow follow SKOS (%s).%s", said(j.Pairs.For, n), weak)
	case Inverted:
		return fmt.Sprintf("Broad and narrow are the wrong way round (%s).%s", said(j.Pairs.Against, n), weak)
	case Mixed:
		return "Broad and narrow are the wrong way round in part of the set: see the kinds of row."
	}
	if d == 0 {
		return "There are no broad and narrow rows to judge."
	}
	return fmt.Sprintf("Whether broad and narrow follow SKOS cannot be told (pairs for: %d, against: %d).", j.Pairs.For, j.Pairs.Against)
}

func said(n, of int) string {
	if of == 0 {
		return "no pair can be told by itself; the numbers of matches per concept say so"
	}
	return fmt.Sprintf("%d of %d pairs say so", n, of)
}
