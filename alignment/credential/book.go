package credential

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"

	"concord/alignment"
	"concord/alignment/credential/pdftext"
	"concord/importers/source"
)

// A part is a page of a PDF or a paragraph of a DOCX file.
type part struct {
	pointer string
	text    string
	level   int // of a heading, 1 to 6; 0: none, or not known
}

// bookParts returns the parts of data if it is a PDF or DOCX file, with the type
// of document it is; other files give no type.
func bookParts(name string, data []byte) (parts []part, kind string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		pages, err := pdftext.Pages(data)
		if err != nil {
			return nil, "", &source.Error{File: name, Text: "is a PDF that " + err.Error()}
		}
		for i, text := range pages {
			parts = append(parts, part{pointer: fmt.Sprintf("page=%d", i+1), text: text})
		}
		return parts, "PDF", nil
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return docxParts(name, data)
	}
	return nil, "", nil
}

// maxDOCX bounds the text of a DOCX file, unpacked and with its markup.
const maxDOCX = 64 << 20

// docxParts returns the paragraphs of a DOCX file (ECMA-376 part 1, 17.3).
func docxParts(name string, data []byte) ([]part, string, error) {
	fail := func(format string, args ...any) ([]part, string, error) {
		return nil, "", &source.Error{File: name, Text: fmt.Sprintf(format, args...)}
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fail("is a zip archive or an Office document that is damaged or cut short (%v); get it again", err)
	}
	for _, f := range z.File {
		switch f.Name {
		case "xl/workbook.xml":
			return fail("is a workbook; save the sheet as CSV and name its columns (--columns name=…,text=…)")
		case "word/document.xml":
			in, err := f.Open()
			if err != nil {
				return fail("is a DOCX file that cannot be unpacked (%v); save it again", err)
			}
			text, err := io.ReadAll(io.LimitReader(in, maxDOCX+1))
			in.Close()
			if err != nil {
				return fail("is a DOCX file that cannot be unpacked (%v); save it again", err)
			}
			if len(text) > maxDOCX {
				return fail("is a DOCX file that unpacks to more than %d MiB, so it is refused as a bomb; save its text as a .txt file", maxDOCX>>20)
			}
			root, err := parseXML(name, strings.ToValidUTF8(string(text), "\uFFFD"))
			if err != nil {
				return nil, "", err
			}
			return paragraphs(root, nil), "DOCX", nil
		}
	}
	return fail("is a zip archive or an Office document without text that can be read; unpack it, or save its text as a .txt file")
}

// paragraphs appends the paragraphs below e, in document order. What a newer
// program draws is repeated for older ones (mc:Fallback) and left out.
func paragraphs(e *element, out []part) []part {
	for _, c := range e.children {
		switch c.name {
		case "p":
			var b strings.Builder
			runs(c, &b)
			if text := b.String(); strings.TrimSpace(text) != "" {
				out = append(out, part{pointer: c.path, text: text, level: headingLevel(c.first("pPr").first("pStyle").attr("val"))})
			}
			for _, run := range c.all("r") { // text boxes
				for _, box := range run.all("AlternateContent") {
					out = paragraphs(box.first("Choice").orEmpty(), out)
				}
			}
		case "Fallback":
		default:
			out = paragraphs(c, out)
		}
	}
	return out
}

func (e *element) orEmpty() *element {
	if e == nil {
		return &element{}
	}
	return e
}

// runs writes the text of a paragraph; deleted text and field codes are none.
func runs(e *element, b *strings.Builder) {
	for _, c := range e.children {
		switch c.name {
		case "t":
			b.WriteString(c.text)
		case "tab":
			b.WriteByte('\t')
		case "br", "cr":
			b.WriteByte('\n')
		case "noBreakHyphen":
			b.WriteByte('-')
		case "r", "hyperlink", "ins", "smartTag", "sdt", "sdtContent", "fldSimple":
			runs(c, b)
		}
	}
}

// headingLevel tells the built-in styles for titles and headings.
func headingLevel(style string) int {
	s := strings.ToLower(strings.ReplaceAll(style, " ", ""))
	if s == "title" {
		return 1
	}
	if rest, ok := strings.CutPrefix(s, "heading"); ok && len(rest) == 1 && rest[0] >= '1' && rest[0] <= '6' {
		return int(rest[0] - '0')
	}
	return 0
}

// addParts reads the parts as one text, so that a heading on one page or line
// governs what follows on the next, and gives every part its own blocks.
func addParts(doc *alignment.Document, parts []part) {
	var whole strings.Builder
	starts := make([]int, len(parts))
	headings := map[int]int{}
	for i, p := range parts {
		starts[i] = whole.Len()
		headings[starts[i]] = p.level
		whole.WriteString(p.text + "\n\n")
	}
	m := maskLines(whole.String(), false, false).mask
	for i, p := range m.pieces {
		if level := headings[p.start]; level > 0 {
			m.pieces[i].level = level
		}
	}
	blocks := m.assign(alignment.RoleDescription, true)
	for i, p := range parts {
		from, to := starts[i], starts[i]+len(p.text)
		t := alignment.Text{Pointer: p.pointer, Content: p.text, Masked: string(m.out[from:to])}
		for len(blocks) > 0 && blocks[0].Start < to {
			b := blocks[0]
			blocks = blocks[1:]
			if b.Role == alignment.RoleTitle && doc.Name == "" {
				doc.Name = m.line(b.Start, b.End)
			}
			t.Blocks = append(t.Blocks, alignment.Block{Start: max(b.Start-from, 0), End: min(b.End-from, len(p.text)), Role: b.Role})
		}
		if len(t.Blocks) > 0 {
			doc.Texts = append(doc.Texts, t)
		}
	}
}
