package alignment

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A segment is a sentence, list item or heading of a text: what is aligned at
// one time.
type segment struct {
	text       *Text
	start, end int // bytes in text.Content
	role       Role
	matched    string // text.Masked[start:end] with frames blanked: same length
	reason     Reason // why it is not matched at all, or ""
}

func (s segment) quote() string { return s.text.Content[s.start:s.end] }

// segments splits the blocks of a document into sentences, in document order.
func segments(d *Document) []segment {
	var out []segment
	for i := range d.Texts {
		t := &d.Texts[i]
		for _, b := range t.Blocks {
			for _, span := range sentences(t.Masked[b.Start:b.End]) {
				s := segment{text: t, start: b.Start + span[0], end: b.Start + span[1], role: b.Role}
				s.matched = t.Masked[s.start:s.end]
				switch {
				case b.Role == RolePrerequisite:
					s.reason = ReasonPrerequisite
				case b.Role == RoleBoilerplate:
					s.reason = ReasonBoilerplate
				case negated.MatchString(s.matched):
					s.reason = ReasonNegated
				case presupposed.MatchString(s.matched):
					s.reason = ReasonPrerequisite
				default:
					s.matched = blank(titleFrames, blank(frames, s.matched))
				}
				out = append(out, s)
			}
		}
	}
	return out
}

// sentences returns the bounds of the sentences of s, trimmed, none blank.
// Lines end sentences; so do . ! ? … and ; before white space, unless the word
// before is an abbreviation or an initial.
func sentences(s string) [][2]int {
	var out [][2]int
	from := 0
	cut := func(end int) {
		chunk := s[from:end]
		left := len(chunk) - len(strings.TrimLeftFunc(chunk, notWord))
		right := len(strings.TrimRightFunc(chunk, unicode.IsSpace))
		if left < right {
			out = append(out, [2]int{from + left, from + right})
		}
		from = end
	}
	for i, r := range s {
		switch r {
		case '\n', '\r', '\u2028', '\u2029':
			cut(i)
		case '.', '!', '?', '…', ';':
			next := i + utf8.RuneLen(r)
			if after, _ := utf8.DecodeRuneInString(s[next:]); next < len(s) && !unicode.IsSpace(after) {
				continue
			}
			if r == '.' && abbreviated(s[from:i]) {
				continue
			}
			cut(next)
		}
	}
	cut(len(s))
	return out
}

// notWord reports what may stand before a sentence and is no part of it:
// blanks, bullets, quotes and brackets that open nothing there.
func notWord(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("•‣◦▪–—*·-", r)
}

var abbreviations = map[string]bool{"e.g": true, "i.e": true, "eg": true, "ie": true, "etc": true, "incl": true, "vs": true, "no": true, "approx": true, "dr": true, "mr": true, "ms": true, "mrs": true, "st": true,
	"z.b": true, "bzw": true, "ca": true, "p.ex": true, "ex": true, "cf": true}

// abbreviated reports whether the last word of s is an abbreviation or an initial.
func abbreviated(s string) bool {
	word := s[strings.LastIndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '(' })+1:]
	return utf8.RuneCountInString(word) == 1 && unicode.IsUpper([]rune(word)[0]) || abbreviations[strings.ToLower(word)]
}

// frames are phrases that badges, courses and job ads put around what they
// say: they name no skill but share words with labels ("award badges", "lead
// participants"). They are blanked before matching; evidence still quotes them.
var frames = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\b(?:the )?(?:earners?|holders?|recipients?|bearers?|owners?) of this (?:badge|credential|micro-?credential|certificate|award)s?\b(?: (?:has|have|can|will|is|are|must)\b)?(?: (?:be )?able to\b| (?:demonstrated|shown|proven)(?: (?:the|their|an?) (?:ability|capacity|skills?) to\b| that they can\b)?)?`,
	`\bthis (?:badge|credential|micro-?credential|certificate|course|module|programme|program|unit|workshop|training)(?: (?:is )?(?:awarded|issued|given|designed|intended) (?:to|for)\b| (?:recognises|recognizes|certifies|confirms|attests|introduces|covers|teaches|provides|equips)\b)?`,
	`\b(?:by the end of|on (?:successful )?completion of|after completing|upon completion of) (?:this|the) (?:course|module|programme|program|unit|workshop|training)\b`,
	`\b(?:you|students?|learners?|participants?|graduates?|candidates?|trainees?|earners?) (?:will|should|can|must|are|is)(?: be)?(?: able to| expected to| required to| learn(?: how)? to| gain| understand how to)?\b`,
	`\b(?:the|our) (?:successful|ideal) (?:candidate|applicant)\b(?: (?:will|should|must|has|have|can)\b)?(?: (?:have|possess|be able to|demonstrate)\b)?`, `\bwe are looking for\b`, `\byou(?:'|’)ll learn(?: how)? to\b`, `\blearn how to\b`,
}, `|`))

// negated tells sentences that say a skill is not needed or not taught. A bag
// of words cannot see it, so this is a rule.
var negated = regexp.MustCompile(`(?i)\b(?:no (?:[\p{L}-]+ ){0,3}?(?:experience|knowledge|background|skills?|qualifications?)\b.{0,60}\b(?:needed|required|necessary|assumed|expected)|(?:is|are|does|do|will) not (?:needed|required|covered?|taught|teach|included?|necessary)|not including|without (?:any )?(?:prior |previous )(?:experience|knowledge)|keine? (?:vorkenntnisse|erfahrung)|aucune? (?:expérience|connaissance)|sin (?:experiencia|conocimientos) previ)`)

// presupposed tells sentences about what must be known or held before: no
// evidence for what is learned.
var presupposed = regexp.MustCompile(`(?i)^\W*(?:(?:entry requirements?|prerequisites?|pre-requisites?|admission requirements?|requirements for admission)\b|` +
	`(?:applicants?|candidates?|students?|learners?|participants?|you) (?:should|must|need to|are expected to|will need to) (?:already|have (?:already )?(?:completed|passed|taken))\b|` +
	`(?:this (?:course|module|unit|programme|program) )?(?:assumes|presupposes|builds on) (?:(?:a |some |basic |prior |working |good )*(?:knowledge|familiarity|understanding|experience))\b|` +
	`(?:prior|previous) (?:knowledge|experience|study|completion) (?:of|in|with)\b|` +
	`(?:(?:zugangs)?voraussetzung(?:en)?|prérequis|pré-requis|requisitos(?: previos| de acceso)?)\b\s*[:–-])`)

// titleFrames are the words of German certificates that say who vouches for a
// title, or that a field follows.
var titleFrames = regexp.MustCompile(`(?i)\b(?:staatlich )?(?:geprüfte[rn]?|anerkannte[rn]?|zertifizierte[rn]?)\b|\b(?:fachrichtung|schwerpunkt|wahlqualifikation)\b`)

// blank replaces what frame matches by blanks, byte for byte. A text that is a
// frame and nothing else stays.
func blank(frame *regexp.Regexp, s string) string {
	spans := frame.FindAllStringIndex(s, -1)
	if spans == nil {
		return s
	}
	b := []byte(s)
	for _, span := range spans {
		for i := span[0]; i < span[1]; i++ {
			b[i] = ' '
		}
	}
	if !bytes.ContainsFunc(b, unicode.IsLetter) {
		return s
	}
	return string(b)
}
