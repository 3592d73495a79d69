package web

import (
	"context"
	"net/http"
	"strings"

	"concord/docs"
)

// A qualityView is what templates/quality.html shows: the reports that come
// with the program, as they were written by the commands they name.
type qualityView struct {
	Reports []report `json:"reports"`
}

// A report is a Markdown file in the parts a page needs.
type report struct {
	Title string  `json:"title"`
	Parts []block `json:"parts"`
}

// A block is a heading, a paragraph, a table, a list or code.
type block struct {
	Kind  string     `json:"kind"` // "h2", "h3", "p", "table", "list", "code"
	Text  string     `json:"text,omitempty"`
	Rows  [][]string `json:"rows,omitempty"` // of a table: the first is its head
	Items []string   `json:"items,omitempty"`
}

func (s *Server) qualityPages() {
	view := qualityView{Reports: []report{readReport(docs.Quality), readReport(docs.Performance)}}
	s.register(page{path: "/quality", name: "quality", nav: "quality", title: "quality.title", build: func(context.Context, *http.Request, *viewer) (any, error) { return view, nil }})
	s.router.HandleFunc("/quality/reliability.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Write(docs.Reliability)
	}).Methods(http.MethodGet)
}

// readReport reads the little of Markdown that the reports are written in.
func readReport(text string) report {
	var r report
	var para []string
	flush := func() {
		if len(para) > 0 {
			r.Parts = append(r.Parts, block{Kind: "p", Text: plainMarkdown(strings.Join(para, " "))})
			para = nil
		}
	}
	last := func(kind string) *block {
		if n := len(r.Parts); n > 0 && r.Parts[n-1].Kind == kind && len(para) == 0 {
			return &r.Parts[n-1]
		}
		flush()
		r.Parts = append(r.Parts, block{Kind: kind})
		return &r.Parts[len(r.Parts)-1]
	}
	code := false
	for _, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "```"):
			if code = !code; code {
				flush()
				r.Parts = append(r.Parts, block{Kind: "code"})
			}
		case code:
			b := &r.Parts[len(r.Parts)-1]
			b.Text += line + "\n"
		case trimmed == "", strings.HasPrefix(trimmed, "<!--"), strings.HasPrefix(trimmed, "!["):
			flush()
			if n := len(r.Parts); n > 0 && trimmed == "" && (r.Parts[n-1].Kind == "table" || r.Parts[n-1].Kind == "list") {
				r.Parts = append(r.Parts, block{Kind: "end"})
			}
		case strings.HasPrefix(trimmed, "# "):
			r.Title = plainMarkdown(trimmed[2:])
		case strings.HasPrefix(trimmed, "## "):
			flush()
			r.Parts = append(r.Parts, block{Kind: "h2", Text: plainMarkdown(trimmed[3:])})
		case strings.HasPrefix(trimmed, "### "):
			flush()
			r.Parts = append(r.Parts, block{Kind: "h3", Text: plainMarkdown(trimmed[4:])})
		case strings.HasPrefix(trimmed, "|"):
			if strings.Trim(trimmed, "|-: ") == "" {
				continue
			}
			b := last("table")
			var cells []string
			for _, c := range strings.Split(strings.Trim(trimmed, "|"), "|") {
				cells = append(cells, plainMarkdown(strings.TrimSpace(c)))
			}
			b.Rows = append(b.Rows, cells)
		case strings.HasPrefix(trimmed, "- "):
			b := last("list")
			b.Items = append(b.Items, plainMarkdown(trimmed[2:]))
		default:
			if n := len(r.Parts); n > 0 && r.Parts[n-1].Kind == "list" && strings.HasPrefix(line, "  ") && len(para) == 0 {
				items := r.Parts[n-1].Items
				items[len(items)-1] += " " + plainMarkdown(trimmed)
				continue
			}
			para = append(para, trimmed)
		}
	}
	flush()
	return r
}

// plainMarkdown takes emphasis, code signs and the targets of links out.
func plainMarkdown(s string) string {
	for {
		open := strings.Index(s, "](")
		if open < 0 {
			break
		}
		start, end := strings.LastIndex(s[:open], "["), strings.Index(s[open:], ")")
		if start < 0 || end < 0 {
			break
		}
		s = s[:start] + s[start+1:open] + s[open+end+1:]
	}
	return strings.NewReplacer("**", "", "`", "").Replace(s)
}
