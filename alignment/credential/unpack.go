package credential

import (
	"bytes"

	"concord/alignment/carrier"
	"concord/importers/source"
)

// A payload is a document out of what carried it.
type payload struct {
	data   []byte
	json   bool   // certain to be JSON
	signed bool   // it came out of a signature
	note   string // for messages: what it came out of
}

// unpack takes a badge out of a baked PNG or an SVG, and a credential out of a JWS. Any other
// bytes are their own payload; those of a kind that cannot be read are an error.
func unpack(name string, data []byte) (payload, error) {
	fail := func(text string) (payload, error) { return payload{}, &source.Error{File: name, Text: text} }
	head := data[:min(len(data), 1024)]
	switch {
	case bytes.HasPrefix(data, []byte(pngMagic)):
		return baked(name, data, " (out of a PNG image)")
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("GIF8")), bytes.HasPrefix(data, []byte("\x1f\x8b")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return fail("is an image, an archive or an old Office document, which holds no text that can be read; give a badge, a course or its text")
	case bytes.Contains(head, []byte("<svg")) && !bytes.Contains(bytes.ToLower(head), []byte("<html")):
		return baked(name, data, " (out of an SVG image)")
	}
	return unwrapSigned(name, data, "")
}

const pngMagic = "\x89PNG\r\n\x1a\n"

// baked takes a badge out of an image.
func baked(name string, data []byte, note string) (payload, error) {
	slots, err := carrier.Find(data)
	if err != nil {
		return payload{}, &source.Error{File: name, Text: err.Error()}
	}
	return unwrapSigned(name, bytes.TrimSpace(slots[0].JSON), note)
}
