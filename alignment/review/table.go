package review

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// A Line is one row of a table of decisions.
type Line struct {
	Word
	Number int // of the file, 1-based
}

// columns are the columns of a table of decisions; the first three must be there.
var columns = []string{"subject", "object", "verdict", "proposed", "predicate", "reason", "reviewer", "set"}

// ReadTable reads a CSV or TSV with a column for each part of a Word. What a
// row leaves blank is taken from otherwise. Rows without a verdict are not
// decided yet and are left out. The error is a source.Error with the line.
func ReadTable(f *source.File, otherwise Word) ([]Line, error) {
	t, err := source.NewTable(f, source.Dialect{})
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if err := t.Require(columns[:3]...); err != nil {
		return nil, err
	}
	var out []Line
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		get := func(name string) string {
			if !t.Has(name) {
				return ""
			}
			return strings.TrimSpace(row.Get(name))
		}
		w := Word{Set: cmp.Or(taxonomy.URI(get("set")), otherwise.Set), Subject: taxonomy.URI(get("subject")), Object: taxonomy.URI(get("object")),
			Verdict: taxonomy.Verdict(strings.ToLower(get("verdict"))), Reason: cmp.Or(get("reason"), otherwise.Reason), Reviewer: cmp.Or(get("reviewer"), otherwise.Reviewer)}
		if w.Verdict == "" {
			continue
		}
		for name, to := range map[string]*taxonomy.Match{"proposed": &w.Proposed, "predicate": &w.Predicate} {
			if *to, err = ParseMatch(get(name)); err != nil {
				return nil, &source.Error{File: f.Path, Line: row.Line, Text: fmt.Sprintf("the column %s: %v", name, err)}
			}
		}
		out = append(out, Line{w, row.Line})
	}
}
