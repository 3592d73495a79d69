package releases

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// Options says what Compare looks at. The zero value is everything that both
// releases have.
type Options struct {
	Langs []taxonomy.Lang // languages to compare; none: all that both have
	Kinds []taxonomy.Kind // kinds to report; none: all
	Table *vectors.Table  // for meanings and successors; nil: by words alone
}

// bookkeeping are properties that say when a record was touched, and nothing
// of the concept.
var bookkeeping = []string{"modifiedDate"}

// Compare lists what differs between two releases of the store. Releases that
// have no language in common are an ErrInvalid, one that is not there an
// ErrNotFound. The same release twice gives no change.
func Compare(ctx context.Context, store taxonomy.Reader, from, to taxonomy.Ref, opt Options) (*Diff, error) {
	c, err := newComparison(ctx, store, from, to, opt)
	if err != nil {
		return nil, err
	}
	return c.diff(), nil
}

// A comparison is two loaded releases whose concepts are joined.
type comparison struct {
	*pairs
	opt   Options
	langs []taxonomy.Lang // compared, the first is that of meanings
	words *words
	next  *successors
}

func newComparison(ctx context.Context, store taxonomy.Reader, from, to taxonomy.Ref, opt Options) (*comparison, error) {
	var a, b *loaded
	g, within := errgroup.WithContext(ctx)
	for _, side := range []struct {
		ref taxonomy.Ref
		to  **loaded
	}{{from, &a}, {to, &b}} {
		g.Go(func() (err error) {
			*side.to, err = load(within, store, side.ref)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	langs := commonLangs(a, b, opt.Langs)
	if len(langs) == 0 && len(a.concepts) > 0 && len(b.concepts) > 0 {
		return nil, fmt.Errorf("%w: %s and %s have no labels in one language%s to compare (%s has %v, %s has %v)", taxonomy.ErrInvalid, a.rel.Ref, b.rel.Ref,
			asked(opt.Langs), a.rel.Ref, slices.Sorted(maps.Keys(a.langs)), b.rel.Ref, slices.Sorted(maps.Keys(b.langs)))
	}
	c := &comparison{opt: opt, langs: langs}
	main := taxonomy.Lang("en")
	if len(langs) > 0 && !slices.Contains(langs, main) {
		main = langs[0]
	}
	c.pairs = match(a, b, main)
	c.words = newWords(main, opt.Table, a, b)
	c.next = newSuccessors(c.pairs, c.words)
	return c, nil
}

func asked(langs []taxonomy.Lang) string {
	if len(langs) == 0 {
		return ""
	}
	return fmt.Sprintf(" of %v", langs)
}

func (c *comparison) diff() *Diff {
	d := &Diff{From: releaseOf(c.a.rel), To: releaseOf(c.b.rel), Notes: c.notes(), Changes: []Change{}}
	for _, l := range c.langs {
		d.Langs = append(d.Langs, string(l))
	}
	d.Changes = append(d.Changes, c.changes()...)
	d.Counts = c.counts(d.Changes)
	return d
}

func releaseOf(r *taxonomy.Release) Release {
	return Release{Scheme: r.Scheme, Release: r.Version, Title: r.Title, Digest: r.Digest}
}

func (c *comparison) wanted(k taxonomy.Kind) bool {
	return len(c.opt.Kinds) == 0 || slices.Contains(c.opt.Kinds, k)
}

// changes lists every change of the kinds that are asked for, in order.
func (c *comparison) changes() []Change {
	var out []Change
	add := func(ch *Change) {
		if ch != nil && c.wanted(ch.Kind) {
			out = append(out, *ch)
		}
	}
	for i, j := range c.to {
		if j < 0 {
			add(c.retired(int32(i)))
		} else {
			add(c.changed(int32(i), j))
		}
	}
	for j, i := range c.from {
		if i < 0 {
			x := c.b.concepts[j]
			add(&Change{What: []What{Added}, Kind: x.Kind, After: c.side(x)})
		}
	}
	slices.SortStableFunc(out, byGravity)
	return out
}

// byGravity orders changes: the worst change of meaning first, then by what,
// kind and URI.
func byGravity(x, y Change) int {
	grave := func(c Change) (int, float64) {
		if c.Meaning == nil {
			return 0, 0
		}
		return c.Meaning.Severity.rank(), 1 - min(c.Meaning.Names, c.Meaning.Definitions)
	}
	gx, fx := grave(x)
	gy, fy := grave(y)
	return cmp.Or(gy-gx, cmp.Compare(fy, fx),
		slices.Index(Whats, x.What[0])-slices.Index(Whats, y.What[0]),
		slices.Index(taxonomy.Kinds, x.Kind)-slices.Index(taxonomy.Kinds, y.Kind),
		strings.Compare(string(x.Side().URI), string(y.Side().URI)))
}

func (c *comparison) side(x *taxonomy.Concept) *Side { return side(x, c.words.lang) }

func (c *comparison) retired(i int32) *Change {
	x := c.a.concepts[i]
	return &Change{What: []What{Retired}, Kind: x.Kind, Before: c.side(x), ReplacedBy: x.ReplacedBy, Successors: c.next.of(i)}
}

// changed says what differs between the two sides of one concept, or nil.
func (c *comparison) changed(i, j int32) *Change {
	x, y := c.a.concepts[i], c.b.concepts[j]
	ch := &Change{Kind: y.Kind, Before: c.side(x), After: c.side(y), By: c.by[i]}
	if x.Deprecated != y.Deprecated {
		ch.Deprecated = true
		if y.Deprecated {
			ch.What, ch.ReplacedBy = append(ch.What, Retired), y.ReplacedBy
		} else {
			ch.What = append(ch.What, Added)
		}
	}
	if x.URI != y.URI {
		ch.What = append(ch.What, Renamed)
	}
	for _, lang := range c.langs {
		if a, b := pref(x, lang), pref(y, lang); a != b && a != "" && b != "" {
			ch.Labels = append(ch.Labels, TextChange{lang, a, b})
		}
		if a, b := definition(x, lang), definition(y, lang); plain(a) != plain(b) && c.comparable(keyDefinition(x.Kind)) && c.comparable(keyDefinition(y.Kind)) {
			ch.Definitions = append(ch.Definitions, TextChange{lang, a, b})
		}
		ch.Alternatives = append(ch.Alternatives, c.alternatives(x, y, lang)...)
	}
	ch.Broader = c.moved(i, j)
	ch.Properties = c.properties(x, y)
	if y.Kind == taxonomy.Occupation {
		ch.Relations = c.relinked(i, j)
	}
	for _, w := range []struct {
		what What
		is   bool
	}{{Relabelled, len(ch.Labels) > 0}, {Redefined, len(ch.Definitions) > 0}, {Retyped, x.Kind != y.Kind}, {Moved, ch.Broader != nil},
		{Recoded, x.Code != y.Code && x.Code != "" && y.Code != ""}, {Properties, len(ch.Properties) > 0},
		{Alternatives, len(ch.Alternatives) > 0}, {Relinked, len(ch.Relations) > 0}} {
		if w.is {
			ch.What = append(ch.What, w.what)
		}
	}
	if len(ch.What) == 0 {
		return nil
	}
	if ch.Has(Relabelled) || ch.Has(Redefined) || ch.Has(Retyped) {
		ch.Meaning = c.words.meaning(x, y)
	}
	return ch
}

// alternatives compares the alternative labels of a language as sets. A
// preferred label among them, old or new, is no alternative.
func (c *comparison) alternatives(x, y *taxonomy.Concept, lang taxonomy.Lang) []SetChange {
	if !c.comparable(keyAlternatives(x.Kind, lang)) || !c.comparable(keyAlternatives(y.Kind, lang)) {
		return nil
	}
	own := []string{fold(pref(x, lang)), fold(pref(y, lang))}
	set := func(c *taxonomy.Concept) map[string]string {
		m := map[string]string{}
		for _, l := range c.Labels {
			if f := fold(l.Text); l.Kind == taxonomy.AltLabel && l.Lang.Base() == lang && !slices.Contains(own, f) {
				m[f] = tidy(l.Text)
			}
		}
		return m
	}
	if s := setChange(set(x), set(y)); s != nil {
		s.Lang = lang
		return []SetChange{*s}
	}
	return nil
}

// setChange is what b has that a has not, and the other way round; nil for none.
func setChange(a, b map[string]string) *SetChange {
	var s SetChange
	for k, v := range b {
		if _, ok := a[k]; !ok {
			s.Added = append(s.Added, v)
		}
	}
	for k, v := range a {
		if _, ok := b[k]; !ok {
			s.Removed = append(s.Removed, v)
		}
	}
	if s.Added == nil && s.Removed == nil {
		return nil
	}
	slices.Sort(s.Added)
	slices.Sort(s.Removed)
	return &s
}

// moved compares the broader concepts; one that only has another URI is the same.
func (c *comparison) moved(i, j int32) *LinkChange {
	var m LinkChange
	counts := func(child, parent *taxonomy.Concept) bool { return c.comparable(keyBroader(child.Kind, parent.Kind)) }
	for _, o := range c.a.broader[i] {
		if !counts(c.a.concepts[i], c.a.concepts[o]) {
			continue
		}
		if to := c.to[o]; to < 0 || !slices.Contains(c.b.broader[j], to) {
			m.Removed = append(m.Removed, *c.side(c.a.concepts[o]))
		}
	}
	for _, o := range c.b.broader[j] {
		if !counts(c.b.concepts[j], c.b.concepts[o]) {
			continue
		}
		if from := c.from[o]; from < 0 || !slices.Contains(c.a.broader[i], from) {
			m.Added = append(m.Added, *c.side(c.b.concepts[o]))
		}
	}
	if m.Added == nil && m.Removed == nil {
		return nil
	}
	return &m
}

// properties compares the facts that both releases have for the kind.
func (c *comparison) properties(x, y *taxonomy.Concept) []SetChange {
	var out []SetChange
	names := map[string]bool{}
	for _, p := range slices.Concat(x.Properties, y.Properties) {
		names[p.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if slices.Contains(bookkeeping, name) || !c.comparable(keyProperty(x.Kind, name)) || !c.comparable(keyProperty(y.Kind, name)) {
			continue
		}
		set := func(c *taxonomy.Concept) map[string]string {
			m := map[string]string{}
			for _, v := range c.Property(name) {
				m[fold(v)] = tidy(v)
			}
			return m
		}
		if s := setChange(set(x), set(y)); s != nil {
			s.Name = name
			out = append(out, *s)
		}
	}
	return out
}

// relinked compares what leads to an occupation, by predicate. Kinds of
// subjects that only one release links are left out: they are new as a whole.
func (c *comparison) relinked(i, j int32) []RelationChange {
	var out []RelationChange
	predicates := map[taxonomy.Predicate]bool{}
	for _, l := range []*loaded{c.a, c.b} {
		for p := range l.leading {
			predicates[p] = true
		}
	}
	for _, p := range slices.Sorted(maps.Keys(predicates)) {
		r := RelationChange{Predicate: p}
		in := map[int32]bool{} // concepts of b that were linked before
		for _, s := range c.a.leading[p][i] {
			if !c.comparable(keyRelation(p, c.a.concepts[s].Kind)) {
				continue
			}
			r.Before++
			if to := c.to[s]; to >= 0 {
				in[to] = true
			}
		}
		still := 0
		for _, s := range c.b.leading[p][j] {
			if !c.comparable(keyRelation(p, c.b.concepts[s].Kind)) {
				continue
			}
			r.After++
			if in[s] {
				still++
			}
		}
		r.Added, r.Removed = r.After-still, r.Before-still
		if r.Added+r.Removed > 0 {
			out = append(out, r)
		}
	}
	return out
}
