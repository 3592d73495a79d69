package index

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// A word is what analysis makes of one word as written.
type word struct {
	lang    *language
	surface string // as written
	term    string
	stop    bool
	cut     int    // closed compounds: length of the first part in bytes, 0 for simple words
	second  string // closed compounds: term of the second part
}

// memoSize bounds the memo: at about 100 bytes a word, 13 MB when full.
const memoSize = 1 << 17

// A wordMemo remembers words that were analysed before. A slot holds one word
// and a newcomer takes its place, so it is bounded; a slot is replaced whole,
// so it needs no lock.
type wordMemo struct {
	seed  maphash.Seed
	slots [memoSize]atomic.Pointer[word]
}

// memo spares analysing frequent words again. It is the memo of a pure
// function: no result depends on what is in it.
var memo = &wordMemo{seed: maphash.MakeSeed()}

// longestMemoised keeps base64 and the like from filling the memo.
const longestMemoised = 40

func (m *wordMemo) word(l *language, surface string) *word {
	if len(surface) > longestMemoised {
		return l.analyse(surface)
	}
	slot := &m.slots[(maphash.String(m.seed, surface)+l.salt)%memoSize]
	if w := slot.Load(); w != nil && w.lang == l && w.surface == surface {
		return w
	}
	// The text must not be kept alive by its words.
	w := l.analyse(strings.Clone(surface))
	slot.Store(w)
	return w
}
