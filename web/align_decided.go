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
	URI       taxonomy.URI   `json:"uri"`
	Proposed  taxonomy.Match `json:"proposed,omitempty"`
	Predicate taxonomy.Match `json:"predicate,omitempty"`
	Verdict   string         `json:"verdict"`
	Reason    string         `json:"reason,omitempty"`
	Added     bool           `json:"-"` // looked up by the person
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

// A carried is what was decided about a concept that is not among the proposals
// any more: the framework was changed, or a person looked it up. It goes with
// the form as the row N, so that the decision stays.
type carried struct {
	decidedRow
	N     int                     `json:"n"`
	Label string                  `json:"label"`
	To    []crosswalk.Translation `json:"to,omitempty"` // what it is in the framework chosen since
	Asked bool                    `json:"-"`            // whether that was looked for
}

// carryOver gathers what was decided about concepts that are not proposed, in
// the order of the form, and translates what was accepted into the framework target.
func (s *Server) carryOver(ctx context.Context, v *viewer, d *decided, a *alignment.Answer, target string) ([]carried, error) {
	if d == nil {
		return nil, nil
	}
	seen := map[taxonomy.URI]bool{}
	for _, al := range a.Alignments {
		seen[al.URI] = true
	}
	var to *crosswalk.Framework
	if target != "" {
		var err error
		if to, err = crosswalk.FindFramework(ctx, s.cfg.Store, target); err != nil {
			return nil, err
		}
	}
	graph := crosswalk.NewGraph(s.cfg.Store)
	var out []carried
	for _, r := range d.Rows {
		if r.Verdict == "" || seen[r.URI] {
			continue
		}
		seen[r.URI] = true
		c := carried{decidedRow: r, N: len(a.Alignments) + len(out) + 1, Label: string(r.URI)}
		if r.Verdict == "accept" {
			found, err := s.cfg.Store.Find(ctx, string(r.URI))
			if err != nil {
				return nil, err
			}
			there := false // in the framework itself
			for i, x := range found {
				if i == 0 {
					c.Label = x.Pref(v.langs()...).Text
				}
				there = there || x.Release.String() == target
			}
			if to != nil && !there && len(found) > 0 {
				t, err := s.translateOne(ctx, graph, string(r.URI), to, v.langs()[0])
				if err != nil {
					return nil, err
				}
				c.To, c.Asked = t.Translations[:min(3, len(t.Translations))], true
			}
		}
		out = append(out, c)
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
