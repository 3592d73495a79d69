package batch

import (
	"cmp"
	"slices"

	"concord/alignment"
	"concord/taxonomy"
)

// A Summary says what many documents gave.
type Summary struct {
	Documents int          `json:"documents"`          // that were read
	Aligned   int          `json:"aligned"`            // with at least one proposal
	Skills    []SkillCount `json:"skills"`             // in the most documents first
	Nothing   []Nothing    `json:"nothing"`            // documents without a proposal, in order; the first maxListed
	Unread    []Unread     `json:"unread"`             // files and lines, in order; the first maxListed
	Unlisted  int          `json:"unlisted,omitempty"` // of Nothing and Unread, that are counted and not listed
	Gaps      *Gaps        `json:"gaps"`
}

// A SkillCount is a concept and in how many documents it is proposed.
type SkillCount struct {
	URI       taxonomy.URI  `json:"uri"`
	Label     string        `json:"label"` // in the language of the first of the documents
	Kind      taxonomy.Kind `json:"kind"`
	Scheme    string        `json:"scheme"`
	Release   string        `json:"release"`
	Documents int           `json:"documents"`
	Best      float64       `json:"best"` // the highest of its probabilities
}

// A Nothing is a document for which no concept is proposed.
type Nothing struct {
	File   string           `json:"file"`
	Name   string           `json:"name,omitempty"`
	Digest string           `json:"digest"`
	Reason alignment.Reason `json:"reason"` // of most of its sentences; NoText where there are none
	Why    string           `json:"why"`    // in words
	Stated int              `json:"stated"` // alignments it states itself
}

// NoText is the reason of a document that holds no sentence.
const NoText alignment.Reason = "nothing-to-read"

// An Unread is a file, or a line of it, that could not be read.
type Unread struct {
	File  string `json:"file"`
	Error string `json:"error"`
}

// maxListed bounds the lists of documents in a Summary.
const maxListed = 10_000

// A Tally counts results; what it holds grows with the concepts and words
// that occur, not with the number of documents.
type Tally struct {
	lang    taxonomy.Lang // of Options
	sum     Summary
	nothing int
	unread  int
	skills  map[skillKey]*SkillCount
	gaps    gapTally
}

type skillKey struct {
	scheme, release string
	uri             taxonomy.URI
}

// NewTally returns an empty tally of documents aligned with opt.
func NewTally(opt alignment.Options) *Tally {
	return &Tally{lang: opt.Lang, skills: map[skillKey]*SkillCount{}, gaps: newGapTally()}
}

// Add counts a result.
func (t *Tally) Add(r Result) {
	if r.Err != nil {
		t.unread++
		if len(t.sum.Unread) < maxListed {
			t.sum.Unread = append(t.sum.Unread, Unread{r.File, r.Err.Error()})
		}
		return
	}
	t.sum.Documents++
	for _, al := range r.Answer.Alignments {
		key := skillKey{al.Scheme, al.Release, al.URI}
		s := t.skills[key]
		if s == nil {
			s = &SkillCount{URI: al.URI, Label: al.Label, Kind: al.Kind, Scheme: al.Scheme, Release: al.Release}
			t.skills[key] = s
		}
		s.Documents++
		s.Best = max(s.Best, al.Probability)
	}
	if len(r.Answer.Alignments) > 0 {
		t.sum.Aligned++
	} else {
		t.nothing++
		if len(t.sum.Nothing) < maxListed {
			t.sum.Nothing = append(t.sum.Nothing, nothingOf(r))
		}
	}
	t.gaps.add(r, alignment.Language(r.Answer.Document, t.lang))
}

// Summary returns the counts so far.
func (t *Tally) Summary() *Summary {
	s := t.sum
	s.Unlisted = t.nothing - len(s.Nothing) + t.unread - len(s.Unread)
	s.Nothing, s.Unread = append([]Nothing{}, s.Nothing...), append([]Unread{}, s.Unread...)
	s.Skills = []SkillCount{}
	for _, c := range t.skills {
		s.Skills = append(s.Skills, *c)
	}
	slices.SortFunc(s.Skills, func(x, y SkillCount) int {
		return cmp.Or(cmp.Compare(y.Documents, x.Documents), cmp.Compare(y.Best, x.Best), cmp.Compare(x.Scheme, y.Scheme), cmp.Compare(x.Release, y.Release), cmp.Compare(x.URI, y.URI))
	})
	s.Gaps = t.gaps.report()
	return &s
}

// nothingOf says why a document gave nothing: by the reason of most of its
// sentences, the first to occur where two are even.
func nothingOf(r Result) Nothing {
	d := r.Answer.Document
	out := Nothing{File: r.File, Name: d.Name, Digest: d.Digest, Reason: NoText, Stated: len(d.Stated)}
	count := map[alignment.Reason]int{}
	for _, ab := range r.Answer.Abstained {
		count[ab.Reason]++
	}
	for _, ab := range r.Answer.Abstained {
		if count[ab.Reason] > count[out.Reason] {
			out.Reason = ab.Reason
		}
	}
	out.Why = reasonWords(out.Reason)
	return out
}

// reasonWords says a reason in words.
func reasonWords(r alignment.Reason) string {
	switch r {
	case alignment.ReasonNoConcept:
		return "no concept is likely enough"
	case alignment.ReasonNoSkill:
		return "it is unlikely to state any skill"
	case alignment.ReasonNegated:
		return "the text says what is not learned"
	case alignment.ReasonPrerequisite:
		return "the text says what must be known before"
	case alignment.ReasonBoilerplate:
		return "the text is about dates, prices, contact or the like"
	case alignment.ReasonLanguage:
		return "no release that is loaded has labels in its language"
	case alignment.ReasonAmbiguous:
		return "several concepts are about as likely"
	case alignment.ReasonSingleWord:
		return "only one word brings a concept near"
	case alignment.ReasonTooGeneral:
		return "the nearest concept is too general"
	case NoText:
		return "it holds no text to align"
	}
	return string(r)
}
