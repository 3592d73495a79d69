package releases

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strconv"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// States of an item that comes of a document.
const (
	StateStated   = "stated"   // the document itself says it
	StateProposed = "proposed" // the engine did
)

// DocumentItems are the alignments that a document states.
func DocumentItems(file string, d *alignment.Document) []Item {
	var out []Item
	for _, st := range d.Stated {
		out = append(out, Item{File: file, Document: d.Name, Digest: d.Digest, Pointer: st.Pointer, State: StateStated, Stated: st, Label: st.Name})
	}
	return out
}

// ReadItems yields the alignments in a file that align wrote: JSON, one object
// for each document (concord align --json, or JSON lines), or a table with a
// column uri (CSV). It stops after yielding an error, a *source.Error that says
// what was expected.
func ReadItems(f *source.File) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		head, err := f.Head(512)
		if err != nil {
			yield(Item{}, err)
			return
		}
		read := readTable
		if ext := strings.ToLower(filepath.Ext(f.Path)); strings.HasPrefix(strings.TrimLeft(string(head), "\ufeff \t\r\n"), "{") && ext != ".csv" && ext != ".tsv" {
			read = readAnswers
		}
		stopped := false
		err = read(f, func(it Item) bool {
			stopped = !yield(it, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(Item{}, err)
		}
	}
}

// An answer is the part of alignment.Answer that a plan needs, with the file
// that a table of JSON lines adds.
type answer struct {
	File     string `json:"file"`
	Document struct {
		Name   string `json:"name"`
		Digest string `json:"digest"`
	} `json:"document"`
	Alignments []alignment.Alignment    `json:"alignments"`
	Stated     []alignment.StatedAnswer `json:"stated"`
	Error      string                   `json:"error"` // of a file that could not be read: nothing rests on it
}

func readAnswers(f *source.File, yield func(Item) bool) error {
	text, err := f.Text()
	if err != nil {
		return err
	}
	defer text.Close()
	dec := json.NewDecoder(text)
	for n := 1; ; n++ {
		var a answer
		switch err := dec.Decode(&a); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &source.Error{File: f.Path, Text: fmt.Sprintf("answer %d cannot be read: %v; one JSON object for each document is expected, as concord align --json writes", n, err)}
		case a.Document.Digest == "" && a.Error == "":
			return &source.Error{File: f.Path, Text: fmt.Sprintf("answer %d has no document; what concord align --json writes is expected", n)}
		}
		if a.File == "" {
			a.File = f.Path
		}
		for _, al := range a.Alignments {
			if p := al.Probability; p < 0 || p > 1 {
				return &source.Error{File: f.Path, Text: fmt.Sprintf("answer %d has the probability %v; a number from 0 to 1 is expected", n, p)}
			}
		}
		for _, it := range a.items() {
			if !yield(it) {
				return nil
			}
		}
	}
}

// AnswerItems returns what rests on concepts in one answer, as align writes it.
func AnswerItems(file string, raw []byte) ([]Item, error) {
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("%w: %s: the answer cannot be read: %v", taxonomy.ErrInvalid, file, err)
	}
	a.File = file
	return a.items(), nil
}

// items are what was proposed, then what was stated.
func (a *answer) items() []Item {
	var out []Item
	of := Item{File: a.File, Document: a.Document.Name, Digest: a.Document.Digest}
	for _, al := range a.Alignments {
		it, p := of, al.Probability
		it.State, it.Label, it.Scheme, it.Predicate, it.Confidence = StateProposed, al.Label, al.Scheme, al.Predicate, &p
		it.Stated = alignment.Stated{URI: al.URI, Code: al.Code}
		if len(al.Evidence) > 0 {
			it.Pointer = al.Evidence[0].Pointer
		}
		out = append(out, it)
	}
	for _, st := range a.Stated {
		it := of
		it.State, it.Label, it.Scheme, it.Pointer, it.Stated = StateStated, st.Name, st.Scheme, st.Pointer, st.Stated
		out = append(out, it)
	}
	return out
}

// readTable reads a table of alignments: of the columns that align writes, uri
// must be there.
func readTable(f *source.File, yield func(Item) bool) error {
	t, err := source.NewTable(f, source.Dialect{})
	if err != nil {
		return err
	}
	defer t.Close()
	if err := t.Require("uri"); err != nil {
		return err
	}
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		it := Item{File: row.Get("file"), Document: row.Get("document"), Digest: row.Get("digest"), Pointer: row.Get("pointer"), Label: row.Get("label"), Scheme: row.Get("scheme"),
			Predicate: taxonomy.Match(row.Get("predicate")), State: StateStated, Stated: alignment.Stated{URI: taxonomy.URI(row.Get("uri")), Code: row.Get("code"), Name: row.Get("label")}}
		if row.Get("state") == StateProposed {
			it.State, it.Stated.Name = StateProposed, ""
		}
		if p := row.Get("probability"); p != "" {
			v, err := strconv.ParseFloat(p, 64)
			if err != nil || !(v >= 0 && v <= 1) {
				return &source.Error{File: f.Path, Line: row.Line, Text: fmt.Sprintf("has the probability %q; a number from 0 to 1 is expected", p)}
			}
			it.Confidence = &v
		}
		if it.File == "" {
			it.File = f.Path
		}
		if it.Stated.URI == "" && it.Stated.Code == "" {
			continue // a document without alignments has a row, too
		}
		if !yield(it) {
			return nil
		}
	}
}
