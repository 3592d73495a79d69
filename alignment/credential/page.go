package credential

import (
	"slices"
	"strings"

	"concord/alignment"
	"concord/importers/source"
)

// readPage reads a web page: its visible text, and of its JSON-LD courses the
// strings that are not visible and the alignments they state.
func readPage(doc *alignment.Document, text string) {
	doc.Type = "text/html"
	w := maskHTML(text)
	m := w.mask
	doc.Lang = parseLang(w.lang)
	seen := foldSpace(visibleText(m))
	name := ""
	for _, s := range w.scripts {
		part := &alignment.Document{}
		value, _, err := source.ParseJSON("", []byte(text[s.start:s.end]))
		if err != nil {
			doc.Warnings = append(doc.Warnings, alignment.Warning{Code: "broken-json-ld", Text: "holds JSON-LD that cannot be read: " + err.Error()})
			continue
		}
		if !claimsSchema(value) {
			continue
		}
		r := newReader(part, value)
		readSchema(r)
		r.finish()
		if name == "" {
			name = part.Name
		}
		if doc.Lang == "" {
			doc.Lang = part.Lang
		}
		doc.Stated = append(doc.Stated, part.Stated...)
		for _, t := range part.Texts {
			if folded := foldSpace(t.Masked); folded != "" && !strings.Contains(seen, folded) {
				seen += "\n" + folded
				m.showString(s.start, r.at[t.Pointer], t.Blocks[0].Role)
			}
		}
	}
	blocks := m.assign(alignment.RoleDescription, true)
	slices.SortStableFunc(blocks, func(a, b alignment.Block) int { return a.Start - b.Start })
	if name != "" {
		doc.Name = name
	}
	addWhole(doc, m, blocks)
}

func visibleText(m *mask) string {
	var b strings.Builder
	for _, p := range m.pieces {
		b.WriteString(m.line(p.start, p.end))
		b.WriteByte('\n')
	}
	return b.String()
}

func foldSpace(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// showString brings the JSON string v of a script that starts at offset back
// into view, with its escapes decoded in place.
func (m *mask) showString(offset int, v *source.Value, role alignment.Role) {
	start, end := offset+v.Start+1, offset+v.End-1
	m.show(start, end)
	for i := start; i < end; {
		if m.content[i] != '\\' {
			i++
			continue
		}
		n := 2
		if i+1 < end && m.content[i+1] == 'u' {
			n = 6
			if half, _, err := source.ParseJSON("", []byte(`"`+m.content[i:min(i+6, end)]+`"`)); err == nil && half.Text == "\ufffd" {
				n = 12 // half of a surrogate pair
			}
		}
		n = min(n, end-i)
		decoded, _, err := source.ParseJSON("", []byte(`"`+m.content[i:i+n]+`"`))
		if err != nil || !m.decode(i, i+n, decoded.Text) {
			m.blank(i, i+n)
		}
		i += n
	}
	// Markup inside the string, and addresses, as in any other string.
	shown := newText("", string(m.out[start:end]), role)
	copy(m.out[start:end], shown.Masked)
	m.add(piece{start: start, end: end, role: role})
}
