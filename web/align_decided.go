package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"concord/alignment"
	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// A decided is what a person chose in the form of the align page: for each
// proposal N the fields u.N (its URI), d.N (accept, reject, unsure), p.N (its
// predicate), r.N (why not); add holds URIs that were looked up.
type decided struct {
	Rows     []decidedRow
	Reviewer string
	Keep     bool // record the decisions in the store
}

type decidedRow struct {
	URI       taxonomy.URI
	Proposed  taxonomy.Match
	Predicate taxonomy.Match
	Verdict   string
	Reason    string
	Added     bool // looked up by the person
}

// mostRows bounds the rows of a form.
const mostRows = 500

func readDecided(r *http.Request) *decided {
	d := &decided{Reviewer: strings.TrimSpace(r.FormValue("reviewer")), Keep: r.FormValue("keep") != ""}
	for n := 1; n <= mostRows; n++ {
		key := "." + strconv.Itoa(n)
		uri := r.FormValue("u" + key)
		if uri == "" {
			break
		}
		d.Rows = append(d.Rows, decidedRow{URI: taxonomy.URI(uri), Proposed: taxonomy.Match(r.FormValue("o" + key)), Predicate: taxonomy.Match(r.FormValue("p" + key)), Verdict: r.FormValue("d" + key), Reason: strings.TrimSpace(r.FormValue("r" + key))})
	}
	for _, uri := range r.Form["add"] {
		if uri = strings.TrimSpace(uri); uri != "" && len(d.Rows) < mostRows {
			d.Rows = append(d.Rows, decidedRow{URI: taxonomy.URI(uri), Verdict: "accept", Added: true})
		}
	}
	return d
}

// of is what was chosen for a concept.
func (d *decided) of(uri taxonomy.URI) (verdict string, predicate taxonomy.Match, reason string) {
	if d == nil {
		return "", "", ""
	}
	for _, r := range d.Rows {
		if r.URI == uri {
			return r.Verdict, r.Predicate, r.Reason
		}
	}
	return "", "", ""
}

// choices are the accepted concepts as acceptance.ParseChoices reads them.
func (d *decided) choices() []string {
	var out []string
	for _, r := range d.Rows {
		if r.Verdict != "accept" {
			continue
		}
		s := strings.ReplaceAll(string(r.URI), ",", "%2C")
		if r.Predicate != "" {
			s += "=" + strings.TrimPrefix(string(r.Predicate), "skos:")
		}
		out = append(out, s)
	}
	return out
}

// A translatedSkill is a concept that was accepted in one framework, and what
// it is in the one chosen since.
type translatedSkill struct {
	URI   taxonomy.URI            `json:"uri"`
	Label string                  `json:"label"`
	To    []crosswalk.Translation `json:"to"`
}

// carryOver translates what was accepted and is not among the proposals any
// more, because the framework was changed.
func (s *Server) carryOver(ctx context.Context, v *viewer, d *decided, a *alignment.Answer, target string) ([]translatedSkill, error) {
	if d == nil || target == "" {
		return nil, nil
	}
	proposed := map[taxonomy.URI]bool{}
	for _, al := range a.Alignments {
		proposed[al.URI] = true
	}
	var out []translatedSkill
	to, err := crosswalk.FindFramework(ctx, s.cfg.Store, target)
	if err != nil {
		return nil, err
	}
	graph := crosswalk.NewGraph(s.cfg.Store)
	for _, r := range d.Rows {
		if r.Verdict != "accept" || proposed[r.URI] {
			continue
		}
		t, err := s.translateOne(ctx, graph, string(r.URI), to, v.langs()[0])
		if err != nil {
			return nil, err
		}
		out = append(out, translatedSkill{r.URI, t.Label, t.Translations[:min(3, len(t.Translations))]})
	}
	return out, nil
}

// keepDecided writes what was decided about a document into the store.
func (s *Server) keepDecided(ctx context.Context, d *decided, doc *alignment.Document, by string) error {
	verdicts := map[string]taxonomy.Verdict{"accept": taxonomy.Accept, "reject": taxonomy.Reject, "unsure": taxonomy.DontKnow}
	var decisions []taxonomy.Decision
	for _, r := range d.Rows {
		verdict, ok := verdicts[r.Verdict]
		if !ok {
			continue
		}
		x := taxonomy.Decision{Subject: taxonomy.URI(doc.Digest), Predicate: r.Proposed, Object: r.URI, Verdict: verdict, Reason: r.Reason, Reviewer: by, Time: s.now(), Tool: "Concord " + s.cfg.Version}
		if verdict == taxonomy.Accept && r.Predicate != "" && r.Proposed != "" && r.Predicate != r.Proposed {
			x.Verdict, x.Changed = taxonomy.Change, r.Predicate
		}
		var err error
		if x.ObjectRelease, x.ObjectMeaning, err = s.seen(ctx, r.URI); err != nil {
			return err
		}
		decisions = append(decisions, x)
	}
	if len(decisions) == 0 {
		return nil
	}
	_, err := s.cfg.Store.AddDecisions(ctx, decisions)
	return err
}

// attachment is a name as a header's file name.
func attachment(name string) string {
	return `attachment; filename="` + fileName(name) + `"; filename*=UTF-8''` + url.PathEscape(name)
}
