package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/kljensen/snowball/french"
	"github.com/kljensen/snowball/hungarian"
	"github.com/kljensen/snowball/norwegian"
	"github.com/kljensen/snowball/russian"
	"github.com/kljensen/snowball/spanish"
	"github.com/kljensen/snowball/swedish"

	"concord/taxonomy"
)

// A language is what analysis knows of one language.
type language struct {
	tag       string
	salt      uint64              // sets its words apart in the memo
	stem      func(string) string // of a normalised word; nil: terms are plain folded words
	compounds bool                // writes compounds closed: Datenanalyse
	elides    bool                // parts elided articles by apostrophe
	elisions  string              // those articles, normalised, each between blanks
	stop      map[string]bool     // normalised
}

// Stemmed reports whether words of lang are reduced to stems. Of the languages
// of ESCO only Maltese is not: its plurals change the inside of the word.
// Search matches unstemmed languages by prefix and character trigram as well.
func Stemmed(lang taxonomy.Lang) bool { return languageOf(lang).stem != nil }

// languageOf returns what is known of lang's primary subtag, or the language
// with the empty tag.
func languageOf(lang taxonomy.Lang) *language {
	tag := string(lang)
	if len(tag) > 2 {
		tag = string(lang.Base())
	}
	if l, ok := languages[tag]; ok {
		return l
	}
	return languages[""]
}

// languages is every language with a treatment of its own, by primary subtag.
// Stemmers are those of Snowball (kljensen's where it has the language,
// blevesearch's otherwise), Lucene's for Arabic, and the
// ending tables of analyze_endings.go where no library has one.
var languages = func() map[string]*language {
	list := []language{
		{tag: ""},
		{tag: "ar", stem: stemArabic},
		{tag: "bg", stem: endings["bg"].strip},
		{tag: "cs", stem: endings["cs"].strip},
		{tag: "da", stem: snowball(danish.Stem), compounds: true},
		{tag: "de", stem: snowball(german.Stem), compounds: true},
		{tag: "el", stem: endings["el"].strip},
		{tag: "en", stem: stemEnglish},
		{tag: "es", stem: func(s string) string { return spanish.Stem(s, true) }},
		{tag: "et", stem: endings["et"].strip, compounds: true},
		{tag: "fi", stem: snowball(finnish.Stem), compounds: true},
		{tag: "fr", stem: func(s string) string { return french.Stem(s, true) },
			elisions: " l d j m t n s c qu jusqu lorsqu puisqu quoiqu "},
		{tag: "ga", stem: snowball(irish.Stem), elisions: " d b m "},
		{tag: "hr", stem: endings["hr"].strip},
		{tag: "hu", stem: func(s string) string { return hungarian.Stem(s, true) }, compounds: true},
		{tag: "is", stem: endings["is"].strip, compounds: true},
		{tag: "it", stem: snowball(italian.Stem),
			elisions: " l un d c s m t v n dell all dall nell sull coll pell gl quell quest agl dagl degl negl sugl "},
		{tag: "lt", stem: endings["lt"].strip},
		{tag: "lv", stem: endings["lv"].strip},
		{tag: "mt", elisions: " t b f l m x s "},
		{tag: "nl", stem: snowball(dutch.Stem), compounds: true},
		{tag: "no", stem: func(s string) string { return norwegian.Stem(s, true) }, compounds: true},
		{tag: "pl", stem: endings["pl"].strip},
		{tag: "pt", stem: snowball(portuguese.Stem)},
		{tag: "ro", stem: snowball(romanian.Stem)},
		{tag: "ru", stem: func(s string) string { return russian.Stem(s, true) }},
		{tag: "sk", stem: endings["sk"].strip},
		{tag: "sl", stem: endings["sl"].strip},
		{tag: "sv", stem: func(s string) string { return swedish.Stem(s, true) }, compounds: true},
		{tag: "uk", stem: endings["uk"].strip},
	}
	byTag := make(map[string]*language, len(list)+2)
	for i := range list {
		l := &list[i]
		l.salt = uint64(i) * 0x9E3779B97F4A7C15
		l.elides = l.elisions != ""
		l.stop = stopWords(l.tag)
		byTag[l.tag] = l
	}
	byTag["nb"], byTag["nn"] = byTag["no"], byTag["no"]
	return byTag
}()

// elided reports whether s, as written before an apostrophe, is an article
// that loses its vowel.
func (l *language) elided(s string) bool {
	if len(s) > len("puisqu") {
		return false
	}
	return strings.Contains(l.elisions, " "+normalise(s)+" ")
}

// longestWord bounds terms: what is longer is no word, and gets no stem.
const longestWord = 64

// analyse makes the word of surface.
func (l *language) analyse(surface string) *word {
	w := &word{lang: l, surface: surface}
	s := normalise(surface)
	if l.tag == "en" || l.tag == "" {
		s = possessiveless(s, surface)
	}
	if utf8.RuneCountInString(s) > longestWord {
		w.term = fold(string([]rune(s)[:longestWord]))
		return w
	}
	if term, ok := l.sign(s); ok {
		w.term = term
		w.stop = l.tag == "en" && (term == "eg" || term == "ie")
		return w
	}
	w.stop = l.stop[s]
	if l.tag == "en" && (surface == "IT" || surface == "US") {
		w.stop = false // information technology, the country
	}
	if l.tag == "en" {
		// Before stemming, so that health care and healthcare are one thing.
		for _, care := range []string{"health", "child", "home"} {
			if s == care+"care" && len(s) == len(surface) {
				w.cut = len(care)
				w.term, w.second = l.term(care), l.term("care")
				return w
			}
		}
	}
	w.term = l.term(s)
	return w
}

func (l *language) term(s string) string {
	if l.stem != nil && unicodeLetters(s) {
		if stem := l.stem(s); stem != "" {
			s = stem
		}
	}
	return fold(s)
}

// unicodeLetters reports whether s is a word in the sense of stemmers: codes
// like html5 and h2o are left alone.
func unicodeLetters(s string) bool {
	for _, r := range s {
		if r >= '0' && r <= '9' || !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return true
}

// sign returns the term of words that hold signs or stand for such words:
// initials without their dots, and names of technologies.
func (l *language) sign(s string) (string, bool) {
	switch {
	case s == "dotnet":
		return ".net", true
	case l.tag != "lv" && len(s) > 4 && strings.HasSuffix(s, "js") && classes[s[len(s)-3]] == letter:
		return s[:len(s)-2] + ".js", true // nodejs is node.js; -js is an ending in Latvian
	case strings.ContainsAny(s, "+#&"):
		return fold(s), true
	}
	dot := strings.IndexByte(s, '.')
	if dot == 1 && len(s) >= 3 && (s[0] < '0' || s[0] > '9') && (len(s) == 3 || s[3] == '.') {
		return strings.ReplaceAll(s, ".", ""), true
	}
	return s, dot >= 0
}

func snowball(stem func(*snowballstem.Env) bool) func(string) string {
	return func(s string) string {
		env := snowballstem.NewEnv(s)
		stem(env)
		return env.Current()
	}
}

func stemArabic(s string) string {
	tokens := analysis.TokenStream{{Term: []byte(s)}}
	tokens = ar.NewArabicNormalizeFilter().Filter(tokens)
	return string(ar.NewArabicStemmerFilter().Filter(tokens)[0].Term)
}
