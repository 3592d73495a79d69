// Package writeback puts accepted alignments into the document they were found
// for, in the words of its own standard: a profile for each (profiles lists
// them). What comes out is a JSON patch and the document with the patch
// applied, byte for byte as before everywhere else; a second time nothing is
// left to add. A signed document is never changed: it gets a Receipt beside
// it. The package has no clock and no chance in it, so the same request gives
// the same bytes; it reads no store and decides nothing: who accepted is the
// caller's to know.
package writeback

import (
	"fmt"
	"strings"
	"time"

	"concord/alignment"
	"concord/alignment/carrier"
	"concord/alignment/jsonpatch"
	"concord/importers/source"
	"concord/taxonomy"
)

// An Accepted is an alignment that a person, or a threshold a person set, has
// accepted.
type Accepted struct {
	URI           taxonomy.URI         `json:"uri"`
	Label         string               `json:"label"`
	Lang          taxonomy.Lang        `json:"lang,omitempty"` // of Label and Description
	Kind          taxonomy.Kind        `json:"kind"`
	Code          string               `json:"code,omitempty"`
	Description   string               `json:"description,omitempty"` // definition of the concept
	Scheme        string               `json:"scheme"`
	Release       string               `json:"release"`
	ReleaseDigest string               `json:"releaseDigest,omitempty"` // "sha256:…" of what the release was read from
	Framework     Framework            `json:"framework"`
	Predicate     taxonomy.Match       `json:"predicate,omitempty"`   // from the document to the concept; "" where nobody said
	Probability   float64              `json:"probability,omitempty"` // that a person would keep it; 0 where the engine did not propose it
	Evidence      []alignment.Evidence `json:"evidence,omitempty"`
}

// A Framework is the scheme of a concept as documents name it.
type Framework struct {
	Title  string       `json:"title,omitempty"`
	URI    taxonomy.URI `json:"uri,omitempty"`
	Format string       `json:"-"` // importer that read it: "esco", "case"
}

// framework is the name of the framework with its release, for properties that hold a name.
func (a Accepted) framework() string {
	title := a.Framework.Title
	if title == "" {
		title = a.Scheme
	}
	if a.Release != taxonomy.Unversioned && !strings.Contains(title, a.Release) {
		title += " " + a.Release
	}
	return title
}

// lang is the language of the label as a tag that a language map takes.
func (a Accepted) lang() string {
	if a.Lang == "" {
		return "und"
	}
	return string(a.Lang)
}

// A Request says what to write where.
type Request struct {
	Name     string              // file name, for messages and tables
	Data     []byte              // the document as given; it stays the caller's
	Document *alignment.Document // as package credential reads Data; nil where no reader knows it
	Profile  string              // "": by the document
	To       string              // JSON pointer of the part that gets the alignments; "": the part with the evidence
	Accepted []Accepted
	Engine   alignment.Identity
	Reviewer string    // who accepted; may be empty
	At       time.Time // when; zero where not said
}

// An Outcome is what was written.
type Outcome struct {
	Profile    string
	Data       []byte          // the document with the alignments in it, or a table of them
	Table      bool            // Data is a table of its own, not the document
	Sheet      bool            // the document is a table itself, and has no patch
	Patch      jsonpatch.Patch // on the JSON of the document; empty where nothing was left to add
	Added      []Placed        // in document order
	Present    []Placed        // were there before
	NotCarried []Loss          // facts that the format has no place for
	Notes      []string        // what the person should know
}

// A Placed is an alignment and the property that holds it.
type Placed struct {
	URI     taxonomy.URI `json:"uri"`
	Label   string       `json:"label"`
	Pointer string       `json:"pointer"`
}

// A Loss is a kind of fact that was left out, and of how many alignments.
type Loss struct {
	What  string `json:"what"`
	Count int    `json:"count"`
}

// Apply writes the accepted alignments by the request's profile. A document
// that a signature covers is a taxonomy.ErrConflict; what a profile cannot
// serve is a *source.Error (and so taxonomy.ErrInvalid) with the remedy.
func Apply(req Request) (*Outcome, error) {
	wanted, err := named(req.Profile)
	if err != nil {
		return nil, err
	}
	if wanted.table == nil && Signed(req) {
		return nil, fmt.Errorf("%w: %s is signed, and a changed copy would not verify; write an alignment receipt beside it", taxonomy.ErrConflict, req.Name)
	}
	p, slot, root, err := req.open()
	if err != nil {
		return nil, err
	}
	if p.table != nil {
		return p.table(req, root)
	}
	w := &writer{req: req, profile: p, root: root, out: &Outcome{Profile: p.name, Patch: jsonpatch.Patch{}}}
	if err := w.run(); err != nil {
		return nil, err
	}
	changed, err := jsonpatch.Apply(slot.JSON, w.out.Patch)
	if err != nil {
		return nil, fmt.Errorf("applying the patch to %s: %w", req.Name, err)
	}
	if w.out.Data = req.Data; len(w.out.Patch) > 0 {
		if w.out.Data, err = slot.Put(changed); err != nil {
			return nil, fmt.Errorf("writing into %s: %w", req.Name, err)
		}
	}
	return w.out, nil
}

// open finds the JSON of the document and the profile for it.
func (req Request) open() (profile, carrier.Slot, *source.Value, error) {
	none := carrier.Slot{}
	wanted, err := named(req.Profile)
	if err != nil {
		return profile{}, none, nil, err
	}
	slots, err := carrier.Find(req.Data)
	if err != nil {
		return profile{}, none, nil, &source.Error{File: req.Name, Text: err.Error()}
	}
	for _, s := range slots {
		root, _, err := source.ParseJSON(req.Name, s.JSON)
		if err != nil {
			continue
		}
		p, ok := wanted, true
		if p.name == "" {
			p, ok = req.choose(root)
		} else if p.holders != nil {
			ok = len(p.holders(root)) > 0
		}
		if ok {
			return p, s, root, nil
		}
	}
	switch {
	case wanted.table != nil:
		return wanted, none, nil, nil
	case wanted.name != "":
		return profile{}, none, nil, &source.Error{File: req.Name, Text: noPart(wanted)}
	case req.Document == nil:
		return profile{}, none, nil, &source.Error{File: req.Name, Text: "is of no kind that alignments can be written into; say --profile csv or jsonl for a table of them"}
	}
	name := "csv"
	if readRSDSheet(req.Data) != nil {
		name = "rsd-csv"
	}
	p, err := named(name)
	return p, none, nil, err
}

// noPart says that a document has nothing for a profile to write to.
func noPart(p profile) string {
	return fmt.Sprintf("has no %s for profile %s to write to (one that is only named by its address is not looked up); give the document that holds it, or say --profile csv or jsonl for a table", p.part, p.name)
}

// Signed reports whether a signature covers the document or a part of it, so
// that a change would break it.
func Signed(req Request) bool {
	if req.Document != nil && req.Document.Signed {
		return true
	}
	slots, err := carrier.Find(req.Data)
	if err != nil {
		return false
	}
	for _, s := range slots {
		if strings.HasPrefix(strings.TrimSpace(string(s.JSON[:min(len(s.JSON), 64)])), "ey") {
			return true // a compact JWS
		}
		if root, _, err := source.ParseJSON(req.Name, s.JSON); err == nil && signed(root) {
			return true
		}
	}
	return false
}

// signed knows the signs of a signature in JSON: a Data Integrity proof, a JWS
// in JSON form (JAdES), the signed original beside its copy in a Registry
// envelope, a signature attached to an xAPI statement.
func signed(root *source.Value) bool {
	for _, v := range root.Nodes() {
		inner := credentialOf(v)
		switch {
		case v.First("proof") != nil, inner.First("proof") != nil:
			return true
		case v.First("payload") != nil && v.First("signature", "signatures") != nil:
			return true
		case v.First("decoded_resource") != nil && v.First("resource") != nil:
			return true
		}
		for _, a := range v.Get("attachments").List() {
			if a.Get("usageType").String() == "http://adlnet.gov/expapi/attachments/signature" {
				return true
			}
		}
	}
	return false
}
