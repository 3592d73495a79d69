package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Markdown writes the report for people. command is what reproduces it;
// diagram is the path of the reliability diagram relative to the report, ""
// if there is none.
func (r *Report) Markdown(w io.Writer, command, diagram string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Quality\n\nWritten by `%s`; not edited by hand.\n\n", command)
	fmt.Fprintf(&b, "Figures are percentages, macro-averaged over queries, with 95 %% intervals in brackets: the 2.5th and 97.5th percentile of\n%d bootstrap resamples of the queries (seed %d). A comparison is the difference on the same resamples; p is two-sided.\n", Resamples, Seed)
	b.WriteString("Times are per query, warm, one query after the other on one core; a second counts all cores. They differ from machine to machine,\nthe rest does not. RP@k is the share of the right concepts in the first k, of those that fit there. Metrics are those of the\nreference scorers of the sets.\n")
	if len(r.Headline) > 0 {
		fmt.Fprintf(&b, "\n## Mean of %s\n\n", strings.Join(headlineSets, " and "))
		metrics := Extraction.headlines()
		head(&b, append([]string{"system"}, metrics...))
		for _, h := range r.Headline {
			cells := []string{h.System}
			for _, m := range metrics {
				cells = append(cells, h.Figures[m].String())
			}
			row(&b, cells)
		}
	}
	for i := range r.Sets {
		r.Sets[i].markdown(&b, append(publishedFor(r.Sets[i].Task), r.publishedOf(r.Sets[i].Task)...))
	}
	if rows := publishedFor("melo"); len(rows) > 0 && slices.ContainsFunc(r.Sets, func(s SetReport) bool { return s.Form == MELO }) {
		b.WriteString("\n## MELO, English: published\n\nThe set is not measured here; it is the one most often quoted.\n\n")
		head(&b, []string{"system", "MRR", "source"})
		for _, p := range rows {
			row(&b, []string{p.System, fmt.Sprintf("%.1f", p.Figures["MRR"]), p.Source})
		}
	}
	r.ranker(&b)
	r.calibration(&b, diagram)
	r.documents(&b)
	r.predicates(&b)
	r.suggested(&b)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

func head(b *strings.Builder, cells []string) {
	row(b, cells)
	b.WriteString("|" + strings.Repeat("---|", len(cells)) + "\n")
}

func row(b *strings.Builder, cells []string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// shownMethods is how many published methods of a MELO set are shown.
const shownMethods = 6

func (r *Report) publishedOf(set string) []Published {
	var out []Published
	for _, p := range r.Published {
		if p.Task == set && set != "" && len(out) < shownMethods {
			out = append(out, p)
		}
	}
	return out
}

func (s *SetReport) markdown(b *strings.Builder, others []Published) {
	fmt.Fprintf(b, "\n## %s\n\n%s; %s; %d queries", s.Name, s.What, s.Scheme, s.Queries)
	if s.Negatives > 0 {
		fmt.Fprintf(b, " and %d that state no skill", s.Negatives)
	}
	b.WriteString(".\n\n")
	metrics := s.Form.headlines()
	last := "AUROC"
	if s.Negatives == 0 {
		last = ""
	}
	titles := append([]string{"system"}, metrics...)
	if last != "" {
		titles = append(titles, last)
	}
	head(b, append(titles, "p50 / p95 / p99 ms", "a second"))
	for _, res := range s.Results {
		cells := []string{res.System}
		for _, m := range metrics {
			cells = append(cells, res.Metrics[m].String())
		}
		if last != "" {
			cells = append(cells, res.Abstention.AUROC.String())
		}
		l := res.Latency
		row(b, append(cells, fmt.Sprintf("%.2f / %.2f / %.2f", l.P50, l.P95, l.P99), fmt.Sprintf("%.0f", l.PerSecond)))
	}
	s.others(b, metrics, others, len(titles)+2)
	comparisons(b, s.Form, s.Results, "")
	comparisons(b, s.Form, s.Ablations, "Without one signal: ")
}

// others adds the rows of published figures to the table of a set.
func (s *SetReport) others(b *strings.Builder, metrics []string, others []Published, width int) {
	for _, p := range others {
		cells := []string{"*" + p.System + "* (" + p.Source + ")"}
		for _, m := range metrics {
			if v, ok := p.Figures[m]; ok {
				cells = append(cells, fmt.Sprintf("%.1f", v))
			} else {
				cells = append(cells, "–")
			}
		}
		for len(cells) < width {
			cells = append(cells, "–")
		}
		row(b, cells)
	}
	if len(others) > 0 && s.Form == Extraction {
		b.WriteString("\nThe rows in italics are over the test half of this set: other sentences, labelled alike.\n")
	}
}

// comparisons writes a table of differences in the first metrics of a form.
func comparisons(b *strings.Builder, form Form, results []*Result, title string) {
	metrics := []string{"RP@5", "MRR"}
	if form != Extraction {
		metrics = []string{"A@1", "MRR"}
	}
	first := true
	for _, res := range results {
		if res.Differences == nil {
			continue
		}
		if first {
			fmt.Fprintf(b, "\n%sdifference from %s:\n\n", title, res.Baseline)
			head(b, []string{"system", metrics[0], "p", metrics[1], "p"})
			first = false
		}
		cells := []string{res.System}
		for _, m := range metrics {
			d := res.Differences[m]
			cells = append(cells, fmt.Sprintf("%+.1f [%+.1f, %+.1f]", 100*d.Value, 100*d.Low, 100*d.High), fmt.Sprintf("%.3f", d.P))
		}
		row(b, cells)
	}
}

// ranker writes how the ranker did on sentences that it was not trained on.
func (r *Report) ranker(b *strings.Builder) {
	if r.Ranker == nil {
		return
	}
	b.WriteString("\n## The ranker by cross-validation\n\nThe shipped ranker is trained on the sentences below, so the rows `full` and `align` of these sets flatter it. Here each\nsentence is judged by trees grown on the other four fifths. Before: the order of the fixed sum, `fusion`.\n\n")
	head(b, []string{"sentences", "with a skill", "without", "RP@5 before", "RP@5", "AUROC, with against without"})
	for _, s := range r.Ranker.Sources {
		cells := []string{s.Source, fmt.Sprint(s.With), fmt.Sprint(s.Without), "–", "–", "–"}
		if s.With > 0 {
			cells[3], cells[4] = percent(s.RP5Before), percent(s.RP5)
		}
		if s.With > 0 && s.Without > 0 {
			cells[5] = percent(s.Abstention)
		}
		row(b, cells)
	}
	fmt.Fprintf(b, "\nCalibration error %s over %d candidates shown with a probability of 0.1 or more; of those with 0.5 or more, %s are right.\n", percent(r.Ranker.Calibration), r.Ranker.Shown, percent(r.Ranker.Precision))
}

func (r *Report) calibration(b *strings.Builder, diagram string) {
	first := true
	for _, s := range r.Sets {
		for _, res := range s.Results {
			c := res.Calibration
			if c == nil {
				continue
			}
			if first {
				b.WriteString("\n## Calibration\n\nOf the probabilities of the first five concepts of each query, those that state no skill among them. The error is the mean\ndistance between probability shown and share right over 10 bins.\n\n")
				head(b, []string{"set", "system", "outcomes", "error, equal width", "error, equal mass", "Brier"})
				first = false
			}
			row(b, []string{s.Name, res.System, fmt.Sprint(c.N), percent(c.EqualWidth), percent(c.EqualMass), fmt.Sprintf("%.3f", c.Brier)})
		}
	}
	if !first && diagram != "" {
		fmt.Fprintf(b, "\n![Reliability: probability shown against share that came true](%s)\n", diagram)
	}
}

func (r *Report) predicates(b *strings.Builder) {
	if r.Majority == nil {
		return
	}
	b.WriteString("\n## Predicates\n\nFor the gold pairs of the O*NET crosswalk slice, each by weights trained without its title (five folds).\n\n")
	head(b, []string{"", "accuracy", "macro-F1"})
	row(b, []string{"always the commonest", percent(r.Majority.Accuracy()), percent(r.Majority.MacroF1())})
	if c := r.Predicates; c != nil {
		row(b, []string{"the engine", percent(c.Accuracy()), percent(c.MacroF1())})
		b.WriteString("\n" + c.Markdown())
	}
}

// Diagram returns the reliability diagram of a system over all its sets that
// have probabilities, or "" if none has.
func (r *Report) Diagram(system string) string {
	for _, s := range r.Sets {
		if res := find(s.Results, system); res != nil && res.Calibration != nil {
			return res.Calibration.SVG(system + " on " + s.Name)
		}
	}
	return ""
}
