package index

import (
	"fmt"
	"math"
)

// frequencies tells in how many concepts of a release the words of a query
// stand in labels.
type frequencies struct {
	concepts int
	of       map[string]int // by term and by folded word
}

// frequencies looks up the words of p in the shard.
func (s *openShard) frequencies(p *parsed) (frequencies, error) {
	f := frequencies{of: make(map[string]int)}
	n, err := s.all.DocCount()
	if err != nil {
		return f, err
	}
	f.concepts = int(n)
	look := func(field, term string) error {
		n, err := s.frequency(field, term)
		f.of[term] = max(f.of[term], n)
		return err
	}
	for _, w := range p.words {
		for _, lang := range p.langs {
			n, err := s.frequency(fieldWord, inLang(lang, w.folded))
			if err != nil {
				return f, err
			}
			f.of[w.folded] = max(f.of[w.folded], n)
		}
		for _, t := range w.terms {
			if err := look(fieldPref, t); err != nil {
				return f, err
			}
			if err := look(fieldAlt, t); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

// frequency returns how many documents have the term in the field.
func (s *openShard) frequency(field, term string) (int, error) {
	n := 0
	for _, part := range s.parts {
		dict, err := part.FieldDictRange(field, []byte(term), []byte(term))
		if err != nil {
			return 0, fmt.Errorf("looking up %q: %w", term, err)
		}
		entry, err := dict.Next()
		if closeErr := dict.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return 0, fmt.Errorf("looking up %q: %w", term, err)
		}
		if entry != nil && entry.Term == term {
			n += int(entry.Count)
		}
	}
	return n, nil
}

// weigh gives the words of every reading their weight: one, and the logarithm
// of how rare they are in the release.
func (p *parsed) weigh() {
	for _, r := range p.byLang {
		for i := range r.words {
			w := &r.words[i]
			n := max(p.counts.of[w.term], p.counts.of[w.folded])
			w.known = n > 0
			w.weight = 1 + math.Log(1+float64(p.counts.concepts)/float64(1+n))
		}
	}
}
