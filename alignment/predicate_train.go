package alignment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"concord/taxonomy"
)

// A CrosswalkRow says how a concept stands to a text, as people judged it.
type CrosswalkRow struct {
	Set         string // the crosswalk it is from
	Lang        taxonomy.Lang
	Title       string
	Description string // "" if there is none
	Concept     taxonomy.URI
	Predicate   taxonomy.Match // from the text to the concept, unless the direction of the set is unsure
}

// A RelatorReport is how a relator does on rows it was not trained on.
type RelatorReport struct {
	Vectors RelatorFigures   `json:"vectors"` // rows with vectors: five folds over titles, the first split
	Splits  []float64        `json:"splits"`  // macro-F1 of the same by other splits
	Words   []RelatorFigures `json:"words"`   // rows without vectors: each set by weights trained on the others
	Sets    []SetUse         `json:"sets"`    // in order of first row
}

// RelatorFigures is a confusion of predicates.
type RelatorFigures struct {
	Set     string  `json:"set"`
	Rows    int     `json:"rows"`
	Counts  [][]int `json:"counts"` // true → told, in the order of relatorClasses
	MacroF1 float64 `json:"macroF1"`
}

// A SetUse says what became of the rows of a set.
type SetUse struct {
	Set       string     `json:"set"`
	Used      int        `json:"used"`
	Unknown   int        `json:"unknown"` // no release has the concept with a label in the language
	Groups    int        `json:"groups"`  // rows of occupation groups: broader by what they are
	Direction *Direction `json:"direction,omitempty"`
}

const (
	relatorFolds   = 5
	relatorSplits  = 8   // for knowing how much a split matters
	relatorPenalty = 10  // L2, on standardised weights
	classPower     = 0.5 // rows weigh (rows / rows of their class) to this power: between accuracy and macro-F1's rare classes
)

// A judged row is a row as the regression sees it.
type judgedRow struct {
	f      standing
	class  int
	weight float64
	title  string
	set    string
}

// TrainRelator trains a relator on rows, over the releases of the engine: a
// row is compared with the first that has its concept in its language. The
// direction of the sets in unsure is told from their labels; one that stays
// undecided is left out.
func (e *Engine) TrainRelator(ctx context.Context, rows []CrosswalkRow, unsure []string, trained string) (*Relator, *RelatorReport, error) {
	report := &RelatorReport{}
	var withVector, without []judgedRow
	for _, set := range setsOf(rows) {
		judged, use, err := e.judgedRows(ctx, set, slices.Contains(unsure, set[0].Set))
		if err != nil {
			return nil, nil, err
		}
		report.Sets = append(report.Sets, use)
		for _, j := range judged {
			if j.vector {
				withVector = append(withVector, j.judgedRow)
			} else {
				without = append(without, j.judgedRow)
			}
		}
	}
	for _, side := range []struct {
		rows []judgedRow
		what string
	}{{withVector, "in a language the vector table knows"}, {without, "in a language it does not know"}} {
		if err := everyClass(side.rows); err != nil {
			return nil, nil, fmt.Errorf("rows %s: %w", side.what, err)
		}
	}
	evenSets(without)
	r := &Relator{Names: standingNames[:], Classes: relatorClasses, Trained: trained, Vectors: fitVerdict(withVector), Words: fitVerdict(without)}
	for split := range relatorSplits {
		figures := RelatorFigures{Set: "five folds", Counts: newCounts()}
		for k := range relatorFolds {
			in := func(j judgedRow) bool { return foldOf(j.title, byte(split)) == k }
			v := fitVerdict(slices.DeleteFunc(slices.Clone(withVector), in))
			figures.add(v, withVector, in)
			if split == 0 {
				r.HeldOut = append(r.HeldOut, v)
			}
		}
		if split == 0 {
			report.Vectors = figures.scored()
		}
		report.Splits = append(report.Splits, figures.scored().MacroF1)
	}
	for _, use := range report.Sets {
		in := func(j judgedRow) bool { return j.set == use.Set }
		if !slices.ContainsFunc(without, in) {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(without), in)
		if everyClass(others) != nil {
			continue
		}
		figures := RelatorFigures{Set: use.Set, Counts: newCounts()}
		figures.add(fitVerdict(others), without, in)
		report.Words = append(report.Words, figures.scored())
	}
	return r, report, nil
}

// setsOf parts rows by set, in order of first row.
func setsOf(rows []CrosswalkRow) [][]CrosswalkRow {
	at := map[string]int{}
	var out [][]CrosswalkRow
	for _, r := range rows {
		i, ok := at[r.Set]
		if !ok {
			i = len(out)
			at[r.Set] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

// A measuredRow is a judged row, whether it has a vector, and which of text
// (left) and preferred label is narrower, where the set's direction is unsure.
type measuredRow struct {
	judgedRow
	vector bool
	labels Specificity
}

// judgedRows measures the rows of one set. If its direction is unsure it is
// told from the labels, and rows are turned to run from text to concept.
func (e *Engine) judgedRows(ctx context.Context, rows []CrosswalkRow, unsure bool) ([]measuredRow, SetUse, error) {
	use := SetUse{Set: rows[0].Set}
	table := e.table
	if unsure {
		// Countries use the predicates each in their own way; together they would
		// drown the reviewed crosswalk that texts with vectors are judged by.
		table = nil
	}
	var out []measuredRow
	for _, byTitle := range titlesOf(rows) {
		if err := ctx.Err(); err != nil {
			return nil, use, err
		}
		first := byTitle[0]
		type seen struct {
			sub   subject
			found []match
		}
		analysed := map[[2]int]seen{} // by snapshot and pillar
		for _, row := range byTitle {
			n, c, label, ok := e.named(row)
			if !ok {
				use.Unknown++
				continue
			}
			s := e.snaps[n]
			if taxonomy.Kinds[s.kind[c]] == taxonomy.OccupationGroup {
				use.Groups++
				continue
			}
			class := slices.Index(relatorClasses, row.Predicate)
			if class < 0 {
				return nil, use, fmt.Errorf("%w: %s: %q and %s are said to be %q; exact, close, broad and narrow can be learned", taxonomy.ErrInvalid, row.Set, row.Title, row.Concept, row.Predicate)
			}
			key := [2]int{n, pillarOfKind[s.kind[c]]}
			a, ok := analysed[key]
			if !ok {
				a.sub, a.found = s.asTrained(table, first.Lang, first.Title, first.Description, s.kind[c])
				analysed[key] = a
			}
			f, _, _ := s.stands(table, a.sub, c, positionOf(c, a.found))
			m := measuredRow{judgedRow: judgedRow{f: f, class: class, weight: 1, title: row.Title, set: row.Set}, vector: a.sub.vector != nil}
			if unsure {
				m.labels = CompareLabels(row.Lang, row.Title, s.label.at(label))
			}
			out = append(out, m)
		}
	}
	if unsure {
		d := directionOf(out)
		use.Direction = &d
		if d.Says == Undecided {
			out = nil
		}
		if d.Says == FromConcept {
			for i := range out {
				out[i].class = slices.Index(relatorClasses, relatorClasses[out[i].class].Inverse())
			}
		}
	}
	use.Used = len(out)
	return out, use, nil
}

// titlesOf parts rows by title and description, so that a text is analysed once.
func titlesOf(rows []CrosswalkRow) [][]CrosswalkRow {
	at := map[[2]string]int{}
	var out [][]CrosswalkRow
	for _, r := range rows {
		key := [2]string{r.Title, r.Description}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

// named returns the first snapshot that has a row's concept in its language,
// and the concept's first label there: preferred labels come first.
func (e *Engine) named(row CrosswalkRow) (snap int, c, label uint32, ok bool) {
	for i, s := range e.snaps {
		c, has := s.concept(row.Concept)
		if !has {
			continue
		}
		for l := s.first[c]; l < s.first[c+1]; l++ {
			if s.Stamp.Analysed[s.lang[l]].Base() == row.Lang.Base() {
				return i, c, l, true
			}
		}
	}
	return 0, 0, 0, false
}

// evenSets lets every set count the same, so that the largest does not decide.
func evenSets(rows []judgedRow) {
	count := map[string]int{}
	for _, r := range rows {
		count[r.set]++
	}
	for i := range rows {
		rows[i].weight = evenRows / float64(count[rows[i].set])
	}
}

// evenRows is what a set weighs that is made even, in rows.
const evenRows = 1000

func everyClass(rows []judgedRow) error {
	for k, m := range relatorClasses {
		if !slices.ContainsFunc(rows, func(r judgedRow) bool { return r.class == k }) {
			return fmt.Errorf("%w: none says %s; every predicate is needed to learn from", taxonomy.ErrInvalid, m)
		}
	}
	return nil
}

func newCounts() [][]int {
	out := make([][]int, len(relatorClasses))
	for i := range out {
		out[i] = make([]int, len(relatorClasses))
	}
	return out
}

// add counts what v says of the rows for which in holds.
func (g *RelatorFigures) add(v Verdict, rows []judgedRow, in func(judgedRow) bool) {
	for _, r := range rows {
		if in(r) {
			told, _ := v.tell(r.f)
			g.Counts[r.class][told]++
			g.Rows++
		}
	}
}

// scored sets the mean F1 of the classes that occur.
func (g RelatorFigures) scored() RelatorFigures {
	classes, sum := 0, 0.0
	for k := range g.Counts {
		is, told := 0, 0
		for j := range g.Counts {
			is += g.Counts[k][j]
			told += g.Counts[j][k]
		}
		if is > 0 {
			classes++
			sum += 2 * float64(g.Counts[k][k]) / float64(is+told)
		}
	}
	g.MacroF1 = round(sum / math.Max(1, float64(classes)))
	return g
}
