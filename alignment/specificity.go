package alignment

import (
	"slices"
	"strings"
	"unicode/utf8"

	"concord/index"
	"concord/taxonomy"
)

// A Specificity says which of two labels names less.
type Specificity struct {
	Narrower Side // None: the labels do not tell
	Weak     bool // the narrower one lists several things, which may as well make it the broader one
}

// A Side is one of two things that are compared.
type Side int

const (
	None Side = iota
	Left
	Right
)

// CompareLabels tells which of two labels in one language is narrower: the one
// that has all words of the other and more of them ("bus driver", "school bus
// driver"), or a compound that ends in a word of the other ("gärtner",
// "rosengärtner"). Words are compared by stem. Forms of a word count once, so
// that "technik/technička" and "Verkäufer/in" are one word, and what stands in
// brackets does not count: it is a synonym as often as a restriction.
//
// A label that lists things may add them rather than restrict one. What it
// tells is weak where the other label is what stands before its list ("stall
// keeper, herbs and spices"; but also "chemists and physicists"), and
// nothing where it is another of those things ("physicist"). A label that
// stands for the rest ("other gardeners", "gärtner u.a.") tells nothing.
func CompareLabels(lang taxonomy.Lang, left, right string) Specificity {
	l, r := nameOf(lang, left), nameOf(lang, right)
	if l.open || r.open {
		return Specificity{}
	}
	leftNarrower, rightNarrower := l.restricts(r), r.restricts(l)
	switch {
	case leftNarrower == rightNarrower:
		return Specificity{}
	case leftNarrower:
		return Specificity{Left, l.parts > 1}
	}
	return Specificity{Right, r.parts > 1}
}

// A name is what counts of a label.
type name struct {
	slots []slot
	parts int  // of a list; 1 where it is none
	open  bool // it stands for the rest
}

// A slot is a word of a name in all its forms (technik, technička), and the
// part of a list that it is in.
type slot struct {
	forms []string
	part  int
}

const (
	longestEnding = 4    // in Verkäufer/innen, runes
	shortestHead  = 4    // of a compound, runes
	shortestFirst = 3    // part of a compound, runes
	formPrefix    = 4    // bytes that forms of one word begin with at least
	formShare     = 0.65 // of the longer form
)

func nameOf(lang taxonomy.Lang, label string) name {
	n := name{parts: 1}
	bare := withoutBrackets(label)
	lister := listers[lang.Base()]
	spaced := " " + strings.ToLower(strings.Join(strings.Fields(bare), " ")) + " "
	n.open = slices.ContainsFunc(lister.rest, func(s string) bool { return strings.Contains(spaced, s) })
	end, slash, cut := 0, false, false // of the last word; what stood since the last one that counts
	for _, t := range index.Analyze(lang, bare) {
		gap, word := bare[end:t.Start], strings.ToLower(bare[t.Start:t.End])
		joins := slices.Contains(lister.and, word)
		cut = cut || joins || strings.ContainsAny(gap, ",;&+")
		slash = slash || strings.Contains(gap, "/")
		ending := len(n.slots) > 0 && utf8.RuneCountInString(word) <= longestEnding &&
			slices.Contains([]string{"/", "/-", "-/", ":", "*", "_", "·"}, gap)
		end = t.End
		if t.Stop || joins || ending { // Verkäufer/in
			slash = false
			continue
		}
		if cut && len(n.slots) > 0 {
			n.parts++
		}
		switch s := (slot{[]string{t.Term}, n.parts - 1}); {
		case slices.ContainsFunc(n.slots, s.is):
		case slash && len(n.slots) > 0: // Kaufmann/Kauffrau
			last := &n.slots[len(n.slots)-1]
			last.forms = append(last.forms, t.Term)
		default:
			n.slots = append(n.slots, s)
		}
		slash, cut = false, false
	}
	return n
}

// withoutBrackets blanks what stands in brackets, unless nothing else is there.
func withoutBrackets(s string) string {
	if !strings.ContainsAny(s, "([") {
		return s
	}
	depth := 0
	bare := strings.Map(func(r rune) rune {
		switch r {
		case '(', '[':
			depth++
			return -1
		case ')', ']':
			depth = max(0, depth-1)
			return -1
		}
		if depth > 0 {
			return -1
		}
		return r
	}, s)
	if strings.TrimSpace(bare) == "" {
		return s
	}
	return bare
}

// is reports whether two slots are the same word.
func (s slot) is(other slot) bool { return s.any(other, sameWord) }

// endsIn reports whether s is a compound of other: rosengärtner, gärtner.
func (s slot) endsIn(other slot) bool { return s.any(other, compoundOf) }

func (s slot) any(other slot, are func(a, b string) bool) bool {
	for _, a := range s.forms {
		for _, b := range other.forms {
			if are(a, b) {
				return true
			}
		}
	}
	return false
}

// sameWord tells two forms of one word by what they begin with.
func sameWord(a, b string) bool {
	if a == b {
		return true
	}
	p := commonPrefix(a, b)
	return p >= formPrefix && float64(p) >= formShare*float64(max(len(a), len(b)))
}

func compoundOf(a, b string) bool {
	n := utf8.RuneCountInString(b)
	return n >= shortestHead && strings.HasSuffix(a, b) && utf8.RuneCountInString(a) >= n+shortestFirst
}

// restricts reports whether n has every word of other, each by another of its
// own, and says more; and if n is a list, whether other is not one of the
// things in it.
func (n name) restricts(other name) bool {
	if len(other.slots) == 0 || len(n.slots) < len(other.slots) {
		return false
	}
	used := make([]bool, len(n.slots))
	in := map[int]bool{} // parts of n
	take := func(is func(s slot) bool) bool {
		for i, s := range n.slots {
			if !used[i] && is(s) {
				used[i], in[s.part] = true, true
				return true
			}
		}
		return false
	}
	compound := false
	for _, o := range other.slots {
		if take(o.is) {
			continue
		}
		if !take(func(s slot) bool { return s.endsIn(o) }) {
			return false
		}
		compound = true
	}
	head := len(in) == 1 && in[0]
	return (compound || len(n.slots) > len(other.slots)) && (n.parts == 1 || head || len(in) == n.parts)
}

// A lister is how a language lists things: words that join them, and words or
// signs that stand for the rest of them, in lower case.
type lister struct {
	and  []string
	rest []string
}

var listers = func() map[taxonomy.Lang]lister {
	m := map[taxonomy.Lang]lister{}
	for _, l := range []struct {
		lang      taxonomy.Lang
		and, rest string
	}{
		{"bg", "и или", " други | друг | другаде | некласифицирани "},
		{"cs", "a i nebo či", " ostatní | jiní | jiný | jinde | apod"},
		{"da", "og eller samt", " andre | andet | øvrige | øvrigt | m.fl| m.v| m.m| mv"},
		{"de", "und oder sowie bzw", " sonstige | andere | anderweitig | übrige | usw| u.a| etc"},
		{"el", "και ή", " άλλοι | λοιποί | άλλος "},
		{"en", "and or", " other | others | all other | elsewhere | n.e.c| etc"},
		{"es", "y e o u", " otros | otras | otro | otra | no clasificad| etc"},
		{"et", "ja või ning", " muud | mujal | teised | jms| jm "},
		{"fi", "ja tai sekä", " muut | muu | muualla | ym| jne"},
		{"fr", "et ou", " autres | autre | non classé| etc"},
		{"ga", "agus nó", " eile "},
		{"hr", "i ili te", " ostali | drugi | drugdje "},
		{"hu", "és vagy", " egyéb | más | máshová | stb"},
		{"is", "og eða", " aðrir | annað | önnur "},
		{"it", "e ed o od", " altri | altre | altro | altra | non classificat| ecc"},
		{"lt", "ir ar arba bei", " kiti | kitų | kitur | kita | ir kt| ir pan"},
		{"lv", "un vai", " citi | citu | cits | citur | u.c| u.tml"},
		{"mt", "u jew", " oħra | oħrajn "},
		{"nl", "en of", " overige | andere | elders | e.d| enz| n.e.g"},
		{"no", "og eller samt", " andre | annet | øvrige | øvrig | mv| m.m| mfl"},
		{"pl", "i oraz lub albo a", " pozostali | pozostałe | inni | inne | gdzie indziej | itp| itd"},
		{"pt", "e ou", " outros | outras | outro | outra | n.e| não classificad| etc"},
		{"ro", "și sau şi", " alți | alţi | alte | altele | neclasific| etc"},
		{"ru", "и или", " другие | прочие | прочий "},
		{"sk", "a i alebo či", " ostatní | iní | iný | inde | ostatné | a pod"},
		{"sl", "in ali ter", " drugi | drugje | druge | ipd"},
		{"sv", "och eller samt", " övriga | övrig | andra | annan | m.fl| m.m| etc"},
		{"uk", "і й та або", " інші | інший | ін."},
	} {
		m[l.lang] = lister{strings.Fields(l.and), strings.Split(l.rest, "|")}
	}
	return m
}()
