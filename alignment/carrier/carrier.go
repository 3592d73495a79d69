// Package carrier finds the JSON inside what carries it (a PNG or SVG image a
// badge is baked into, a web page with JSON-LD) and puts a changed version in
// its place, with every other byte left as it is. It does not look at what
// the JSON says: alignment/writeback changes that.
package carrier

import (
	"bytes"
	"fmt"
	"strings"
)

// A Slot is a place in a file that holds a JSON document.
type Slot struct {
	JSON []byte // the document, decoded; bytes that are not JSON where the file carries something else, as a compact JWS
	At   int    // of a web page: offset of JSON in the file
	put  func(changed []byte) ([]byte, error)
}

// Put returns the file with changed in place of s.JSON.
func (s Slot) Put(changed []byte) ([]byte, error) { return s.put(changed) }

// Find returns the places of a file in order: of an image the badge in it, of
// a web page its JSON-LD blocks, of anything else the whole. An image without
// a badge, or a damaged one, is an error that starts with "is".
func Find(data []byte) ([]Slot, error) {
	head := bytes.ToLower(data[:min(len(data), 1024)])
	switch {
	case bytes.HasPrefix(data, []byte(pngMagic)):
		s, err := findPNG(data)
		return []Slot{s}, err
	case bytes.Contains(head, []byte("<svg")) && !bytes.Contains(head, []byte("<html")):
		s, err := findSVG(data)
		return []Slot{s}, err
	case bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \t\r\n"), []byte("<")):
		return findScripts(data), nil
	}
	return []Slot{{JSON: data, put: func(changed []byte) ([]byte, error) { return changed, nil }}}, nil
}

// errNoBadge is what an image without a badge is told.
func errNoBadge(kind string) error {
	return fmt.Errorf("is %s image without a badge baked into it; give a baked badge or the badge's JSON", kind)
}

// changed splits a new version of a JSON text into what it shares with the old
// one at both ends and what is new between them, on rune boundaries.
func changed(old, now []byte) (from, to int, text string) {
	for from < len(old) && from < len(now) && old[from] == now[from] {
		from++
	}
	for from > 0 && from < len(now) && now[from]&0xC0 == 0x80 {
		from--
	}
	tail := 0
	for tail < len(old)-from && tail < len(now)-from && old[len(old)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	for tail > 0 && now[len(now)-tail]&0xC0 == 0x80 {
		tail--
	}
	return from, len(old) - tail, string(now[from : len(now)-tail])
}

// splice returns data with from:to replaced.
func splice(data []byte, from, to int, text string) []byte {
	var b bytes.Buffer
	b.Write(data[:from])
	b.WriteString(text)
	b.Write(data[to:])
	return b.Bytes()
}

// escapeSign writes a sign of JSON strings as its escape.
func escapeSign(text, sign string) string {
	return strings.ReplaceAll(text, sign, fmt.Sprintf(`\u%04x`, sign[0]))
}
