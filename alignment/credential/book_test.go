package credential

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// docx writes a DOCX file with the given body.
func docx(t testing.TB, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"[Content_Types].xml": "<Types/>",
		"word/document.xml":   `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>` + body + `</w:body></w:document>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func paragraph(style, text string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
}

func TestDOCX(t *testing.T) {
	data := docx(t, paragraph("Title", "Bicycle repair")+paragraph("", "An evening course for adults.")+paragraph("Heading1", "You will learn to")+
		`<w:p><w:r><w:t xml:space="preserve">true a </w:t></w:r><w:hyperlink><w:r><w:t>wheel</w:t></w:r></w:hyperlink><w:del><w:r><w:delText>tyre</w:delText></w:r></w:del></w:p>`+
		`<w:tbl><w:tr><w:tc>`+paragraph("", "adjust disc brakes")+`</w:tc></w:tr></w:tbl>`+paragraph("Heading1", "Prerequisites")+paragraph("", "None but patience."))
	doc, err := Read("course.docx", data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkDocument(t, "course.docx", data, doc)
	want := `DOCX "Bicycle repair" lang="" signed=false
text /document/body/p[1] 
  title        "Bicycle repair"
text /document/body/p[2] 
  description  "An evening course for adults."
text /document/body/p[3] 
  boilerplate  "You will learn to"
text /document/body/p[4] 
  outcome      "true a wheel"
text /document/body/tbl/tr/tc/p 
  outcome      "adjust disc brakes"
text /document/body/p[5] 
  boilerplate  "Prerequisites"
text /document/body/p[6] 
  prerequisite "None but patience."
`
	if diff := cmp.Diff(want, show(doc)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// pdf writes a PDF file with one page for each content stream.
func pdf(contents ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [")
	for i := range contents {
		fmt.Fprintf(&b, " %d 0 R", 10+2*i)
	}
	b.WriteString("] >> endobj\n3 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> endobj\n")
	for i, c := range contents {
		fmt.Fprintf(&b, "%d 0 obj << /Type /Page /Contents %d 0 R /Resources << /Font << /F 3 0 R >> >> >> endobj\n%d 0 obj << /Length %d >>\nstream\n%s\nendstream endobj\n", 10+2*i, 11+2*i, 11+2*i, len(c), c)
	}
	b.WriteString("trailer << /Root 1 0 R >>\n%%EOF\n")
	return []byte(b.String())
}

func TestPDF(t *testing.T) {
	data := pdf("BT /F 12 Tf 14 TL 72 700 Td (Sheep shearing) Tj 0 -40 Td (Learning outcomes) Tj 0 -30 Td (Sharpen and set a handpiece for fine and for coarse wool) Tj T* (before the first fleece.) Tj ET",
		"BT /F 12 Tf 72 700 Td (Sort wool by staple length.) Tj ET", "")
	doc, err := Read("syllabus.pdf", data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkDocument(t, "syllabus.pdf", data, doc)
	want := `PDF "Sheep shearing" lang="" signed=false
text page=1 
  title        "Sheep shearing"
  boilerplate  "Learning outcomes"
  outcome      "Sharpen and set a handpiece for fine and for coarse wool before the first fleece."
text page=2 
  outcome      "Sort wool by staple length."
`
	if diff := cmp.Diff(want, show(doc)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if doc, err = Read("scan.pdf", pdf(""), Options{}); err != nil || len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0].Text, "OCR") {
		t.Errorf("a scan: %v, %v", doc, err)
	}
}

func FuzzBook(f *testing.F) {
	f.Add(docx(f, paragraph("Heading2", "Skills")+paragraph("", "weld steel")))
	f.Add(pdf("BT /F 12 Tf (Weld steel) Tj ET"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Read("-", data, Options{})
		if err == nil && (doc.Type == "PDF" || doc.Type == "DOCX") {
			checkDocument(t, "-", data, doc)
		}
	})
}
