package releases

import (
	"fmt"
	"slices"

	"concord/taxonomy"
)

// fate looks an item up and decides. It is nil for an item of another framework.
func (p *Planner) fate(it Item) *fate {
	if f := p.known[it.Stated.URI]; f != nil && it.Stated.URI != "" {
		return f
	}
	i, uri, found := p.lookUp(it)
	var f *fate
	switch {
	case found:
		if f = p.known[p.c.a.concepts[i].URI]; f == nil {
			f = p.decide(i)
			p.known[p.c.a.concepts[i].URI] = f
		}
	case uri != "":
		y := p.c.b.concepts[p.c.b.at[uri]]
		f = &fate{verdict: Automatic, why: WhyAlready, reason: fmt.Sprintf("it is of %s already", p.c.b.rel.Ref), after: p.c.side(y), predicate: taxonomy.ExactMatch, likeness: 1}
	case it.Scheme != "" && it.Scheme == p.c.a.rel.Scheme:
		return &fate{verdict: Review, why: WhyUnknown, reason: fmt.Sprintf("neither %s nor %s has it", p.c.a.rel.Ref, p.c.b.rel.Ref)}
	default:
		return nil
	}
	if it.Stated.URI != "" {
		p.known[it.Stated.URI] = f
	}
	return f
}

// lookUp finds the concept in the old release, or else the URI that the new one
// has it by.
func (p *Planner) lookUp(it Item) (i int32, uri taxonomy.URI, found bool) {
	if i, ok := p.c.a.at[it.Stated.URI]; ok {
		return i, "", true
	}
	keys := it.Stated.Keys(p.c.a.rel.Scheme, p.c.a.rel.Title)
	for _, u := range keys.URIs {
		if i, ok := p.c.a.at[u]; ok {
			return i, "", true
		}
	}
	for _, u := range keys.URIs {
		if _, ok := p.c.b.at[u]; ok {
			return 0, u, false
		}
	}
	name := fold(it.Stated.Name)
	if i, ok := p.codes[keys.Code]; ok && i >= 0 && keys.Code != "" && (keys.Sure || calledBy(p.c.a.concepts[i], name)) {
		return i, "", true
	}
	if i, ok := p.names[name]; ok && i >= 0 && name != "" && keys.Named {
		return i, "", true
	}
	return 0, "", false
}

// calledBy reports whether a concept has the folded name.
func calledBy(c *taxonomy.Concept, name string) bool {
	return name != "" && slices.ContainsFunc(c.Labels, func(l taxonomy.Label) bool { return fold(l.Text) == name })
}

// decide says what becomes of concept i of the old release.
func (p *Planner) decide(i int32) *fate {
	x := p.c.a.concepts[i]
	j := p.c.to[i]
	f := &fate{before: p.c.side(x), predicate: taxonomy.ExactMatch, likeness: 1}
	if j < 0 || p.c.b.concepts[j].Deprecated {
		p.succeed(f, i)
		return f
	}
	y := p.c.b.concepts[j]
	f.after = p.c.side(y)
	ch := p.c.changed(i, j)
	if ch == nil {
		f.verdict, f.why, f.reason = Automatic, WhyUnchanged, "it did not change"
		return f
	}
	m := ch.Meaning
	switch {
	case m != nil && m.Severity.rank() >= Medium.rank():
		f.review(WhyMeaning, fmt.Sprintf("the meaning changed (%s): %s", m.Severity, m.Reason))
		p.alternatives(f, i, j, min(m.Names, m.Definitions))
	case ch.Has(Retyped):
		f.review(WhyRetyped, fmt.Sprintf("it was %s and is %s", x.Kind, y.Kind))
		p.alternatives(f, i, j, 1)
	case ch.Has(Moved) && p.elsewhere(i, j) != "":
		f.review(WhyMoved, p.elsewhere(i, j))
		p.alternatives(f, i, j, 1)
	case ch.Has(Renamed):
		f.verdict, f.why, f.reason = Automatic, WhyRenamed, fmt.Sprintf("the same concept under another URI, told by its %s", ch.By)
	case m != nil:
		f.verdict, f.why, f.reason = Automatic, WhyWording, "other words for the same: "+m.Reason
	default:
		f.verdict, f.why, f.reason = Automatic, WhyUnchanged, "what it means did not change"
	}
	return f
}

func (f *fate) review(why Why, reason string) { f.verdict, f.why, f.reason = Review, why, reason }

// alternatives proposes for a concept that changed: itself, and what is nearest
// to what it was.
func (p *Planner) alternatives(f *fate, i, j int32, likeness float64) {
	f.predicate, f.likeness = taxonomy.CloseMatch, likeness
	if likeness == 1 {
		f.predicate = taxonomy.ExactMatch
	}
	f.proposals = []Proposal{{Side: *f.after, Predicate: f.predicate, Confidence: round(likeness), Reason: "it kept its place in the framework"}}
	for _, s := range p.c.next.of(i) {
		if s.URI != f.after.URI && len(f.proposals) < maxProposals {
			f.proposals = append(f.proposals, s)
		}
	}
}

// succeed decides about a concept that is retired.
func (p *Planner) succeed(f *fate, i int32) {
	next := p.c.next.of(i)
	if len(next) > 0 {
		best := next[0]
		f.after, f.predicate, f.likeness = &best.Side, best.Predicate, best.Confidence
	}
	stated := 0
	for _, s := range next {
		if s.Confidence == 1 {
			stated++
		}
	}
	f.proposals = next
	switch {
	case stated == 1:
		f.verdict, f.why, f.reason, f.proposals = Automatic, WhyReplaced, "retired, and replaced by one concept", nil
	case stated > 1:
		f.review(WhySplit, fmt.Sprintf("retired, and replaced by %d concepts", stated))
	case len(next) > 1 && next[0].Confidence >= otherNameSure && next[1].Confidence >= otherNameSure:
		f.review(WhySplit, "retired; several concepts have its name now")
	case len(next) > 0 && next[0].Confidence >= otherNameSure:
		f.review(WhySameName, "retired without a replacement; "+next[0].Reason)
	case len(next) > 0:
		f.verdict, f.why, f.reason = Dead, WhyRetired, fmt.Sprintf("retired without a replacement; nearest is “%s” (%.2f)", next[0].Label, next[0].Confidence)
	default:
		f.verdict, f.why, f.reason = Dead, WhyRetired, "retired without a replacement, and nothing is near it"
	}
}

// elsewhere says that a concept is below other top groups than before, or "".
func (p *Planner) elsewhere(i, j int32) string {
	was, is := p.tops[0].of(i), p.tops[1].of(j)
	if len(was) == 0 || len(is) == 0 {
		return ""
	}
	for _, g := range was {
		if to := p.c.to[g]; to < 0 || slices.Contains(is, to) {
			return "" // a top group that is gone says nothing of its members
		}
	}
	return fmt.Sprintf("it moved from “%s” to “%s”", p.c.side(p.c.a.concepts[was[0]]).Label, p.c.side(p.c.b.concepts[is[0]]).Label)
}
