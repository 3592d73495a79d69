package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"iter"
	"net/http"
	"path"
	"slices"
	"strings"

	"concord/alignment"
	"concord/alignment/acceptance"
	"concord/alignment/credential"
	"concord/alignment/writeback"
	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// download answers the form of the align page with what was asked for.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	v := s.viewer(w, r)
	if err := s.answerForm(w, r, v); err != nil {
		s.showError(w, r, v, err)
	}
}

func (s *Server) answerForm(w http.ResponseWriter, r *http.Request, v *viewer) error {
	ctx := r.Context()
	name, raw, err := sentDocument(r)
	if err != nil {
		return err
	}
	doc, err := credential.Read(name, raw, credential.Options{Now: s.now()})
	if err != nil {
		return err
	}
	d, what := readDecided(r), r.FormValue("what")
	by := callerOf(ctx).by(d.Reviewer)
	if by != "" && !v.Key {
		http.SetCookie(w, &http.Cookie{Name: "concord_name", Value: strings.ReplaceAll(by, " ", "+"), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	if d.Keep {
		switch {
		case s.cfg.Access.Beyond && !v.Key:
			return problem(http.StatusUnauthorized, "key-required", "decisions are recorded under a key's owner here; give a key, or leave the box open")
		case by == "":
			return problem(http.StatusUnprocessableEntity, "no-reviewer", "say who decides, so that the decisions can be recorded")
		}
		if err := s.keepDecided(ctx, d, doc, by); err != nil {
			return err
		}
	}
	stem := strings.TrimSuffix(name, path.Ext(name))
	send := func(file, media string, body []byte) error {
		w.Header().Set("Content-Type", media)
		w.Header().Set("Content-Disposition", attachment(file))
		w.Header().Set("Cache-Control", "no-store")
		_, err := w.Write(body)
		return err
	}
	switch what {
	case "csv":
		return send(stem+".decisions.csv", "text/csv; charset=utf-8", decisionsCSV(d))
	case "drafts":
		body, err := drafts(ctx, r.Form["draft"], doc)
		if err != nil {
			return err
		}
		return send(stem+".drafts.rsd.csv", "text/csv; charset=utf-8", body)
	}
	a, err := s.written(ctx, d, doc, raw, name, by, r.FormValue("target"))
	if err != nil {
		return err
	}
	switch what {
	case "patch":
		body, err := json.MarshalIndent(a.Patch, "", "  ")
		if err != nil {
			return err
		}
		return send(stem+".patch.json", "application/json-patch+json", body)
	case "receipt":
		body, err := a.Receipt.Encode()
		if err != nil {
			return err
		}
		return send(stem+".receipt.json", "application/json", body)
	case "document":
		body, file, media := a.bytes(), stem+".aligned"+path.Ext(name), "application/octet-stream"
		if a.Signed {
			if body, err = a.Receipt.Encode(); err != nil {
				return err
			}
			file = stem + ".receipt.json"
		}
		if a.Table {
			file = stem + ".alignments.csv"
		}
		if strings.HasSuffix(file, ".json") {
			media = "application/json"
		}
		return send(file, media, body)
	}
	return problem(http.StatusUnprocessableEntity, "", "say what to download: document, patch, receipt, csv or drafts")
}

// written writes what was accepted into the document.
func (s *Server) written(ctx context.Context, d *decided, doc *alignment.Document, raw []byte, name, by, target string) (*ApplyAnswer, error) {
	choices, err := acceptance.ParseChoices(d.choices())
	if err != nil {
		return nil, err
	}
	if len(choices) == 0 {
		return nil, problem(http.StatusUnprocessableEntity, "nothing-accepted", "nothing is accepted yet: accept a proposal, or look one up and add it")
	}
	for i := range choices {
		choices[i].Key = strings.ReplaceAll(choices[i].Key, "%2C", ",")
	}
	opened, done, err := s.live.use()
	if err != nil {
		return nil, err
	}
	defer done()
	var targets []string
	if target != "" {
		targets = []string{target}
	}
	src, err := s.source(opened, targets)
	if err != nil {
		return nil, err
	}
	more, err := s.elsewhere(ctx, opened, src, choices)
	if err != nil {
		return nil, err
	}
	if len(more) > 0 {
		targets = more
		for _, r := range src.Releases {
			targets = append(targets, r.Ref.String())
		}
		if src, err = s.source(opened, targets); err != nil {
			return nil, err
		}
	}
	w := writeback.Request{Name: name, Data: raw, Document: doc, Reviewer: by, At: s.now()}
	if w.Accepted, w.Engine, err = src.Named(ctx, doc, raw, choices, alignment.Options{}); err != nil {
		return nil, err
	}
	return applied(w)
}

// elsewhere names the releases, of those that are open, of what was chosen and
// is in none of src: it was accepted before the framework was changed.
func (s *Server) elsewhere(ctx context.Context, opened *Opened, src acceptance.Source, choices []acceptance.Choice) ([]string, error) {
	var now, all []taxonomy.Ref
	for _, r := range src.Releases {
		now = append(now, r.Ref)
	}
	for _, r := range opened.Releases {
		all = append(all, r.Ref)
	}
	var out []string
	for _, c := range choices {
		found, err := s.cfg.Store.Find(ctx, c.Key)
		if err != nil {
			return nil, err
		}
		in := func(releases []taxonomy.Ref) int {
			return slices.IndexFunc(found, func(x *taxonomy.Concept) bool { return slices.Contains(releases, x.Release) })
		}
		if in(now) >= 0 {
			continue
		}
		if i := in(all); i >= 0 && !slices.Contains(out, found[i].Release.String()) {
			out = append(out, found[i].Release.String())
		}
	}
	return out, nil
}

// bytes is the document that an answer holds.
func (a *ApplyAnswer) bytes() []byte {
	switch {
	case len(a.Document) > 0:
		return a.Document
	case a.Text != "":
		return []byte(a.Text)
	}
	return a.Base64
}

// decisionsCSV is what was decided as a table.
func decisionsCSV(d *decided) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"uri", "verdict", "predicate", "reason"})
	for _, r := range d.Rows {
		if r.Verdict != "" {
			w.Write([]string{string(r.URI), r.Verdict, string(r.Predicate), r.Reason})
		}
	}
	w.Flush() // into memory: it cannot fail
	return b.Bytes()
}

// drafts writes sentences that found no concept as new skills, in the columns
// of rich skill descriptors.
func drafts(ctx context.Context, sentences []string, doc *alignment.Document) ([]byte, error) {
	if len(sentences) == 0 {
		return nil, problem(http.StatusUnprocessableEntity, "nothing-chosen", "choose the sentences to draft skills from")
	}
	shelf := draftShelf{rel: taxonomy.Release{Ref: taxonomy.Ref{Scheme: "drafts", Version: "1"}, Title: doc.Name}}
	for _, text := range sentences {
		text = strings.Join(strings.Fields(text), " ")
		label := text
		if r := []rune(label); len(r) > 80 {
			label = strings.TrimSpace(string(r[:79])) + "…"
		}
		shelf.concepts = append(shelf.concepts, &taxonomy.Concept{URI: taxonomy.URI("urn:uuid:" + source.UUID5("draft", text)), Kind: taxonomy.Skill,
			Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: label}}, Notes: []taxonomy.Note{{Kind: taxonomy.Definition, Lang: "en", Text: text}}})
	}
	var b bytes.Buffer
	_, err := importers.Export(ctx, &b, "rsd-csv", shelf, shelf.rel.Ref)
	return b.Bytes(), err
}

// A draftShelf is a release that holds drafts alone.
type draftShelf struct {
	taxonomy.Reader
	rel      taxonomy.Release
	concepts []*taxonomy.Concept
}

func (d draftShelf) Release(context.Context, taxonomy.Ref) (*taxonomy.Release, error) {
	return &d.rel, nil
}

func (d draftShelf) Concepts(context.Context, taxonomy.Filter) iter.Seq2[*taxonomy.Concept, error] {
	return func(yield func(*taxonomy.Concept, error) bool) {
		for c := range slices.Values(d.concepts) {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (d draftShelf) Relations(context.Context, taxonomy.RelationFilter) iter.Seq2[taxonomy.Relation, error] {
	return func(func(taxonomy.Relation, error) bool) {}
}

func (d draftShelf) Mappings(context.Context, taxonomy.URI) ([]taxonomy.Mapping, error) {
	return nil, nil
}
