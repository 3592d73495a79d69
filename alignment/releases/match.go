package releases

import (
	"slices"
	"strconv"
	"strings"

	"concord/taxonomy"
)

// pairs joins the concepts of two releases.
type pairs struct {
	a, b *loaded
	to   []int32 // concept of a → of b, -1: none
	from []int32 // concept of b → of a, -1: none
	by   []By    // of a's concept
}

// match joins concepts by URI; what is left over by code (groups: the codes of
// occupations are given anew from release to release), by a label that no other
// leftover of the kind has, and by a label together with something that both
// are joined to: the parent, or the occupation of a task. Nothing depends on
// which release is the old one.
func match(a, b *loaded, lang taxonomy.Lang) *pairs {
	p := &pairs{a: a, b: b, to: make([]int32, len(a.concepts)), from: make([]int32, len(b.concepts)), by: make([]By, len(a.concepts))}
	for i := range p.to {
		p.to[i] = -1
	}
	for j := range p.from {
		p.from[j] = -1
	}
	for i, c := range a.concepts {
		if j, ok := b.at[c.URI]; ok {
			p.join(int32(i), j, ByURI)
		}
	}
	label := func(l *loaded, i int32) string {
		c := l.concepts[i]
		text := pref(c, lang)
		if text == "" {
			text = tidy(c.Pref().Text)
		}
		return string(c.Kind) + "\x00" + strings.ToLower(text)
	}
	p.unique(ByCode, func(l *loaded, i int32) []string {
		c := l.concepts[i]
		if c.Code == "" || c.Kind != taxonomy.SkillGroup && c.Kind != taxonomy.OccupationGroup {
			return nil
		}
		return []string{string(c.Kind) + "\x00" + c.Code}
	})
	p.unique(ByLabel, func(l *loaded, i int32) []string { return []string{label(l, i)} })
	// Joining a parent tells its children apart in the next round.
	for range maxRounds {
		if n := p.unique(ByContext, func(l *loaded, i int32) []string {
			var keys []string
			for _, o := range l.tied[i] {
				if name := p.name(l, o); name != "" {
					keys = append(keys, label(l, i)+"\x00"+name)
				}
			}
			return keys
		}); n == 0 {
			break
		}
	}
	return p
}

const maxRounds = 6 // a hierarchy is about that deep

func (p *pairs) join(i, j int32, by By) { p.to[i], p.from[j], p.by[i] = j, i, by }

// name is the same for a concept on either side that is joined, else empty.
func (p *pairs) name(l *loaded, i int32) string {
	if l == p.b {
		if i = p.from[i]; i < 0 {
			return ""
		}
	} else if p.to[i] < 0 {
		return ""
	}
	return strconv.Itoa(int(i))
}

// unique joins leftovers that share a key which one leftover of either side
// has, and returns how many. Two keys that say different things join nothing.
func (p *pairs) unique(by By, keys func(*loaded, int32) []string) int {
	index := func(l *loaded, joined []int32) map[string][]int32 {
		m := map[string][]int32{}
		for i := range l.concepts {
			if joined[i] >= 0 {
				continue
			}
			for _, k := range keys(l, int32(i)) {
				if at := m[k]; !slices.Contains(at, int32(i)) {
					m[k] = append(at, int32(i))
				}
			}
		}
		return m
	}
	ia, ib := index(p.a, p.to), index(p.b, p.from)
	there, back := map[int32]int32{}, map[int32]int32{}
	const torn = -1
	note := func(m map[int32]int32, k, v int32) {
		if old, ok := m[k]; ok && old != v {
			v = torn
		}
		m[k] = v
	}
	for k, as := range ia {
		if bs := ib[k]; len(as) == 1 && len(bs) == 1 {
			note(there, as[0], bs[0])
			note(back, bs[0], as[0])
		}
	}
	n := 0
	for i, j := range there {
		if j != torn && back[j] == i {
			p.join(i, j, by)
			n++
		}
	}
	return n
}
