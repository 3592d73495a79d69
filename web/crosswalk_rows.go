package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// A measuredSet is a set's coverage, and its rows in the order of the subjects'
// hierarchy.
type measuredSet struct {
	*crosswalk.Coverage
	order []int
}

// A rowFilter narrows the rows of a set.
type rowFilter struct {
	Predicate string  `json:"predicate,omitempty"`
	Status    string  `json:"status,omitempty"`
	From      string  `json:"from,omitempty"` // group of the subject
	To        string  `json:"to,omitempty"`   // group of the object
	Text      string  `json:"text,omitempty"`
	Least     float64 `json:"least,omitempty"`    // confidence
	Conflict  string  `json:"conflict,omitempty"` // name of a rule that the row breaks, or "any"
}

// A setRow is a mapping between two hierarchies.
type setRow struct {
	taxonomy.Mapping
	Above  [2][]string `json:"above"`           // labels above subject and object, from the top down
	Rules  []string    `json:"rules,omitempty"` // that the row breaks; only where the set was checked
	Branch bool        `json:"-"`               // the subject stands below something else than the one before
}

// rowsPerPage is how many rows a page shows.
const rowsPerPage = 50

// leastShown are the confidences from which rows can be asked for.
var leastShown = []float64{0.5, 0.7, 0.8, 0.9}

func filterOf(q url.Values) rowFilter {
	f := rowFilter{Predicate: q.Get("predicate"), Status: q.Get("status"), From: q.Get("from"), To: q.Get("to"), Text: strings.TrimSpace(q.Get("text")), Conflict: q.Get("conflict")}
	if least, err := strconv.ParseFloat(q.Get("least"), 64); err == nil && least > 0 && least <= 1 {
		f.Least = least
	}
	return f
}

// rowsURL is the address of a set's rows between two groups; an empty one is any.
func rowsURL(set, subject, object string) string {
	u := url.Values{"set": {set}}
	if subject != "" {
		u.Set("from", subject)
	}
	if object != "" {
		u.Set("to", object)
	}
	return "/crosswalk?" + u.Encode() + "#rows"
}

// pick fills in the page of rows that q asks for. They come in the order of
// the subjects' hierarchy, or of the set while that is not known (nil).
func (v *crosswalkView) pick(c *taxonomy.Crosswalk, measured *measuredSet, q url.Values) {
	v.Page, _ = strconv.Atoi(q.Get("page"))
	v.Page = max(v.Page, 1)
	if v.Report != nil {
		for _, f := range v.Report.Findings {
			if f.Severity != crosswalk.Info {
				v.Rules = append(v.Rules, f.Rule)
			}
		}
	}
	for n := range c.Mappings {
		i := n
		var ids [2]string
		if measured != nil {
			i = measured.order[n]
			for side := range ids {
				ids[side], _ = measured.Concept(&c.Mappings[i], side)
			}
		}
		m := &c.Mappings[i]
		var broken []string
		if v.Report != nil {
			broken = v.Report.Broken[i]
		}
		if !v.Filter.takes(m, ids, broken) {
			continue
		}
		if v.Total++; v.Total <= (v.Page-1)*rowsPerPage || len(v.Rows) == rowsPerPage {
			continue
		}
		row := setRow{Mapping: *m, Rules: broken}
		if measured != nil {
			row.Above = [2][]string{measured.Path(m, 0), measured.Path(m, 1)}
			for side, label := range []*string{&row.SubjectLabel, &row.ObjectLabel} {
				if *label == "" {
					_, *label = measured.Concept(m, side)
				}
			}
			row.Branch = len(v.Rows) == 0 || !slices.Equal(v.Rows[len(v.Rows)-1].Above[0], row.Above[0])
		}
		v.Rows = append(v.Rows, row)
	}
	turn := func(n int) string {
		u := url.Values{}
		for k, values := range q {
			u[k] = values
		}
		u.Set("page", strconv.Itoa(n))
		return "/crosswalk?" + u.Encode() + "#rows"
	}
	if v.Page > 1 {
		v.PrevURL = turn(v.Page - 1)
	}
	if v.Page*rowsPerPage < v.Total {
		v.NextURL = turn(v.Page + 1)
	}
}

// takes reports whether a row is among those asked for; ids are the groups of
// its ends, broken the rules it breaks.
func (f rowFilter) takes(m *taxonomy.Mapping, ids [2]string, broken []string) bool {
	switch {
	case f.Predicate != "" && string(m.Predicate) != f.Predicate, f.Status != "" && string(m.Status) != f.Status:
		return false
	case f.From != "" && ids[0] != f.From, f.To != "" && ids[1] != f.To:
		return false
	case f.Least > 0 && (m.Confidence == nil || *m.Confidence < f.Least):
		return false
	case f.Conflict == "any" && len(broken) == 0, f.Conflict != "" && f.Conflict != "any" && !slices.Contains(broken, f.Conflict):
		return false
	}
	return f.Text == "" || containsFold(m.SubjectLabel+"\n"+m.ObjectLabel+"\n"+string(m.Subject)+"\n"+string(m.Object), f.Text)
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}
