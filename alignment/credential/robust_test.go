package credential

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// fill returns head, then body as often as fits n bytes, then tail.
func fillUp(n int, head, body, tail string) []byte {
	return []byte(head + strings.Repeat(body, (n-len(head)-len(tail))/len(body)) + tail)
}

func zeros(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := io.CopyN(z, zero{}, int64(n)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func zipBomb(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zero{}, 70<<20); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHostile reads what is broken, or built to take all time and memory: a
// clear error with its place, or a document with warnings, within bounds.
func TestHostile(t *testing.T) {
	const whole, some = maxSize, 4 << 20 // the largest document, and one that tells as much in less time
	const ob3 = `{"@context": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "type": "Achievement", `
	png := func(body []byte) []byte {
		return []byte(pngMagic + chunk("iTXt", "openbadges\x00\x01\x00\x00\x00"+string(body)))
	}
	for _, c := range []struct {
		name, file string
		data       func() []byte
		want       string // part of the error, or of a warning
	}{
		{"broken JSON", "a.json", func() []byte { return []byte("{\n  \"name\": \"x\",\n  }") }, "a.json:3: column 3: not valid JSON"},
		{"not a number", "a.json", func() []byte { return []byte(ob3 + `"name": "Tiling", "creditsAvailable": NaN}`) }, "not-a-number at /creditsAvailable"},
		{"byte order mark", "a.json", func() []byte { return []byte("\ufeff" + smallBadge) }, "byte-order-mark at "},
		{"UTF-16", "a.json", func() []byte {
			return []byte("\xff\xfe{\x00\"\x00n\x00a\x00m\x00e\x00\"\x00:\x00\"\x00x\x00\"\x00,\x00\"\x00c\x00r\x00i\x00t\x00e\x00r\x00i\x00a\x00\"\x00:\x00\"\x00y\x00\"\x00,\x00\"\x00i\x00s\x00s\x00u\x00e\x00r\x00\"\x00:\x00\"\x00z\x00\"\x00}\x00")
		}, "recoded at "},
		{"UTF-16 without mark", "a.json", func() []byte { return []byte("{\x00\"\x00a\x00\"\x00") }, "a.json:1: column 2: not valid JSON"},
		{"Latin-1 in JSON", "a.json", func() []byte { return []byte(ob3 + "\"name\": \"Caf\xe9\"}") }, "invalid-utf8 at /name"},
		{"Latin-1 in XML", "a.xml", func() []byte {
			return []byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<courseStructure><course id=\"x\"><title>Caf\xe9</title></course></courseStructure>")
		}, "a.xml:2: byte 0xE9 is not UTF-8"},
		{"cut-short JWS", "a.jwt", func() []byte {
			return []byte("eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(smallBadge))[:41] + ".x")
		}, "payload cannot be decoded"},
		{"JWS of no JSON", "a.jwt", func() []byte {
			return []byte("eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte("hello")) + ".x")
		}, "not valid JSON"},
		{"JAdES of no JSON", "a.json", func() []byte { return []byte(`{"payload": "aGVsbG8", "signatures": []}`) }, "at /payload: is a JWS in JSON form whose payload cannot be decoded"},
		{"10,000 levels of lists", "a.json", func() []byte { return []byte(strings.Repeat("[", 10_000)) }, "nested more than 512 levels deep"},
		{"10,000 levels of objects", "a.json", func() []byte { return []byte(`{"name": "x", "criteria": ` + strings.Repeat(`{"a":`, 10_000)) }, "nested more than 512 levels deep"},
		{"10,000 levels of elements", "a.xml", func() []byte { return []byte("<?xml version=\"1.0\"?>" + strings.Repeat("<a>", 10_000)) }, "levels deep"},
		{"10,000 levels of HTML", "a.html", func() []byte { return []byte(strings.Repeat("<div>", 10_000) + "weld steel") }, ""},
		{"entities in entities", "a.xml", func() []byte {
			return []byte(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><courseStructure><course id="x"><title><langstring>&b;</langstring></title></course></courseStructure>`)
		}, "is not well-formed XML: invalid character entity &b;"},
		{"entity from outside", "a.xml", func() []byte {
			return []byte(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><courseStructure>&a;</courseStructure>`)
		}, "invalid character entity"},
		{"PNG bomb", "a.png", func() []byte { return png(zeros(t, 60<<20)) }, "unpacks to more than 50 MiB"},
		{"PNG cut short", "a.png", func() []byte { return []byte(pngMagic + "\xff\xff\xff\xffiTXt") }, "without a badge"},
		{"PNG of a broken badge", "a.png", func() []byte { return png([]byte("no zlib")) }, "cannot be unpacked"},
		{"DOCX bomb", "a.docx", func() []byte { return zipBomb(t, "word/document.xml") }, "refused as a bomb"},
		{"zip", "a.zip", func() []byte { return zipBomb(t, "a.txt") }, "without text that can be read"},
		{"zip cut short", "a.docx", func() []byte { return docx(t, "")[:60] }, "damaged or cut short"},
		{"PDF of rubbish", "a.pdf", func() []byte { return []byte("%PDF-1.7\n\x00\x01\x02") }, "has no pages"},
		{"50 MB of numbers", "a.json", func() []byte { return fillUp(whole, "[", "1,", "1]") }, "more than 2 million values"},
		{"50 MB of lists", "a.json", func() []byte { return fillUp(whole, "[", "[],", "[]]") }, "more than 2 million values"},
		{"4 MB in a string", "a.json", func() []byte { return fillUp(some, ob3+`"name": "`, "Lays tiles and grouts joints. ", `"}`) }, ""},
		{"4 MB of text", "a.txt", func() []byte { return fillUp(some, "", "Lays tiles and grouts joints.\n", "") }, ""},
		{"50 MB in a line", "a.txt", func() []byte { return fillUp(whole, "", "Lays tiles and grouts joints. ", "") }, ""},
		{"4 MB of stars", "a.md", func() []byte { return fillUp(some, "", "*", "") }, ""},
		{"4 MB of brackets", "a.md", func() []byte { return fillUp(some, "", "[", "") }, ""},
		{"4 MB of tags", "a.html", func() []byte { return fillUp(some, "<p>", "<b>x</b>", "</p>") }, ""},
		{"4 MB of open tags", "a.html", func() []byte { return fillUp(some, "<p>", "<", "") }, ""},
		{"4 MB of ampersands", "a.html", func() []byte { return fillUp(some, "<p>", "&", "</p>") }, ""},
		{"50 MB of elements", "a.xml", func() []byte { return fillUp(whole, "<?xml version=\"1.0\"?><a>", "<b/>", "</a>") }, "more than 500000 elements"},
		{"4 MB of XML text", "a.xml", func() []byte {
			return fillUp(some, "<?xml version=\"1.0\"?><courseStructure><course id=\"x\"><title><langstring>", "Lays tiles. ", "</langstring></title></course></courseStructure>")
		}, ""},
		{"a name 200,000 times", "a.json", func() []byte { return []byte(ob3 + strings.Repeat(`"name": "x", `, 200_000) + `"name": "Tiling"}`) }, "duplicate-key"},
		{"100,000 languages, one twice", "a.json", func() []byte { return manyLanguages(100_000) }, "duplicate-key"},
		{"a chain of 30,000 parts", "a.json", func() []byte { return chain(30_000) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := c.data()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			doc, err := Read(c.file, data, Options{})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > time.Minute {
				t.Errorf("took %v", took)
			}
			if grown := after.HeapSys - min(before.HeapSys, after.HeapSys); grown > 2<<30 {
				t.Errorf("took %d MB", grown>>20)
			}
			t.Logf("%d MB of heap from the system, %v", after.HeapSys>>20, took.Round(time.Millisecond))
			var e *source.Error
			switch {
			case err != nil && (!errors.Is(err, taxonomy.ErrInvalid) || !errors.As(err, &e)):
				t.Errorf("%T %v", err, err)
			case err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			case err == nil && !strings.Contains(fmt.Sprint(warnings(doc)), c.want):
				t.Errorf("warnings %.300q, want %q", warnings(doc), c.want)
			}
		})
	}
}

func warnings(doc *alignment.Document) []string {
	out := []string{}
	for _, w := range doc.Warnings[:min(10, len(doc.Warnings))] {
		out = append(out, w.Code+" at "+w.Pointer)
	}
	return out
}

// manyLanguages is a badge whose name is in n languages.
func manyLanguages(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"type": "Achievement", "@context": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "name": {"en": "x", "en": "y"`)
	for i := range n {
		fmt.Fprintf(&b, `, "en-x%d": "Lays tiles"`, i)
	}
	b.WriteString("}}")
	return []byte(b.String())
}

// chain is a learning program whose parts have parts.
func chain(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"@context": "https://credreg.net/ctdl/schema/context/json", "@graph": [`)
	for i := range n {
		fmt.Fprintf(&b, `{"@id": "urn:%d", "@type": "ceterms:Course", "ceterms:name": "x", "ceterms:hasPart": ["urn:%d"]},`, i, i+1)
	}
	b.WriteString(`{"@id": "urn:end", "@type": "ceterms:Course", "ceterms:name": "y"}]}`)
	return []byte(b.String())
}

// TestDates warns by the time that the person says it is, and only then.
func TestDates(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	badge := func(dates string) []byte {
		return []byte(strings.Replace(smallBadge, `"credentialSubject"`, dates+`"credentialSubject"`, 1))
	}
	for _, c := range []struct {
		name, dates string
		now         time.Time
		want        string
	}{
		{"expired", `"validUntil": "2025-12-31T23:59:59Z", `, now, "expired at /validUntil"},
		{"expired in another zone", `"validUntil": "2026-01-01T00:30:00+01:00", `, now, "expired at /validUntil"},
		{"not asked", `"validUntil": "2025-12-31T23:59:59Z", `, time.Time{}, ""},
		{"still valid", `"validFrom": "2025-01-01", "validUntil": "2027-01-01", `, now, ""},
		{"in the future", `"issuanceDate": "2026-06-01T00:00:00Z", `, now, "not-yet-valid at /issuanceDate"},
		{"the wrong way round", `"validFrom": "2025-01-01T00:00:00Z", "validUntil": "2024-01-01T00:00:00Z", `, time.Time{}, "expires-before-issued at /validUntil"},
		{"no date", `"validFrom": "yesterday", `, time.Time{}, "not-a-date at /validFrom"},
	} {
		doc, err := Read("a.json", badge(c.dates), Options{Now: c.now})
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(warnings(doc), ", ")
		if c.want == "" && (strings.Contains(got, "expire") || strings.Contains(got, "valid at")) || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", c.name, got, c.want)
		}
	}
}
