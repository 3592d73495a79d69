package alignment

import (
	"strings"
	"unicode"

	"concord/taxonomy"
)

// surePredicate is the probability from which a predicate is believed; below
// it the concept is said to be close, which claims least.
const surePredicate = 0.4

// A naming is the piece of a document that a proposal is compared with: what
// a title, tag or keyword says as a whole, elsewhere the words quoted.
type naming struct {
	text    string
	context string // what stands beside it
	alone   bool   // the text is all that its title, list item or sentence says
	at      position
}

// namingOf returns what candidate c of a segment is compared with.
func (a *aligner) namingOf(seg segment, c candidate) naming {
	whole := strings.TrimFunc(seg.matched, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#' })
	if names(seg.role) {
		return naming{whole, a.described(), true, c.at}
	}
	quote := seg.matched[c.from:c.to]
	return naming{quote, a.answer.Document.Name + ". " + seg.matched, quote == whole, c.at}
}

// maxContext bounds what is read beside a title, in bytes.
const maxContext = 1000

// described returns how the document begins to describe itself: what a
// crosswalk's description is to its title.
func (a *aligner) described() string {
	if a.description == nil {
		var b strings.Builder
		for _, t := range a.answer.Document.Texts {
			for _, block := range t.Blocks {
				if !names(block.Role) && b.Len() < maxContext {
					b.WriteString(t.Masked[block.Start:block.End] + ". ")
				}
			}
		}
		text := b.String()
		a.description = &text
	}
	return *a.description
}

// predicate tells how the concept of p stands to the document's words. Exact
// needs more than the regression: the label itself, preferred or alternative,
// must be all that the text says.
func (a *aligner) predicate(p *proposal) taxonomy.Match {
	r := a.e.Relator
	if r == nil {
		return ""
	}
	s, c := p.snap, p.best.concept
	lang := s.Stamp.Analysed[s.lang[p.best.label]]
	sub := s.subject(a.e.table, lang, p.naming.text, p.naming.context, s.kind[c])
	f, named, ok := s.stands(a.e.table, sub, c, p.naming.at)
	if !ok {
		return taxonomy.CloseMatch
	}
	class, likely := r.verdict(sub).tell(f)
	m := relatorClasses[class]
	if likely[class] < surePredicate || m == taxonomy.ExactMatch && !(named && p.naming.alone) {
		return taxonomy.CloseMatch
	}
	return m
}
