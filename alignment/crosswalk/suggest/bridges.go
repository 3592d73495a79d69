package suggest

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"concord/alignment/review"
	"concord/taxonomy"
)

// What is known of a pair beside what is compared, in log-odds. These are set
// by hand: there is nothing to learn them from.
const (
	sameURI      = 6.0 // two releases of one scheme
	sameCode     = 2.0 // and most codes of one side are codes of the other
	otherKind    = -1.0
	mapped       = 4.0 // an accepted set maps the pair as exact
	mappedLoose  = 3.0 // as anything else
	bridged      = 3.0 // both are exact matches of a third concept
	bridgedLoose = 1.5 // one of them is close to it, the other close or exact

	renamed = 0.5 // cosine of preferred labels below which an identifier is taken to mean something else
	surely  = 4.0 // for the predicate that a mapping or a kept meaning speaks for
)

// A prior is what is known of a pair from elsewhere.
type prior struct {
	uri, code, kind, bridge float64
	classes                 [len(classes)]float64
}

func (p *prior) sum() float64 {
	if p == nil {
		return 0
	}
	return p.uri + p.code + p.kind + p.bridge
}

func (p *prior) list() []Contribution {
	var out []Contribution
	if p == nil {
		return nil
	}
	for _, c := range []Contribution{{Name: "sameURI", Value: 1, Adds: p.uri}, {Name: "sameCode", Value: 1, Adds: p.code}, {Name: "otherKind", Value: 1, Adds: p.kind}, {Name: "bridge", Value: 1, Adds: p.bridge}} {
		if c.Adds != 0 {
			out = append(out, c)
		}
	}
	return out
}

// known is what the store knows of pairs.
type known struct {
	joined map[taxonomy.URI][]join
	judged *review.Judged // nil: nobody is asked
}

// A join is a mapping as seen from one of its ends.
type join struct {
	to    taxonomy.URI
	match taxonomy.Match // from this end
}

// gather reads accepted mappings and the rejections that stand.
func gather(ctx context.Context, r taxonomy.Reader, opt *Options) (*known, error) {
	judged, err := review.Load(ctx, r)
	if err != nil {
		return nil, err
	}
	k := &known{joined: map[taxonomy.URI][]join{}, judged: judged}
	if !opt.NoBridges {
		if err := k.bridges(ctx, r, opt.Ignore); err != nil {
			return nil, fmt.Errorf("reading mapping sets: %w", err)
		}
	}
	return k, nil
}

func (k *known) bridges(ctx context.Context, r taxonomy.Reader, ignore []taxonomy.URI) error {
	sets, err := r.MappingSets(ctx)
	if err != nil {
		return err
	}
	for _, set := range sets {
		if slices.Contains(ignore, set.ID) {
			continue
		}
		for m, err := range r.MappingsOf(ctx, set.ID) {
			if err != nil {
				return err
			}
			if m.Status != taxonomy.Accepted || m.Modifier != "" || m.Subject == "" || m.Object == "" || m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm {
				continue
			}
			match := m.Predicate
			if !slices.Contains(classes[:], match) {
				continue
			}
			if loose := match == taxonomy.BroadMatch || match == taxonomy.NarrowMatch; loose && set.Direction == taxonomy.Inverted {
				match = match.Inverse()
			}
			k.joined[m.Subject] = append(k.joined[m.Subject], join{m.Object, match})
			k.joined[m.Object] = append(k.joined[m.Object], join{m.Subject, match.Inverse()})
		}
	}
	for uri := range k.joined {
		slices.SortFunc(k.joined[uri], func(a, b join) int { return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.match, b.match)) })
	}
	return nil
}

// beside adds to candidates, ascending, the concepts of a side that mappings
// lead to from uri.
func (k *known) beside(uri taxonomy.URI, to *side, candidates []int32) []int32 {
	add := func(x taxonomy.URI) {
		if j, ok := to.at[x]; ok {
			candidates = append(candidates, j)
		}
	}
	for _, j := range k.joined[uri] {
		add(j.to)
		if j.match == taxonomy.ExactMatch || j.match == taxonomy.CloseMatch {
			for _, far := range k.joined[j.to] {
				add(far.to)
			}
		}
	}
	slices.Sort(candidates)
	return slices.Compact(candidates)
}

// prior is what is known of the pair a, b. ids and sameCodes say whether equal
// identifiers and equal codes mean something.
func (k *known) prior(a, b *concept, ids, sameCodes bool) (p prior) {
	if ids && a.uri == b.uri {
		p.uri = sameURI
		switch {
		case a.meaning == b.meaning:
			p.classes[classExact] += surely
		case a.name.cosine(b.name) < renamed: // an identifier that was given to something else
			p.classes[classClose] += surely
			p.classes[classExact] -= surely
		}
	}
	if sameCodes && a.code != "" && a.code == b.code {
		p.code = sameCode
	}
	if a.kind != b.kind {
		p.kind = otherKind
	}
	for _, j := range k.joined[a.uri] {
		if j.to == b.uri {
			at := slices.Index(classes[:], j.match)
			p.classes[at] = max(p.classes[at], surely)
			p.bridge = max(p.bridge, mappedLoose)
			if at == classExact {
				p.bridge = mapped
			}
			continue
		}
		if j.match != taxonomy.ExactMatch && j.match != taxonomy.CloseMatch {
			continue
		}
		for _, far := range k.joined[j.to] {
			if far.to != b.uri {
				continue
			}
			switch {
			case j.match == taxonomy.ExactMatch && far.match == taxonomy.ExactMatch:
				p.bridge = max(p.bridge, bridged)
			case far.match == taxonomy.ExactMatch || far.match == taxonomy.CloseMatch:
				p.bridge = max(p.bridge, bridgedLoose)
			}
		}
	}
	return p
}

// rejects reports whether a reviewer rejected the pair as it is now: what has
// come to mean something else may be proposed again.
func (k *known) rejects(a, b *concept) bool {
	if k.judged == nil {
		return false // training asks nobody
	}
	_, rejected := k.judged.Rejected(review.Pair{Subject: a.uri, Object: b.uri, SubjectMeaning: a.meaning, ObjectMeaning: b.meaning})
	return rejected
}
