package bench

import (
	"fmt"
	"slices"
	"strings"

	"concord/alignment/crosswalk/suggest"
)

// suggested writes how suggestions of crosswalks did on sources that their
// weights were not trained on.
func (r *Report) suggested(b *strings.Builder) {
	if r.Suggested == nil || r.Suggested.HeldOut == nil || len(r.Suggested.HeldOut.Splits) == 0 {
		return
	}
	h := r.Suggested.HeldOut
	fmt.Fprintf(b, "\n## Crosswalk suggestions by cross-validation\n\n`concord crosswalk suggest`, trained on %s: %d sources and %d pairs, %d of them among the candidates.\n", r.Suggested.Trained, h.Sources, h.Pairs, h.Reached)
	fmt.Fprintf(b, "Each source is judged by weights trained on the other four fifths; the mean of %d ways to fold, with the least and the most.\nPredicates are of the pairs among the candidates.\n\n", len(h.Splits))
	head(b, []string{"", "A@1", "MRR", "recall@10, exact", "predicate macro-F1"})
	cells := []string{"suggest"}
	for _, of := range []func(f *suggest.Figures) float64{
		func(f *suggest.Figures) float64 { return f.First }, func(f *suggest.Figures) float64 { return f.MRR },
		func(f *suggest.Figures) float64 { return f.Exact }, func(f *suggest.Figures) float64 { return f.MacroF1 },
	} {
		var all []float64
		sum := 0.0
		for i := range h.Splits {
			all = append(all, of(&h.Splits[i]))
			sum += all[i]
		}
		cells = append(cells, fmt.Sprintf("%s [%s, %s]", percent(sum/float64(len(all))), percent(slices.Min(all)), percent(slices.Max(all))))
	}
	row(b, cells)
	row(b, []string{"always the commonest predicate", "–", "–", "–", percent(h.Majority)})
	c := &Confusion{Classes: []string{"exact", "close", "broad", "narrow"}}
	for _, counts := range h.Splits[0].Counts {
		c.Counts = append(c.Counts, counts[:])
	}
	b.WriteString("\nThe first way to fold:\n\n" + c.Markdown())
	b.WriteString("\nThe weights that ship, which have seen these sources (the reference scorer prints the same as `concord bench --form crosswalk --run`):\n\n" +
		"    concord crosswalk suggest --from onet@29.2 --to esco@1.1.0 --kind occupation --top 10 --format tsv -o run.tsv\n" +
		"    python3 score_alignment.py --ranked --run run.tsv --ref crosswalk/gold_occupations.dev.tsv\n")
}
