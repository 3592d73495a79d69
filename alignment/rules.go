package alignment

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A rule is a pattern of wording, whatever the case. Most sentences have none
// of its cues, one of which is in everything it matches; they are told by that,
// without the pattern.
type rule struct {
	pattern *regexp.Regexp
	cues    []string // lower case
}

func newRule(pattern string, cues ...string) *rule {
	return &rule{regexp.MustCompile(`(?i)` + pattern), cues}
}

// cued reports whether r may match somewhere in s.
func (r *rule) cued(s string) bool {
	lower := strings.ToLower(s)
	return slices.ContainsFunc(r.cues, func(cue string) bool { return strings.Contains(lower, cue) })
}

// in reports whether r matches somewhere in s.
func (r *rule) in(s string) bool { return r.cued(s) && r.pattern.MatchString(s) }

// frames are phrases that badges, courses and job ads put around what they
// say: they name no skill but share words with labels ("award badges", "lead
// participants"). They are blanked before matching; evidence still quotes them.
var frames = newRule(strings.Join([]string{
	`\b(?:the )?(?:earners?|holders?|recipients?|bearers?|owners?) of this (?:badge|credential|micro-?credential|certificate|award)s?\b(?: (?:has|have|can|will|is|are|must)\b)?(?: (?:be )?able to\b| (?:demonstrated|shown|proven)(?: (?:the|their|an?) (?:ability|capacity|skills?) to\b| that they can\b)?)?`,
	`\bthis (?:badge|credential|micro-?credential|certificate|course|module|programme|program|unit|workshop|training)(?: (?:is )?(?:awarded|issued|given|designed|intended) (?:to|for)\b| (?:recognises|recognizes|certifies|confirms|attests|introduces|covers|teaches|provides|equips)\b)?`,
	`\b(?:by the end of|on (?:successful )?completion of|after completing|upon completion of) (?:this|the) (?:course|module|programme|program|unit|workshop|training)\b`,
	`\b(?:you|students?|learners?|participants?|graduates?|candidates?|trainees?|earners?) (?:will|should|can|must|are|is)(?: be)?(?: able to| expected to| required to| learn(?: how)? to| gain| understand how to)?\b`,
	`\b(?:the|our) (?:successful|ideal) (?:candidate|applicant)\b(?: (?:will|should|must|has|have|can)\b)?(?: (?:have|possess|be able to|demonstrate)\b)?`, `\bwe are looking for\b`, `\byou(?:'|’)ll learn(?: how)? to\b`, `\blearn how to\b`,
}, `|`), "this ", "by the end of", "completion of", "after completing", "you ", "earner", "student", "participant", "graduate", "candidate", "trainee", "successful ", "ideal ", "we are looking", "ll learn", "learn how")

// negated tells sentences that say a skill is not needed or not taught. A bag
// of words cannot see it, so this is a rule.
var negated = newRule(`\b(?:no (?:[\p{L}-]+ ){0,3}?(?:experience|knowledge|background|skills?|qualifications?)\b.{0,60}\b(?:needed|required|necessary|assumed|expected)|(?:is|are|does|do|will) not (?:needed|required|covered?|taught|teach|included?|necessary)|not including|without (?:any )?(?:prior |previous )(?:experience|knowledge)|keine? (?:vorkenntnisse|erfahrung)|aucune? (?:expérience|connaissance)|sin (?:experiencia|conocimientos) previ)`,
	"no ", "not ", "without ", "kein", "aucun", "sin ")

// presupposed tells sentences about what must be known or held before: no
// evidence for what is learned.
var presupposed = newRule(`^\W*(?:(?:entry requirements?|prerequisites?|pre-requisites?|admission requirements?|requirements for admission)\b|`+
	`(?:applicants?|candidates?|students?|learners?|participants?|you) (?:should|must|need to|are expected to|will need to) (?:already|have (?:already )?(?:completed|passed|taken))\b|`+
	`(?:this (?:course|module|unit|programme|program) )?(?:assumes|presupposes|builds on) (?:(?:a |some |basic |prior |working |good )*(?:knowledge|familiarity|understanding|experience))\b|`+
	`(?:prior|previous) (?:knowledge|experience|study|completion) (?:of|in|with)\b|`+
	`(?:(?:zugangs)?voraussetzung(?:en)?|prérequis|pré-requis|requisitos(?: previos| de acceso)?)\b\s*[:–-])`,
	"requirement", "requis", "should ", "must ", "need to ", "expected to ", "assumes", "presupposes", "builds on", "prior ", "previous ", "voraussetzung")

// titleFrames are the words of German certificates that say who vouches for a
// title, or that a field follows.
var titleFrames = newRule(`\b(?:staatlich )?(?:geprüfte[rn]?|anerkannte[rn]?|zertifizierte[rn]?)\b|\b(?:fachrichtung|schwerpunkt|wahlqualifikation)\b`,
	"geprüft", "anerkannt", "zertifiziert", "fachrichtung", "schwerpunkt", "wahlqualifikation")

// blank replaces what r matches by blanks, byte for byte. A text that is a
// frame and nothing else stays.
func (r *rule) blank(s string) string {
	if !r.cued(s) {
		return s
	}
	spans := r.pattern.FindAllStringIndex(s, -1)
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
