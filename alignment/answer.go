package alignment

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"unicode/utf16"

	"concord/taxonomy"
)

// An Answer is what Align says of a document. It has one shape everywhere: on
// the command line, in the API, and on the pages. A field that the engine
// cannot fill is absent.
type Answer struct {
	Document   *Document      `json:"document"`
	Engine     Identity       `json:"engine"`
	Alignments []Alignment    `json:"alignments"` // best first
	Abstained  []Abstention   `json:"abstained"`  // in document order
	Stated     []StatedAnswer `json:"stated"`     // in document order
	Warnings   []Warning      `json:"warnings"`
}

// An Identity says what gave an answer, so that it can be had again.
type Identity struct {
	Version string         `json:"version"`
	Weights string         `json:"weights,omitempty"` // digest of all that was trained: vector table, ranker and relator; Digest of their digests
	Schemes []SchemeDigest `json:"schemes"`
}

// Digest names bytes: "sha256:" and the SHA-256 of data in hexadecimal.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// A SchemeDigest is a release that was matched against.
type SchemeDigest struct {
	Name    string `json:"name"`
	Release string `json:"release"`
	Digest  string `json:"digest"`
}

// An Alignment says that a document is about a concept, with the reasons: a
// CTDL CredentialAlignmentObject, an Open Badges Alignment.
type Alignment struct {
	URI           taxonomy.URI       `json:"uri"`   // ceterms:targetNode, OB targetUrl
	Label         string             `json:"label"` // ceterms:targetNodeName, OB targetName: preferred, in the document's language if there is one
	Lang          taxonomy.Lang      `json:"lang"`
	Kind          taxonomy.Kind      `json:"kind"`
	Code          string             `json:"code,omitempty"` // ceterms:codedNotation, OB targetCode
	Scheme        string             `json:"scheme"`
	Release       string             `json:"release"`
	Hub           taxonomy.URI       `json:"hub,omitempty"`           // the hub concept that it is in, if the store has one
	Predicate     taxonomy.Match     `json:"predicate,omitempty"`     // from the text to the concept: skos:broadMatch says that the concept is broader
	Probability   float64            `json:"probability"`             // that a person would keep it, as calibrated on gold sentences
	Interval      *[2]float64        `json:"interval,omitempty"`      // 95 % interval of the share that was right among what was shown with about this probability
	Score         float64            `json:"score"`                   // its log-odds
	Contributions map[string]float64 `json:"contributions,omitempty"` // sum to Score within 1e-6
	Evidence      []Evidence         `json:"evidence"`                // strongest text first, by offset within a text
	Rivals        []Rival            `json:"rivals,omitempty"`
}

// Evidence is a piece of the document that earned an alignment.
type Evidence struct {
	Pointer string  `json:"pointer"` // JSON pointer of the text
	Role    Role    `json:"role"`
	Bytes   [2]int  `json:"bytes"`            // from, to: UTF-8 bytes within the text at Pointer
	UTF16   [2]int  `json:"utf16"`            // the same in UTF-16 units
	Quote   string  `json:"quote"`            // exactly that slice
	States  float64 `json:"states,omitempty"` // probability that its sentence states any skill, at least tellingUsual where it is a skill's name
	Matched Matched `json:"matched"`
}

// Matched is the label that Evidence was found by.
type Matched struct {
	Label string             `json:"label"`
	Lang  taxonomy.Lang      `json:"lang"`
	Kind  taxonomy.LabelKind `json:"kind"`
	By    By                 `json:"by,omitempty"`
}

// By says how evidence was found, where it was not by the words of a label.
type By string

// ByMeaning: the vector of the sentence lies near the concept's; the quote is
// the words that bring it there.
const ByMeaning By = "meaning"

// A Rival is a concept that claims the same words with a lower score.
type Rival struct {
	URI         taxonomy.URI `json:"uri"`
	Label       string       `json:"label"`
	Probability float64      `json:"probability"`
	Why         string       `json:"why"`
}

// A Reason says why a piece of text gave no alignment.
type Reason string

const (
	ReasonNoConcept    Reason = "no-concept-above-threshold"
	ReasonNoSkill      Reason = "no-skill-stated" // it is unlikely to state any skill: Abstention.States
	ReasonNegated      Reason = "negated"
	ReasonPrerequisite Reason = "prerequisite"
	ReasonBoilerplate  Reason = "boilerplate"
	ReasonLanguage     Reason = "language-not-loaded"
	ReasonAmbiguous    Reason = "ambiguous"   // several concepts are about as likely, none enough: Abstention.Between
	ReasonSingleWord   Reason = "single-word" // one word brings a concept near that would be likely enough if more did
	ReasonTooGeneral   Reason = "too-general" // the nearest concept has many narrower ones, of which the text names none
)

// An Abstention is a sentence for which no concept is proposed, and why.
type Abstention struct {
	Pointer string   `json:"pointer"`
	Bytes   [2]int   `json:"bytes"`
	UTF16   [2]int   `json:"utf16"`
	Quote   string   `json:"quote"`
	Reason  Reason   `json:"reason"`
	States  float64  `json:"states,omitempty"` // probability that it states any skill; absent where a rule decided
	Nearest *Nearest `json:"nearest,omitempty"`

	Between []Nearest `json:"between,omitempty"` // for ReasonAmbiguous, likeliest first
}

// MissedFirst returns list for a person to go through: first the sentences that
// may state a skill that no concept fits, then those that are unlikely to state
// one, then those that a rule left out; each in document order.
func MissedFirst(list []Abstention) []Abstention {
	class := func(r Reason) int {
		switch r {
		case ReasonNoSkill:
			return 1
		case ReasonNegated, ReasonPrerequisite, ReasonBoilerplate:
			return 2
		}
		return 0
	}
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b Abstention) int { return class(a.Reason) - class(b.Reason) })
	return out
}

// Nearest is the likeliest concept that is not proposed.
type Nearest struct {
	URI         taxonomy.URI `json:"uri"`
	Label       string       `json:"label"`
	Probability float64      `json:"probability"`
}

// A StatedAnswer is an alignment the document already states and what is
// known of it.
type StatedAnswer struct {
	Stated
	State   State          `json:"state"`
	Why     string         `json:"why"`               // how it was recognised, or why not, in words
	Concept taxonomy.URI   `json:"concept,omitempty"` // as the release writes it, which may differ from what is stated
	Label   string         `json:"label,omitempty"`   // the concept's own, if it is known
	Scheme  string         `json:"scheme,omitempty"`
	Release string         `json:"release,omitempty"`
	Instead []taxonomy.URI `json:"instead,omitempty"` // what replaces a retired concept, if its release says so
}

// A State is what is known of a stated alignment.
type State string

const (
	StateConfirmed State = "confirmed"         // the concept is in the current release of a loaded scheme, or in one that was matched against
	StateDoubtful  State = "doubtful"          // it is, but no sentence of the document is likely to be about it
	StateRetired   State = "retired"           // an older loaded release of the scheme has it, the current one has not
	StateUnknown   State = "unknown-framework" // nothing loaded has it
)

// offsets returns a span of content in bytes and in UTF-16 units.
func offsets(content string, start, end int) (bytes, units [2]int) {
	before := utf16Len(content[:start])
	return [2]int{start, end}, [2]int{before, before + utf16Len(content[start:end])}
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
