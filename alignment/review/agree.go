package review

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"

	"concord/taxonomy"
)

// An Agreement says how far two reviewers agree on what both decided.
type Agreement struct {
	A             string         `json:"a"`
	B             string         `json:"b"`
	OnlyA         int            `json:"onlyA"` // decided by A alone
	OnlyB         int            `json:"onlyB"`
	Figures                      // over everything both decided
	Categories    []string       `json:"categories"` // of Table: "accept", "change to skos:broadMatch"
	Table         [][]int        `json:"table"`      // by A's category and B's
	ByPredicate   []ByPredicate  `json:"byPredicate"`
	Disagreements []Disagreement `json:"disagreements"` // in the order of the things decided on
}

// Figures are the measures of an agreement.
type Figures struct {
	Both     int         `json:"both"`     // decided by both
	Agreed   int         `json:"agreed"`   // of those, alike
	Raw      float64     `json:"raw"`      // Agreed ÷ Both; 0 where there is nothing
	Expected float64     `json:"expected"` // by chance
	Kappa    *float64    `json:"kappa"`    // nil where chance alone would agree always, or nothing was decided by both
	Interval *[2]float64 `json:"interval,omitempty"`
}

// ByPredicate is the agreement on mappings that were proposed with one predicate.
type ByPredicate struct {
	Predicate taxonomy.Match `json:"predicate"`
	Figures
}

// A Disagreement is a thing on which two reviewers said different things.
type Disagreement struct {
	Set       taxonomy.URI   `json:"set,omitempty"`
	Subject   taxonomy.URI   `json:"subject"`
	Predicate taxonomy.Match `json:"predicate,omitempty"`
	Object    taxonomy.URI   `json:"object"`
	A         string         `json:"a"`
	B         string         `json:"b"`
	ReasonA   string         `json:"reasonA,omitempty"`
	ReasonB   string         `json:"reasonB,omitempty"`
}

// thing is what a decision is about.
type thing struct {
	set, subject, object taxonomy.URI
	predicate            taxonomy.Match
}

func thingOf(d *taxonomy.Decision) thing { return thing{d.Set, d.Subject, d.Object, d.Predicate} }

func (t thing) compare(o thing) int {
	return cmp.Or(cmp.Compare(t.set, o.set), cmp.Compare(t.subject, o.subject), cmp.Compare(t.predicate, o.predicate), cmp.Compare(t.object, o.object))
}

// category is what a decision says, for comparison: two that change the
// predicate agree only on the same one.
func category(d *taxonomy.Decision) string {
	if d.Verdict == taxonomy.Change {
		return "change to " + string(d.Changed)
	}
	return string(d.Verdict)
}

// Agree compares the decisions of reviewers a and b. decisions are standing
// ones (DecisionFilter.Standing), of anybody; of several by one reviewer about
// one thing the last counts.
func Agree(decisions iter.Seq2[taxonomy.Decision, error], a, b string) (*Agreement, error) {
	said := [2]map[thing]taxonomy.Decision{{}, {}}
	for d, err := range decisions {
		if err != nil {
			return nil, err
		}
		if d.Reviewer == a {
			said[0][thingOf(&d)] = d
		}
		if d.Reviewer == b {
			said[1][thingOf(&d)] = d
		}
	}
	g := &Agreement{A: a, B: b, OnlyB: len(said[1]), Categories: []string{}, Table: [][]int{}, ByPredicate: []ByPredicate{}, Disagreements: []Disagreement{}}
	var both []thing
	for t := range said[0] {
		if _, ok := said[1][t]; ok {
			both = append(both, t)
			g.OnlyB--
		} else {
			g.OnlyA++
		}
	}
	slices.SortFunc(both, thing.compare)
	var all [][2]string
	by := map[taxonomy.Match][][2]string{}
	for _, t := range both {
		x, y := said[0][t], said[1][t]
		pair := [2]string{category(&x), category(&y)}
		all = append(all, pair)
		by[t.predicate] = append(by[t.predicate], pair)
		if pair[0] != pair[1] {
			g.Disagreements = append(g.Disagreements, Disagreement{t.set, t.subject, t.predicate, t.object, pair[0], pair[1], x.Reason, y.Reason})
		}
	}
	g.Figures = measure(all)
	g.Categories, g.Table = confusion(all)
	for p, pairs := range by {
		g.ByPredicate = append(g.ByPredicate, ByPredicate{p, measure(pairs)})
	}
	slices.SortFunc(g.ByPredicate, func(x, y ByPredicate) int {
		return cmp.Or(y.Both-x.Both, strings.Compare(string(x.Predicate), string(y.Predicate)))
	})
	return g, nil
}

// measure returns the agreement of pairs of categories. Kappa is (po − pe) ÷
// (1 − pe): what is reached of the agreement that chance leaves to reach, pe
// being the sum over the categories of the product of both reviewers' shares.
// Its 95 % interval takes the standard error √(po (1 − po) ÷ (N (1 − pe)²)).
// Source: J. Cohen, A coefficient of agreement for nominal scales, Educational
// and Psychological Measurement 20 (1960) 37–46, formulas 1 and 7.
func measure(pairs [][2]string) Figures {
	f := Figures{Both: len(pairs)}
	if f.Both == 0 {
		return f
	}
	n := float64(len(pairs))
	shares := map[string][2]float64{}
	for _, p := range pairs {
		if p[0] == p[1] {
			f.Agreed++
		}
		for i, c := range p {
			s := shares[c]
			s[i]++
			shares[c] = s
		}
	}
	f.Raw = float64(f.Agreed) / n
	sum := 0.0 // of whole numbers, so that the order does not matter
	for _, s := range shares {
		sum += s[0] * s[1]
	}
	f.Expected = sum / (n * n)
	if sum < n*n {
		kappa := (f.Raw - f.Expected) / (1 - f.Expected)
		err := math.Sqrt(f.Raw * (1 - f.Raw) / (n * (1 - f.Expected) * (1 - f.Expected)))
		f.Kappa, f.Interval = &kappa, &[2]float64{max(-1, kappa-1.96*err), min(1, kappa+1.96*err)}
	}
	return f
}

// confusion counts pairs by both categories, in the order of the verdicts.
func confusion(pairs [][2]string) (categories []string, table [][]int) {
	categories, table = []string{}, [][]int{}
	for _, p := range pairs {
		for _, c := range p {
			if !slices.Contains(categories, c) {
				categories = append(categories, c)
			}
		}
	}
	rank := func(c string) int {
		verdict, _, _ := strings.Cut(c, " ")
		return slices.Index(taxonomy.Verdicts, taxonomy.Verdict(verdict))
	}
	slices.SortFunc(categories, func(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) })
	for range categories {
		table = append(table, make([]int, len(categories)))
	}
	for _, p := range pairs {
		table[slices.Index(categories, p[0])][slices.Index(categories, p[1])]++
	}
	return categories, table
}
