package web

import (
	"cmp"
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"concord/index"
	"concord/taxonomy"
)

// A ReconResult is the candidates of a query in 0.2.
type ReconResult struct {
	Result []ReconCandidate `json:"result"`
}

// ReconResults1 is the answer to a batch in the draft of 1.0.
type ReconResults1 struct {
	Results []ReconCandidates1 `json:"results"`
}

// ReconCandidates1 is the candidates of a query in the draft of 1.0.
type ReconCandidates1 struct {
	Candidates []ReconCandidate `json:"candidates"`
}

// A ReconCandidate is a concept that a query may mean.
type ReconCandidate struct {
	ID          string         `json:"id" doc:"URI of the concept"`
	Name        string         `json:"name"`
	Description string         `json:"description,omitempty"`
	Score       float64        `json:"score" doc:"0 to 100: the sum of the features"`
	Match       bool           `json:"match" doc:"This one, without a doubt"`
	Type        []ReconType    `json:"type"`
	Features    []ReconFeature `json:"features"`
}

// A ReconFeature is what one reason adds to a score.
type ReconFeature struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Weights of a score. A name gives up to 100 points: its words in the label,
// the label without others, the same spelling, and their order, as the index
// measures them (index.Parts, of which these sum to 110 for the same name). A
// name that is not the preferred one keeps a share of them. A property weighs
// as a part of a name, so that one that agrees confirms and one that does not
// lowers: the score is the weighted mean of the name and the properties.
const (
	fullName       = 110.0
	shareAlt       = 0.95
	shareHidden    = 0.90
	shareKeyword   = 0.80
	shareNote      = 0.60 // found in a definition
	shareOtherType = 0.85 // of another type than wanted, where type_strict is should
	shareOld       = 0.95 // deprecated
	certain        = 95.0 // a candidate is a match from here, ...
	clear          = 5.0  // ... if the next is this much lower
)

// A candidate is a concept with what it earned so far.
type candidate struct {
	concept *taxonomy.Concept
	pref    taxonomy.Label
	parts   []ReconFeature // of the name; empty: not found by it
	order   int            // in which it was found
	wrong   bool           // of another type than wanted
	fails   bool           // what is required
}

// reconcile answers the queries of a batch, each with its candidates, best first.
func (s *Server) reconcile(ctx context.Context, v *service, batch []reconQuery) ([][]ReconCandidate, error) {
	out := make([][]ReconCandidate, len(batch))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range batch {
		g.Go(func() (err error) {
			out[i], err = s.candidates(ctx, v, &batch[i])
			return err
		})
	}
	return out, g.Wait()
}

// candidates answers one query.
func (s *Server) candidates(ctx context.Context, v *service, q *reconQuery) ([]ReconCandidate, error) {
	kinds, possible := kindsOf(q)
	if !possible {
		return []ReconCandidate{}, nil
	}
	found := map[taxonomy.URI]*candidate{}
	if err := s.byName(ctx, v, q, kinds, found); err != nil {
		return nil, err
	}
	if err := s.byIdentity(ctx, v, q, kinds, found); err != nil {
		return nil, err
	}
	type scored struct {
		ReconCandidate
		order int
		right bool
	}
	var list []scored
	for _, c := range found {
		out, err := s.score(ctx, v, q, c)
		if err != nil {
			return nil, err
		}
		if !c.fails && out.Score > 0 {
			list = append(list, scored{out, c.order, !c.wrong && !c.concept.Deprecated})
		}
	}
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.order, b.order), cmp.Compare(a.ID, b.ID))
	})
	if len(list) > 0 && list[0].right && list[0].Score >= certain && (len(list) == 1 || list[0].Score-list[1].Score >= clear) {
		list[0].Match = true
	}
	out := []ReconCandidate{}
	for _, c := range list[:min(len(list), q.limit)] {
		out = append(out, c.ReconCandidate)
	}
	return out, nil
}

// kindsOf returns the kinds that a query wants, none for any, and whether a
// concept can be what it wants at all: a concept has one kind.
func kindsOf(q *reconQuery) ([]taxonomy.Kind, bool) {
	var kinds []taxonomy.Kind
	for _, name := range q.types {
		if k, err := taxonomy.ParseKind(name); err == nil && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		} else if err != nil && q.strict == "all" {
			return nil, false
		}
	}
	switch {
	case len(q.types) == 0 || q.strict == "should":
		return kinds, true
	case q.strict == "all":
		return kinds, len(kinds) == 1
	}
	return kinds, len(kinds) > 0
}

// byName adds the concepts that the index finds by the names of q.
func (s *Server) byName(ctx context.Context, v *service, q *reconQuery, kinds []taxonomy.Kind, found map[taxonomy.URI]*candidate) error {
	var langs []taxonomy.Lang
	if q.lang != "" {
		langs = []taxonomy.Lang{taxonomy.ParseLang(q.lang)}
	}
	passes := []bool{false}
	if q.strict == "should" && len(q.types) > 0 {
		passes = []bool{false, true} // those of the type first, then any
		if len(kinds) == 0 {
			passes = []bool{true}
		}
	}
	for _, any := range passes {
		for _, name := range q.names {
			search := index.Query{Text: name, Langs: langs, Schemes: []taxonomy.Ref{v.rel.Ref}, Kinds: kinds, Size: q.limit + 10}
			if any {
				search.Kinds = nil
			}
			got, err := v.Index.Search(ctx, search)
			if err == nil && len(got.Hits) == 0 && langs != nil { // the release may not have the language
				search.Langs = nil
				got, err = v.Index.Search(ctx, search)
			}
			if err != nil {
				return err
			}
			for _, h := range got.Hits {
				if c := found[h.URI]; c == nil {
					concept, err := s.cfg.Store.Concept(ctx, v.rel.Ref, h.URI)
					if err != nil {
						return err
					}
					found[h.URI] = &candidate{concept: concept, pref: h.Pref, parts: nameFeatures(h), order: len(found), wrong: any && len(q.types) > 0 && !slices.Contains(kinds, h.Kind)}
				} else if parts := nameFeatures(h); total(parts) > total(c.parts) {
					c.parts = parts
				}
			}
		}
	}
	return nil
}

// byIdentity adds the concepts that q names: by identifier, code or mapping,
// and where it has no name to go by, by other names and by what is broader.
func (s *Server) byIdentity(ctx context.Context, v *service, q *reconQuery, kinds []taxonomy.Kind, found map[taxonomy.URI]*candidate) error {
	add := func(c *taxonomy.Concept, parts []ReconFeature) {
		if c.Release != v.rel.Ref || q.strict != "should" && len(kinds) > 0 && !slices.Contains(kinds, c.Kind) {
			return
		}
		x := found[c.URI]
		if x == nil {
			x = &candidate{concept: c, pref: c.Pref(taxonomy.ParseLang(q.lang)), order: len(found), wrong: len(q.types) > 0 && !slices.Contains(kinds, c.Kind)}
			found[c.URI] = x
		}
		if total(parts) > total(x.parts) {
			x.parts = parts
		}
	}
	find := func(key string, parts []ReconFeature) error {
		all, err := s.cfg.Store.Find(ctx, key)
		for _, c := range all {
			add(c, parts)
		}
		return err
	}
	for _, id := range q.ids {
		if err := find(id, []ReconFeature{{"identifier", "Named by its identifier", 100}}); err != nil {
			return err
		}
	}
	for _, c := range q.conditions {
		p, ok := propertyNamed(c.property)
		if !ok || c.how == "none" {
			continue
		}
		for _, value := range c.values {
			key := cmp.Or(value.id, strings.TrimSpace(value.text))
			var err error
			switch {
			case key == "":
			case p.ID == "uri" || p.ID == "notation":
				err = find(key, nil)
			case p.mapping:
				err = s.mapped(ctx, v, p, key, func(c *taxonomy.Concept) { add(c, nil) })
			case len(q.names)+len(q.ids) > 0:
			case p.text:
				by := *q
				by.names = []string{clean(key)}
				others := map[taxonomy.URI]*candidate{}
				if err = s.byName(ctx, v, &by, kinds, others); err == nil {
					for _, o := range sortedCandidates(others) {
						add(o.concept, nil)
					}
				}
			case p.ID == "broader":
				err = s.below(ctx, v, key, func(c *taxonomy.Concept) { add(c, nil) })
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func sortedCandidates(m map[taxonomy.URI]*candidate) []*candidate {
	var list []*candidate
	for _, c := range m {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *candidate) int { return a.order - b.order })
	return list
}

// below gives add the concepts right below the one that key names, as many as
// are ever shown.
func (s *Server) below(ctx context.Context, v *service, key string, add func(*taxonomy.Concept)) error {
	parents, err := s.cfg.Store.Find(ctx, key)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range parents {
		if p.Release != v.rel.Ref {
			continue
		}
		for r, err := range s.cfg.Store.Relations(ctx, taxonomy.RelationFilter{Release: v.rel.Ref, Object: p.URI, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
			if err != nil {
				return err
			}
			if n++; n > mostCandidates {
				return nil
			}
			c, err := s.cfg.Store.Concept(ctx, v.rel.Ref, r.Subject)
			if err != nil {
				return err
			}
			add(c)
		}
	}
	return nil
}

// nameFeatures are the points of a hit's name.
func nameFeatures(h index.Hit) []ReconFeature {
	p := h.Parts
	if p.Identity > 0 {
		return []ReconFeature{{"identifier", "Named by its code or URI", 100}}
	}
	words, whole, exact, order := p.Words, p.Whole, p.Exact, p.Short+p.Order
	if p.Exact > 0 { // a name that is the same is whole, whatever its words are
		words, whole, exact, order = 60, 30, 10, 10
	}
	scale := 100 / fullName
	parts := []ReconFeature{
		{"name_words", "Words of the name in the label", words * scale},
		{"name_whole", "The label has no other words", whole * scale},
		{"name_exact", "The same spelling", exact * scale},
		{"name_order", "The same order, and little beside it", order * scale},
	}
	share, id, name := 1.0, "", ""
	switch {
	case h.MatchedIn == "keyword":
		share, id, name = shareKeyword, "keyword", "Only a keyword"
	case h.MatchedIn == "definition":
		share, id, name = shareNote, "definition", "Only in the definition"
	case h.Matched.Kind == taxonomy.AltLabel:
		share, id, name = shareAlt, "alt_label", "An alternative label"
	case h.Matched.Kind == taxonomy.HiddenLabel:
		share, id, name = shareHidden, "hidden_label", "A label for search alone"
	}
	return withShare(parts, share, id, name)
}

// withShare keeps a share of parts, by a part that takes the rest away.
func withShare(parts []ReconFeature, share float64, id, name string) []ReconFeature {
	if share == 1 || len(parts) == 0 {
		return parts
	}
	return append(parts, ReconFeature{id, name, -(1 - share) * total(parts)})
}

func total(parts []ReconFeature) float64 {
	sum := 0.0
	for _, p := range parts {
		sum += p.Value
	}
	return sum
}

// score makes a candidate's score of its name and its properties.
func (s *Server) score(ctx context.Context, v *service, q *reconQuery, c *candidate) (ReconCandidate, error) {
	weight := 1.0
	if len(q.names)+len(q.ids) == 0 {
		weight = 0 // nothing was said of the name
	}
	sum := weight
	parts := slices.Clone(c.parts)
	c.fails = q.mustName && total(c.parts) == 0
	for _, x := range q.conditions {
		p, ok := propertyNamed(x.property)
		if !ok || !x.asks() {
			if x.required {
				c.fails = true // nothing has a property that is not there
			}
			continue
		}
		values, err := s.values(ctx, v, c.concept, p, everyLang)
		if err != nil {
			return ReconCandidate{}, err
		}
		like := x.like(p, values)
		c.fails = c.fails || x.required && like < certain/100
		sum += p.weight
		parts = append(parts, ReconFeature{"property_" + p.ID, p.Name, 100 * p.weight * like})
	}
	if sum == 0 {
		c.fails = true
		sum = 1
	}
	for i := range parts {
		parts[i].Value /= sum
	}
	if c.wrong {
		parts = withShare(parts, shareOtherType, "type", "Of another type")
	}
	if c.concept.Deprecated {
		parts = withShare(parts, shareOld, "deprecated", "Deprecated")
	}
	out := ReconCandidate{ID: string(c.concept.URI), Name: c.pref.Text, Description: described(c.concept, c.pref.Lang), Type: []ReconType{typeOfKind(c.concept.Kind)}, Features: []ReconFeature{}}
	for _, p := range parts {
		if p.Value = round(p.Value); p.Value != 0 {
			out.Features = append(out.Features, p)
		}
	}
	out.Score = round(total(out.Features))
	return out, nil
}

func round(x float64) float64 { return math.Round(x*1000) / 1000 }

// asks reports whether a condition holds a value that is not blank.
func (x *reconCondition) asks() bool {
	return slices.ContainsFunc(x.values, func(v reconValue) bool { return v.id != "" || strings.TrimSpace(v.text) != "" })
}

// like is how much the values of a property are like what a condition asks for, 0 to 1.
func (x *reconCondition) like(p property, values []ReconValue) float64 {
	best, worst := 0.0, 1.0
	for _, want := range x.values {
		if want.id == "" && strings.TrimSpace(want.text) == "" {
			continue
		}
		near := 0.0
		for _, have := range values {
			near = max(near, alike(p, want, have, x.exact))
		}
		best, worst = max(best, near), min(worst, near)
	}
	switch x.how {
	case "all":
		return worst
	case "none":
		return 1 - best
	}
	return best
}

// alike compares one value with one that a concept has: the same identifier or
// the same text, or for texts the share of words that they have in common.
func alike(p property, want reconValue, have ReconValue, exact bool) float64 {
	text := have.Name
	if have.Str != nil {
		text = *have.Str
	}
	same := func(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }
	switch {
	case want.id != "" && have.ID != "":
		if want.id == have.ID {
			return 1
		}
		return 0
	case have.ID != "" && same(want.text, have.ID), have.code != "" && same(want.text, have.code), want.text != "" && same(want.text, text):
		return 1
	case exact || !p.text:
		return 0
	}
	a, b := terms(want.text), terms(text)
	common := 0
	for t := range a {
		if b[t] {
			common++
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

// terms are the words of a text that mean something.
func terms(text string) map[string]bool {
	out := map[string]bool{}
	for _, t := range index.Analyze("en", text) {
		if !t.Stop {
			out[t.Term] = true
		}
	}
	return out
}

// described is the first words of a concept's definition.
func described(c *taxonomy.Concept, lang taxonomy.Lang) string {
	text := strings.Join(strings.Fields(c.Note(taxonomy.Definition, lang).Text), " ")
	const most = 160
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	r := []rune(text)[:most]
	cut := string(r)
	if i := strings.LastIndexByte(cut, ' '); i > most/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// entity returns the concept of the release with this URI.
func (s *Server) entity(ctx context.Context, v *service, id string) (*taxonomy.Concept, error) {
	c, err := s.cfg.Store.Concept(ctx, v.rel.Ref, taxonomy.URI(id))
	if errors.Is(err, taxonomy.ErrNotFound) {
		return nil, problem(404, "", "there is no concept "+id+" in "+v.rel.Ref.String())
	}
	return c, err
}
