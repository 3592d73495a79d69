package releases

import (
	"encoding/json"
	"fmt"

	"concord/alignment/carrier"
	"concord/alignment/jsonpatch"
	"concord/importers/source"
	"concord/taxonomy"
)

// A Patched is what a plan makes of a document.
type Patched struct {
	Data    []byte // the document, every other byte as it was
	Changed int    // alignments that name another concept, or the same by another label
	Left    int    // alignments that wait for a person, or are dead: they stay as they are
}

// PatchDocument carries the doable steps of one document out: where its
// alignment holds the old URI, label or code as a value, the new one takes its
// place. Only documents of JSON, also inside an image, can be changed; others
// are a *source.Error. That a document is not signed is the caller's to know.
func PatchDocument(name string, data []byte, steps []Step) (*Patched, error) {
	out := &Patched{Data: data}
	slots, err := carrier.Find(data)
	if err != nil {
		return nil, &source.Error{File: name, Text: err.Error()}
	}
	if len(slots) != 1 {
		return nil, &source.Error{File: name, Text: "is a page with several records in it, which a plan does not change"}
	}
	root, _, err := source.ParseJSON(name, slots[0].JSON)
	if err != nil {
		return nil, &source.Error{File: name, Text: "is not JSON, and only JSON is changed by a plan"}
	}
	var patch jsonpatch.Patch
	done := map[string]bool{} // pointers
	for i := range steps {
		s := &steps[i]
		if !s.Doable() {
			out.Left++
			continue
		}
		at := root.At(s.Pointer)
		if at == nil {
			return nil, fmt.Errorf("%w: nothing is at %s", errStale(name), s.Pointer)
		}
		before := len(patch)
		if patch, err = exchange(patch, at, s, done); err != nil {
			return nil, err
		}
		if len(patch) > before {
			out.Changed++
		}
	}
	if out.Changed == 0 {
		return out, nil
	}
	changed, err := jsonpatch.Apply(slots[0].JSON, patch)
	if err != nil {
		return nil, fmt.Errorf("changing %s: %w", name, err)
	}
	if out.Data, err = slots[0].Put(changed); err != nil {
		return nil, fmt.Errorf("changing %s: %w", name, err)
	}
	return out, nil
}

// exchange adds operations that put what a step brings in place of what it
// finds, anywhere in the alignment at a value.
func exchange(patch jsonpatch.Patch, at *source.Value, s *Step, done map[string]bool) (jsonpatch.Patch, error) {
	var err error
	switch at.Kind {
	case source.Object:
		for _, m := range at.Members {
			if patch, err = exchange(patch, m.Value, s, done); err != nil {
				return nil, err
			}
		}
	case source.Array:
		for _, v := range at.Items {
			if patch, err = exchange(patch, v, s, done); err != nil {
				return nil, err
			}
		}
	case source.String:
		pointer := at.Pointer()
		uri := string(s.After.URI)
		if s.Concept != nil && s.Concept.URI == s.After.URI {
			uri = "" // the document only writes it in another form, which is its own
		}
		label := s.After.Label
		if s.ownName() {
			label = ""
		}
		for _, pair := range [][2]string{{string(s.Before.URI), uri}, {s.Before.Label, label}, {s.Before.Code, s.After.Code}} {
			if pair[0] == "" || pair[1] == "" || pair[0] == pair[1] || at.Text != pair[0] || done[pointer] {
				continue
			}
			done[pointer] = true
			was, err := json.Marshal(pair[0])
			if err != nil {
				return nil, err
			}
			is, err := json.Marshal(pair[1])
			if err != nil {
				return nil, err
			}
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.Test, Path: pointer, Value: was}, jsonpatch.Operation{Op: jsonpatch.Replace, Path: pointer, Value: is})
		}
	}
	return patch, nil
}

// ownName reports whether a document calls a concept that stays the same by a
// name of its own, which it keeps.
func (s *Step) ownName() bool {
	switch s.Why {
	case WhyAlready:
		return true
	case WhyUnchanged, WhyWording, WhyRenamed:
		return s.Concept != nil && fold(s.Concept.Label) != fold(s.Before.Label)
	}
	return false
}

// errStale says that a document is no longer the one a plan was made of.
func errStale(name string) error {
	return fmt.Errorf("%w: %s is not as it was when the plan was made; plan again", taxonomy.ErrConflict, name)
}
