package index

import (
	"encoding/binary"
	"fmt"

	"concord/taxonomy"
)

// A record is what ranking needs to know of a concept, stored with its
// document so that a search never asks the store.
type record struct {
	Kind     taxonomy.Kind
	Code     string
	Labels   []recordLabel
	Notes    []taxonomy.Note // definitions and scope notes
	Keywords []string
}

type recordLabel struct {
	taxonomy.Label
	Folded string // one folded word per token of the text, between blanks
}

// encode writes lists as their length and strings as length and bytes. A
// folded form that equals the text, as most do, is written as one byte.
func (r *record) encode() []byte {
	var b []byte
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	text(string(r.Kind))
	text(r.Code)
	b = binary.AppendUvarint(b, uint64(len(r.Labels)))
	for _, l := range r.Labels {
		text(kindInitial(l.Kind))
		text(string(l.Lang))
		text(l.Text)
		if l.Folded == l.Text {
			b = append(b, 1)
		} else {
			b = append(b, 0)
			text(l.Folded)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(r.Notes)))
	for _, n := range r.Notes {
		text(string(n.Kind))
		text(string(n.Lang))
		text(n.Text)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Keywords)))
	for _, k := range r.Keywords {
		text(k)
	}
	return b
}

// decodeRecord reads what encode wrote. The record shares memory with s.
func decodeRecord(s string) (*record, error) {
	d := decoder{s: s}
	r := new(record)
	r.Kind = taxonomy.Kind(d.text())
	r.Code = d.text()
	if n := d.length(); n > 0 {
		r.Labels = make([]recordLabel, 0, n)
		for range n {
			var l recordLabel
			l.Kind = labelKind(d.text())
			l.Lang = taxonomy.Lang(d.text())
			l.Text = d.text()
			l.Folded = l.Text
			if d.byte() == 0 {
				l.Folded = d.text()
			}
			r.Labels = append(r.Labels, l)
		}
	}
	for range d.length() {
		r.Notes = append(r.Notes, taxonomy.Note{Kind: taxonomy.NoteKind(d.text()), Lang: taxonomy.Lang(d.text()), Text: d.text()})
	}
	for range d.length() {
		r.Keywords = append(r.Keywords, d.text())
	}
	if d.bad || d.s != "" {
		return nil, fmt.Errorf("a stored record is broken; rebuild with `concord index`")
	}
	return r, nil
}

func kindInitial(k taxonomy.LabelKind) string {
	switch k {
	case taxonomy.AltLabel:
		return "a"
	case taxonomy.HiddenLabel:
		return "h"
	}
	return "p"
}

func labelKind(initial string) taxonomy.LabelKind {
	switch initial {
	case "a":
		return taxonomy.AltLabel
	case "h":
		return taxonomy.HiddenLabel
	}
	return taxonomy.PrefLabel
}

// concept returns the concept's labels as a taxonomy.Concept.
func (r *record) concept(uri taxonomy.URI) *taxonomy.Concept {
	c := &taxonomy.Concept{URI: uri, Kind: r.Kind, Code: r.Code, Labels: make([]taxonomy.Label, len(r.Labels))}
	for i, l := range r.Labels {
		c.Labels[i] = l.Label
	}
	return c
}

type decoder struct {
	s   string
	bad bool
}

func (d *decoder) uvarint() uint64 {
	var x uint64
	for i := 0; i < len(d.s) && i < binary.MaxVarintLen64; i++ {
		b := d.s[i]
		x |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.s = d.s[i+1:]
			return x
		}
	}
	d.s, d.bad = "", true
	return 0
}

// length reads the length of a list or string; each element takes a byte or more.
func (d *decoder) length() int {
	n := d.uvarint()
	if n > uint64(len(d.s)) {
		d.s, d.bad = "", true
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.length()
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

func (d *decoder) byte() byte {
	if d.s == "" {
		d.bad = true
		return 1
	}
	b := d.s[0]
	d.s = d.s[1:]
	return b
}
