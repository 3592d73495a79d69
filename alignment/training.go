package alignment

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// A Sentence is a written text with the concepts it is about, by URI or by
// any of their labels.
type Sentence struct {
	Lang     taxonomy.Lang
	Role     Role   // of the segment of a document that it is, else ""
	Voice    string // kind of text it is written as: "badge", "course", "job", …; may be empty
	Text     string
	Concepts []string
	Words    []string // for each concept, the words of Text that express it; nil where that is not known
}

// TrainingOptions say what TrainingSet draws from releases.
type TrainingOptions struct {
	Langs         []taxonomy.Lang // labels and definitions in these; none: English
	PreferredOnly bool            // leave alternative and hidden labels out (for sets that ask for them)
	Repeat        int             // how many times an epoch sees a written sentence; 0: once
	Mappings      bool            // pairs of what exact and close mappings in the store join
	Links         bool            // pairs of occupations and the skills essential for them
	RepeatWords   int             // how many times it sees the words that express one of several concepts of a sentence; 0: never
}

// TrainingSet makes pairs of texts and concepts for vectors.Train of what
// releases say about themselves: other labels and the sentences of definitions
// name their concept; tasks their work activities; technologies their
// commodity; and written sentences the concepts they state; where asked for,
// also mappings and links of occupations. What is unknown in sentences is
// counted in unknown.
func TrainingSet(ctx context.Context, r taxonomy.Reader, refs []taxonomy.Ref, sentences []Sentence, opt TrainingOptions) (set *vectors.Set, unknown int, err error) {
	if opt.Langs == nil {
		opt.Langs = []taxonomy.Lang{"en"}
	}
	b := &setBuilder{opt: opt, set: &vectors.Set{Names: map[int32][]vectors.Text{}}, byLabel: map[string]int32{}, byURI: map[taxonomy.URI]int32{}, seen: map[string]bool{}}
	for _, ref := range refs {
		if err := b.release(ctx, r, ref); err != nil {
			return nil, 0, fmt.Errorf("drawing training pairs of %s: %w", ref, err)
		}
	}
	if opt.Links {
		for _, ref := range refs {
			if err := b.links(ctx, r, ref); err != nil {
				return nil, 0, fmt.Errorf("drawing training pairs of %s: %w", ref, err)
			}
		}
	}
	if opt.Mappings {
		if err := b.mappings(ctx, r); err != nil {
			return nil, 0, fmt.Errorf("drawing training pairs of mapping sets: %w", err)
		}
	}
	for _, s := range sentences {
		unknown += b.sentence(s)
	}
	return b.set, unknown, nil
}

// links pairs the names of occupations with the skills essential for them, a
// few at a time: an occupation has dozens.
func (b *setBuilder) links(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) error {
	const together = 4
	skills := map[taxonomy.URI][]int32{}
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref, Predicates: []taxonomy.Predicate{taxonomy.EssentialFor}}) {
		if err != nil {
			return err
		}
		if t, ok := b.byURI[rel.Subject]; ok {
			skills[rel.Object] = append(skills[rel.Object], t)
		}
	}
	for _, uri := range slices.Sorted(maps.Keys(skills)) {
		t, ok := b.byURI[uri]
		if !ok {
			continue
		}
		name := b.set.Targets[t]
		for some := range slices.Chunk(skills[uri], together) {
			b.pair(name.Lang, name.Text, slices.Clone(some), 1)
		}
	}
	return nil
}

// mappings pairs the name of a concept with the concept that an exact or close
// mapping joins it to, both ways where both are targets.
func (b *setBuilder) mappings(ctx context.Context, r taxonomy.Reader) error {
	for _, uri := range slices.Sorted(maps.Keys(b.byURI)) {
		joined, err := r.Mappings(ctx, uri)
		if err != nil {
			return err
		}
		for _, m := range joined {
			if m.Predicate != taxonomy.ExactMatch && m.Predicate != taxonomy.CloseMatch || m.Modifier != "" || m.Status != "" && m.Status != taxonomy.Accepted {
				continue
			}
			other, label := m.Object, m.ObjectLabel
			if other == uri {
				other, label = m.Subject, m.SubjectLabel
			}
			lang := b.opt.Langs[0]
			if t, ok := b.byURI[other]; ok {
				label, lang = b.set.Targets[t].Text, b.set.Targets[t].Lang
			}
			if label != "" {
				b.pair(lang, label, []int32{b.byURI[uri]}, 1)
			}
		}
	}
	return nil
}

type setBuilder struct {
	opt     TrainingOptions
	set     *vectors.Set
	byURI   map[taxonomy.URI]int32
	byLabel map[string]int32 // folded label of a skill or knowledge concept, preferred ones first
	seen    map[string]bool  // pairs that are there
}

// isTarget tells the kinds whose concepts texts are compared with; tasks,
// technologies and tools only point to them.
func isTarget(k taxonomy.Kind) bool {
	switch k {
	case taxonomy.Task, taxonomy.Technology, taxonomy.Tool, taxonomy.OccupationGroup:
		return false
	}
	return true
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func (b *setBuilder) release(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) error {
	pointing := map[taxonomy.URI]vectors.Text{}
	used := map[taxonomy.URI]bool{} // groups that something points to
	broader := map[taxonomy.URI][]taxonomy.URI{}
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if err != nil {
			return err
		}
		broader[rel.Subject] = append(broader[rel.Subject], rel.Object)
	}
	var concepts []*taxonomy.Concept
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: ref}) {
		if err != nil {
			return err
		}
		if c.Kind == taxonomy.Task || c.Kind == taxonomy.Technology {
			l := c.Pref(b.opt.Langs...)
			pointing[c.URI] = vectors.Text{Lang: l.Lang, Text: l.Text}
			for _, up := range broader[c.URI] {
				used[up] = true
			}
		}
		if isTarget(c.Kind) {
			concepts = append(concepts, c)
		}
	}
	for _, c := range concepts {
		if c.Kind != taxonomy.SkillGroup || used[c.URI] {
			b.concept(c)
		}
	}
	// in URI order, so that the set does not depend on a map
	subjects := make([]taxonomy.URI, 0, len(pointing))
	for uri := range pointing {
		subjects = append(subjects, uri)
	}
	slices.Sort(subjects)
	for _, uri := range subjects {
		var targets []int32
		for _, up := range broader[uri] {
			if t, ok := b.byURI[up]; ok {
				targets = append(targets, t)
			}
		}
		b.pair(pointing[uri].Lang, pointing[uri].Text, targets, 1)
	}
	return nil
}

// sentenceEnd parts definitions into sentences.
var sentenceEnd = regexp.MustCompile(`[.;]\s+|\n`)

// minSentence is the length in bytes below which a piece of a definition says nothing.
const minSentence = 15

// concept adds c as a target under its preferred label, and what else is said
// of it as pairs. A concept that an earlier release has too is one target: its
// labels in this release, or in this release's languages, are more pairs.
func (b *setBuilder) concept(c *taxonomy.Concept) {
	pref := c.Pref(b.opt.Langs...)
	if !slices.ContainsFunc(b.opt.Langs, func(x taxonomy.Lang) bool { return x.Base() == pref.Lang.Base() }) {
		return
	}
	skill := c.Kind == taxonomy.Skill || c.Kind == taxonomy.Knowledge
	t, again := b.byURI[c.URI]
	if again {
		name := b.set.Targets[t]
		pref = taxonomy.Label{Lang: name.Lang, Text: name.Text}
	} else {
		t = int32(len(b.set.Targets))
		b.set.Targets = append(b.set.Targets, vectors.Text{Lang: pref.Lang, Text: pref.Text})
		b.byURI[c.URI] = t
		if skill {
			b.set.Mix = append(b.set.Mix, t)
			b.byLabel[fold(pref.Text)] = t
		}
	}
	for _, l := range c.Labels {
		if b.opt.PreferredOnly || !slices.ContainsFunc(b.opt.Langs, func(x taxonomy.Lang) bool { return x.Base() == l.Lang.Base() }) {
			continue
		}
		if key := fold(l.Text); skill {
			if _, taken := b.byLabel[key]; !taken {
				b.byLabel[key] = t
			}
		}
		if fold(l.Text) == fold(pref.Text) {
			continue
		}
		b.pair(l.Lang, l.Text, []int32{t}, 1)
		if skill && !again && l.Lang.Base() == pref.Lang.Base() {
			b.set.Names[t] = append(b.set.Names[t], vectors.Text{Lang: l.Lang, Text: l.Text})
		}
	}
	for _, n := range c.Notes {
		if n.Kind != taxonomy.Definition || !slices.ContainsFunc(b.opt.Langs, func(x taxonomy.Lang) bool { return x.Base() == n.Lang.Base() }) {
			continue
		}
		for _, s := range sentenceEnd.Split(n.Text, -1) {
			if len(s) > minSentence {
				b.pair(n.Lang, s, []int32{t}, 1)
			}
		}
	}
}

func (b *setBuilder) pair(lang taxonomy.Lang, text string, targets []int32, repeat int) {
	if len(targets) == 0 {
		return
	}
	slices.Sort(targets)
	targets = slices.Compact(targets)
	key := fmt.Sprintf("%s\x00%v", text, targets)
	if b.seen[key] {
		return
	}
	b.seen[key] = true
	b.set.Pairs = append(b.set.Pairs, vectors.Pair{Lang: lang, Text: text, Targets: targets, Repeat: repeat})
}

// sentence adds a written sentence and returns how many of its concepts are unknown.
func (b *setBuilder) sentence(s Sentence) (unknown int) {
	var targets []int32
	var words []string
	for i, c := range s.Concepts {
		t, ok := b.byURI[taxonomy.URI(c)]
		if !ok {
			t, ok = b.byLabel[fold(c)]
		}
		if !ok {
			unknown++
			continue
		}
		targets = append(targets, t)
		if s.Words != nil {
			words = append(words, s.Words[i])
		}
	}
	if len(targets) > 1 && b.opt.RepeatWords > 0 {
		for i, w := range words {
			b.pair(s.Lang, w, []int32{targets[i]}, b.opt.RepeatWords)
		}
	}
	b.pair(s.Lang, s.Text, targets, max(1, b.opt.Repeat))
	return unknown
}
