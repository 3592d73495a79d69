package releases

import (
	"context"
	"fmt"
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
	has      map[string]int                           // how many concepts have what: see the keys below
	langs    map[taxonomy.Lang]bool                   // primary subtags of preferred labels
}

// Keys of what a release may have of a kind, or not.
func keyDefinition(k taxonomy.Kind) string { return "definitions of " + string(k) }
func keyAlternatives(k taxonomy.Kind, l taxonomy.Lang) string {
	return fmt.Sprintf("alternative labels of %s in %s", k, l)
}
func keyProperty(k taxonomy.Kind, name string) string {
	return fmt.Sprintf("property %s of %s", name, k)
}
func keyBroader(k, parent taxonomy.Kind) string { return fmt.Sprintf("broader %s of %s", parent, k) }
func keyRelation(p taxonomy.Predicate, k taxonomy.Kind) string {
	return fmt.Sprintf("relations %s of %s", p, k)
}

func load(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) (*loaded, error) {
	rel, err := r.Release(ctx, ref)
	if err != nil {
		return nil, err
	}
	l := &loaded{rel: rel, at: map[taxonomy.URI]int32{}, leading: map[taxonomy.Predicate]map[int32][]int32{}, has: map[string]int{}, langs: map[taxonomy.Lang]bool{}}
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
	once := map[string]bool{}
	for _, p := range c.Properties {
		once[keyProperty(c.Kind, p.Name)] = true
	}
	for _, n := range c.Notes {
		if n.Kind == taxonomy.Definition {
			once[keyDefinition(c.Kind)] = true
		}
	}
	for _, lb := range c.Labels {
		switch lb.Kind {
		case taxonomy.PrefLabel:
			l.langs[lb.Lang.Base()] = true
		case taxonomy.AltLabel:
			once[keyAlternatives(c.Kind, lb.Lang.Base())] = true
		}
	}
	for k := range once {
		l.has[k]++
	}
}

func (l *loaded) join(r taxonomy.Relation) {
	s, o := l.at[r.Subject], l.at[r.Object]
	switch {
	case r.Predicate == taxonomy.Related:
		return
	case r.Predicate == taxonomy.Broader:
		l.broader[s] = append(l.broader[s], o)
		l.has[keyBroader(l.concepts[s].Kind, l.concepts[o].Kind)]++
	case l.concepts[o].Kind == taxonomy.Occupation:
		if l.leading[r.Predicate] == nil {
			l.leading[r.Predicate] = map[int32][]int32{}
		}
		l.has[keyRelation(r.Predicate, l.concepts[s].Kind)]++
		l.leading[r.Predicate][o] = append(l.leading[r.Predicate][o], s)
	}
	l.tied[s] = append(l.tied[s], o)
}

// Where one release has so much less of something than the other, the files it
// was read from did not hold it, and comparing would find nothing but that.
const (
	partOfSource = 10 // times
	tooFew       = 20 // concepts: below, any difference is one of content
)

// comparable reports whether both releases have something in earnest.
func (p *pairs) comparable(key string) bool {
	a, b := p.a.has[key], p.b.has[key]
	return max(a, b) < tooFew || min(a, b)*partOfSource >= max(a, b)
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
