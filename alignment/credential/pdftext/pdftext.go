// Package pdftext takes the text out of PDF files (ISO 32000), page by page, in
// the order it is drawn in. It reads hostile files: objects are found by
// scanning rather than by following the file's own offsets, every loop and
// recursion is bounded, and what streams may unpack to is a budget for the
// whole file. It draws nothing, knows no images, and decrypts nothing; package
// credential makes a document of the pages. The pure-Go libraries there are
// follow offsets without bound: a file of a few hundred bytes makes them run
// for ever or overflow the stack, which no caller can recover from.
package pdftext

import (
	"bytes"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// What keeps a file from being read. Text says what to do about it.
var (
	ErrEncrypted = errors.New("is encrypted; save it without a password")
	ErrNoPages   = errors.New("has no pages that can be found; it is damaged or cut short, so get it again")
	ErrTooLarge  = errors.New("unpacks to more than a document holds, so it is refused as a bomb; save its text as a .txt file")
)

// Bounds of a file. A thesis of 500 pages stays far below each of them.
const (
	maxObjects = 300_000
	maxPages   = 3_000
	maxUnpack  = 64 << 20 // bytes that all streams may unpack to
	maxText    = 16 << 20 // bytes of text
	maxNesting = 64       // of arrays and dictionaries, and of the page tree
	maxForms   = 8        // form XObjects within one another
	maxFonts   = 5_000
)

// Pages returns the text of every page of data: lines end in a line feed,
// paragraphs that are set apart in an empty line. A page without text is "".
func Pages(data []byte) ([]string, error) {
	d := &document{data: data, objects: map[int]any{}, budget: maxUnpack, fonts: map[ref]*font{}}
	if err := d.scan(); err != nil {
		return nil, err
	}
	if d.encrypted {
		return nil, ErrEncrypted
	}
	pages := d.pages()
	if len(pages) == 0 {
		return nil, ErrNoPages
	}
	out := make([]string, len(pages))
	total := 0
	for i, p := range pages {
		text, err := d.pageText(p)
		if err != nil {
			return nil, err
		}
		if total += len(text); total > maxText {
			return nil, ErrTooLarge
		}
		out[i] = text
	}
	return out, nil
}

// A document is the objects of a file. An object is nil, a bool, a float64, a
// name, a text (a PDF string), an array, a dict, a ref or a *stream.
type document struct {
	data      []byte
	objects   map[int]any
	root      any // of the last trailer
	encrypted bool
	budget    int // bytes that streams may still unpack to
	fonts     map[ref]*font
	made      int // fonts
}

type (
	name   string
	text   string
	array  []any
	dict   map[name]any
	ref    int
	stream struct {
		dict
		raw []byte
	}
)

var objectStart = regexp.MustCompile(`(?:^|[^0-9])([0-9]{1,9})[\s\x00]+[0-9]{1,5}[\s\x00]+obj|trailer`)

// scan reads every object of the file in the order they stand in, so that a
// later version of one counts, and those in object streams.
func (d *document) scan() error {
	for pos := 0; pos < len(d.data); {
		m := objectStart.FindSubmatchIndex(d.data[pos:])
		if m == nil {
			break
		}
		if len(d.objects) > maxObjects {
			return ErrTooLarge
		}
		p := &parser{data: d.data, pos: pos + m[1]}
		value := p.object(0)
		if m[2] < 0 {
			if t, ok := value.(dict); ok {
				d.trailer(t)
			}
			pos = max(p.pos, pos+m[1])
			continue
		}
		number, err := strconv.Atoi(string(d.data[pos+m[2] : pos+m[3]]))
		if err != nil {
			pos += m[1]
			continue
		}
		if t, ok := value.(dict); ok {
			if raw, ok := p.streamData(t); ok {
				value = &stream{t, raw}
			}
		}
		d.objects[number] = value
		if s, ok := value.(*stream); ok {
			switch s.dict["Type"] {
			case name("ObjStm"):
				if err := d.packed(s); err != nil {
					return err
				}
			case name("XRef"):
				d.trailer(s.dict)
			}
		}
		pos = max(p.pos, pos+m[1])
	}
	return nil
}

func (d *document) trailer(t dict) {
	if t["Root"] != nil {
		d.root = t["Root"]
	}
	d.encrypted = d.encrypted || t["Encrypt"] != nil
}

// packed reads the objects of an object stream (ISO 32000-1, 7.5.7). One object
// stream cannot hold another, so this does not go deeper.
func (d *document) packed(s *stream) error {
	n, _ := s.dict["N"].(float64)
	first, _ := s.dict["First"].(float64)
	body, err := d.unpack(s)
	if err != nil || first < 0 || int(first) > len(body) {
		return err
	}
	head := &parser{data: body[:int(first)]}
	for i := 0; i < int(min(n, maxObjects)); i++ {
		number, ok := head.object(0).(float64)
		offset, ok2 := head.object(0).(float64)
		if !ok || !ok2 || number < 0 || offset < 0 || first+offset > float64(len(body)) || len(d.objects) > maxObjects {
			return nil
		}
		p := &parser{data: body, pos: int(first + offset)}
		d.objects[int(number)] = p.object(0)
	}
	return nil
}

// get follows references; one that leads in circles is nothing.
func (d *document) get(v any) any {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = d.objects[int(r)]
	}
	return nil
}

func (d *document) dict(v any) dict {
	switch x := d.get(v).(type) {
	case dict:
		return x
	case *stream:
		return x.dict
	}
	return nil
}

func (d *document) array(v any) array {
	a, _ := d.get(v).(array)
	return a
}

func (d *document) number(v any) float64 {
	n, _ := d.get(v).(float64)
	return n
}

// A page is its contents and the resources in force for it.
type page struct {
	contents  any
	resources dict
}

// pages walks the page tree; where there is none, the pages are taken in the
// order of their numbers.
func (d *document) pages() []page {
	var out []page
	seen := map[int]bool{}
	var walk func(v any, resources dict, depth int)
	walk = func(v any, resources dict, depth int) {
		if r, ok := v.(ref); ok {
			if seen[int(r)] {
				return
			}
			seen[int(r)] = true
		}
		node := d.dict(v)
		if node == nil || depth > maxNesting || len(out) >= maxPages {
			return
		}
		if own := d.dict(node["Resources"]); own != nil {
			resources = own
		}
		kids := d.array(node["Kids"])
		if kids == nil && (node["Contents"] != nil || node["Type"] == name("Page")) {
			out = append(out, page{node["Contents"], resources})
		}
		for _, k := range kids {
			walk(k, resources, depth+1)
		}
	}
	walk(d.dict(d.root)["Pages"], nil, 0)
	if len(out) > 0 {
		return out
	}
	for _, n := range slices.Sorted(maps.Keys(d.objects)) {
		if p := d.dict(ref(n)); p["Type"] == name("Page") && len(out) < maxPages {
			out = append(out, page{p["Contents"], d.dict(p["Resources"])})
		}
	}
	return out
}

// streamData returns what follows a dictionary that opens a stream. A length
// that is wrong, as after careless editing, gives way to the end mark.
func (p *parser) streamData(t dict) ([]byte, bool) {
	p.space()
	if !bytes.HasPrefix(p.data[p.pos:], []byte("stream")) {
		return nil, false
	}
	at := p.pos + len("stream")
	if bytes.HasPrefix(p.data[at:], []byte("\r\n")) {
		at += 2
	} else if at < len(p.data) && (p.data[at] == '\n' || p.data[at] == '\r') {
		at++
	}
	if n, ok := t["Length"].(float64); ok && n >= 0 && n <= float64(len(p.data)-at) {
		end := at + int(n)
		if bytes.HasPrefix(bytes.TrimLeft(p.data[end:min(len(p.data), end+16)], "\r\n \t"), []byte("endstream")) {
			p.pos = end
			return p.data[at:end], true
		}
	}
	n := bytes.Index(p.data[at:], []byte("endstream"))
	if n < 0 {
		n = len(p.data) - at
	}
	p.pos = at + n
	return p.data[at : at+n], true
}
