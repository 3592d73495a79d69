package credential

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"concord/alignment"
	"concord/importers/source"
)

// unwrapSigned returns the payload of a JWS in either form, or data itself.
func unwrapSigned(name string, data []byte, note string) (payload, error) {
	p, err := unwrapJWS(name, data, note)
	if err != nil || p.signed {
		return p, err
	}
	return unwrapSerialised(name, p)
}

// unwrapJWS returns the payload of a compact JWS (RFC 7515), or data itself.
// The signature is not checked: that is a verifier's business.
func unwrapJWS(name string, data []byte, note string) (payload, error) {
	p := payload{data: data, json: note != "", note: note}
	token, _, _ := strings.Cut(string(bytes.TrimSpace(data)), "~") // what follows are disclosures of an SD-JWT
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !strings.HasPrefix(token, "ey") || strings.ContainsAny(token, " \t\r\n{") {
		return p, nil
	}
	header, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	if err != nil || !bytes.HasPrefix(header, []byte("{")) {
		return p, nil
	}
	body, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return p, &source.Error{File: name, Text: "is a compact JWS" + note + " whose payload cannot be decoded (" + err.Error() + "); get the credential again"}
	}
	return payload{data: body, json: true, signed: true, note: note + " (out of a JWS)"}, nil
}

// signedMember are the names under which a JSON object carries a signed document:
// payload of a JWS in JSON form (RFC 7515 section 7.2; JAdES of Europass), and
// resource of a Registry envelope.
var signedMember = [][2]string{{`"payload"`, `"signature`}, {`"resource"`, `"envelope_`}}

// unwrapSerialised returns the payload of a JWS in JSON form, which Europass
// writes as it is and RFC 7515 in base64url, and the resource of a Registry
// envelope that has no decoded copy beside it.
func unwrapSerialised(name string, p payload) (payload, error) {
	head := bytes.TrimLeft(p.data[:min(len(p.data), 64)], " \t\r\n\ufeff")
	if !bytes.HasPrefix(head, []byte("{")) {
		return p, nil
	}
	marked := false
	for _, m := range signedMember {
		marked = marked || bytes.Contains(p.data, []byte(m[0])) && bytes.Contains(p.data, []byte(m[1]))
	}
	if !marked || tooMany(p.data) {
		return p, nil
	}
	root, _, err := source.ParseJSON(name, p.data)
	if err != nil {
		return p, nil // said again, with its place, by whoever reads the JSON
	}
	what, carried := "a JWS in JSON form", root.Get("payload")
	switch {
	case carried != nil && carried.Kind == source.String && root.First("signatures", "signature") != nil:
	case root.First("envelope_type", "envelope_id", "envelope_ceterms_ctid") != nil && root.Get("decoded_resource") == nil && root.Get("resource") != nil:
		what, carried = "a Registry envelope", root.Get("resource")
		if parts := strings.Split(carried.String(), "."); len(parts) == 3 {
			carried = &source.Value{Kind: source.String, Text: parts[1]}
		}
	default:
		return p, nil
	}
	body := []byte(strings.TrimSpace(carried.Text))
	if !bytes.HasPrefix(body, []byte("{")) {
		if body, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(string(body), "=")); err == nil && !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
			err = fmt.Errorf("it is no JSON object")
		}
		if err != nil {
			return p, &source.Error{File: name, Pointer: carried.Pointer(), Text: "is " + what + p.note + " whose payload cannot be decoded (" + err.Error() + "); get the credential again"}
		}
	}
	return payload{data: body, json: true, signed: true, note: p.note + " (out of " + what + ")"}, nil
}

// maxNested bounds signed credentials within signed credentials.
const maxNested = 4

// nested reads a credential in compact form inside another. Its places are told
// by the pointer of the string that carries it, an exclamation mark, and the
// pointer into what it carries.
func (r *reader) nested(v *source.Value, read func(*reader, *source.Value)) {
	carried, err := unwrapJWS("", []byte(v.Text), "")
	if err != nil || !carried.signed || r.depth >= maxNested || tooMany(carried.data) {
		r.warn("nested-unreadable", v, "is a credential inside another that cannot be decoded; get it again, or give it by itself")
		return
	}
	root, _, err := source.ParseJSON("", carried.data)
	if err != nil {
		r.warn("nested-unreadable", v, "is a signed credential inside another whose payload is not valid JSON")
		return
	}
	part := newReader(&alignment.Document{Type: r.doc.Type, Name: r.doc.Name, Lang: r.doc.Lang}, root)
	part.now, part.depth = r.now, r.depth+1
	read(part, credentialOf(root))
	part.finish()
	prefixPointers(part.doc, v.Pointer()+"!")
	r.doc.Signed, r.doc.Name, r.doc.Lang = true, part.doc.Name, part.doc.Lang
	for _, t := range part.doc.Texts {
		r.at[t.Pointer] = v
		r.doc.Texts = append(r.doc.Texts, t)
	}
	for _, s := range part.doc.Stated {
		r.places[s.Pointer] = v.Start
		r.doc.Stated = append(r.doc.Stated, s)
	}
	for _, w := range part.doc.Warnings {
		r.places[w.Pointer] = v.Start
		r.doc.Warnings = append(r.doc.Warnings, w)
	}
}
