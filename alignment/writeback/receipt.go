package writeback

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// ReceiptSchema is the JSON Schema (2020-12) of a Receipt.
//
//go:embed alignment-receipt.schema.json
var ReceiptSchema []byte

// receiptSchema is the $id of ReceiptSchema.
const receiptSchema = "https://w3id.org/concord/schemas/alignment-receipt-1.json"

// A Receipt states alignments of a document beside it: for a signed one, which
// no change may touch, or for what the document's format has no place for.
type Receipt struct {
	Schema     string             `json:"$schema"`
	Type       string             `json:"type"` // "AlignmentReceipt"
	ID         string             `json:"id"`   // "urn:uuid:…" over all that follows
	Document   ReceiptDocument    `json:"document"`
	Engine     alignment.Identity `json:"engine"`
	Alignments []Accepted         `json:"alignments"`
	Reviewer   string             `json:"reviewer,omitempty"`
	Reviewed   string             `json:"reviewed,omitempty"`   // RFC 3339
	Supersedes []string           `json:"supersedes,omitempty"` // ids of the receipts this one replaces, latest first
}

// ReceiptDocument names the document that a receipt is about.
type ReceiptDocument struct {
	File   string `json:"file"`
	Type   string `json:"type,omitempty"`
	Name   string `json:"name,omitempty"`
	Digest string `json:"digest"` // "sha256:…" of the bytes of the file
	Signed bool   `json:"signed"`
}

// NewReceipt makes the receipt of a request. earlier is the one there is, or
// nil: the new receipt takes over its alignments and supersedes it; with
// nothing to add it is returned itself. An earlier one about other bytes is a
// taxonomy.ErrConflict.
func NewReceipt(req Request, earlier *Receipt) (r *Receipt, added, present []Placed, err error) {
	if req.Document == nil {
		return nil, nil, nil, &source.Error{File: req.Name, Text: "is of no kind that is read, so there is nothing to make a receipt of"}
	}
	doc := req.Document
	r = &Receipt{Schema: receiptSchema, Type: "AlignmentReceipt", Document: ReceiptDocument{req.Name, doc.Type, doc.Name, doc.Digest, Signed(req)},
		Engine: req.Engine, Alignments: []Accepted{}, Reviewer: req.Reviewer, Reviewed: req.reviewed()}
	if earlier != nil {
		if earlier.Document.Digest != doc.Digest {
			return nil, nil, nil, fmt.Errorf("%w: the receipt that is there is about another document (%s, %s); name another file", taxonomy.ErrConflict, earlier.Document.File, earlier.Document.Digest)
		}
		r.Alignments = slices.Clone(earlier.Alignments)
		r.Supersedes = append([]string{earlier.ID}, earlier.Supersedes...)
	}
	known := map[string]bool{}
	for _, a := range r.Alignments {
		known[conceptKey(string(a.URI))] = true
	}
	for _, a := range req.Accepted {
		if key := conceptKey(string(a.URI)); known[key] {
			present = append(present, Placed{a.URI, a.Label, ""})
		} else {
			known[key] = true
			added = append(added, Placed{a.URI, a.Label, ""})
			r.Alignments = append(r.Alignments, a)
		}
	}
	if earlier != nil && len(added) == 0 {
		return earlier, nil, present, nil
	}
	raw, err := encode(r)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("writing the receipt: %w", err)
	}
	r.ID = "urn:uuid:" + source.UUID5("alignment-receipt", string(raw))
	return r, added, present, nil
}

// Encode writes the receipt, indented.
func (r *Receipt) Encode() ([]byte, error) {
	raw, err := encode(r)
	if err != nil {
		return nil, fmt.Errorf("writing the receipt: %w", err)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(raw); err != nil {
		return nil, fmt.Errorf("writing the receipt: %w", err)
	}
	return []byte(b.String()), nil
}

// ReadReceipt reads a receipt; name is its file name, for messages.
func ReadReceipt(name string, data []byte) (*Receipt, error) {
	var r Receipt
	if err := json.Unmarshal(data, &r); err != nil || r.Type != "AlignmentReceipt" || r.ID == "" {
		return nil, fmt.Errorf("%w: %s is there and is no alignment receipt; name another file", taxonomy.ErrConflict, name)
	}
	return &r, nil
}
