package releases

import (
	"fmt"
	"strings"
	"unicode"

	"concord/taxonomy"
)

// A Severity says how far the meaning behind a URI has gone elsewhere.
type Severity string

const (
	None   Severity = "none"   // other words for the same thing: spelling, case, order, punctuation
	Low    Severity = "low"    // a name or definition that says it better
	Medium Severity = "medium" // narrower, wider or shifted: a person should look
	High   Severity = "high"   // the name is of something else
)

// Severities is every Severity, the worst first.
var Severities = []Severity{High, Medium, Low, None}

func (s Severity) rank() int {
	for i, x := range Severities {
		if x == s {
			return len(Severities) - 1 - i
		}
	}
	return 0
}

// A Meaning is the judgement whether a concept still means what it did, with
// what it rests on.
type Meaning struct {
	Severity    Severity `json:"severity"`
	Reason      string   `json:"reason"`
	Names       float64  `json:"names"`              // likeness of the preferred labels, 0..1
	Definitions float64  `json:"definitions"`        // of the definitions; 1 where either has none
	Was         bool     `json:"was,omitempty"`      // the new name was an alternative label before
	Kept        bool     `json:"kept,omitempty"`     // the old name is an alternative label now
	Spelling    bool     `json:"spelling,omitempty"` // the names differ in spelling, case, order or punctuation alone
}

// Where names and definitions begin to mean something else, by their likeness.
// Read off the relabelled concepts of three releases of ESCO, and of O*NET,
// that were judged by hand: a name that shares half of its weight is mostly
// another skill, whatever the definition says, because a definition is often
// left as it was; a definition is often written anew under a name that stands.
const (
	otherName      = 0.60
	shiftedName    = 0.78
	keptName       = 0.05 // what it counts that the old name survives as an alternative label, as it nearly always does
	otherMeaning   = 0.45
	shiftedMeaning = 0.75
	sameMeaning    = 0.80 // from here the vectors alone may vouch for a name
	sureVector     = 0.80
	slipOfPen      = 0.8 // of the letters of two names that differ by a misspelling
)

// meaning judges one concept, a before and b after, in the language of w. It is
// nil where neither name, definition nor kind changed.
func (w *words) meaning(a, b *taxonomy.Concept) *Meaning {
	nameA, nameB := pref(a, w.lang), pref(b, w.lang)
	if nameA == "" || nameB == "" {
		nameA, nameB = "", ""
	}
	defA, defB := definition(a, w.lang), definition(b, w.lang)
	renamed, redefined := nameA != nameB, plain(defA) != plain(defB)
	if !renamed && !redefined && a.Kind == b.Kind {
		return nil
	}
	m := &Meaning{Names: 1, Definitions: 1}
	if redefined && defA != "" && defB != "" {
		m.Definitions = w.likeness(defA, defB)
	}
	name, why := 0, ""
	if renamed {
		name, why = w.renamed(m, a, b, nameA, nameB)
	}
	def, defWhy := 0, ""
	switch {
	case redefined && (defA == "" || defB == ""):
		defWhy = "only one release defines it"
	case !redefined && renamed && defA != "":
		defWhy = "the definition is the same"
	case redefined && m.Definitions < otherMeaning:
		def, defWhy = 2, "the definition was written anew"
	case redefined && m.Definitions < shiftedMeaning:
		def, defWhy = 1, "the definition changed"
	case redefined:
		defWhy = "the definition changed in wording"
	}
	level := max(name, def)
	if name >= 2 && def >= 2 {
		level = 3
	}
	reasons := []string{}
	for _, r := range []string{why, defWhy} {
		if r != "" {
			reasons = append(reasons, r)
		}
	}
	if a.Kind != b.Kind {
		level = max(level, 1)
		reasons = append(reasons, fmt.Sprintf("it was %s and is %s", a.Kind, b.Kind))
	}
	m.Names, m.Definitions = round(m.Names), round(m.Definitions)
	m.Severity, m.Reason = Severities[len(Severities)-1-level], strings.Join(reasons, "; ")
	return m
}

// renamed judges another name: 0 to 3, and why.
func (w *words) renamed(m *Meaning, a, b *taxonomy.Concept, nameA, nameB string) (int, string) {
	m.Was, m.Kept = alternative(a, w.lang, nameB), alternative(b, w.lang, nameA)
	termsA, termsB := w.terms(nameA), w.terms(nameB)
	o := w.overlap(termsA, termsB)
	m.Names = w.nameLikeness(o, nameA, nameB)
	if o.dice() > 0.999 && !otherDigits(nameA, nameB) || misspelt(nameA, nameB) {
		m.Spelling, m.Names = true, 1
		return 0, "the name differs in spelling alone"
	}
	likely := m.Names
	if c := cosine(w.vector(nameA), w.vector(nameB)); c >= sureVector && m.Definitions >= sameMeaning {
		likely = max(likely, c)
	}
	if m.Kept {
		likely += keptName
	}
	contained := o.within() > 0.999 && len(termsA) != len(termsB)
	level, why := 1, "the names are alike"
	switch {
	case m.Was:
		return 1, "the new name was an alternative label before"
	case likely < otherName && contained, likely < shiftedName && contained:
		level, why = 2, "the new name is narrower"
		if wider(o, nameA, nameB) {
			why = "the new name is wider"
		}
	case likely < otherName:
		level, why = 3, "the new name is of something else"
	case likely < shiftedName:
		level, why = 2, "the names have only a part in common"
	}
	why = fmt.Sprintf("%s (likeness %.2f)", why, m.Names)
	if m.Kept && level > 1 {
		why += ", though the old one stays as an alternative label"
	}
	return level, why
}

// wider reports whether name b says less than a, of two of which one has all
// terms of the other: a word more narrows ("glaze large pots"), unless it is one
// more thing of a list ("pots, plates and bowls").
func wider(o overlap, a, b string) bool {
	longer, shorter, longerB := b, a, true
	if o.b < o.a {
		longer, shorter, longerB = a, b, false
	}
	list := listed(longer) > listed(shorter)
	return list == longerB
}

// listed counts what parts the things of a list.
func listed(name string) int {
	n := strings.Count(name, ",")
	for _, w := range strings.Fields(fold(name)) {
		if w == "and" || w == "or" {
			n++
		}
	}
	return n
}

// nameLikeness is the mean of the terms in common and of the nearness of the
// vectors; of the terms alone where the table does not know both names.
func (w *words) nameLikeness(o overlap, a, b string) float64 {
	va, vb := w.vector(a), w.vector(b)
	if va == nil || vb == nil {
		return o.dice()
	}
	return max(0, (o.dice()+cosine(va, vb))/2)
}

// likeness is nameLikeness for two texts.
func (w *words) likeness(a, b string) float64 {
	return w.nameLikeness(w.overlap(w.terms(a), w.terms(b)), a, b)
}

// alternative reports whether name is an alternative or hidden label of c.
func alternative(c *taxonomy.Concept, lang taxonomy.Lang, name string) bool {
	name = fold(name)
	for _, l := range c.Labels {
		if l.Kind != taxonomy.PrefLabel && l.Lang.Base() == lang && fold(l.Text) == name {
			return true
		}
	}
	return false
}

// plain is the words of a text without case and punctuation.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '+' && r != '#'
	}), " ")
}

// misspelt reports whether two names are the same but for a slip of the pen in
// one of their words.
func misspelt(a, b string) bool {
	x, y := strings.Fields(plain(a)), strings.Fields(plain(b))
	if len(x) != len(y) || otherDigits(a, b) {
		return false
	}
	slips := 0
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		slips++
		if !slipInWord(x[i], y[i]) {
			return false
		}
	}
	return slips == 1 && 1-float64(edits(fold(a), fold(b)))/float64(max(len(a), len(b))) >= slipOfPen
}

// slipInWord reports whether two words that begin and end alike are one edit
// apart, or two if they are long.
func slipInWord(a, b string) bool {
	short, long := min(len(a), len(b)), max(len(a), len(b))
	if short < 4 || a[:2] != b[:2] || a[len(a)-2:] != b[len(b)-2:] {
		return false
	}
	d := edits(a, b)
	return d == 1 || d == 2 && long >= 9 && a[:3] == b[:3]
}

// otherDigits reports whether two names differ in their digits: versions and
// numbers are no matter of spelling.
func otherDigits(a, b string) bool {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)
	}
	return digits(a) != digits(b)
}
