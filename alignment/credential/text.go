package credential

import (
	"path"
	"regexp"
	"strings"

	"concord/alignment"
)

var (
	strongSigns = regexp.MustCompile("(?m)^ {0,3}#{1,6}[ \t]+\\S|^ {0,3}(```|~~~)|\\*\\*[^\\s*][^*\n]*\\*\\*|__[^\\s_][^_\n]*__|\\]\\([^)\\s]+\\)|^ {0,3}\\|?[ \t]*:?-{3,}:?[ \t]*\\|")
	weakSigns   = regexp.MustCompile("(?m)^[ \t]{0,8}[-*+][ \t]+\\S|^ {0,3}> |`[^`\n]+`|(^|[\\s(])[*_][^\\s*_][^*_\n]*[*_]([\\s).,;:!?]|$)")
	blockTags   = regexp.MustCompile(`(?i)</?(p|br|ul|ol|li|div|h[1-6]|table|tr|td|section|article|blockquote|dl|dd|pre)(\s[^<>]*)?/?>`)
	pageStart   = regexp.MustCompile(`(?i)^(<\?xml[^>]*>|<!--.*?-->|\s)*<(!doctype html|html|head|body|main|article|section|div|p|h[1-6]|ul|ol|table|header|meta|title)\b`)
	xmlStart    = regexp.MustCompile(`^<(\?xml\s|!--|[A-Za-z_][\w.-]*(:[\w.-]+)?(\s[^<]*)?/?>)`)
	turtleStart = regexp.MustCompile(`(?m)^\s*(@prefix|PREFIX|prefix|@base)\s+[\w.-]*:?\s*<[^>\s]*>`)
	pageTags    = regexp.MustCompile(`(?i)<(html|body|head)[\s>]`)
)

// What textType tells besides the types of texts.
const (
	typeXML = "xml"
	typeRDF = "rdf"
)

// textType tells HTML, Markdown and plain text from XML and Turtle.
func textType(name, text string) string {
	head := strings.TrimSpace(text[:min(len(text), 8192)])
	if pageStart.MatchString(head) || strings.HasPrefix(head, "<") && pageTags.MatchString(head) {
		return "text/html"
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm", ".xhtml":
		return "text/html"
	case ".md", ".markdown":
		return "text/markdown"
	case ".txt", ".text":
		return "text/plain"
	}
	switch {
	case xmlStart.MatchString(head) && strings.HasSuffix(strings.TrimSpace(text), ">"):
		return typeXML
	case turtleStart.MatchString(head) || strings.EqualFold(path.Ext(name), ".ttl"):
		return typeRDF
	case strongSigns.MatchString(text):
		return "text/markdown"
	}
	return "text/plain"
}

// readText reads a document that is one text.
func readText(doc *alignment.Document, kind, text string) {
	var m *mask
	switch kind {
	case "text/plain":
		m = maskLines(text, false, false).mask
	case "text/markdown":
		lines := maskLines(text, true, true)
		m, doc.Name = lines.mask, lines.front
	default:
		readPage(doc, text)
		return
	}
	doc.Type = kind
	addWhole(doc, m, m.assign(alignment.RoleDescription, true))
}

// addWhole makes m the document's only text and takes its name from the title.
func addWhole(doc *alignment.Document, m *mask, blocks []alignment.Block) {
	for _, b := range blocks {
		if b.Role == alignment.RoleTitle && doc.Name == "" {
			doc.Name = m.line(b.Start, b.End)
		}
	}
	if len(blocks) > 0 {
		doc.Texts = []alignment.Text{{Content: m.content, Masked: string(m.out), Blocks: blocks}}
	}
}

// newText masks one string of a record, which may be plain, Markdown or HTML.
func newText(pointer, content string, role alignment.Role) alignment.Text {
	var m *mask
	if strings.Contains(content, "<") && blockTags.MatchString(content) {
		m = maskHTML(content).mask
	} else {
		m = maskLines(content, hasSigns(content), true).mask
	}
	t := alignment.Text{Pointer: pointer, Content: content, Blocks: m.assign(role, false)}
	if oneUnit(role) && len(t.Blocks) > 0 {
		// A name or tag is one phrase, however it looks.
		t.Blocks = []alignment.Block{{Start: t.Blocks[0].Start, End: t.Blocks[len(t.Blocks)-1].End, Role: role}}
	}
	t.Masked = string(m.out)
	return t
}

// hasSigns reports whether a string of a record is written in Markdown.
func hasSigns(s string) bool {
	return strings.ContainsAny(s, "#*_`~]|>-+") && (strongSigns.MatchString(s) || weakSigns.MatchString(s))
}

func oneUnit(role alignment.Role) bool {
	return role == alignment.RoleTitle || role == alignment.RoleTag || role == alignment.RoleKeyword
}

// splitKeywords makes a block of every keyword of a text that lists several,
// separated by commas, semicolons, bars or line ends.
func splitKeywords(t *alignment.Text) {
	if len(t.Blocks) != 1 || !strings.ContainsAny(t.Content, ",;|\n") {
		return
	}
	whole := t.Blocks[0]
	m := &mask{content: t.Content, out: []byte(t.Masked)}
	from := whole.Start
	for i := whole.Start; i <= whole.End; i++ {
		if i == whole.End || strings.IndexByte(",;|\n", m.out[i]) >= 0 {
			m.add(piece{start: from, end: i})
			from = i + 1
		}
	}
	t.Blocks = nil
	for _, p := range m.pieces {
		t.Blocks = append(t.Blocks, alignment.Block{Start: p.start, End: p.end, Role: whole.Role})
	}
}
