// Package credential reads what a person hands over to be aligned (badges,
// credentials, courses, records, web pages and plain texts) into one
// alignment.Document: the strings that say what is learned, each with its JSON
// pointer, its part and a copy without markup. It detects the format by
// content, never looks anything up (an address in a badge is not followed),
// and decides nothing about skills: package alignment does, from here on.
package credential

import (
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"concord/alignment"
	"concord/importers/source"
)

// Options says how to read. The zero value detects everything.
type Options struct {
	Type string    // a document type such as "text/markdown" or "OpenBadge/2.0", or the part of one before the slash; empty: detect
	Now  time.Time // what "expired" is told by; the zero time: dates are only checked against one another

	// Columns makes ReadAll read a catalogue: a table, or objects, by the columns
	// that hold something. nil: told by the headers of a table.
	Columns Columns
}

// maxSize bounds a document. Longer ones are catalogues, not documents.
const maxSize = 50 << 20

// Read reads data, which the caller keeps; name is its file name, for messages
// and for telling Markdown from plain text. What cannot be read is a
// *source.Error (and so taxonomy.ErrInvalid) that names the file, the line if
// one is to blame, what was seen and what is read. Defects that leave texts
// to be read become the document's Warnings.
//
// A table is one text here; ReadAll makes a document of each of its rows. Where
// texts and statements point to, alignment.Text says: into a record, or what an
// image or a JWS carries; to a page of a PDF, a paragraph of a DOCX. A web page is
// one text at pointer "": what is visible, then what its JSON-LD says beyond
// that; what the JSON-LD states as alignments has pointers into that block.
func Read(name string, data []byte, opt Options) (*alignment.Document, error) {
	fail := func(format string, args ...any) error {
		return &source.Error{File: name, Text: fmt.Sprintf(format, args...)}
	}
	if !knownType(opt.Type) {
		return nil, fail("is to be read as %q, which is no type of document; the types are %s", opt.Type, strings.Join(typeNames(), ", "))
	}
	if len(data) > maxSize {
		return nil, fail("is %d MiB; a document is at most %d MiB: give the badges or courses in it one by one", len(data)>>20, maxSize>>20)
	}
	parts, book, err := bookParts(name, data)
	if err != nil {
		return nil, err
	}
	if book != "" {
		doc := &alignment.Document{Digest: alignment.Digest(data), Type: book}
		addParts(doc, parts)
		finishText(doc)
		return doc, nil
	}
	carried, err := unpack(name, data)
	if err != nil {
		return nil, err
	}
	text, recoded, err := decodeText(name, carried.data)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, fail("is empty; a badge, course, credential or text was expected")
	}
	doc := &alignment.Document{Digest: alignment.Digest(data), Signed: carried.signed}
	switch {
	case recoded != "":
		doc.Warnings = append(doc.Warnings, alignment.Warning{Code: "recoded", Text: "is " + recoded + "; offsets count in its text as UTF-8"})
	case strings.HasPrefix(text, "\ufeff"):
		doc.Warnings = append(doc.Warnings, alignment.Warning{Code: "byte-order-mark", Text: "starts with a byte order mark, which is left out"})
		text = strings.TrimPrefix(text, "\ufeff")
	}
	kind := opt.Type
	if kind == "" && !carried.json && !isJSON(name, text) {
		kind = textType(name, text)
	}
	switch {
	case strings.HasPrefix(kind, "text"):
		readText(doc, kind, text)
	case kind == typeXML, kind != "" && strings.HasPrefix(strings.TrimSpace(text), "<"):
		err = readXML(doc, name, text, opt.Type)
	case kind == typeRDF:
		err = fail("is RDF: import vocabularies and frameworks, or give the credential as JSON-LD")
	default:
		err = readJSON(doc, name, text, opt, carried.note)
	}
	if err != nil {
		return nil, err
	}
	finishText(doc)
	return doc, nil
}

// finishText says so if there is nothing to read, and makes the name fit a line.
func finishText(doc *alignment.Document) {
	if len(doc.Texts) == 0 {
		text := "holds no text to align"
		if doc.Type == "PDF" {
			text += "; its pages are probably pictures, so recognise the text first (OCR)"
		}
		doc.Warnings = append(doc.Warnings, alignment.Warning{Code: "nothing-to-read", Text: text})
	}
	doc.Name = oneLine(doc.Name)
}

// readable is what Read reads, for messages.
const readable = "Open Badges 1.x, 2.x and 3.0, CLR 1.0 and 2.0, Europass credentials (ELM), CTDL credentials, courses, programs, pathways and competencies, CASE, schema.org courses, xAPI, cmi5, rich skill descriptors, PDF, DOCX, HTML, Markdown and plain text; badges also as baked PNG or SVG, credentials also as JWS; tables of courses"

// isJSON reports whether text is meant as a JSON document. A text may start
// with a bracket too; then what follows it tells.
func isJSON(name, text string) bool {
	s := strings.TrimLeft(text, " \t\r\n\ufeff")
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".jsonld", ".jsonl", ".ndjson":
		return true
	case ".md", ".markdown", ".txt", ".text", ".htm", ".html", ".xhtml":
		return false
	}
	if strings.HasPrefix(s, "{") {
		return true
	}
	rest, ok := strings.CutPrefix(s, "[")
	return ok && strings.ContainsAny(firstByte(strings.TrimLeft(rest, " \t\r\n")), `{["]`)
}

func firstByte(s string) string { return s[:min(1, len(s))] }

// decodeText returns data as UTF-8. JSON says itself which bytes of its
// strings are not UTF-8; any other text must be UTF-8 or UTF-16 with a mark.
func decodeText(name string, data []byte) (text, recoded string, err error) {
	switch {
	case len(data) >= 2 && (data[0] == 0xFF && data[1] == 0xFE || data[0] == 0xFE && data[1] == 0xFF):
		recoded = "UTF-16"
	case isJSON(name, string(data[:min(len(data), 512)])):
		return string(data), "", nil
	}
	rc, err := source.NewFile(name, data).Text()
	if err != nil {
		return "", "", err
	}
	defer rc.Close()
	all, err := io.ReadAll(rc)
	if err != nil {
		return "", "", err
	}
	if recoded == "" && len(all) < len(data) {
		return "\ufeff" + string(all), "", nil // so that the mark is warned of
	}
	return string(all), recoded, nil
}

// oneLine folds white space and shortens s to what fits a heading.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 200 {
		s = strings.TrimSpace(string(r[:199])) + "…"
	}
	return s
}
