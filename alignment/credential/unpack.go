package credential

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

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
		carried, err := fromPNG(data)
		if err != nil {
			return fail("is a PNG image " + err.Error())
		}
		return unwrapSigned(name, carried, " (out of a PNG image)")
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("GIF8")), bytes.HasPrefix(data, []byte("\x1f\x8b")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return fail("is an image, an archive or an old Office document, which holds no text that can be read; give a badge, a course or its text")
	case bytes.Contains(head, []byte("<svg")) && !bytes.Contains(bytes.ToLower(head), []byte("<html")):
		carried, err := fromSVG(data)
		if err != nil {
			return fail("is an SVG image " + err.Error())
		}
		return unwrapSigned(name, carried, " (out of an SVG image)")
	}
	return unwrapSigned(name, data, "")
}

const pngMagic = "\x89PNG\r\n\x1a\n"

// fromPNG returns the text of the iTXt chunk that Open Badges bakes a badge
// into: keyword "openbadges" for 2.0, "openbadgecredential" for 3.0.
func fromPNG(data []byte) ([]byte, error) {
	rest := data[len(pngMagic):]
	for len(rest) >= 12 {
		n := binary.BigEndian.Uint32(rest)
		if uint64(n)+12 > uint64(len(rest)) {
			return nil, fmt.Errorf("that is cut short; download it again")
		}
		kind, chunk := string(rest[4:8]), rest[8:8+n]
		rest = rest[12+n:]
		keyword, body, ok := bytes.Cut(chunk, []byte{0})
		if !ok || string(keyword) != "openbadges" && string(keyword) != "openbadgecredential" {
			continue
		}
		switch kind {
		case "tEXt": // OB 1.0 bakers
			return body, nil
		case "iTXt":
			return textChunk(body)
		}
	}
	return nil, fmt.Errorf("without a badge baked into it; give a baked badge or the badge's JSON")
}

// textChunk returns the text of an iTXt chunk behind its keyword: compression
// flag and method, language, translated keyword, text.
func textChunk(body []byte) ([]byte, error) {
	if len(body) < 2 {
		return nil, fmt.Errorf("whose badge is damaged; get it again")
	}
	packed := body[0] == 1
	_, tail, ok := bytes.Cut(body[2:], []byte{0})
	_, text, ok2 := bytes.Cut(tail, []byte{0})
	if !ok || !ok2 {
		return nil, fmt.Errorf("whose badge is damaged; get it again")
	}
	if !packed {
		return text, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("whose badge cannot be unpacked (%w)", err)
	}
	defer z.Close()
	out, err := io.ReadAll(io.LimitReader(z, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("whose badge cannot be unpacked (%w)", err)
	}
	if len(out) > maxSize {
		return nil, fmt.Errorf("whose badge unpacks to more than %d MiB", maxSize>>20)
	}
	return out, nil
}

// fromSVG returns what an openbadges:assertion (2.0) or openbadges:credential
// (3.0) element holds, or its verify attribute where that is a JWS.
func fromSVG(data []byte) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil, fmt.Errorf("without a badge baked into it; give a baked badge or the badge's JSON")
		}
		if err != nil {
			return nil, fmt.Errorf("that cannot be read (%w)", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "assertion" && e.Name.Local != "credential" {
			continue
		}
		verify := ""
		for _, a := range e.Attr {
			if a.Name.Local == "verify" {
				verify = a.Value
			}
		}
		var body struct {
			Text string `xml:",chardata"`
		}
		if err := d.DecodeElement(&body, &e); err != nil {
			return nil, fmt.Errorf("whose badge cannot be read (%w)", err)
		}
		if text := strings.TrimSpace(body.Text); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "ey") {
			return []byte(text), nil
		}
		if strings.HasPrefix(verify, "ey") {
			return []byte(verify), nil
		}
		return nil, fmt.Errorf("that only names a badge's address (%s), which is not followed; give the badge's JSON", verify)
	}
}
