package pdftext

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// file writes a PDF of numbered objects; the catalogue is number 1.
func file(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n")
	return b.Bytes()
}

func streamOf(dict, body string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(body), body)
}

func packed(dict, body string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(body))
	z.Close()
	return streamOf(dict+" /Filter /FlateDecode", b.String())
}

const (
	catalogue = "<< /Type /Catalog /Pages 2 0 R >>"
	latin     = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
)

// onePage is a file with one page whose content is given.
func onePage(content string) []byte {
	return file(catalogue, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>", content, latin)
}

func TestPages(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want []string
	}{
		{"lines and paragraphs", onePage(streamOf("", "BT /F1 12 Tf 14 TL 72 700 Td (Welding basics) Tj 0 -40 Td (Learn to weld) Tj T* (steel and brass.) Tj 0 -30 Td (Bring gloves.) Tj ET")),
			[]string{"Welding basics\n\nLearn to weld\nsteel and brass.\n\nBring gloves."}},
		{"kerning and blanks", onePage(packed("", "BT /F1 10 Tf 1 0 0 1 50 500 Tm [(W) 80 (eld) -300 (ste) 20 (el)] TJ ET")), []string{"Weld steel"}},
		{"a word in two pieces", onePage(streamOf("", "BT /F1 10 Tf 1 0 0 1 50 500 Tm (wel) Tj 1 0 0 1 65 500 Tm (der) Tj 1 0 0 1 100 500 Tm (wanted) Tj ET")), []string{"welder wanted"}},
		{"escapes", onePage(streamOf("", `BT /F1 10 Tf (caf\351 \(bar\) \\ a\
b) Tj <2063616665> Tj ET`)), []string{`café (bar) \ ab cafe`}},
		{"two pages, inherited resources, content in parts", file(catalogue,
			"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /Resources << /Font << /F1 7 0 R >> >> >>",
			"<< /Type /Page /Contents [5 0 R 6 0 R] >>", "<< /Type /Page >>",
			streamOf("", "BT /F1 10 Tf (One) Tj"), streamOf("", "0 -12 Td (Two) Tj ET"), latin), []string{"One\nTwo", ""}},
		{"differences", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Type /Page /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
			streamOf("", "BT /F1 10 Tf (\x01\x02\x03\x04) Tj ET"),
			"<< /Subtype /Type1 /Encoding << /Differences [1 /ccaron /fi /uni00E5 /Euro] >> >>"), []string{"čfiå€"}},
		{"two-byte codes with a map", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Type /Page /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
			streamOf("", "BT /F1 10 Tf <000100020003> Tj ET"), "<< /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R >>",
			packed("", "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0001> <0416> endbfchar 1 beginbfrange <0002> <0003> <0041> endbfrange")), []string{"ЖAB"}},
		{"form", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Type /Page /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> /Font << /F1 6 0 R >> >> >>",
			streamOf("", "/X Do"), streamOf("/Subtype /Form", "BT /F1 9 Tf (inside) Tj ET"), latin), []string{"inside"}},
		{"object stream", file(catalogue, "<< /Kids [7 0 R] >>", "null", streamOf("", "BT /F1 9 Tf (found) Tj ET"), latin,
			packed("/Type /ObjStm /N 1 /First 4", "7 0 << /Type /Page /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>")), []string{"found"}},
		{"no page tree", file("<< >>", streamOf("", "BT (kept) Tj ET"), "<< /Type /Page /Contents 2 0 R >>"), []string{"kept"}},
		{"wrong length", onePage("<< /Length 3 >>\nstream\nBT /F1 9 Tf (whole) Tj ET\nendstream"), []string{"whole"}},
		{"later version", append(onePage(streamOf("", "BT (old) Tj ET")), "4 0 obj\n<< >>\nstream\nBT /F1 9 Tf (new) Tj ET\nendstream\nendobj\n"...), []string{"new"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Pages(c.data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestHostile reads files that are built to take all memory or never end.
func TestHostile(t *testing.T) {
	bomb := packed("", strings.Repeat("0 0 Td\n", maxUnpack/7+1000))
	manyPages := strings.Repeat("3 0 R ", 100_000)
	ownForm := file(catalogue, "<< /Kids [3 0 R] >>", "<< /Type /Page /Contents 4 0 R /Resources << /XObject << /X 4 0 R >> >> >>", streamOf("/Subtype /Form /Resources << /XObject << /X 4 0 R >> >>", strings.Repeat("/X Do ", 1000)))
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"bomb", onePage(bomb), ErrTooLarge},
		{"object stream in itself", file(catalogue, "<< /Kids [2 0 R] >>", packed("/Type /ObjStm /N 99999999999 /First 1", "3 0 3 0 R")), ErrNoPages},
		{"tree in a circle", file(catalogue, "<< /Kids [2 0 R 1 0 R 2 0 R] /Parent 2 0 R >>"), ErrNoPages},
		{"reference in a circle", file("2 0 R", "1 0 R"), ErrNoPages},
		{"form in itself", ownForm, ErrTooLarge},
		{"one page many times", file(catalogue, "<< /Kids ["+manyPages+"] >>", "<< /Type /Page /Contents 4 0 R >>", bomb), ErrTooLarge},
		{"deep", file(catalogue, strings.Repeat("[", 1<<20)), ErrNoPages},
		{"deep dictionaries", file(catalogue, strings.Repeat("<< /A ", 1<<18)), ErrNoPages},
		{"wide ranges", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Type /Page /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>", streamOf("", "/F1 9 Tf"), "<< /ToUnicode 6 0 R >>",
			packed("", "1 beginbfrange "+strings.Repeat("<00000000> <FFFFFFFF> <0041> ", 100_000)+" endbfrange")), nil},
		{"no pages", []byte("%PDF-1.4\n"), ErrNoPages},
		{"encrypted", []byte("%PDF-1.4\ntrailer << /Encrypt 1 0 R /Root 1 0 R >>"), ErrEncrypted},
		{"unfinished objects", []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj << /A (", 100_000)), ErrNoPages},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			_, err := Pages(c.data)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

func FuzzPages(f *testing.F) {
	f.Add(onePage(packed("", "BT /F1 12 Tf 14 TL 72 700 Td (Welding) Tj T* [(a) -300 (b)] TJ ET")))
	f.Add(file(catalogue, "<< /Kids [3 0 R] >>", "<< /Type /Page /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		streamOf("", "BT /F1 10 Tf <000100020003> Tj ET"), "<< /Subtype /Type0 /DescendantFonts [<< /W [1 [500 600] 3 9 700] >>] /ToUnicode 6 0 R >>",
		streamOf("", "1 beginbfchar <0001> <0416> endbfchar 1 beginbfrange <0002> <0003> [<0041>] endbfrange")))
	f.Add(file(catalogue, "<< /Kids [7 0 R] >>", "null", packed("/DecodeParms << /Predictor 15 /Columns 4 >>", "abcdefgh"), latin, streamOf("/Type /ObjStm /N 1 /First 4", "7 0 << /Type /Page >>")))
	f.Fuzz(func(t *testing.T, data []byte) {
		pages, err := Pages(data)
		if err != nil {
			return
		}
		for _, p := range pages {
			if !utf8.ValidString(p) {
				t.Errorf("not UTF-8: %q", p)
			}
		}
	})
}
