package carrier

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf16"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// maxUnpacked bounds what a compressed chunk unpacks to.
const maxUnpacked = 50 << 20

// findPNG finds the chunk that Open Badges bakes a badge into: iTXt (tEXt in
// 1.x) with keyword "openbadges" for 1.x and 2.x, "openbadgecredential" for 3.0.
func findPNG(data []byte) (Slot, error) {
	for at := len(pngMagic); at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n > len(data)-at-12 {
			return Slot{}, fmt.Errorf("is a PNG image that is cut short; download it again")
		}
		kind, body := string(data[at+4:at+8]), data[at+8:at+8+n]
		end := at + 12 + n
		keyword, rest, ok := bytes.Cut(body, []byte{0})
		if ours := string(keyword) == "openbadges" || string(keyword) == "openbadgecredential"; ok && ours && (kind == "iTXt" || kind == "tEXt") {
			c := pngChunk{data: data, from: at, to: end, kind: kind, head: body[:len(keyword)+1]}
			text, err := c.open(rest)
			if err != nil {
				return Slot{}, fmt.Errorf("is a PNG image %w", err)
			}
			return Slot{JSON: text, put: c.put}, nil
		}
		at = end
	}
	return Slot{}, errNoBadge("a PNG")
}

// A pngChunk is a text chunk and where it stands.
type pngChunk struct {
	data     []byte
	from, to int
	kind     string
	head     []byte // what stands before the text
	packed   bool
}

// open returns the text of a chunk. Behind the keyword of an iTXt come
// compression flag and method, language, translated keyword (PNG 11.3.4.5).
func (c *pngChunk) open(rest []byte) ([]byte, error) {
	if c.kind == "tEXt" {
		return rest, nil
	}
	if len(rest) < 2 {
		return nil, fmt.Errorf("whose badge is damaged; get it again")
	}
	c.packed = rest[0] == 1
	lang := bytes.IndexByte(rest[2:], 0)
	name := -1
	if lang >= 0 {
		name = bytes.IndexByte(rest[3+lang:], 0)
	}
	if name < 0 {
		return nil, fmt.Errorf("whose badge is damaged; get it again")
	}
	cut := 3 + lang + name + 1
	c.head = append(bytes.Clone(c.head), rest[:cut]...)
	text := rest[cut:]
	if !c.packed {
		return text, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("whose badge cannot be unpacked (%w)", err)
	}
	defer z.Close()
	out, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
	if err != nil {
		return nil, fmt.Errorf("whose badge cannot be unpacked (%w)", err)
	}
	if len(out) > maxUnpacked {
		return nil, fmt.Errorf("whose badge unpacks to more than %d MiB", maxUnpacked>>20)
	}
	return out, nil
}

// put writes the chunk again: length, kind, text, checksum.
func (c pngChunk) put(text []byte) ([]byte, error) {
	if c.kind == "tEXt" {
		text = []byte(toASCII(string(text))) // Latin-1 by the standard
	}
	if c.packed {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		if _, err := z.Write(text); err != nil {
			return nil, fmt.Errorf("packing the badge: %w", err)
		}
		if err := z.Close(); err != nil {
			return nil, fmt.Errorf("packing the badge: %w", err)
		}
		text = b.Bytes()
	}
	body := append([]byte(c.kind), c.head...)
	body = append(body, text...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	chunk = append(chunk, body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
	return splice(c.data, c.from, c.to, string(chunk)), nil
}

// toASCII writes what is not ASCII in JSON as \u escapes.
func toASCII(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
