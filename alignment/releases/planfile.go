package releases

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"concord/importers/source"
	"concord/taxonomy"
)

// PlanFormat is what the first line of a plan says that it is.
const PlanFormat = "concord-migration/1"

// A Head is the first line of a plan; the others are Steps.
type Head struct {
	Plan string       `json:"plan"` // PlanFormat
	From Release      `json:"from"`
	To   Release      `json:"to"`
	Kind string       `json:"kind"` // OfSet, OfDocuments or OfAlignments
	Set  taxonomy.URI `json:"set,omitempty"`
	Side string       `json:"side,omitempty"` // of the set that is of the old release
	Rows int          `json:"rows,omitempty"` // of the set
}

// Kinds of plans, by what they were made of.
const (
	OfSet        = "set"
	OfDocuments  = "documents"
	OfAlignments = "alignments"
)

// A Summary counts the steps of a plan.
type Summary struct {
	From      Release         `json:"from"`
	To        Release         `json:"to"`
	Steps     int             `json:"steps"`
	Verdicts  map[Verdict]int `json:"verdicts"`
	Whys      map[Why]int     `json:"whys"`
	Elsewhere int             `json:"elsewhere"` // alignments or rows of other frameworks, which the plan leaves alone
	Documents []Affected      `json:"documents"` // those with something to review or dead, worst first
	Clean     int             `json:"clean"`     // documents whose alignments all go on by themselves
	Concepts  []Hit           `json:"concepts"`  // concepts that need a person, by how many alignments rest on them
}

// An Affected is a document and what becomes of its alignments.
type Affected struct {
	File     string          `json:"file"`
	Document string          `json:"document,omitempty"`
	Digest   string          `json:"digest,omitempty"`
	Verdicts map[Verdict]int `json:"verdicts"`
}

// A Hit is a concept of the old release that is not automatic.
type Hit struct {
	URI     taxonomy.URI `json:"uri"`
	Label   string       `json:"label"`
	Verdict Verdict      `json:"verdict"`
	Why     Why          `json:"why"`
	Reason  string       `json:"reason"`
	After   *Target      `json:"after,omitempty"`
	Count   int          `json:"count"`
}

// A PlanWriter writes a plan as it is made, and sums it up.
type PlanWriter struct {
	enc  *json.Encoder // nil: only the summary
	n    int
	sum  Summary
	docs map[[2]string]*Affected
	hits map[taxonomy.URI]*Hit
}

// NewPlanWriter writes the head of a plan to w, which may be nil.
func NewPlanWriter(w io.Writer, head Head) (*PlanWriter, error) {
	p := &PlanWriter{sum: Summary{From: head.From, To: head.To, Verdicts: map[Verdict]int{}, Whys: map[Why]int{}}, docs: map[[2]string]*Affected{}, hits: map[taxonomy.URI]*Hit{}}
	if w == nil {
		return p, nil
	}
	p.enc = json.NewEncoder(w)
	p.enc.SetEscapeHTML(false)
	head.Plan = PlanFormat
	if err := p.enc.Encode(head); err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	return p, nil
}

// Elsewhere counts an item that is none of the plan's.
func (p *PlanWriter) Elsewhere() { p.sum.Elsewhere++ }

// Add writes a step and counts it.
func (p *PlanWriter) Add(s Step) error {
	p.n++
	s.N = p.n
	p.sum.Steps++
	p.sum.Verdicts[s.Verdict]++
	p.sum.Whys[s.Why]++
	if key := [2]string{s.File, s.Digest}; s.File != "" {
		if p.docs[key] == nil {
			p.docs[key] = &Affected{File: s.File, Document: s.Document, Digest: s.Digest, Verdicts: map[Verdict]int{}}
		}
		p.docs[key].Verdicts[s.Verdict]++
	}
	if s.Verdict != Automatic {
		uri, label := s.Before.URI, s.Before.Label
		if s.Concept != nil {
			uri, label = s.Concept.URI, s.Concept.Label
		}
		h := p.hits[uri]
		if h == nil {
			h = &Hit{URI: uri, Label: label, Verdict: s.Verdict, Why: s.Why, Reason: s.Reason, After: s.After}
			p.hits[uri] = h
		}
		h.Count++
	}
	if p.enc == nil {
		return nil
	}
	if err := p.enc.Encode(s); err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	return nil
}

// Summary returns the counts so far.
func (p *PlanWriter) Summary() *Summary {
	s := p.sum
	s.Documents, s.Concepts = []Affected{}, []Hit{}
	for _, d := range p.docs {
		if d.Verdicts[Review]+d.Verdicts[Dead] > 0 {
			s.Documents = append(s.Documents, *d)
		} else {
			s.Clean++
		}
	}
	slices.SortFunc(s.Documents, func(x, y Affected) int {
		return cmp.Or(y.Verdicts[Dead]-x.Verdicts[Dead], y.Verdicts[Review]-x.Verdicts[Review], cmp.Compare(x.File, y.File), cmp.Compare(x.Digest, y.Digest))
	})
	for _, h := range p.hits {
		s.Concepts = append(s.Concepts, *h)
	}
	slices.SortFunc(s.Concepts, func(x, y Hit) int { return cmp.Or(y.Count-x.Count, cmp.Compare(x.URI, y.URI)) })
	return &s
}

// maxPlanLine bounds a line of a plan.
const maxPlanLine = 4 << 20

// ReadPlan reads a plan. What is not one is a *source.Error that names the line.
func ReadPlan(name string, r io.Reader) (*Head, []Step, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 1<<16), maxPlanLine)
	fail := func(line int, format string, args ...any) error {
		return &source.Error{File: name, Line: line, Text: fmt.Sprintf(format, args...)}
	}
	var head *Head
	var steps []Step
	n := 0
	for in.Scan() {
		n++
		if len(in.Bytes()) == 0 {
			continue
		}
		if head == nil {
			head = &Head{}
			if err := json.Unmarshal(in.Bytes(), head); err != nil || head.Plan != PlanFormat {
				return nil, nil, fail(n, "is no plan: its first line must say \"plan\":%q; make one with concord migrate --from R1 --to R2 -o FILE", PlanFormat)
			}
			continue
		}
		var s Step
		if err := json.Unmarshal(in.Bytes(), &s); err != nil {
			return nil, nil, fail(n, "is no step of a plan: %v", err)
		}
		switch {
		case s.Verdict != Automatic && s.Verdict != Review && s.Verdict != Dead:
			return nil, nil, fail(n, "has the verdict %q; it is one of %v", s.Verdict, Verdicts)
		case s.Accepted && (s.After == nil || s.After.URI == ""):
			return nil, nil, fail(n, "is accepted but says no target; give one in after.uri")
		}
		steps = append(steps, s)
	}
	if err := in.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return nil, nil, fail(n+1, "is longer than %d MiB", maxPlanLine>>20)
		}
		return nil, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if head == nil {
		return nil, nil, &source.Error{File: name, Text: "is empty; a plan was expected"}
	}
	return head, steps, nil
}
