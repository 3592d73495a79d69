package suggest

import (
	"cmp"
	"math"
	"slices"
)

// Places are how a pair stands among its rivals, by the log-odds of pairs
// alone: a target that lies nearer to another source is less likely this one's.
const (
	lead      = iota // over the best other target of the source; negative behind it
	leadBack         // over the best other source of the target
	placeBack        // log of its place among the sources of the target
	inGroup          // share of the source's likelihood that lies on other targets of the same group
	nPlaces
)

var placeNames = [nPlaces]string{"lead", "leadBack", "placeBack", "inGroup"}

// farLead bounds a lead, and is that of a pair without rivals.
const farLead = 6

// places fills in the places of all pairs.
func (u *run) places() {
	bySource, byTarget := u.lists()
	for _, list := range bySource {
		u.leads(list, func(p *pair, over float64, _ int) { p.y[lead] = float32(over) })
		u.groups(list)
	}
	for _, list := range byTarget {
		u.leads(list, func(p *pair, over float64, place int) {
			p.y[leadBack], p.y[placeBack] = float32(over), float32(math.Log1p(float64(place)))
		})
	}
}

// lists returns the pairs of each source and of each target.
func (u *run) lists() (bySource, byTarget [][]int32) {
	bySource, byTarget = make([][]int32, u.limit), make([][]int32, len(u.to.concepts))
	for k := range u.pairs {
		p := &u.pairs[k]
		bySource[p.from] = append(bySource[p.from], int32(k))
		byTarget[p.to] = append(byTarget[p.to], int32(k))
	}
	return bySource, byTarget
}

// leads sorts list, the likeliest first, and tells of each pair by how much it
// leads its rivals, and its place.
func (u *run) leads(list []int32, tell func(p *pair, over float64, place int)) {
	slices.SortFunc(list, func(a, b int32) int {
		return cmp.Or(cmp.Compare(u.pairs[b].alone, u.pairs[a].alone), cmp.Compare(a, b))
	})
	for place, k := range list {
		over := float64(farLead)
		if len(list) > 1 {
			rival := list[0]
			if place == 0 {
				rival = list[1]
			}
			over = u.pairs[k].alone - u.pairs[rival].alone
		}
		tell(&u.pairs[k], min(max(over, -farLead), farLead), place)
	}
}

// groups tells how much of a source's likelihood lies around each target.
func (u *run) groups(list []int32) {
	if len(list) == 0 {
		return
	}
	top, sum := u.pairs[list[0]].alone, 0.0
	mass := map[int32]float64{}
	share := func(k int32) float64 { return math.Exp(u.pairs[k].alone - top) }
	for _, k := range list {
		sum += share(k)
		if g := u.to.groupOf[u.pairs[k].to]; g >= 0 {
			mass[g] += share(k)
		}
	}
	for _, k := range list {
		if g := u.to.groupOf[u.pairs[k].to]; g >= 0 {
			u.pairs[k].y[inGroup] = float32((mass[g] - share(k)) / sum)
		}
	}
}

// Standings are what the predicate is told from beside the measures: a source
// with many likely targets is broader than they are, and back.
const (
	likely   = iota // log-odds of the pair
	offered         // log of the number of targets to be expected for the source
	claimed         // log of the number of sources to be expected for the target
	ownPlace        // log of its place among the targets that lie nearest to this source
	nStandings
)

var standingNames = [nStandings]string{"likely", "offered", "claimed", "ownPlace"}

// standings fills in the standings of all pairs, by their log-odds without
// what is known from elsewhere.
func (u *run) standings() {
	bySource, byTarget := u.lists()
	expected := func(list []int32) float64 {
		sum := 0.0
		for _, k := range list {
			sum += sigmoid(u.pairs[k].own())
		}
		return math.Log1p(sum)
	}
	ownedBy := make([]int32, len(byTarget))
	for t, list := range byTarget {
		n := expected(list)
		ownedBy[t] = -1
		most := math.Inf(-1)
		for _, k := range list {
			p := &u.pairs[k]
			p.z[likely], p.z[claimed] = float32(min(max(p.own(), -2*farLead), 2*farLead)), float32(n)
			if p.own() > most {
				most, ownedBy[t] = p.own(), p.from
			}
		}
	}
	for i, list := range bySource {
		n := expected(list)
		owned := 0
		for _, k := range u.ranked(int32(i)) {
			p := &u.pairs[k]
			p.z[offered], p.z[ownPlace] = float32(n), float32(math.Log1p(float64(owned)))
			if ownedBy[p.to] == int32(i) {
				owned++
			}
		}
	}
}

// own is the log-odds of a pair by what was compared.
func (p *pair) own() float64 { return p.odds - p.said.sum() }

// oneExact leaves a source and a target at most one exact match each, the
// likeliest; the others become what they are likeliest beside.
func (u *run) oneExact() {
	var exact []int32
	for k := range u.pairs {
		if u.pairs[k].class == classExact {
			exact = append(exact, int32(k))
		}
	}
	say := func(k int32) float64 { return sigmoid(u.pairs[k].odds) * float64(u.pairs[k].classes[classExact]) }
	slices.SortFunc(exact, func(a, b int32) int { return cmp.Or(cmp.Compare(say(b), say(a)), cmp.Compare(a, b)) })
	from, to := make([]bool, u.limit), make([]bool, len(u.to.concepts))
	for _, k := range exact {
		p := &u.pairs[k]
		if from[p.from] || to[p.to] {
			p.class = p.likeliest(classExact)
			continue
		}
		from[p.from], to[p.to] = true, true
	}
}

// likeliest is the likeliest class but one.
func (p *pair) likeliest(but int) int8 {
	best := -1
	for k, x := range p.classes {
		if k != but && (best < 0 || x > p.classes[best]) {
			best = k
		}
	}
	return int8(best)
}
