package portfolio

import (
	"context"

	"concord/taxonomy"
)

// A Comparison says what two documents share, cover of one another, and miss.
type Comparison struct {
	A      Head    `json:"a"`
	B      Head    `json:"b"`
	Shared []Pair  `json:"shared"` // the same concept, or one that exact mappings join
	Near   []Pair  `json:"near"`   // a close, broader or narrower one
	OnlyA  []Claim `json:"onlyA"`  // what B misses
	OnlyB  []Claim `json:"onlyB"`  // what A misses
	CoverA Cover   `json:"coverA"` // of what A is about, by B
	CoverB Cover   `json:"coverB"` // of what B is about, by A
}

// A Pair is a concept of A and the closest one of B.
type Pair struct {
	A    Claim `json:"a"`
	B    Claim `json:"b"`
	Link       // from A to B
}

// A Cover counts the concepts of one side that the other has.
type Cover struct {
	Of   int `json:"of"`
	Has  int `json:"has"`  // the same
	Near int `json:"near"` // a close, broader or narrower one
}

func (c *Cover) count(link Link) {
	c.Of++
	switch link.Relation {
	case "":
	case taxonomy.ExactMatch:
		c.Has++
	default:
		c.Near++
	}
}

// Compare sets two documents side by side. Every concept of A is paired with
// the closest of B, and every one of B that is left with the closest of A, so a
// concept may stand in several pairs.
func Compare(ctx context.Context, store taxonomy.Reader, a, b Record) (*Comparison, error) {
	l := newLinks(store)
	out := &Comparison{A: a.Head, B: b.Head, Shared: []Pair{}, Near: []Pair{}, OnlyA: []Claim{}, OnlyB: []Claim{}}
	paired := map[node]bool{} // of B
	pair := func(p Pair) {
		if p.Relation == taxonomy.ExactMatch {
			out.Shared = append(out.Shared, p)
		} else {
			out.Near = append(out.Near, p)
		}
	}
	for _, c := range a.Claims {
		other, link, err := l.closest(ctx, b.Claims, node{c.ref(), c.URI})
		if err != nil {
			return nil, err
		}
		out.CoverA.count(link)
		if other == nil {
			out.OnlyA = append(out.OnlyA, c)
			continue
		}
		link = link.inverse()
		paired[node{other.ref(), other.URI}] = true
		pair(Pair{c, *other, link})
	}
	for _, c := range b.Claims {
		other, link, err := l.closest(ctx, a.Claims, node{c.ref(), c.URI})
		if err != nil {
			return nil, err
		}
		out.CoverB.count(link)
		switch {
		case other == nil:
			out.OnlyB = append(out.OnlyB, c)
		case !paired[node{c.ref(), c.URI}]:
			pair(Pair{*other, c, link})
		}
	}
	return out, nil
}
