package importers

import (
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A Report says what an import read and wrote, and lists what it could not use.
type Report struct {
	Format    string         `json:"format"`
	Release   string         `json:"release"` // "esco@1.2.0"
	Title     string         `json:"title,omitempty"`
	Action    Action         `json:"action"`
	DryRun    bool           `json:"dryRun,omitempty"`
	Files     []FileReport   `json:"files"`
	Concepts  int            `json:"concepts"` // put for the first time in this import
	Labels    int            `json:"labels"`   // read, before identical ones are joined
	Relations int            `json:"relations"`
	Mappings  int            `json:"mappings"`
	Counts    map[string]int `json:"problemCounts"` // by code
	Problems  []Problem      `json:"problems"`      // in the order found
}

// NewReport returns a report with nothing in it.
func NewReport(format string, ref taxonomy.Ref) *Report {
	return &Report{Format: format, Release: ref.String(), Files: []FileReport{}, Counts: map[string]int{}, Problems: []Problem{}}
}

// A FileReport says what was read of one file.
type FileReport struct {
	File     string `json:"file"`
	Rows     int    `json:"rows"` // records, nodes or triples, as the format counts them
	Problems int    `json:"problems"`
}

// A Problem is a part of a source that was skipped or repaired: nothing is
// dropped silently.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`    // 1-based; 0 if not known
	Pointer string `json:"pointer,omitempty"` // JSON pointer, for JSON sources
	Code    string `json:"code"`              // stable, kebab-case: "dangling-relation"
	Text    string `json:"text"`
}

// Add records problems that were found outside the reading of files.
func (r *Report) Add(problems ...Problem) {
	for _, p := range problems {
		r.Problems = append(r.Problems, p)
		r.Counts[p.Code]++
	}
}

func (p Problem) String() string {
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, p.Line)
	}
	if p.Pointer != "" {
		place += " " + p.Pointer
	}
	if p.Code == "" {
		return place + ": " + p.Text
	}
	return fmt.Sprintf("%s: %s [%s]", place, p.Text, p.Code)
}

// Codes returns the problem codes of r, most frequent first, then by name.
func (r *Report) Codes() []string {
	codes := make([]string, 0, len(r.Counts))
	for c := range r.Counts {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b string) int {
		if d := r.Counts[b] - r.Counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return codes
}

// An Action says what an import does to the store.
type Action string

const (
	Create    Action = "create"    // the release is new
	Replace   Action = "replace"   // the release is there and is read anew
	Merge     Action = "merge"     // the release is there and gains languages or relations
	Unchanged Action = "unchanged" // the store holds these very bytes
)

// A Plan is one release to be read from one group of files.
type Plan struct {
	Format  string
	Release taxonomy.Release // Ref, Format, Digest and Parts; the rest comes with reading
	in      []*input
	opt     Options
	format  *format
}

// Files returns the paths the plan reads, in order.
func (p *Plan) Files() []string {
	paths := make([]string, len(p.in))
	for i, in := range p.in {
		paths[i] = in.Path
	}
	return paths
}

// Size returns the bytes the plan reads.
func (p *Plan) Size() int64 {
	var n int64
	for _, in := range p.in {
		n += in.Size
	}
	return n
}

// Against decides what importing p does to a store that holds existing (nil
// if the release is not there), and returns the release as it is to be stored.
//
// The same bytes leave the store unchanged. An ESCO import that brings only
// files the release does not hold yet (other languages, the relations archive)
// merges; everything else replaces the release.
func (p *Plan) Against(existing *taxonomy.Release) (Action, taxonomy.Release) {
	if existing == nil {
		return Create, p.Release
	}
	held := make(map[string]string, len(existing.Parts)) // part key → digest
	for _, part := range existing.Parts {
		held[p.format.partKey(part.Name)] = part.Digest
	}
	news, clash := 0, false
	for _, part := range p.Release.Parts {
		switch digest, ok := held[p.format.partKey(part.Name)]; {
		case !ok:
			news++
		case digest != part.Digest:
			clash = true
		}
	}
	switch {
	case existing.Format == p.Format && !clash && news == 0 && (p.format.merges || len(p.Release.Parts) == len(existing.Parts)):
		return Unchanged, *existing
	case existing.Format == p.Format && !clash && p.format.merges && news > 0:
		rel := p.Release
		rel.Parts = slices.Clone(existing.Parts)
		for _, part := range p.Release.Parts {
			if _, ok := held[p.format.partKey(part.Name)]; !ok {
				rel.Parts = append(rel.Parts, part)
			}
		}
		rel.Parts, rel.Digest = digestOf(rel.Parts)
		return Merge, rel
	}
	return Replace, p.Release
}
