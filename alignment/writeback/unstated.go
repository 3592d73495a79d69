package writeback

import (
	"slices"
	"strings"

	"concord/alignment"
	"concord/alignment/carrier"
	"concord/importers/source"
	"concord/taxonomy"
)

// Unstated returns the document, read from data, without the texts that belong
// to alignments it already states with concepts that known knows: their names
// and descriptions are the framework's words, not the publisher's, and must
// not be taken as evidence for further concepts. So what is proposed for a
// document does not change by what was written into it.
func Unstated(doc *alignment.Document, data []byte, known func(taxonomy.URI) bool) *alignment.Document {
	var inside []string
	for _, s := range doc.Stated {
		if s.URI != "" && s.Pointer != "" && known(s.URI) {
			inside = append(inside, s.Pointer)
		}
	}
	if len(inside) == 0 {
		return doc
	}
	out := *doc
	out.Texts = nil
	for _, t := range doc.Texts {
		if t.Pointer == "" {
			t.Blocks = outsideOf(t, data, inside)
			out.Texts = append(out.Texts, t)
		} else if !slices.ContainsFunc(inside, func(p string) bool { return strings.HasPrefix(t.Pointer, p+"/") }) {
			out.Texts = append(out.Texts, t)
		}
	}
	return &out
}

// outsideOf returns the blocks of a web page that are not in its JSON-LD at
// one of the pointers.
func outsideOf(t alignment.Text, data []byte, pointers []string) []alignment.Block {
	mark := len(data) - len(t.Content) // a byte order mark is no part of the text
	slots, err := carrier.Find(data)
	if err != nil || mark < 0 || string(data[mark:]) != t.Content {
		return t.Blocks
	}
	blocks := slices.Clone(t.Blocks)
	for _, s := range slots {
		root, _, err := source.ParseJSON("", s.JSON)
		if err != nil {
			continue
		}
		for _, p := range pointers {
			if v := root.At(p); v != nil {
				from, to := s.At+v.Start-mark, s.At+v.End-mark
				blocks = slices.DeleteFunc(blocks, func(b alignment.Block) bool { return b.Start >= from && b.End <= to })
			}
		}
	}
	return blocks
}
