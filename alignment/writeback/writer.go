package writeback

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"concord/alignment/jsonpatch"
	"concord/importers/source"
	"concord/taxonomy"
)

// A writer makes the patch of one request.
type writer struct {
	req     Request
	profile profile
	root    *source.Value
	holders []*source.Value
	out     *Outcome
	pointer string                  // property that put wrote to last
	spots   map[taxonomy.URI]string // property of each of what put adds, where they differ
	lists   map[string]bool         // properties that the patch has made lists
}

// run groups what was accepted by the part that gets it and lets the profile
// put each group there.
func (w *writer) run() error {
	for _, h := range w.profile.holders(w.root) {
		if w.root.At(h.Pointer()) == h { // else a repeated name hides it
			w.holders = append(w.holders, h)
		}
	}
	if len(w.holders) == 0 {
		return w.fail(nil, "%s", noPart(w.profile))
	}
	groups := map[*source.Value][]Accepted{}
	for _, a := range w.req.Accepted {
		if !strings.Contains(string(a.URI), ":") {
			return w.fail(nil, "cannot name the concept %s (%s): it has no URI, only a code; say --profile csv or jsonl for a table", a.URI, a.Label)
		}
		places, err := w.places(a)
		if err != nil {
			return err
		}
		for _, h := range places {
			groups[h] = append(groups[h], a)
		}
	}
	parts := slices.SortedFunc(maps.Keys(groups), func(a, b *source.Value) int { return a.Start - b.Start })
	for _, h := range parts {
		if err := w.part(h, groups[h]); err != nil {
			return err
		}
	}
	return nil
}

// part adds to one part what it does not state yet.
func (w *writer) part(h *source.Value, list []Accepted) error {
	known := map[string]bool{}
	for _, uri := range w.profile.stated(w, h) {
		known[conceptKey(uri)] = true
	}
	var fresh []Accepted
	for _, a := range list {
		key := conceptKey(string(a.URI))
		if known[key] {
			w.out.Present = append(w.out.Present, Placed{a.URI, a.Label, h.Pointer()})
			continue
		}
		known[key] = true
		fresh = append(fresh, a)
	}
	if len(fresh) == 0 {
		return nil
	}
	w.pointer, w.spots = h.Pointer(), map[taxonomy.URI]string{}
	if err := w.profile.put(w, h, fresh); err != nil {
		return err
	}
	for _, a := range fresh {
		pointer := w.pointer
		if own := w.spots[a.URI]; own != "" {
			pointer = own
		}
		w.out.Added = append(w.out.Added, Placed{a.URI, a.Label, pointer})
		w.lose(a)
	}
	return nil
}

// places returns the parts that get an alignment: the one the person names, or
// those that hold the evidence or are all there is around it.
func (w *writer) places(a Accepted) ([]*source.Value, error) {
	if w.req.To != "" {
		if h := w.around(w.root.At(w.req.To)); h != nil {
			return []*source.Value{h}, nil
		}
		return nil, w.fail(nil, "has no %s at %q; there is one at %s", w.profile.part, w.req.To, w.pointers())
	}
	var out []*source.Value
	for _, e := range a.Evidence {
		if e.Pointer == "" {
			continue
		}
		if h := w.around(w.root.At(e.Pointer)); h != nil && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	if len(w.holders) == 1 || w.profile.lead {
		return w.holders[:1], nil
	}
	return nil, w.fail(nil, "has %d places for %s (%s) and no words that tell which: name one with --to, as %s", len(w.holders), a.Label, a.URI, w.pointers())
}

// around returns the holder that v is in, or the only one in what v is in.
func (w *writer) around(v *source.Value) *source.Value {
	for ; v != nil; v = v.Parent() {
		if slices.Contains(w.holders, v) {
			return v
		}
		var only *source.Value
		for _, h := range w.holders {
			if h.Start >= v.Start && h.End <= v.End {
				if only != nil {
					return nil
				}
				only = h
			}
		}
		if only != nil {
			return only
		}
	}
	return nil
}

// pointers lists where the holders are, the first few of them.
func (w *writer) pointers() string {
	var out []string
	for i, h := range w.holders {
		if i == 3 {
			out = append(out, "…")
			break
		}
		out = append(out, fmt.Sprintf("%q", h.Pointer()))
	}
	return strings.Join(out, ", ")
}

// lose counts the facts of an alignment that the format has no place for.
func (w *writer) lose(a Accepted) {
	facts := []struct {
		what string
		has  bool
	}{
		{factPredicate, a.Predicate != ""}, {factProbability, a.Probability > 0}, {factEvidence, len(a.Evidence) > 0}, {factRelease, a.Release != ""},
		{factCode, a.Code != ""}, {factDescription, a.Description != ""}, {factReviewer, w.req.Reviewer != ""}, {factTime, !w.req.At.IsZero()},
	}
	for _, f := range facts {
		if !f.has || slices.Contains(w.profile.carries, f.what) {
			continue
		}
		i := slices.IndexFunc(w.out.NotCarried, func(l Loss) bool { return l.What == f.what })
		if i < 0 {
			i = len(w.out.NotCarried)
			w.out.NotCarried = append(w.out.NotCarried, Loss{What: f.what})
		}
		w.out.NotCarried[i].Count++
	}
}

func (w *writer) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(w.out.Notes, n) {
		w.out.Notes = append(w.out.Notes, n)
	}
}

func (w *writer) fail(at *source.Value, format string, args ...any) error {
	return &source.Error{File: w.req.Name, Pointer: at.Pointer(), Text: fmt.Sprintf(format, args...)}
}

// op adds an operation to the patch.
func (w *writer) op(op, path string, value any) error {
	raw, err := encode(value)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	w.out.Patch = append(w.out.Patch, jsonpatch.Operation{Op: op, Path: path, Value: raw})
	return nil
}

// append adds items to the list property key of an object: to its list, to a
// list made of its one value, or as a new list. The property is remembered as
// where they went.
func (w *writer) append(at *source.Value, key string, items ...any) error {
	path := at.Pointer() + "/" + source.PointerToken(key)
	w.pointer = path
	old := at.Get(key)
	isList := w.lists[path] || old != nil && old.Kind == source.Array
	if w.lists == nil {
		w.lists = map[string]bool{}
	}
	w.lists[path] = true
	switch {
	case !isList && (old == nil || old.Kind == source.Null):
		return w.op(jsonpatch.Add, path, items)
	case isList:
		for _, item := range items {
			if err := w.op(jsonpatch.Add, path+"/-", item); err != nil {
				return err
			}
		}
		return nil
	}
	kept := w.raw(old)
	if err := w.op(jsonpatch.Test, path, kept); err != nil {
		return err
	}
	return w.op(jsonpatch.Replace, path, append([]any{kept}, items...))
}

// raw returns a value of the document as JSON that keeps the order of names
// and the spelling of numbers.
func (w *writer) raw(v *source.Value) any {
	switch v.Kind {
	case source.Object:
		out := object{}
		for _, m := range v.Members {
			if v.Get(m.Key) == m.Value { // the last of repeated names
				out = append(out, member{m.Key, w.raw(m.Value)})
			}
		}
		return out
	case source.Array:
		out := make([]any, len(v.Items))
		for i, x := range v.Items {
			out[i] = w.raw(x)
		}
		return out
	case source.String:
		return v.Text
	}
	return json.RawMessage(v.Text)
}
