package web

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"concord/index"
	"concord/taxonomy"
)

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
