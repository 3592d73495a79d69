package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalise returns surface in NFKC and lower case without apostrophes,
// hyphens and invisible characters: the form that stop lists and stemmers know.
func normalise(surface string) string {
	plain := true
	for i := 0; i < len(surface); i++ {
		c := surface[i]
		if c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c == '\'' || c == '-' || c == ' ' || c == '*' {
			plain = false
			break
		}
	}
	if plain {
		return surface
	}
	s := norm.NFKC.String(strings.ToLower(norm.NFKC.String(surface)))
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ς':
			return 'σ'
		case r == '\'', r == '-', r == ' ', r == '*', r == '’', r == '‘', r == '′', r == 'ʼ', invisible(r):
			return -1
		case r == '\u0307':
			return -1 // what lower-casing leaves of a Turkish İ
		}
		return r
	}, s)
}

// fold takes diacritics off Latin and Greek letters. Other scripts keep them:
// й and и are different letters. Only ё, which is mostly written е, is folded.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch r {
		case 'ß':
			b.WriteString("ss")
		case 'æ':
			b.WriteString("ae")
		case 'œ':
			b.WriteString("oe")
		case 'ø':
			b.WriteByte('o')
		case 'đ', 'ð':
			b.WriteByte('d')
		case 'ł':
			b.WriteByte('l')
		case 'ħ':
			b.WriteByte('h')
		case 'þ':
			b.WriteString("th")
		case 'ı':
			b.WriteByte('i')
		case 'ё':
			b.WriteRune('е')
		case 'ς':
			b.WriteRune('σ')
		default:
			// Marks that no letter has taken up, such as stress marks, go too.
			if r < 0x300 || r > 0x36F {
				b.WriteRune(baseLetter(r))
			}
		}
	}
	return norm.NFC.String(b.String())
}

// baseLetter returns r without its diacritics if it is Latin or Greek.
func baseLetter(r rune) rune {
	if r < utf8.RuneSelf || !unicode.In(r, unicode.Latin, unicode.Greek) {
		return r
	}
	var buf [utf8.UTFMax]byte
	d := norm.NFD.Properties(buf[:utf8.EncodeRune(buf[:], r)]).Decomposition()
	if len(d) == 0 {
		return r
	}
	base, _ := utf8.DecodeRune(d)
	// A letter may carry two marks, and decomposes one at a time.
	return baseLetter(base)
}

// foldWord is the unstemmed form of a word as written, for prefixes and typos.
func foldWord(surface string) string { return fold(possessiveless(normalise(surface), surface)) }

// possessiveless drops the s that an English possessive left in s, the
// normalised form of surface.
func possessiveless(s, surface string) string {
	if n := len(surface); n > 2 && surface[n-1]|0x20 == 's' {
		for _, a := range []string{"'", "’", "‘", "′", "´"} {
			if strings.HasSuffix(surface[:n-1], a) {
				return strings.TrimSuffix(s, "s")
			}
		}
	}
	return s
}
