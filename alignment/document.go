package alignment

import "concord/taxonomy"

// A Document is a badge, course, credential, record or text given to be
// aligned, as the strings in it that say what a person learns. The bytes it
// was read from stay with the caller; Digest tells them.
type Document struct {
	Type     string        `json:"type"`           // "OpenBadge/3.0", "CTDL/Course", "schema.org/Course", "text/markdown", …
	Digest   string        `json:"digest"`         // "sha256:…" of the bytes as given
	Name     string        `json:"name"`           // title for people, on one line; may be empty
	Lang     taxonomy.Lang `json:"lang,omitempty"` // language the document states for itself, or ""
	Signed   bool          `json:"signed"`         // a proof or signature covers it or a part of it, so a changed copy needs signing again
	Texts    []Text        `json:"-"`              // in document order
	Stated   []Stated      `json:"-"`              // in document order
	Warnings []Warning     `json:"-"`              // defects that did not keep it from being read
}

// A Role says what part a text plays in its document.
type Role string

const (
	RoleTitle        Role = "title"        // name of the achievement, credential or course
	RoleDescription  Role = "description"  // what it is about
	RoleCriterion    Role = "criterion"    // what must be done to earn it: OB criteria, ceterms:requires of a credential
	RoleOutcome      Role = "outcome"      // what a person can do afterwards: ceterms:teaches, schema:teaches, learning outcomes
	RoleTag          Role = "tag"          // one tag of a badge
	RoleKeyword      Role = "keyword"      // one keyword or subject
	RoleNarrative    Role = "narrative"    // what somebody says of this learner or badge: endorsements, narratives
	RoleEvidence     Role = "evidence"     // what the learner did
	RoleLevel        Role = "level"        // name or description of a result or rubric level
	RolePrerequisite Role = "prerequisite" // what must be known before: no evidence for what is learned
	RoleBoilerplate  Role = "boilerplate"  // section labels, contact, prices: no evidence for anything
)

// Roles is every Role, in the order they are shown.
var Roles = []Role{RoleTitle, RoleDescription, RoleCriterion, RoleOutcome, RoleTag, RoleKeyword, RoleNarrative, RoleEvidence, RoleLevel, RolePrerequisite, RoleBoilerplate}

// A Text is one string of a document. Plain text, Markdown and HTML documents
// are one Text at pointer "".
//
// Pointers, here and in statements, warnings and evidence, are
//
//	/credentialSubject/achievement/name   JSON pointer (RFC 6901); of a baked
//	                                      image or a JWS, into the JSON it carries
//	/credentialSubject/verifiableCredential/0!/credentialSubject/name
//	                                      a JWS that stands in the document as a
//	                                      string, then into the JSON it carries
//	/courseStructure/au[2]/title          path of an XML element, and of a paragraph
//	                                      in the document.xml of a DOCX file: XPath
//	                                      by local names, counted from 1 where
//	                                      there are several of a name
//	page=3                                page of a PDF file, counted from 1 (RFC 8118)
//	line=7/description                    row of a catalogue by the line it starts on,
//	                                      then the column, or a JSON pointer into the
//	                                      object on that line
//	""                                    the whole document
type Text struct {
	Pointer string        // where it is: see below
	Lang    taxonomy.Lang // stated for this text, as by a language map, or ""; Document.Lang holds for the rest
	Content string        // exactly the string at Pointer; valid UTF-8; evidence quotes slices of it

	// Masked is what is matched: as long in bytes as Content and valid UTF-8,
	// with markup (HTML tags, Markdown signs, URLs) blanked by spaces, or by
	// newlines where lines end. An HTML entity becomes its character followed
	// by blanks; inside a word the filling is U+00AD and U+2060, which a word
	// breaker keeps in the word (UAX 29, WB4) and a comparison must drop.
	// Everything else is byte for byte as in Content.
	Masked string

	Blocks []Block // not overlapping, in order, never blank: paragraphs, list items, headings, cells; or the whole
}

// A Block is a stretch of a Text that is read as a unit.
type Block struct {
	Start, End int // bytes in Content, and in Masked, on rune boundaries of both
	Role       Role
}

// A Stated is an alignment that the document's publisher already claims.
type Stated struct {
	Pointer   string       `json:"pointer"` // of the alignment: the object, or the string that is its URI
	URI       taxonomy.URI `json:"uri,omitempty"`
	Code      string       `json:"code,omitempty"`
	Name      string       `json:"name,omitempty"`
	Framework string       `json:"framework,omitempty"`
}

// A Warning is a defect of a document, or a part of it that was not read. Its
// code is one of
//
//	byte-order-mark, recoded, invalid-utf8       encoding
//	duplicate-key, not-a-number, broken-json-ld  JSON
//	missing-property, wrong-type, unexpected-type, unexpected-context,
//	unknown-language                             what its standard asks for
//	malformed-proof                              a signature that cannot be one
//	expired, not-yet-valid, expires-before-issued, not-a-date
//	badge-not-embedded, achievement-not-embedded, no-achievement,
//	no-activity, nested-unreadable               what it is about is elsewhere
//	nothing-to-read                              it has no text
//	language-not-loaded                          no release has labels in its language
type Warning struct {
	Code    string `json:"code"`
	Pointer string `json:"pointer"`
	Text    string `json:"text"`
}
