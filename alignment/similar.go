package alignment

import (
	"slices"
	"sort"
	"strings"

	"concord/taxonomy"
)

// A near term is a term of the snapshot that is written much like a word of
// the text: another form the stemmer does not join, a typo behind the first
// letters, or a part of a compound ("Softwareentwickler" and "Entwickler").
type nearTerm struct {
	term   uint32
	weight float32 // 0..1, how much of its weight it counts
}

// How alike two words must be.
const (
	minPart      = 4    // bytes of a word that is wholly a part of another, at least
	minNear      = 5    // bytes that they share at one end, at least
	minNearShare = 0.45 // of the longer word
	partNear     = 0.5  // what a word counts that is wholly a part of the other, and more the more of it it is
	maxNear      = 40   // neighbours looked at in either direction
)

// similar returns the terms of lang that are written like word, other than
// word itself, by term.
func (s *Snapshot) similar(lang taxonomy.Lang, word string) []nearTerm {
	if len(word) < minPart {
		return nil
	}
	found := map[uint32]float32{}
	prefix := termKey(lang, "")
	note := func(id uint32, share func(a, b string) int) {
		term, ok := strings.CutPrefix(s.term.at(id), prefix)
		if !ok || term == word {
			return
		}
		if w := alike(word, term, share(word, term)); w > found[id] {
			found[id] = w
		}
	}
	around(s.term.len(), func(i int) bool { return s.term.at(uint32(i)) >= prefix+word }, func(i int) { note(uint32(i), commonPrefix) })
	reversed := reverse(word)
	around(len(s.byEnd), func(i int) bool {
		base, term, _ := strings.Cut(s.term.at(s.byEnd[i]), "\x00")
		return base > string(lang.Base()) || base == string(lang.Base()) && reverse(term) >= reversed
	}, func(i int) { note(s.byEnd[i], commonSuffix) })
	out := make([]nearTerm, 0, len(found))
	for id, w := range found {
		if w > 0 {
			out = append(out, nearTerm{id, w})
		}
	}
	slices.SortFunc(out, func(a, b nearTerm) int { return int(a.term) - int(b.term) })
	return out
}

// around calls look for up to maxNear places on either side of where at
// becomes true among n in ascending order.
func around(n int, at func(int) bool, look func(int)) {
	from := sort.Search(n, at)
	for i := max(0, from-maxNear); i < min(n, from+maxNear); i++ {
		look(i)
	}
}

// alike is how much a term counts that shares the given bytes at one end with
// the word, or 0.
func alike(word, term string, shared int) float32 {
	short, long := min(len(word), len(term)), max(len(word), len(term))
	share := float32(shared) / float32(long)
	switch {
	case shared == short && short >= minPart:
		return partNear + (1-partNear)*share
	case shared >= minNear && share >= minNearShare:
		return share
	}
	return 0
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func commonSuffix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// reverse returns the bytes of s backwards: an order by word ends, no text.
func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// sortByEnd lays out the terms by language and then from their last byte.
func (b *builder) sortByEnd() {
	n := b.s.term.len()
	keys := make([]string, n)
	b.s.byEnd = make([]uint32, n)
	for i := range n {
		base, term, _ := strings.Cut(b.s.term.at(uint32(i)), "\x00")
		keys[i] = base + "\x00" + reverse(term)
		b.s.byEnd[i] = uint32(i)
	}
	slices.SortFunc(b.s.byEnd, func(x, y uint32) int { return strings.Compare(keys[x], keys[y]) })
}
