package client

import "encoding/json"

// The types are those of /openapi.json, with the fields that a program needs
// most. A server may answer with more.

// A Problem is an error that the server answers with (RFC 9457).
type Problem struct {
	Title   string   `json:"title"`
	Status  int      `json:"status"`
	Code    string   `json:"code"` // stable, for programs
	Detail  string   `json:"detail"`
	Pointer string   `json:"pointer,omitempty"` // into the document sent
	Line    int      `json:"line,omitempty"`
	Errors  []Defect `json:"errors,omitempty"`
}

// A Defect is one thing wrong with a request.
type Defect struct {
	Detail   string `json:"detail"`
	Location string `json:"location,omitempty"`
}

// Error is the detail, or where there is none the title.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Code + ": " + p.Detail
	}
	return p.Code + ": " + p.Title
}

// AlignOptions say what is proposed. A zero field is the server's default.
type AlignOptions struct {
	Targets        []string `json:"targets,omitempty"` // NAME or NAME@RELEASE
	Languages      []string `json:"languages,omitempty"`
	Kinds          []string `json:"kinds,omitempty"`
	Max            int      `json:"max,omitempty"`
	MinProbability float64  `json:"minProbability,omitempty"`
	Explain        bool     `json:"explain,omitempty"`
	Type           string   `json:"type,omitempty"`
	Name           string   `json:"name,omitempty"`
}

// An Answer is what is proposed for a document.
type Answer struct {
	Document struct {
		Type   string `json:"type"`
		Digest string `json:"digest"`
		Name   string `json:"name"`
	} `json:"document"`
	Engine struct {
		Version string         `json:"version"`
		Schemes []SchemeDigest `json:"schemes"`
	} `json:"engine"`
	Alignments []Alignment     `json:"alignments"` // likeliest first
	Abstained  []Abstention    `json:"abstained"`
	Stated     json.RawMessage `json:"stated"`
	Warnings   json.RawMessage `json:"warnings"`
}

// A SchemeDigest is a release that was matched against.
type SchemeDigest struct {
	Name    string `json:"name"`
	Release string `json:"release"`
	Digest  string `json:"digest"`
}

// An Alignment is a concept that a document is about, with the words that say so.
type Alignment struct {
	URI           string             `json:"uri"`
	Label         string             `json:"label"`
	Lang          string             `json:"lang"`
	Kind          string             `json:"kind"`
	Code          string             `json:"code,omitempty"`
	Scheme        string             `json:"scheme"`
	Release       string             `json:"release"`
	Predicate     string             `json:"predicate,omitempty"` // from the text to the concept
	Probability   float64            `json:"probability"`
	Interval      *[2]float64        `json:"interval,omitempty"`
	Contributions map[string]float64 `json:"contributions,omitempty"`
	Evidence      []Evidence         `json:"evidence"`
}

// Evidence is a piece of the document.
type Evidence struct {
	Pointer string  `json:"pointer"`
	Bytes   [2]int  `json:"bytes"`
	UTF16   [2]int  `json:"utf16"`
	Quote   string  `json:"quote"`
	States  float64 `json:"states,omitempty"` // probability that its sentence states any skill
	Matched struct {
		Label string `json:"label"`
		Lang  string `json:"lang"`
		Kind  string `json:"kind"`
	} `json:"matched"`
}

// An Abstention is a piece of the document for which nothing is proposed.
type Abstention struct {
	Pointer string  `json:"pointer"`
	Quote   string  `json:"quote"`
	Reason  string  `json:"reason"`
	States  float64 `json:"states,omitempty"` // probability that it states any skill; absent where a rule decided
}

// A Hit is a concept that was found.
type Hit struct {
	URI     string  `json:"uri"`
	Label   string  `json:"label"`
	Lang    string  `json:"lang"`
	Kind    string  `json:"kind"`
	Code    string  `json:"code,omitempty"`
	Scheme  string  `json:"scheme"`
	Release string  `json:"release"`
	Score   float64 `json:"score"`
	Why     string  `json:"why"`
}

// SearchOptions narrow a search.
type SearchOptions struct {
	Schemes, Kinds, Langs []string
	Size, From            int
}

// Found is the answer to a search.
type Found struct {
	Hits     []Hit    `json:"hits"`
	Total    int      `json:"total"`
	Releases []string `json:"releases"`
}

// A Link is a concept that stands beside another.
type Link struct {
	URI   string `json:"uri"`
	Label string `json:"label"`
	Kind  string `json:"kind,omitempty"`
	Code  string `json:"code,omitempty"`
}

// A Decision is what a person says about a mapping, or about the alignment of
// a document.
type Decision struct {
	ID         int64  `json:"id,omitempty"` // given by the server
	Set        string `json:"set,omitempty"`
	Subject    string `json:"subject"`
	Predicate  string `json:"predicate,omitempty"`
	Object     string `json:"object"`
	Verdict    string `json:"verdict"` // accept, reject, change, unsure or supersede
	Changed    string `json:"changed,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Reviewer   string `json:"reviewer,omitempty"`
	Tool       string `json:"tool,omitempty"`
	Supersedes int64  `json:"supersedes,omitempty"`
}

// An ApplyRequest says what to write into a document: give one of Document,
// Text and Base64, and one of Accept and MinProbability.
type ApplyRequest struct {
	Document       json.RawMessage `json:"document,omitempty"`
	Text           string          `json:"text,omitempty"`
	Base64         []byte          `json:"base64,omitempty"`
	Name           string          `json:"name,omitempty"`
	Accept         []string        `json:"accept,omitempty"` // URI or code, with =PREDICATE
	MinProbability float64         `json:"minProbability,omitempty"`
	Targets        []string        `json:"targets,omitempty"`
	Profile        string          `json:"profile,omitempty"`
	Reviewer       string          `json:"reviewer,omitempty"`
}

// An Applied is a document with the accepted alignments in it.
type Applied struct {
	Profile  string          `json:"profile"`
	Signed   bool            `json:"signed"`
	Document json.RawMessage `json:"document,omitempty"`
	Text     string          `json:"text,omitempty"`
	Base64   []byte          `json:"base64,omitempty"`
	Patch    json.RawMessage `json:"patch,omitempty"`
	Receipt  json.RawMessage `json:"receipt"`
	Notes    []string        `json:"notes"`
}
