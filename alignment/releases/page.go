package releases

import (
	"bufio"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed diff.html
var diffPage string

// pageTemplate is the page of a diff. It holds its own style, loads nothing,
// runs no script, and prints on paper as it stands.
var pageTemplate = template.Must(template.New("diff").Funcs(template.FuncMap{
	"address": func(s string) bool { return strings.HasPrefix(s, "http") || strings.HasPrefix(s, "urn:") },
	"web": func(c cell) bool {
		return strings.HasPrefix(string(c.URI), "http://") || strings.HasPrefix(string(c.URI), "https://")
	},
}).Parse(diffPage))

// WriteHTML writes the diff as one self-contained page.
func (d *Diff) WriteHTML(w io.Writer) error {
	err := pageTemplate.Execute(w, struct {
		*Diff
		Table    []countRow
		Sections []section
	}{d, d.countRows(), d.sections()})
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// WriteMarkdown writes the diff as a page of Markdown with tables.
func (d *Diff) WriteMarkdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s → %s\n\n%s\n\n", d.From, d.To, markdown(d.To.Title))
	head := []string{"What"}
	for _, k := range d.Counts {
		head = append(head, string(k.Kind))
	}
	table(b, head)
	for _, r := range d.countRows() {
		fmt.Fprintf(b, "| %s", r.Title)
		for _, n := range r.N {
			fmt.Fprintf(b, " | %d", n)
		}
		fmt.Fprintln(b, " |")
	}
	for _, n := range d.Notes {
		fmt.Fprintf(b, "\n- %s", markdown(n))
	}
	for _, s := range d.sections() {
		fmt.Fprintf(b, "\n\n## %s (%d)\n\n", s.Title, len(s.Rows)+s.More)
		if s.Note != "" {
			fmt.Fprintf(b, "%s\n\n", s.Note)
		}
		table(b, s.Head)
		for _, row := range s.Rows {
			cells := make([]string, len(row))
			for i, c := range row {
				if cells[i] = markdown(c.Text); c.URI != "" && i == 0 {
					cells[i] += " `" + strings.ReplaceAll(string(c.URI), "`", "") + "`"
				}
			}
			fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
		}
		if s.More > 0 {
			fmt.Fprintf(b, "\nand %d more, which the JSON lists.\n", s.More)
		}
	}
	fmt.Fprintln(b)
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the diff: %w", err)
	}
	return nil
}

func table(w io.Writer, head []string) {
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat("---|", len(head)))
}

// markdown keeps a text from being read as markup.
var escape = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`)

func markdown(s string) string { return escape.Replace(tidy(s)) }
