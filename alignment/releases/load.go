package releases

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"concord/taxonomy"
)

// A loaded release is all of it in memory, by URI.
type loaded struct {
	rel      *taxonomy.Release
	concepts []*taxonomy.Concept
	at       map[taxonomy.URI]int32
	broader  [][]int32                                // concept → broader concepts, in URI order
	leading  map[taxonomy.Predicate]map[int32][]int32 // predicate → object → subjects, for objects that are occupations
	tied     [][]int32                                // concept → what it is broader-, task- or otherwise joined to, to tell namesakes apart
	has      map[linkKind]bool                        // predicates that occur, by the subject's kind
	places   map[taxonomy.Kind]bool                   // kinds that have a broader concept
	props    map[taxonomy.Kind]map[string]bool        // properties that a kind has
	defined  map[taxonomy.Kind]bool                   // kinds that have definitions
	langs    map[taxonomy.Lang]bool                   // primary subtags of preferred labels
	others   map[taxonomy.Kind]map[taxonomy.Lang]bool // languages of alternative labels, by kind
}

type linkKind struct {
	predicate taxonomy.Predicate
	kind      taxonomy.Kind
}

func load(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) (*loaded, error) {
	rel, err := r.Release(ctx, ref)
	if err != nil {
		return nil, err
	}
	l := &loaded{rel: rel, at: map[taxonomy.URI]int32{}, leading: map[taxonomy.Predicate]map[int32][]int32{}, has: map[linkKind]bool{},
		places: map[taxonomy.Kind]bool{}, props: map[taxonomy.Kind]map[string]bool{}, defined: map[taxonomy.Kind]bool{}, langs: map[taxonomy.Lang]bool{},
		others: map[taxonomy.Kind]map[taxonomy.Lang]bool{}}
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: rel.Ref}) {
		if err != nil {
			return nil, err
		}
		l.add(c)
	}
	l.broader = make([][]int32, len(l.concepts))
	l.tied = make([][]int32, len(l.concepts))
	for rn, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: rel.Ref}) {
		if err != nil {
			return nil, err
		}
		l.join(rn)
	}
	return l, nil
}

func (l *loaded) add(c *taxonomy.Concept) {
	l.at[c.URI] = int32(len(l.concepts))
	l.concepts = append(l.concepts, c)
	for _, p := range c.Properties {
		if l.props[c.Kind] == nil {
			l.props[c.Kind] = map[string]bool{}
		}
		l.props[c.Kind][p.Name] = true
	}
	for _, n := range c.Notes {
		l.defined[c.Kind] = l.defined[c.Kind] || n.Kind == taxonomy.Definition
	}
	for _, lb := range c.Labels {
		switch lb.Kind {
		case taxonomy.PrefLabel:
			l.langs[lb.Lang.Base()] = true
		case taxonomy.AltLabel:
			if l.others[c.Kind] == nil {
				l.others[c.Kind] = map[taxonomy.Lang]bool{}
			}
			l.others[c.Kind][lb.Lang.Base()] = true
		}
	}
}

func (l *loaded) join(r taxonomy.Relation) {
	s, o := l.at[r.Subject], l.at[r.Object]
	l.has[linkKind{r.Predicate, l.concepts[s].Kind}] = true
	switch {
	case r.Predicate == taxonomy.Related:
		return
	case r.Predicate == taxonomy.Broader:
		l.broader[s] = append(l.broader[s], o)
		l.places[l.concepts[s].Kind] = true
	case l.concepts[o].Kind == taxonomy.Occupation:
		if l.leading[r.Predicate] == nil {
			l.leading[r.Predicate] = map[int32][]int32{}
		}
		l.leading[r.Predicate][o] = append(l.leading[r.Predicate][o], s)
	}
	l.tied[s] = append(l.tied[s], o)
}

// pref returns the preferred label in a language by its primary subtag, tidied.
func pref(c *taxonomy.Concept, lang taxonomy.Lang) string {
	for _, l := range c.Labels {
		if l.Kind == taxonomy.PrefLabel && l.Lang.Base() == lang {
			return tidy(l.Text)
		}
	}
	return ""
}

// side describes a concept.
func side(c *taxonomy.Concept, lang taxonomy.Lang) *Side {
	return &Side{URI: c.URI, Label: tidy(c.Pref(lang).Text), Kind: c.Kind, Code: c.Code}
}

// definition returns the first definition in a language by its primary subtag.
func definition(c *taxonomy.Concept, lang taxonomy.Lang) string {
	for _, n := range c.Notes {
		if n.Kind == taxonomy.Definition && n.Lang.Base() == lang {
			return strings.TrimSpace(n.Text)
		}
	}
	return ""
}

// tidy is text as it is compared: NFC, with single blanks.
func tidy(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

// fold is tidy without case.
func fold(s string) string { return strings.ToLower(tidy(s)) }

// commonLangs returns the languages that both have preferred labels in, by
// their primary subtags; only those of want where it names any.
func commonLangs(a, b *loaded, want []taxonomy.Lang) []taxonomy.Lang {
	var langs []taxonomy.Lang
	for l := range a.langs {
		if b.langs[l] && (len(want) == 0 || slices.ContainsFunc(want, func(w taxonomy.Lang) bool { return w.Base() == l })) {
			langs = append(langs, l)
		}
	}
	slices.Sort(langs)
	return langs
}
