package review

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"concord/taxonomy"
)

// A Queue gathers what waits for reviewers, of mapping sets and of documents,
// and weighs it. In a task about a document Set is empty, Subject is the
// document's digest and SubjectLabel its name.
type Queue struct {
	Tasks []Task
	uses  map[taxonomy.URI]int // concept → tasks and accepted alignments of documents that name it
}

// Add puts tasks into the queue.
func (q *Queue) Add(tasks ...Task) { q.Tasks = append(q.Tasks, tasks...) }

// OfDocument returns what is proposed for a document and not decided yet, by
// the standing decisions.
func OfDocument(digest taxonomy.URI, name string, proposed []taxonomy.Mapping, judged *Judged) []Task {
	var out []Task
	for _, m := range proposed {
		m.Set, m.Subject, m.SubjectLabel, m.Status = "", digest, name, taxonomy.Proposed
		if d, ok := judged.last[[2]taxonomy.URI{digest, m.Object}]; ok {
			if d.Verdict != taxonomy.DontKnow {
				continue
			}
			m.Status = taxonomy.Unsure
		}
		out = append(out, Task{Mapping: m, Uncertain: uncertain(m.Confidence)})
	}
	return out
}

// UnsureOf returns what the last standing decision leaves unsure about
// documents that are not among kept, by document and concept. Their names are
// not known here, and nothing says how likely they are.
func UnsureOf(judged *Judged, kept map[taxonomy.URI]bool) []Task {
	var out []Task
	for _, d := range judged.last {
		if d.Set == "" && d.Verdict == taxonomy.DontKnow && !kept[d.Subject] {
			out = append(out, Task{Mapping: taxonomy.Mapping{Subject: d.Subject, Predicate: d.Predicate, Object: d.Object, Status: taxonomy.Unsure}, Uncertain: uncertain(nil)})
		}
	}
	slices.SortFunc(out, func(a, b Task) int { return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Object, b.Object)) })
	return out
}

// Weigh sets what hangs on each task and sorts by uncertainty × impact, the
// most first, then by set, subject and object. The impact of a task is
// 1 + log₂(1 + n), where n is how many other tasks and how many accepted
// alignments of documents name one of its concepts: a mistake about a concept
// that many use is made many times, but the hundredth use adds little.
func (q *Queue) Weigh(ctx context.Context, r taxonomy.Reader) error {
	q.uses = map[taxonomy.URI]int{}
	for d, err := range r.Decisions(ctx, taxonomy.DecisionFilter{Standing: true}) {
		if err != nil {
			return fmt.Errorf("reading what was decided: %w", err)
		}
		if d.Set == "" && (d.Verdict == taxonomy.Accept || d.Verdict == taxonomy.Change) {
			q.uses[d.Object]++
		}
	}
	for i := range q.Tasks {
		for _, uri := range q.Tasks[i].concepts() {
			q.uses[uri]++
		}
	}
	for i := range q.Tasks {
		t := &q.Tasks[i]
		t.Uses = 0
		for _, uri := range t.concepts() {
			t.Uses += q.uses[uri] - 1 // this task itself
		}
		t.Impact = 1 + math.Log2(1+float64(t.Uses))
	}
	slices.SortStableFunc(q.Tasks, func(a, b Task) int {
		return cmp.Or(cmp.Compare(b.Uncertain*b.Impact, a.Uncertain*a.Impact), cmp.Compare(a.Set, b.Set), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Object, b.Object))
	})
	return nil
}

// concepts are the concepts that a task names.
func (t *Task) concepts() []taxonomy.URI {
	var out []taxonomy.URI
	if t.Set != "" && t.Subject != "" && t.Subject != taxonomy.NoTerm {
		out = append(out, t.Subject)
	}
	if t.Object != "" && t.Object != taxonomy.NoTerm {
		out = append(out, t.Object)
	}
	return out
}

// uncertain is how little a confidence decides: the binary entropy of it in
// bits, −p log₂ p − (1−p) log₂ (1−p), which is 1 at a half and 0 at the ends; 1
// where there is none.
func uncertain(confidence *float64) float64 {
	if confidence == nil {
		return 1
	}
	h := 0.0
	for _, p := range []float64{*confidence, 1 - *confidence} {
		if p > 0 && p < 1 {
			h -= p * math.Log2(p)
		}
	}
	return math.Round(h*1e9) / 1e9 // so that .1 and .9 are alike
}
