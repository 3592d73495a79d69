package carrier

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const badge = `{"type": "OpenBadgeCredential", "name": "Carré & Co"}`

// tinyPNG is a picture of our own with a text chunk put before its data.
func tinyPNG(t testing.TB, kind, body string) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for i := range 8 {
		img.Set(i, i, color.RGBA{0x20, 0x80, 0x60, 0xff})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(chunk, kind+body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(kind+body)))
	const header = len(pngMagic) + 25 // IHDR
	return splice(data, header, header, string(chunk))
}

func packed(t testing.TB, s string) string {
	t.Helper()
	var b strings.Builder
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPNG(t *testing.T) {
	now := []byte(strings.Replace(badge, "}", `, "note": "naïve 🛠"}`, 1))
	for _, c := range []struct{ name, kind, head, text, want string }{
		{"3.0", "iTXt", "openbadgecredential\x00\x00\x00\x00\x00", badge, string(now)},
		{"2.0, language and keyword", "iTXt", "openbadges\x00\x00\x00en\x00badge\x00", badge, string(now)},
		{"packed", "iTXt", "openbadges\x00\x01\x00\x00\x00", packed(t, badge), string(now)},
		{"1.x", "tEXt", "openbadges\x00", badge, toASCII(string(now))},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := tinyPNG(t, c.kind, c.head+c.text)
			slots, err := Find(data)
			if err != nil || len(slots) != 1 || string(slots[0].JSON) != badge {
				t.Fatalf("found %d, %v", len(slots), err)
			}
			out, err := slots[0].Put(now)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Find(out)
			if err != nil || string(again[0].JSON) != c.want {
				t.Fatalf("put %q, %v", again[0].JSON, err)
			}
			before, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			after, err := png.Decode(bytes.NewReader(out)) // checks every chunk's sum
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the picture changed:\n%s", diff)
			}
			if diff := cmp.Diff(chunks(data), chunks(out), cmp.FilterPath(func(p cmp.Path) bool {
				return strings.Contains(p.String(), c.kind)
			}, cmp.Ignore())); diff != "" {
				t.Errorf("other chunks changed:\n%s", diff)
			}
		})
	}
}

// chunks returns the chunks of a PNG but for its text.
func chunks(data []byte) []string {
	var out []string
	for at := len(pngMagic); at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if kind := string(data[at+4 : at+8]); kind != "iTXt" && kind != "tEXt" {
			out = append(out, string(data[at:at+12+n]))
		}
		at += 12 + n
	}
	return out
}

func TestSVGAndPages(t *testing.T) {
	for _, c := range []struct{ name, data, json, now, want string }{
		{"CDATA", `<svg xmlns:o="http://openbadges.org"><o:assertion verify="https://a.example/1"> <![CDATA[{"a": 1}]]> </o:assertion><path d="M0 0"/></svg>`,
			`{"a": 1}`, `{"a": 1, "b": "x]]> & <y>"}`,
			`<svg xmlns:o="http://openbadges.org"><o:assertion verify="https://a.example/1"> <![CDATA[{"a": 1, "b": "x]]\u003e & <y\u003e"}]]> </o:assertion><path d="M0 0"/></svg>`},
		{"entities", `<svg><credential>{&quot;a&quot;: "&#x3b1;&amp;"}</credential></svg>`,
			`{"a": "α&"}`, `{"a": "α&", "b": "<β>"}`,
			`<svg><credential>{&quot;a&quot;: "&#x3b1;&amp;", "b": "&lt;β&gt;"}</credential></svg>`},
		{"a page", "<!DOCTYPE html><html><script>var x = '<p>';</script>\n<script type=\"application/ld+json\">\n{\"name\": \"</p>\"}\n</script><p>Hi</p></html>",
			"\n{\"name\": \"</p>\"}\n", "\n{\"name\": \"</p>\", \"b\": \"</script>\"}\n",
			"<!DOCTYPE html><html><script>var x = '<p>';</script>\n<script type=\"application/ld+json\">\n{\"name\": \"</p>\", \"b\": \"\\u003c/script>\"}\n</script><p>Hi</p></html>"},
		{"JSON", `{"a": 1}`, `{"a": 1}`, `{"a": 2}`, `{"a": 2}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			slots, err := Find([]byte(c.data))
			if err != nil || len(slots) != 1 || string(slots[0].JSON) != c.json {
				t.Fatalf("found %d, %v", len(slots), err)
			}
			out, err := slots[0].Put([]byte(c.now))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(out)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			same, err := slots[0].Put([]byte(c.json))
			if err != nil || string(same) != c.data {
				t.Errorf("the same JSON gives %q, %v", same, err)
			}
		})
	}
}

func TestFindRefuses(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{string(pngMagic), "without a badge baked into it"},
		{pngMagic + "\x00\x00\xff\xffiTXtopenbadges", "is a PNG image that is cut short"},
		{string(tinyPNG(t, "iTXt", "openbadges\x00\x01")), "whose badge is damaged"},
		{string(tinyPNG(t, "iTXt", "openbadges\x00\x01\x00\x00\x00junk")), "cannot be unpacked"},
		{`<svg></svg>`, "without a badge baked into it"},
		{`<svg><a:assertion verify="https://a.example/1"/></svg>`, "only names a badge's address"},
		{`<svg><assertion>{<b/>}</assertion></svg>`, "mixed with other markup"},
		{`<svg><assertion>{`, "cannot be read"},
	} {
		if _, err := Find([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.data[:min(len(c.data), 60)], err, c.want)
		}
	}
}

// FuzzFind puts the same JSON back, which must change nothing but the packing
// and spelling of an image's chunk, and other JSON, which must be found again.
func FuzzFind(f *testing.F) {
	f.Add([]byte(badge))
	f.Add(tinyPNG(f, "iTXt", "openbadges\x00\x00\x00\x00\x00"+badge))
	f.Add([]byte(`<svg><assertion><![CDATA[{"a":1}]]></assertion></svg>`))
	f.Add([]byte(`<svg><credential>{&quot;a&quot;:1}</credential></svg>`))
	f.Add([]byte(`<html><script type="application/ld+json">{}</script>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		slots, err := Find(data)
		if err != nil {
			return
		}
		for _, s := range slots {
			if _, err := s.Put(s.JSON); err != nil {
				return // signed
			}
			if out, err := s.Put([]byte(`{"x": "<&>"}`)); err != nil || len(out) == 0 {
				t.Fatalf("put: %v", err)
			}
		}
	})
}
