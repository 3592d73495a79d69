package web

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"concord/alignment"
	"concord/alignment/credential"
	"concord/data"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

// An alignView is what templates/align.html shows: the form alone, or a
// document beside what is proposed for it.
type alignView struct {
	Lang    taxonomy.Lang     `json:"lang,omitempty"` // of labels, where one was chosen
	Langs   []taxonomy.Lang   `json:"-"`              // to choose from
	Samples []string          `json:"samples"`
	Schemes []Scheme          `json:"-"`
	Target  string            `json:"target,omitempty"` // NAME@RELEASE asked for; empty: every current release
	Answer  *alignment.Answer `json:"answer,omitempty"`

	Sent     string     `json:"-"` // the document in base64: it travels with the page and is kept nowhere
	Name     string     `json:"name,omitempty"`
	Texts    []textView `json:"-"`
	Families []family   `json:"families,omitempty"`
	Carried  []carried  `json:"carried,omitempty"` // decided before, and not among the proposals
	Form     *decided   `json:"-"`
	Preview  *preview   `json:"-"`
	Shown    int        `json:"-"` // proposals
	Asked    string     `json:"-"` // by a button: "preview", or ""
}

// PageTitle is the document's name.
func (v alignView) PageTitle() string {
	if v.Answer == nil {
		return ""
	}
	return v.Answer.Document.Name
}

// A family is the proposals below one top concept of a hierarchy.
type family struct {
	Label string       `json:"label"`
	Items []suggestion `json:"items"`
}

// A suggestion is a proposal as the page shows it.
type suggestion struct {
	alignment.Alignment
	N          int            `json:"n"` // from 1, best first over the whole page
	Definition string         `json:"definition,omitempty"`
	Path       []view.Link    `json:"path,omitempty"`
	Verdict    string         `json:"-"` // what was chosen in a form sent before
	Reason     string         `json:"-"`
	Chosen     taxonomy.Match `json:"-"`
	Strongest  []part         `json:"-"` // what speaks most for it and against it
}

// A part is a feature and what it adds to the log-odds.
type part struct {
	Name string
	Adds float64
}

// mostParts bounds the features that are named.
const mostParts = 4

func (s *Server) alignPages() {
	p := page{path: "/align", name: "align", nav: "align", title: "align.title", post: true, build: s.alignPage}
	s.register(p)
	s.router.HandleFunc("/align/download", s.download).Methods(http.MethodPost)
	for _, path := range []string{"/align", "/align/download"} {
		s.extra["POST "+path] = need{scope: ScopeAlign}
	}
}

// samples are the names of the sample documents.
func samples() []string {
	entries, err := fs.ReadDir(data.Samples, "samples")
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	var names []string
	for _, e := range entries {
		if ext := path.Ext(e.Name()); ext != ".csv" {
			names = append(names, e.Name())
		}
	}
	return names
}

// maxPageDocument bounds a document that travels with its page.
const maxPageDocument = 4 << 20

func (s *Server) alignPage(ctx context.Context, r *http.Request, v *viewer) (any, error) {
	out := alignView{Samples: samples()}
	list, err := s.listSchemes(ctx, nil)
	if err != nil {
		return nil, err
	}
	out.Schemes = list.Body.Schemes
	name, raw, err := sentDocument(r)
	if err != nil || raw == nil {
		return out, err
	}
	out.Target = r.FormValue("target")
	if lang := r.FormValue("lang"); lang != "" {
		v.Content = taxonomy.ParseLang(lang)
	}
	out.Lang, out.Langs = v.Content, labelLangs(out.Schemes, out.Target)
	out.Form, out.Asked = readDecided(r), r.FormValue("what")
	return s.aligned(ctx, v, out, name, raw)
}

// labelLangs are the languages that a release, or else any current one, has
// labels in.
func labelLangs(schemes []Scheme, target string) []taxonomy.Lang {
	var out []taxonomy.Lang
	for _, x := range schemes {
		for _, r := range x.Releases {
			if r.Scheme+"@"+r.Version == target || target == "" && r.Version == x.Current {
				out = append(out, r.Languages...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sentDocument is what a form or ?sample= holds; nil: nothing.
func sentDocument(r *http.Request) (name string, raw []byte, err error) {
	if r.Method != http.MethodPost {
		if name = r.URL.Query().Get("sample"); name == "" {
			return "", nil, nil
		}
		if !slices.Contains(samples(), name) {
			return "", nil, problem(http.StatusNotFound, "", "there is no sample of that name")
		}
		raw, err = data.Samples.ReadFile("samples/" + name)
		return name, raw, err
	}
	if err := r.ParseMultipartForm(maxPageDocument); err != nil && err != http.ErrNotMultipart {
		return "", nil, problem(http.StatusRequestEntityTooLarge, "", "the form cannot be read: "+err.Error())
	}
	name = path.Base(strings.ReplaceAll(r.FormValue("name"), "\\", "/"))
	switch {
	case r.FormValue("sent") != "":
		if raw, err = base64.StdEncoding.DecodeString(r.FormValue("sent")); err != nil {
			return "", nil, problem(http.StatusBadRequest, "", "the document in the form is broken; give it again")
		}
	case r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 && r.MultipartForm.File["file"][0].Size > 0:
		head := r.MultipartForm.File["file"][0]
		f, err := head.Open()
		if err != nil {
			return "", nil, err
		}
		defer f.Close()
		if raw, err = io.ReadAll(io.LimitReader(f, maxPageDocument+1)); err != nil {
			return "", nil, err
		}
		name = path.Base(strings.ReplaceAll(head.Filename, "\\", "/"))
	case strings.TrimSpace(r.FormValue("text")) != "":
		name, raw = "text.txt", []byte(r.FormValue("text"))
		if t := strings.TrimSpace(r.FormValue("text")); t[0] == '{' || t[0] == '[' {
			name = "document.json"
		}
	default:
		return "", nil, problem(http.StatusUnprocessableEntity, "no-document", "choose a file, or paste a text")
	}
	if len(raw) > maxPageDocument {
		return "", nil, problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("pages take documents of up to %d MiB; the API and concord align take larger ones", maxPageDocument>>20))
	}
	return name, raw, nil
}

// aligned fills in what is proposed for a document.
func (s *Server) aligned(ctx context.Context, v *viewer, out alignView, name string, raw []byte) (any, error) {
	doc, err := credential.Read(name, raw, credential.Options{Now: s.now()})
	if err != nil {
		return nil, err
	}
	opt := AlignOptions{Explain: true, Max: 40}
	if out.Target != "" {
		opt.Targets = []string{out.Target}
	}
	if out.Answer, err = s.answer(ctx, doc, opt); err != nil {
		return nil, err
	}
	out.Name, out.Sent = name, base64.StdEncoding.EncodeToString(raw)
	out.Texts = textViews(doc, out.Answer)
	out.Shown = len(out.Answer.Alignments)
	of := map[taxonomy.Ref][]taxonomy.URI{}
	for _, a := range out.Answer.Alignments {
		ref := taxonomy.Ref{Scheme: a.Scheme, Version: a.Release}
		of[ref] = append(of[ref], a.URI)
	}
	concepts, paths := map[taxonomy.Ref]map[taxonomy.URI]*taxonomy.Concept{}, map[taxonomy.Ref]map[taxonomy.URI][]view.Link{}
	for ref, uris := range of {
		if concepts[ref], err = view.Concepts(ctx, s.cfg.Store, ref, uris); err != nil {
			return nil, err
		}
		if paths[ref], err = view.Paths(ctx, s.cfg.Store, ref, uris, append([]taxonomy.Lang{v.Content, taxonomy.Lang(doc.Lang)}, v.langs()...)...); err != nil {
			return nil, err
		}
	}
	for i, a := range out.Answer.Alignments {
		item := suggestion{Alignment: a, N: i + 1, Strongest: strongest(a.Contributions)}
		ref := taxonomy.Ref{Scheme: a.Scheme, Version: a.Release}
		c := concepts[ref][a.URI]
		langs := append([]taxonomy.Lang{v.Content, a.Lang}, v.langs()...)
		if v.Content != "" {
			item.Label = c.Pref(langs...).Text
		}
		item.Definition = c.Note(taxonomy.Definition, langs...).Text
		item.Path = paths[ref][a.URI]
		item.Verdict, item.Chosen, item.Reason = out.Form.of(a.URI)
		if item.Chosen == "" {
			item.Chosen = a.Predicate
		}
		label := a.Scheme
		if len(item.Path) > 0 {
			label = item.Path[0].Label
			if len(item.Path) > 1 {
				label = item.Path[1].Label
			}
		}
		k := slices.IndexFunc(out.Families, func(f family) bool { return f.Label == label })
		if k < 0 {
			out.Families, k = append(out.Families, family{Label: label}), len(out.Families)
		}
		out.Families[k].Items = append(out.Families[k].Items, item)
	}
	if out.Carried, err = s.carryOver(ctx, v, out.Form, out.Answer, out.Target); err != nil {
		return nil, err
	}
	if out.Asked == "preview" {
		a, err := s.written(ctx, out.Form, doc, raw, name, out.Form.Reviewer, out.Target)
		if err != nil {
			return nil, err
		}
		out.Preview = &preview{Signed: a.Signed, Table: a.Table, Profile: a.Profile, Added: len(a.Added), Present: len(a.Present), Notes: a.Notes}
		if !a.Signed && !a.Table {
			out.Preview.Lines = lineDiff(raw, a.bytes())
		}
	}
	return out, nil
}

// strongest are the features that add or take most, the greatest first.
func strongest(contributions map[string]float64) []part {
	var parts []part
	for name, adds := range contributions {
		if name == "bias" {
			continue // the same for every concept
		}
		parts = append(parts, part{name, adds})
	}
	abs := func(f float64) float64 { return max(f, -f) }
	slices.SortFunc(parts, func(a, b part) int {
		if d := abs(b.Adds) - abs(a.Adds); d != 0 {
			if d > 0 {
				return 1
			}
			return -1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return parts[:min(mostParts, len(parts))]
}

// Bar places the probability and its interval on a scale of 0 to 100.
func (x suggestion) Bar() map[string]string {
	f := func(p float64) string { return strconv.FormatFloat(100*p, 'f', 1, 64) }
	b := map[string]string{"P": f(x.Probability), "Low": f(x.Probability), "High": f(x.Probability)}
	if x.Interval != nil {
		b["Low"], b["High"] = f(x.Interval[0]), f(x.Interval[1])
	}
	return b
}

// ByMeaning reports whether the strongest evidence was found by meaning.
func (x suggestion) ByMeaning() bool {
	return len(x.Evidence) > 0 && x.Evidence[0].Matched.By == alignment.ByMeaning
}

// First is the strongest evidence.
func (x suggestion) First() alignment.Evidence {
	if len(x.Evidence) == 0 {
		return alignment.Evidence{}
	}
	return x.Evidence[0]
}

// Band is how likely it is, in three steps.
func (x suggestion) Band() int { return band(x.Probability) }

func band(p float64) int {
	switch {
	case p >= 0.7:
		return 3
	case p >= 0.45:
		return 2
	}
	return 1
}
