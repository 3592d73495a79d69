package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A Gate holds what results must not fall below, by "set/system"; what stands
// behind a blank tells several figures of one system apart and means nothing:
// {"house.validation/full": {"metric": "RP@5", "floor": 0.61, "noise": 0.02}}.
type Gate map[string]Bound

// A Bound is a floor, or a ceiling where less is better. Figures are shares.
type Bound struct {
	Metric  string   `json:"metric"` // one of the set's, or AUROC, ECE, relation macro-F1, p50ms, p95ms, p99ms
	Floor   *float64 `json:"floor,omitempty"`
	Ceiling *float64 `json:"ceiling,omitempty"`
	Noise   float64  `json:"noise,omitempty"` // how far beyond the bound is still chance
}

// ReadGate reads a gate. A name that no figure can meet is an error.
func ReadGate(r io.Reader, file string) (Gate, error) {
	var g Gate
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&g); err != nil {
		return nil, fmt.Errorf("%w: %s: %v", taxonomy.ErrInvalid, file, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %s: something follows the JSON object", taxonomy.ErrInvalid, file)
	}
	for _, name := range slices.Sorted(maps.Keys(g)) {
		b := g[name]
		set, system := target(name)
		switch {
		case set == "" || system == "":
			return nil, fmt.Errorf("%w: %s: the name %q is not set/system", taxonomy.ErrInvalid, file, name)
		case b.Metric == "":
			return nil, fmt.Errorf("%w: %s: %q names no metric", taxonomy.ErrInvalid, file, name)
		case (b.Floor == nil) == (b.Ceiling == nil):
			return nil, fmt.Errorf("%w: %s: %q needs a floor or a ceiling", taxonomy.ErrInvalid, file, name)
		case b.Noise < 0:
			return nil, fmt.Errorf("%w: %s: the noise of %q is negative", taxonomy.ErrInvalid, file, name)
		}
	}
	return g, nil
}

// target cuts the name of a bound into set and system.
func target(name string) (set, system string) {
	name, _, _ = strings.Cut(name, " ")
	set, system, _ = strings.Cut(name, "/")
	return set, system
}

// Figure returns the figure of r that a gate calls metric.
func (r *Result) Figure(metric string) (float64, bool) {
	if f, ok := r.Metrics[metric]; ok {
		return f.Value, true
	}
	switch {
	case metric == "AUROC" && r.Abstention != nil:
		return r.Abstention.AUROC.Value, true
	case metric == "ECE" && r.Calibration != nil:
		return r.Calibration.EqualWidth, true
	case metric == "relation macro-F1" && r.Pairs != nil && r.Pairs.Relations != nil:
		return r.Pairs.Relations.MacroF1(), true
	case metric == "p50ms" && r.Latency != nil:
		return r.Latency.P50, true
	case metric == "p95ms" && r.Latency != nil:
		return r.Latency.P95, true
	case metric == "p99ms" && r.Latency != nil:
		return r.Latency.P99, true
	}
	return 0, false
}

// A Failure is a bound that did not hold.
type Failure struct {
	Name   string   `json:"name"`
	Metric string   `json:"metric"`
	Value  *float64 `json:"value"` // nil: it was not measured
	Bound  Bound    `json:"bound"`
}

func (f Failure) String() string {
	if f.Value == nil {
		return fmt.Sprintf("%s: %s was not measured", f.Name, f.Metric)
	}
	if f.Bound.Floor != nil {
		return fmt.Sprintf("%s: %s is %.4f, below %.4f less %.4f", f.Name, f.Metric, *f.Value, *f.Bound.Floor, f.Bound.Noise)
	}
	return fmt.Sprintf("%s: %s is %.4f, above %.4f and %.4f", f.Name, f.Metric, *f.Value, *f.Bound.Ceiling, f.Bound.Noise)
}

// Of returns the bounds that speak of one set and system.
func (g Gate) Of(set, system string) Gate {
	out := Gate{}
	for name, b := range g {
		if s, sys := target(name); s == set && sys == system {
			out[name] = b
		}
	}
	return out
}

// Check returns the bounds that results do not hold, by name. A figure that
// was not measured holds none.
func (g Gate) Check(results []*Result) []Failure {
	var out []Failure
	for _, name := range slices.Sorted(maps.Keys(g)) {
		b := g[name]
		set, system := target(name)
		var value *float64
		for _, r := range results {
			if r.Set == set && r.System == system {
				if v, ok := r.Figure(b.Metric); ok && !math.IsNaN(v) {
					value = &v
				}
			}
		}
		if value == nil || b.Floor != nil && *value < *b.Floor-b.Noise || b.Ceiling != nil && *value > *b.Ceiling+b.Noise {
			out = append(out, Failure{name, b.Metric, value, b})
		}
	}
	return out
}
