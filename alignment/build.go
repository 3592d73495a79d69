package alignment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/abadojack/whatlanggo"

	"concord/alignment/vectors"
	"concord/index"
	"concord/taxonomy"
)

// Words weigh by how rare they are among labels of like concepts: "engineer"
// says little of an occupation and much of a skill. A pillar is a set of kinds
// that share one weighing.
const pillars = 4

func pillarOf(k taxonomy.Kind) int {
	switch k {
	case taxonomy.Occupation, taxonomy.OccupationGroup:
		return 1
	case taxonomy.Activity, taxonomy.Task:
		return 2
	case taxonomy.Technology, taxonomy.Tool:
		return 3
	}
	return 0
}

// Build derives the snapshot of ref from r and puts it under dir, whole or not
// at all. Without a table (nil) it has no vectors. progress may be nil; it is
// told of concepts done.
func Build(ctx context.Context, dir string, r taxonomy.Reader, ref taxonomy.Ref, table *vectors.Table, progress func(done, total int)) error {
	rel, err := r.Release(ctx, ref)
	if err != nil {
		return err
	}
	b := newBuilder(table)
	b.s.Stamp = stampOf(rel, table)
	total := 0
	for _, n := range rel.Concepts {
		total += n
	}
	links, most, err := occupationLinks(ctx, r, rel.Ref)
	if err != nil {
		return fmt.Errorf("building the snapshot of %s: %w", rel.Ref, err)
	}
	below, err := narrowerConcepts(ctx, r, rel.Ref)
	if err != nil {
		return fmt.Errorf("building the snapshot of %s: %w", rel.Ref, err)
	}
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: rel.Ref}) {
		if err != nil {
			return fmt.Errorf("building the snapshot of %s: %w", rel.Ref, err)
		}
		b.add(c, usage(c, links[c.URI], most))
		b.s.narrower = append(b.s.narrower, below[c.URI])
		if done := b.s.uri.len(); progress != nil && done%512 == 0 {
			progress(done, total)
		}
	}
	b.finish()
	if progress != nil {
		progress(total, total)
	}
	return b.s.write(snapshotPath(dir, rel.Ref))
}

// occupationLinks counts, for each concept, the occupations or other concepts
// it is stated to matter for, and the largest count.
func occupationLinks(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) (links map[taxonomy.URI]int, most int, err error) {
	links = map[taxonomy.URI]int{}
	used := taxonomy.RelationFilter{Release: ref, Predicates: []taxonomy.Predicate{taxonomy.EssentialFor, taxonomy.OptionalFor, taxonomy.UsedBy}}
	for rel, err := range r.Relations(ctx, used) {
		if err != nil {
			return nil, 0, err
		}
		links[rel.Subject]++
		most = max(most, links[rel.Subject])
	}
	return links, most, nil
}

// narrowerConcepts counts, for each concept, the concepts below it at any depth.
func narrowerConcepts(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) (map[taxonomy.URI]uint32, error) {
	children := map[taxonomy.URI][]taxonomy.URI{}
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if err != nil {
			return nil, err
		}
		children[rel.Object] = append(children[rel.Object], rel.Subject)
	}
	below := map[taxonomy.URI]uint32{}
	for top := range children {
		seen := map[taxonomy.URI]bool{top: true}
		for next := []taxonomy.URI{top}; len(next) > 0; next = next[1:] {
			for _, c := range children[next[0]] {
				if !seen[c] {
					seen[c] = true
					next = append(next, c)
				}
			}
		}
		below[top] = uint32(len(seen) - 1)
	}
	return below, nil
}

// usage is how widely a concept is used, 0..1: the logarithm of its links
// against the most linked one. Without links the concept's reuse level stands
// in; without either it is 0.
func usage(c *taxonomy.Concept, links, most int) float32 {
	if links > 0 {
		return float32(math.Log1p(float64(links)) / math.Log1p(float64(most)))
	}
	for _, level := range c.Property(taxonomy.PropReuseLevel) {
		if level == "transversal" || level == "cross-sector" {
			return 0.2
		}
	}
	return 0
}

// builder fills a snapshot concept by concept, in URI order.
type builder struct {
	s      Snapshot
	termID map[string]uint32
	terms  []string
	tokens []index.Token
	sample strings.Builder // text of labels without a language, for telling it

	table     *vectors.Table // nil: no vectors
	sum, part []float32
}

func newBuilder(table *vectors.Table) *builder {
	b := &builder{termID: map[string]uint32{}, table: table}
	if table != nil {
		b.sum, b.part = make([]float32, table.Dim()), make([]float32, table.Dim())
	}
	return b
}

func (b *builder) add(c *taxonomy.Concept, prior float32) {
	s := &b.s
	id := uint32(len(s.kind))
	s.uri.append(string(c.URI))
	s.code.append(c.Code)
	s.kind = append(s.kind, uint8(slices.Index(taxonomy.Kinds, c.Kind)))
	s.prior = append(s.prior, prior)
	s.first = append(s.first, uint32(len(s.owner)))
	labels := slices.Clone(c.Labels)
	for _, k := range c.Property(taxonomy.PropKeyword) {
		labels = append(labels, taxonomy.Label{Kind: Keyword, Lang: c.Pref().Lang, Text: k})
	}
	slices.SortStableFunc(labels, func(x, y taxonomy.Label) int {
		return cmp.Or(cmp.Compare(slices.Index(labelKinds, x.Kind), slices.Index(labelKinds, y.Kind)), cmp.Compare(x.Lang, y.Lang))
	})
	for _, l := range labels {
		s.label.append(l.Text)
		s.form = append(s.form, uint8(slices.Index(labelKinds, l.Kind)))
		s.lang = append(s.lang, b.langID(l.Lang))
		s.owner = append(s.owner, id)
		if l.Lang == "" && b.sample.Len() < 4096 {
			b.sample.WriteString(l.Text + ". ")
		}
	}
	if b.table != nil {
		b.embed(c, labels)
	}
}

// A concept's vector is that of its preferred labels, with half of the mean of
// its other labels and a quarter of its definition.
const (
	otherLabels = 0.5
	definition  = 0.25
)

func (b *builder) embed(c *taxonomy.Concept, labels []taxonomy.Label) {
	clear(b.sum)
	add := func(weight float32, lang taxonomy.Lang, text string) {
		if lang == "" {
			lang = "en"
		}
		if b.table.Knows(lang) && b.table.EmbedText(lang, text, b.part) {
			for i, v := range b.part {
				b.sum[i] += weight * v
			}
		}
	}
	count := map[bool]float32{}
	for _, l := range labels {
		count[l.Kind == taxonomy.PrefLabel]++
	}
	for _, l := range labels {
		switch l.Kind {
		case taxonomy.PrefLabel:
			add(1/count[true], l.Lang, l.Text)
		default:
			add(otherLabels/count[false], l.Lang, l.Text)
		}
	}
	if n := c.Note(taxonomy.Definition); n.Text != "" {
		add(definition, n.Lang, n.Text)
	}
	vectors.Normalise(b.sum)
	row := make([]int8, len(b.sum))
	b.s.scale = append(b.s.scale, vectors.Quantise(b.sum, row))
	b.s.vector = append(b.s.vector, row...)
}

func (t *texts) append(s string) {
	if t.from == nil {
		t.from = []uint32{0}
	}
	t.blob = append(t.blob, s...)
	t.from = append(t.from, uint32(len(t.blob)))
}

func (b *builder) langID(lang taxonomy.Lang) uint8 {
	i := slices.Index(b.s.Stamp.Langs, lang)
	if i < 0 && len(b.s.Stamp.Langs) < 255 {
		i = len(b.s.Stamp.Langs)
		b.s.Stamp.Langs = append(b.s.Stamp.Langs, lang)
	}
	return uint8(i)
}

// unstated is the language in which labels without one are analysed: told
// from their text, English where that is in doubt.
func (b *builder) unstated() taxonomy.Lang {
	if info := whatlanggo.Detect(b.sample.String()); info.IsReliable() {
		return taxonomy.Lang(info.Lang.Iso6391())
	}
	return "en"
}

// finish analyses the labels and lays out terms, weights and postings.
func (b *builder) finish() {
	s := &b.s
	if s.uri.from == nil {
		s.uri.from, s.code.from, s.label.from = []uint32{0}, []uint32{0}, []uint32{0}
	}
	s.first = append(s.first, uint32(len(s.owner)))
	for _, lang := range s.Stamp.Langs {
		if lang == "" {
			lang = b.unstated()
		}
		s.Stamp.Analysed = append(s.Stamp.Analysed, lang)
	}
	s.termFrom = []uint32{0}
	for l := range s.owner {
		b.analyse(s.Stamp.Analysed[s.lang[l]], s.label.at(uint32(l)))
	}
	b.sortTerms()
	b.findRows()
	b.sortByEnd()
	b.weigh()
	b.postings()
}

// termKey is a term as it stands in the term table: languages keep apart what
// merely looks alike ("chat" in English and French).
func termKey(lang taxonomy.Lang, term string) string { return string(lang.Base()) + "\x00" + term }

func (b *builder) analyse(lang taxonomy.Lang, text string) {
	s := &b.s
	from := len(s.termOf)
	b.tokens = index.AppendTokens(b.tokens[:0], lang, text)
	for _, keepStops := range []bool{false, true} {
		for _, t := range b.tokens {
			if t.Stop && !keepStops {
				continue
			}
			key := termKey(lang, t.Term)
			id, ok := b.termID[key]
			if !ok {
				id = uint32(len(b.terms))
				b.termID[key] = id
				b.terms = append(b.terms, key)
			}
			if !slices.Contains(s.termOf[from:], id) {
				s.termOf = append(s.termOf, id)
			}
		}
		if len(s.termOf) > from {
			break // a label of stop words only ("be on it") keeps them
		}
	}
	s.termFrom = append(s.termFrom, uint32(len(s.termOf)))
}

// sortTerms renumbers the terms in ascending order, so that they can be
// searched and do not depend on the order of concepts.
func (b *builder) sortTerms() {
	order := make([]uint32, len(b.terms))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.terms[x], b.terms[y]) })
	renumbered := make([]uint32, len(order))
	b.s.term.from = []uint32{0}
	for n, old := range order {
		renumbered[old] = uint32(n)
		b.s.term.append(b.terms[old])
	}
	for i, old := range b.s.termOf {
		b.s.termOf[i] = renumbered[old]
	}
}

// rarest is the weight of a term that occurs in one label only. ESCO's skills
// have it by themselves; smaller frameworks are scaled to it, so that weights,
// and the thresholds on them, mean the same in a list of fifty skills.
const rarest = 11

// weigh computes, for each pillar and language, the inverse document frequency
// of every term with a label as the document, log(1 + (N-n+½)/(n+½)) scaled to
// rarest, and from it the labels' masses.
func (b *builder) weigh() {
	s := &b.s
	nTerms := s.term.len()
	df := make([]uint32, nTerms*pillars)
	langOf := make([]taxonomy.Lang, nTerms)
	total := map[taxonomy.Lang]*[pillars]uint32{}
	for i := range nTerms {
		base, _, _ := strings.Cut(s.term.at(uint32(i)), "\x00")
		langOf[i] = taxonomy.Lang(base)
	}
	for l := range s.owner {
		p := pillarOf(taxonomy.Kinds[s.kind[s.owner[l]]])
		base := s.Stamp.Analysed[s.lang[l]].Base()
		if total[base] == nil {
			total[base] = new([pillars]uint32)
		}
		total[base][p]++
		for _, t := range s.labelTerms(uint32(l)) {
			df[int(t)*pillars+p]++
		}
	}
	s.idf = make([]float32, nTerms*pillars)
	for i := range nTerms {
		for p := range pillars {
			n, of := float64(df[i*pillars+p]), 1.0
			if t := total[langOf[i]]; t != nil {
				of = max(of, float64(t[p]))
			}
			s.idf[i*pillars+p] = float32(rarest * math.Log(1+(of-n+0.5)/(n+0.5)) / math.Log(1+(of-0.5)/1.5))
		}
	}
	s.mass = make([]float32, len(s.owner))
	s.norm = make([]float32, len(s.owner))
	for l := range s.owner {
		p := pillarOf(taxonomy.Kinds[s.kind[s.owner[l]]])
		var sum, squares float64
		for _, t := range s.labelTerms(uint32(l)) {
			w := float64(s.idf[int(t)*pillars+p])
			sum += w
			squares += w * w
		}
		s.mass[l], s.norm[l] = float32(sum), float32(math.Sqrt(squares))
	}
}

func (s *Snapshot) labelTerms(l uint32) []uint32 { return s.termOf[s.termFrom[l]:s.termFrom[l+1]] }

// postings inverts labelTerms.
func (b *builder) postings() {
	s := &b.s
	n := s.term.len()
	s.postFrom = make([]uint32, n+1)
	for _, t := range s.termOf {
		s.postFrom[t+1]++
	}
	for i := range n {
		s.postFrom[i+1] += s.postFrom[i]
	}
	s.post = make([]uint32, len(s.termOf))
	next := slices.Clone(s.postFrom[:n])
	for l := range s.owner {
		for _, t := range s.labelTerms(uint32(l)) {
			s.post[next[t]] = uint32(l)
			next[t]++
		}
	}
}
