// Package taxonomy is the project's vocabulary: schemes and their releases,
// concepts with labels and relations, and mappings between concepts of
// different schemes, named after SKOS, CTDL and SSSOM. It imports only the
// standard library and never touches a file or a network: stores implement
// its contracts, importers fill them, and index and alignment read them.
package taxonomy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// A URI identifies a scheme, a concept or a mapping set. It is kept verbatim:
// a person's own list may use plain codes that are not URIs at all.
type URI string

// A Lang is a lower-case BCP 47 tag: "en", "pt-br". Empty means unknown.
type Lang string

// ParseLang folds a language tag as found in a source ("en-US", "en_us") to a Lang.
func ParseLang(s string) Lang {
	return Lang(strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), "_", "-")))
}

// Base returns the primary subtag: "pt" for "pt-br".
func (l Lang) Base() Lang {
	base, _, _ := strings.Cut(string(l), "-")
	return Lang(base)
}

// A Kind says what a concept is about.
type Kind string

const (
	Skill           Kind = "skill"      // ESCO skill/competence, ceasn:Competency, RSD
	Knowledge       Kind = "knowledge"  // ESCO knowledge, O*NET 2.C
	Ability         Kind = "ability"    // O*NET 1.A
	WorkStyle       Kind = "work-style" // O*NET 1.C / 1.D
	Activity        Kind = "activity"   // O*NET work activities: 4.A, IWA, DWA
	Task            Kind = "task"       // O*NET task statements
	Technology      Kind = "technology" // O*NET technology skills
	Tool            Kind = "tool"       // O*NET tools used
	Occupation      Kind = "occupation"
	SkillGroup      Kind = "skill-group"      // a node that only organises skills or knowledge: ESCO group, ISCED-F field, UNSPSC class
	OccupationGroup Kind = "occupation-group" // ISCO-08 group
)

// Kinds is every Kind, in the order they are shown.
var Kinds = []Kind{Skill, Knowledge, Ability, WorkStyle, Activity, Task, Technology, Tool, Occupation, SkillGroup, OccupationGroup}

// ParseKind returns the Kind named s, or an error that is ErrInvalid and lists the kinds.
func ParseKind(s string) (Kind, error) {
	if k := Kind(s); slices.Contains(Kinds, k) {
		return k, nil
	}
	names := make([]string, len(Kinds))
	for i, k := range Kinds {
		names[i] = string(k)
	}
	return "", fmt.Errorf("%w: no kind %q; the kinds are %s", ErrInvalid, s, strings.Join(names, ", "))
}

// A Concept is a skos:Concept in exactly one release of one scheme. Its
// relations are kept apart (Relation), because they may join concepts that
// come from different files.
type Concept struct {
	URI        URI
	Release    Ref // filled by a Reader; a Writer knows which release it writes
	Kind       Kind
	Code       string     // skos:notation, ceterms:codedNotation, O*NET-SOC or ISCO code; a string, never a number
	Labels     []Label    // in source order, the preferred ones of a language first
	Notes      []Note     // in source order
	Properties []Property // facts of the source that have no field of their own, in source order
	Deprecated bool       // owl:deprecated
	ReplacedBy []URI      // dct:isReplacedBy
}

// A LabelKind is one of the three SKOS lexical label properties.
type LabelKind string

const (
	PrefLabel   LabelKind = "prefLabel"   // skos:prefLabel
	AltLabel    LabelKind = "altLabel"    // skos:altLabel
	HiddenLabel LabelKind = "hiddenLabel" // skos:hiddenLabel: searched, never shown
)

// A Label is a name of a concept in one language.
type Label struct {
	Kind LabelKind
	Lang Lang
	Text string
}

// A NoteKind is a SKOS documentation property.
type NoteKind string

const (
	Definition  NoteKind = "definition" // skos:definition, ESCO description, ceasn:competencyText, RSD skillStatement
	ScopeNote   NoteKind = "scopeNote"
	Example     NoteKind = "example"
	GeneralNote NoteKind = "note"
	ChangeNote  NoteKind = "changeNote"
)

// A Note is a longer text about a concept in one language.
type Note struct {
	Kind NoteKind
	Lang Lang
	Text string
}

// A Property is a fact about a concept under the name its source gives it:
// "reuseLevel" = "cross-sector", "collection" = "digital", "jobZone" = "4".
// A name may occur more than once.
type Property struct {
	Name  string
	Value string
}

// Names of properties that more than one package reads.
const (
	PropReuseLevel    = "reuseLevel"    // ESCO: transversal, cross-sector, sector-specific, occupation-specific
	PropCollection    = "collection"    // ESCO: digital, green, language, research, transversal, digcomp
	PropKeyword       = "keyword"       // RSD keywords, ceasn:conceptKeyword
	PropCategory      = "category"      // RSD categories, ceasn:competencyCategory
	PropJobZone       = "jobZone"       // O*NET: 1 to 5
	PropHotTechnology = "hotTechnology" // O*NET: Y
)

// Property returns the values of the property called name, in source order.
func (c *Concept) Property(name string) []string {
	var values []string
	for _, p := range c.Properties {
		if p.Name == name {
			values = append(values, p.Value)
		}
	}
	return values
}

// Pref returns c's preferred label in the first of langs that has one (a tag
// also matches by its primary subtag), else in English, else any preferred
// label, else any label, else one made of the code or URI. It is never empty.
func (c *Concept) Pref(langs ...Lang) Label {
	for _, want := range append(slices.Clone(langs), "en") {
		for _, exact := range []bool{true, false} {
			for _, l := range c.Labels {
				if l.Kind == PrefLabel && (l.Lang == want || !exact && l.Lang.Base() == want.Base()) {
					return l
				}
			}
		}
	}
	for _, l := range c.Labels {
		if l.Kind == PrefLabel {
			return l
		}
	}
	for _, l := range c.Labels {
		if l.Kind != HiddenLabel {
			return l
		}
	}
	if c.Code != "" {
		return Label{Kind: PrefLabel, Text: c.Code}
	}
	return Label{Kind: PrefLabel, Text: string(c.URI)}
}

// Note returns c's first note of the kind in the first of langs that has one,
// else in English, else in any language. It is empty if there is none.
func (c *Concept) Note(kind NoteKind, langs ...Lang) Note {
	for _, want := range append(slices.Clone(langs), "en") {
		for _, n := range c.Notes {
			if n.Kind == kind && n.Lang.Base() == want.Base() {
				return n
			}
		}
	}
	for _, n := range c.Notes {
		if n.Kind == kind {
			return n
		}
	}
	return Note{}
}

// Meaning is a digest of what tells a reader what c means: its preferred label
// and its definition, in English or else in the first language it has, with
// case and white space folded. It stays the same while those do.
func (c *Concept) Meaning() string {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	sum := sha256.Sum256([]byte(fold(c.Pref().Text) + "\n" + fold(c.Note(Definition).Text)))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Validate reports the first thing that makes c unusable, as an ErrInvalid.
func (c *Concept) Validate() error {
	switch {
	case c.URI == "":
		return fmt.Errorf("%w: concept %q has no URI", ErrInvalid, c.Pref().Text)
	case !slices.Contains(Kinds, c.Kind):
		return fmt.Errorf("%w: concept %s has no known kind: %q", ErrInvalid, c.URI, c.Kind)
	case len(c.Labels) == 0:
		return fmt.Errorf("%w: concept %s has no label", ErrInvalid, c.URI)
	}
	for _, l := range c.Labels {
		if strings.TrimSpace(l.Text) == "" {
			return fmt.Errorf("%w: concept %s has a blank %s", ErrInvalid, c.URI, l.Kind)
		}
	}
	return nil
}
