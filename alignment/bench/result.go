package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Result is what one system reached on one set. Figures are shares, 0 to 1.
type Result struct {
	Set         string                `json:"set"`
	System      string                `json:"system"`
	Scheme      string                `json:"scheme,omitempty"`
	Form        Form                  `json:"form"`
	Queries     int                   `json:"queries"`
	Answered    int                   `json:"answered"`
	Unknown     int                   `json:"unknown,omitempty"` // queries of the run that neither the gold nor the negatives have
	Metrics     map[string]Figure     `json:"metrics"`
	Baseline    string                `json:"baseline,omitempty"`
	Differences map[string]Difference `json:"differences,omitempty"` // this system less the baseline
	Abstention  *Abstention           `json:"abstention,omitempty"`
	Calibration *Calibration          `json:"calibration,omitempty"`
	Pairs       *PairScores           `json:"pairs,omitempty"`
	Latency     *Latency              `json:"latency,omitempty"`

	scores *Scores
}

// Abstention says how well the score of the best concept tells queries that
// have an answer from those that have none.
type Abstention struct {
	AUROC   Figure `json:"auroc"`
	With    int    `json:"with"`
	Without int    `json:"without"`
}

// calibrated is how many of a query's concepts are calibrated: what a person is shown.
const calibrated = 5

// Evaluate scores a run over the set.
func (s *Set) Evaluate(system string, run Run) (*Result, error) {
	negative := map[string]bool{}
	for _, q := range s.Negatives {
		negative[q.ID] = true
	}
	known := Run{}
	for id, ranked := range run {
		if !negative[id] {
			known[id] = ranked
		}
	}
	scores, err := s.Form.Score(s.Gold, known)
	if err != nil {
		return nil, err
	}
	r := &Result{Set: s.Name, System: system, Form: s.Form, Queries: len(s.Gold.IDs), Answered: scores.Answered, Unknown: scores.Unknown, Metrics: scores.Figures(), scores: scores}
	probable := run.probable()
	if len(s.Negatives) > 0 {
		var with, without []float64
		for _, id := range s.Gold.IDs {
			with = append(with, confidence(run[id], probable))
		}
		for _, q := range s.Negatives {
			without = append(without, confidence(run[q.ID], probable))
		}
		auroc, err := AUROC(with, without)
		if err != nil {
			return nil, err
		}
		r.Abstention = &Abstention{auroc, len(with), len(without)}
	}
	if probable {
		if r.Calibration, err = Calibrate(s.Outcomes(run)); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Outcomes are the probabilities a person would be shown: those of the first
// five concepts of every query of the set, negatives among them.
func (s *Set) Outcomes(run Run) []Outcome {
	var out []Outcome
	of := func(id string) {
		ranked := run[id]
		for _, p := range ranked[:min(calibrated, len(ranked))] {
			out = append(out, Outcome{p.Probability, s.Gold.Relevant[id][p.ID]})
		}
	}
	for _, id := range s.Gold.IDs {
		of(id)
	}
	for _, q := range s.Negatives {
		of(q.ID)
	}
	return out
}

// Compare adds how far r is from another result on the same set.
func (r *Result) Compare(name string, other *Result) error {
	diff, err := r.scores.Compare(other.scores)
	if err != nil {
		return fmt.Errorf("comparing %s with %s on %s: %w", r.System, name, r.Set, err)
	}
	r.Baseline, r.Differences = name, diff
	return nil
}

// shown are the metrics that are printed: the form's first ones that were measured.
func (r *Result) shown() []string {
	return slices.DeleteFunc(r.Form.headlines(), func(m string) bool { _, ok := r.Metrics[m]; return !ok })
}

func (f Figure) String() string {
	return fmt.Sprintf("%s [%s, %s]", percent(f.Value), percent(f.Low), percent(f.High))
}

// Print writes r as one aligned table, figures in per cent.
func (r *Result) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", r.Set, r.System)
	if r.Scheme != "" {
		fmt.Fprintf(&b, " over %s", r.Scheme)
	}
	fmt.Fprintf(&b, ", %d of %d queries answered", r.Answered, r.Queries)
	if r.Unknown > 0 {
		fmt.Fprintf(&b, "; %d others have no gold and do not count", r.Unknown)
	}
	b.WriteString("\n\n")
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "metric\t%\t95 % interval")
	if r.Baseline != "" {
		fmt.Fprintf(t, "\tless %s\t95 %% interval\tp", r.Baseline)
	}
	fmt.Fprintln(t)
	row := func(name string, f Figure) {
		fmt.Fprintf(t, "%s\t%s\t%s – %s", name, percent(f.Value), percent(f.Low), percent(f.High))
		if d, ok := r.Differences[name]; ok {
			fmt.Fprintf(t, "\t%+.1f\t%+.1f – %+.1f\t%.3f", 100*d.Value, 100*d.Low, 100*d.High, d.P)
		}
		fmt.Fprintln(t)
	}
	for _, m := range r.shown() {
		row(m, r.Metrics[m])
	}
	if a := r.Abstention; a != nil {
		row(fmt.Sprintf("abstention AUROC (%d with, %d without)", a.With, a.Without), a.AUROC)
	}
	plain := func(name string, v float64) { fmt.Fprintf(t, "%s\t%s\n", name, percent(v)) }
	if p := r.Pairs; p != nil {
		plain("precision", p.Precision)
		plain("recall", p.Recall)
		plain("F1", p.F1)
		if p.Relations != nil {
			plain("relation accuracy", p.Relations.Accuracy())
			plain("relation macro-F1", p.Relations.MacroF1())
		}
	}
	if c := r.Calibration; c != nil {
		plain("calibration error, bins of equal width", c.EqualWidth)
		plain("calibration error, bins of equal mass", c.EqualMass)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	if l := r.Latency; l != nil {
		fmt.Fprintf(&b, "\np50 %.2f ms, p95 %.2f ms, p99 %.2f ms a query; %.0f a second on %d cores\n", l.P50, l.P95, l.P99, l.PerSecond, l.Cores)
	}
	if r.Pairs != nil && r.Pairs.Relations != nil {
		b.WriteString("\n" + r.Pairs.Relations.Markdown())
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}
