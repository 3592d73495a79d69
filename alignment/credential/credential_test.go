package credential

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata")

// TestRead reads the in section of every archive under testdata.
func TestRead(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			in := archive.Files[0]
			doc, err := Read(in.Name, in.Data, Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkDocument(t, in.Name, in.Data, doc)
			got := show(doc)
			if *update {
				archive.Files[1].Data = []byte(got)
				if err := os.WriteFile(p, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// show prints a document one fact per line.
func show(doc *alignment.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q lang=%q signed=%v\n", doc.Type, doc.Name, doc.Lang, doc.Signed)
	for _, text := range doc.Texts {
		fmt.Fprintf(&b, "text %s %s\n", text.Pointer, text.Lang)
		for _, block := range text.Blocks {
			fmt.Fprintf(&b, "  %-12s %+q\n", block.Role, strings.Join(strings.Fields(text.Masked[block.Start:block.End]), " "))
		}
	}
	for _, s := range doc.Stated {
		fmt.Fprintf(&b, "stated %s <%s> %q %q %q\n", s.Pointer, s.URI, s.Code, s.Name, s.Framework)
	}
	for _, w := range doc.Warnings {
		fmt.Fprintf(&b, "warning %s %s: %s\n", w.Code, w.Pointer, w.Text)
	}
	return b.String()
}

// checkDocument checks what every document promises.
func checkDocument(t *testing.T, name string, data []byte, doc *alignment.Document) {
	t.Helper()
	if doc.Type == "" || !strings.HasPrefix(doc.Digest, "sha256:") {
		t.Errorf("%s: type %q, digest %q", name, doc.Type, doc.Digest)
	}
	if doc.Type == "PDF" || doc.Type == "DOCX" {
		for _, text := range doc.Texts {
			checkText(t, name+" "+text.Pointer, text)
		}
		return
	}
	if doc.Type == "cmi5" || doc.Type == "ELM/XML" {
		checkXML(t, name, data, doc)
		return
	}
	isRecord := !strings.HasPrefix(doc.Type, "text/")
	var root *source.Value
	if isRecord {
		root = carriedJSON(t, name, data)
	}
	at := -1
	for _, text := range doc.Texts {
		where := name + " " + text.Pointer
		if isRecord {
			v := resolve(root, text.Pointer)
			if v == nil || v.Kind != source.String || v.Text != text.Content {
				t.Errorf("%s: content is not the string there: %q", where, text.Content)
				continue
			}
			if outer, _, nested := strings.Cut(text.Pointer, "!"); nested && resolve(root, outer) != nil {
				checkText(t, where, text)
				continue // offsets count within each
			}
			if v.Start <= at {
				t.Errorf("%s: out of document order", where)
			}
			at = v.Start
		} else if !strings.Contains(string(data), text.Content) {
			t.Errorf("%s: content is not the document's", where)
		}
		checkText(t, where, text)
	}
	for _, s := range doc.Stated {
		if s.URI == "" && s.Code == "" || isRecord && resolve(root, s.Pointer) == nil {
			t.Errorf("%s: stated %+v leads nowhere", name, s)
		}
	}
	// A defect in a value that a repeated name puts out of sight has a pointer
	// that leads to the value in sight, or nowhere.
	repeats := slices.ContainsFunc(doc.Warnings, func(w alignment.Warning) bool { return w.Code == "duplicate-key" })
	for _, w := range doc.Warnings {
		if w.Code == "" || w.Text == "" || isRecord && !repeats && resolve(root, w.Pointer) == nil {
			t.Errorf("%s: warning %+v leads nowhere", name, w)
		}
	}
}

// checkXML checks that texts and statements of an XML record stand where they say.
func checkXML(t *testing.T, name string, data []byte, doc *alignment.Document) {
	t.Helper()
	text, _, err := decodeText(name, data)
	if err != nil {
		t.Fatal(err)
	}
	root, err := parseXML(name, strings.TrimPrefix(text, "\ufeff"))
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]*element{}
	var walk func(e *element)
	walk = func(e *element) {
		at[e.path] = e
		for _, c := range e.children {
			walk(c)
		}
	}
	walk(root)
	for _, text := range doc.Texts {
		if e := at[text.Pointer]; e == nil || e.text != text.Content {
			t.Errorf("%s %s: content is not the text there: %q", name, text.Pointer, text.Content)
		}
		checkText(t, name+" "+text.Pointer, text)
	}
	for _, s := range doc.Stated {
		if at[s.Pointer] == nil {
			t.Errorf("%s: stated %+v leads nowhere", name, s)
		}
	}
	for _, w := range doc.Warnings {
		if w.Code == "" || w.Text == "" || w.Pointer != "" && at[w.Pointer] == nil {
			t.Errorf("%s: warning %+v leads nowhere", name, w)
		}
	}
}

func checkText(t *testing.T, where string, text alignment.Text) {
	t.Helper()
	content, masked := text.Content, text.Masked
	if len(masked) != len(content) || !utf8.ValidString(masked) || !utf8.ValidString(content) {
		t.Fatalf("%s: masked %d bytes of %d, valid %v", where, len(masked), len(content), utf8.ValidString(masked))
	}
	for i, r := range masked {
		size := utf8.RuneLen(r)
		if !visible(r) || masked[i:i+size] == content[i:i+size] {
			continue
		}
		if content[i] != '&' && content[i] != '\\' && content[max(0, i-2)] != '&' && content[max(0, i-3)] != '&' && content[max(0, i-4)] != '&' {
			t.Errorf("%s: byte %d: %q became %q outside an entity", where, i, content[i:i+size], r)
		}
	}
	end := 0
	if len(text.Blocks) == 0 {
		t.Errorf("%s: no blocks", where)
	}
	for _, b := range text.Blocks {
		boundary := func(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }
		if b.Start < end || b.End <= b.Start || b.End > len(content) {
			t.Fatalf("%s: block %+v after %d of %d", where, b, end, len(content))
		}
		end = b.End
		if !boundary(content, b.Start) || !boundary(content, b.End) || !boundary(masked, b.Start) || !boundary(masked, b.End) {
			t.Errorf("%s: block %+v cuts a rune", where, b)
		}
		if strings.TrimSpace(masked[b.Start:b.End]) == "" || !slices.Contains(alignment.Roles, b.Role) {
			t.Errorf("%s: block %+v is blank or without role", where, b)
		}
	}
}

// carriedJSON parses the JSON a document carries, as a reader of the answer would.
func carriedJSON(t *testing.T, name string, data []byte) *source.Value {
	t.Helper()
	carried, err := unpack(name, data)
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := decodeText(name, carried.data)
	if err != nil {
		t.Fatal(err)
	}
	root, _, err := source.ParseJSON(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// resolve returns the value a JSON pointer leads to, or nil; also into a signed
// credential that stands in the document as a string.
func resolve(v *source.Value, pointer string) *source.Value {
	if outer, inner, ok := strings.Cut(pointer, "!"); ok {
		carrier := resolve(v, outer)
		if carried, err := unwrapJWS("", []byte(carrier.String()), ""); err == nil && carried.signed {
			if root, _, err := source.ParseJSON("", carried.data); err == nil {
				return resolve(root, inner)
			}
		}
	}
	if pointer == "" {
		return v
	}
	for _, key := range strings.Split(pointer[1:], "/") {
		key = strings.ReplaceAll(strings.ReplaceAll(key, "~1", "/"), "~0", "~")
		if v != nil && v.Kind == source.Array {
			v = item(v, key)
			continue
		}
		v = v.Get(key)
	}
	return v
}

func item(v *source.Value, key string) *source.Value {
	n := 0
	for _, c := range key {
		if n = n*10 + int(c-'0'); n >= len(v.Items) {
			return nil
		}
	}
	return v.Items[n]
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		name, file, data, typ, want string
	}{
		{"empty", "a.json", "", "", "a.json: is empty"},
		{"blank", "a.txt", " \n\t", "", "a.txt: is empty"},
		{"cut short", "a.json", "{\n\"@context\": \"https://w3id.org/openbadges/v2\",\n\"name\": \"x", "", "a.json:3: column 9: not valid JSON: the string that starts here never ends"},
		{"no kind", "-", `{"title": "x", "grade": 3}`, "", "-: is JSON of no known kind: it has the names title, grade; what is read: Open Badges"},
		{"a list", "-", `[{"@type": "Person", "name": "x"}]`, "", "it has a list of 1, the first with type Person and the names @type, name"},
		{"schema", "s.json", `{"$schema": "https://json-schema.org/draft-07/schema", "properties": {}}`, "", "is a JSON Schema"},
		{"context", "c.json", `{"@context": {"name": "https://schema.org/name"}}`, "", "is a JSON-LD context"},
		{"issuer", "i.json", `{"@context": "https://w3id.org/openbadges/v2", "type": "Issuer", "name": "x"}`, "", "is an Open Badges Issuer"},
		{"organisation", "f.json", `{"@graph": [{"@type": "ceterms:CredentialOrganization"}]}`, "", "is CTDL without a credential, course, program, assessment, pathway or competency: it has type CredentialOrganization"},
		{"Latin-1", "a.txt", "Caf\xe9", "", "a.txt:1: byte 0xE9 is not UTF-8"},
		{"binary", "a.bin", "ab\x00cd", "", "NUL byte"},
		{"PDF", "a.pdf", "%PDF-1.7 …", "", "is a PDF that has no pages"},
		{"Office", "a.docx", "PK\x03\x04…", "", "Office document"},
		{"PNG", "a.png", pngMagic, "", "without a badge baked into it"},
		{"SVG", "a.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "", "without a badge baked into it"},
		{"SVG of an address", "a.svg", `<svg xmlns:o="http://openbadges.org"><o:assertion verify="https://a.example/1"/></svg>`, "", "address (https://a.example/1), which is not followed"},
		{"XML", "a.xml", `<?xml version="1.0"?><course><title>x</title></course>`, "", "is XML of no known kind: its root is course"},
		{"broken XML", "a.xml", "<?xml version=\"1.0\"?>\n<courseStructure>\n<course></courseStructure>", "", "a.xml:3: is not well-formed XML: element <course> closed by </courseStructure>"},
		{"Turtle", "a.txt2", "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n", "", "is RDF"},
		{"JAdES", "a.json", `{"payload": "!!", "signatures": []}`, "", "a.json at /payload: is a JWS in JSON form whose payload cannot be decoded"},
		{"JWS", "a.jwt", "eyJhbGciOiJub25lIn0.!!!.x", "", "payload cannot be decoded"},
		{"unknown type", "a.txt", "x", "text/rtf", "the types are text/plain"},
		{"JSON as XML", "a.json", smallBadge, "cmi5", "is JSON, which cannot be read as cmi5"},
		{"XML as JSON", "a.xml", "<courseStructure/>", "CASE", "is XML of no known kind"},
		{"large", "a.txt", strings.Repeat("x", maxSize+1), "", "at most 50 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := Read(c.file, []byte(c.data), Options{Type: c.typ})
			if err == nil {
				t.Fatalf("read as %s", doc.Type)
			}
			var e *source.Error
			if !strings.Contains(err.Error(), c.want) || !errors.Is(err, taxonomy.ErrInvalid) || !errors.As(err, &e) {
				t.Errorf("got %T %q, want %q", err, err, c.want)
			}
		})
	}
}

const smallBadge = `{"@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"], "type": ["VerifiableCredential", "OpenBadgeCredential"], "credentialSubject": {"achievement": {"name": "Tiling", "description": "Lays tiles"}}}`

func chunk(kind, body string) string {
	n := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	return string(n) + kind + body + "\x00\x00\x00\x00"
}

func TestUnpack(t *testing.T) {
	body := base64.RawURLEncoding.EncodeToString([]byte(smallBadge))
	wrapped := base64.RawURLEncoding.EncodeToString([]byte(`{"vc": ` + smallBadge + `, "iss": "x"}`))
	for _, c := range []struct {
		name, data string
		signed     bool
		pointer    string
	}{
		{"JSON", smallBadge, false, "/credentialSubject/achievement/name"},
		{"byte order mark", "\ufeff" + smallBadge, false, "/credentialSubject/achievement/name"},
		{"JWS", "eyJhbGciOiJub25lIn0." + body + ".c2ln\n", true, "/credentialSubject/achievement/name"},
		{"JWT of VC 1.1", "eyJhbGciOiJub25lIn0." + wrapped + ".c2ln", true, "/vc/credentialSubject/achievement/name"},
		{"PNG", pngMagic + chunk("IHDR", "…") + chunk("iTXt", "openbadgecredential\x00\x00\x00\x00\x00"+smallBadge), false, "/credentialSubject/achievement/name"},
		{"PNG of a JWS", pngMagic + chunk("iTXt", "openbadgecredential\x00\x00\x00\x00\x00eyJhbGciOiJub25lIn0."+body+".c2ln"), true, "/credentialSubject/achievement/name"},
		{"SVG", `<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential><![CDATA[` + smallBadge + `]]></openbadges:credential></svg>`, false, "/credentialSubject/achievement/name"},
		{"SVG of a JWS", `<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential verify="eyJhbGciOiJub25lIn0.` + body + `.c2ln"/></svg>`, true, "/credentialSubject/achievement/name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := Read("badge", []byte(c.data), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if doc.Type != "OpenBadge/3.0" || doc.Name != "Tiling" || doc.Signed != c.signed || len(doc.Texts) != 2 || doc.Texts[0].Pointer != c.pointer {
				t.Errorf("got %s", show(doc))
			}
		})
	}
}

func TestOptionsType(t *testing.T) {
	for _, c := range []struct{ file, data, typ, want string }{
		{"a.md", "# x *y*", "text/plain", "text/plain"},
		{"a.txt", "# x *y*", "text/markdown", "text/markdown"},
		{"a.txt", "x <b>y</b>", "text/html", "text/html"},
		{"-", "# Heading\ntext", "", "text/markdown"},
		{"-", "[note] a text", "", "text/plain"},
		{"-", "<p>Hello", "", "text/html"},
		{"-", "\xff\xfeh\x00i\x00", "", "text/plain"},
		{"-", `{"name": "x"}`, "OpenBadge/2.0", "OpenBadge/2.0"},
		{"-", smallBadge, "OpenBadge", "OpenBadge/3.0"},
	} {
		doc, err := Read(c.file, []byte(c.data), Options{Type: c.typ})
		if err != nil || doc.Type != c.want {
			t.Errorf("%s %q as %q: %v, %v", c.file, c.data, c.typ, doc, err)
		}
	}
}

// TestOffsets shows that evidence can be quoted from a decoded text.
func TestOffsets(t *testing.T) {
	const page = `<html><body><p>Cr&egrave;me br&ucirc;l&eacute;e &amp; th&eacute;</p></body></html>`
	doc, err := Read("a.html", []byte(page), Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := doc.Texts[0]
	drop := strings.NewReplacer("\u00ad", "", "\u2060", "")
	if got := drop.Replace(strings.Join(strings.Fields(text.Masked), " ")); got != "Crème brûlée & thé" {
		t.Errorf("masked %q", got)
	}
	if got := text.Content[text.Blocks[0].Start:text.Blocks[0].End]; got != "Cr&egrave;me br&ucirc;l&eacute;e &amp; th&eacute;" {
		t.Errorf("block %q", got)
	}
}
