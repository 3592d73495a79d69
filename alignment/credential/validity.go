package credential

import (
	"math/big"
	"strings"
	"time"

	"concord/importers/source"
)

// validity warns of dates that are none, that contradict one another, and, if
// the person said what time it is, of a document that has expired or is not
// valid yet. from and until are names of properties, "a|b" the first there is.
func (r *reader) validity(v *source.Value, from, until string) {
	start, startAt := r.date(v.First(strings.Split(from, "|")...))
	end, endAt := r.date(v.First(strings.Split(until, "|")...))
	if !start.IsZero() && !end.IsZero() && end.Before(start) {
		r.warn("expires-before-issued", endAt, "ends on %s, before it begins on %s", day(end), day(start))
	}
	if r.now.IsZero() {
		return
	}
	if !end.IsZero() && end.Before(r.now) {
		r.warn("expired", endAt, "expired on %s", day(end))
	}
	if !start.IsZero() && start.After(r.now) {
		r.warn("not-yet-valid", startAt, "is not valid before %s", day(start))
	}
}

// dateForms are how documents write times: RFC 3339, the looser forms of ISO
// 8601 that Open Badges 2.0 examples use, and a day.
var dateForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02"}

// date reads a time, or warns that v is none. Open Badges 1.x also has seconds
// since 1970.
func (r *reader) date(v *source.Value) (time.Time, *source.Value) {
	if v == nil {
		return time.Time{}, nil
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, v.String()); err == nil {
			return t, v
		}
	}
	if seconds, err := time.ParseDuration(v.String() + "s"); err == nil && v.Kind == source.Number {
		return time.Unix(int64(seconds.Seconds()), 0).UTC(), v
	}
	r.warn("not-a-date", v, "%q is no date; write it like 2024-05-31T12:00:00Z", v.String())
	return time.Time{}, v
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

// proofParts are what can hold the signature of a proof (VC Data Integrity 1.0,
// section 2.1; Linked Data Signatures of VC 1.1).
var proofParts = []string{"proofValue", "jws", "signatureValue", "proof"}

// proof notes that a credential is signed and warns of a proof that cannot be
// one. Whether it holds is a verifier's business: that takes the issuer's key.
func (r *reader) proof(v *source.Value) {
	for _, p := range v.Get("proof").List() {
		r.doc.Signed = true
		if p.Kind != source.Object {
			r.warn("malformed-proof", p, "is no proof: an object with a type and a signature was expected")
			continue
		}
		if p.Get("type") == nil {
			r.warn("malformed-proof", p, "is a proof without a type")
		}
		if p.First(proofParts...) == nil {
			r.warn("malformed-proof", p, "is a proof without a signature (%s)", strings.Join(proofParts[:2], " or "))
		}
		if p.Get("proofPurpose") == nil {
			r.warn("malformed-proof", p, "is a proof that does not say its purpose (proofPurpose)")
		}
		if created := p.Get("created"); created != nil {
			r.date(created)
		}
		r.proofValue(p)
		r.verificationMethod(p.Get("verificationMethod"))
	}
}

// proofValue warns of an Ed25519 signature that is none: 64 bytes in base58
// behind the letter z (VC Data Integrity EdDSA 1.0, section 2.2).
func (r *reader) proofValue(p *source.Value) {
	value := p.Get("proofValue")
	if value == nil || !strings.HasPrefix(p.Get("cryptosuite").String(), "eddsa") && !hasType(p, "Ed25519Signature2020") {
		return
	}
	signature, ok := base58(value.String())
	if !ok || len(signature) != 64 {
		r.warn("malformed-proof", value, "is no Ed25519 signature: 64 bytes in base58 behind the letter z were expected")
	}
}

// verificationMethod warns of an address that nobody could find a key by, and of
// an Ed25519 key in an address that is none (did:key, and fragments like it).
func (r *reader) verificationMethod(v *source.Value) {
	method := v.String()
	switch {
	case method == "":
		return
	case strings.HasPrefix(method, "did:example:"):
		r.warn("malformed-proof", v, "names its key by did:example, which is only for examples")
	case !strings.HasPrefix(method, "did:") && !strings.HasPrefix(method, "https://") && !strings.HasPrefix(method, "http://") && !strings.HasPrefix(method, "urn:"):
		r.warn("malformed-proof", v, "names its key by neither a web address nor a DID")
	}
	_, key, ok := strings.Cut(method, "#")
	if !ok {
		key, ok = strings.CutPrefix(method, "did:key:")
	}
	if !ok || !strings.HasPrefix(key, "z6Mk") {
		return
	}
	if bytes, ok := base58(key); !ok || len(bytes) != 34 || bytes[0] != 0xed || bytes[1] != 1 {
		r.warn("malformed-proof", v, "holds no Ed25519 key: 32 bytes behind their mark, in base58 behind the letter z, were expected")
	}
}

// base58 decodes multibase base58btc, as far as signatures and keys go.
func base58(s string) ([]byte, bool) {
	s, ok := strings.CutPrefix(s, "z")
	if !ok || len(s) > 128 {
		return nil, false
	}
	n, zeros := new(big.Int), 0
	for i := range len(s) {
		digit := strings.IndexByte("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", s[i])
		if digit < 0 {
			return nil, false
		}
		if n.Sign() == 0 && digit == 0 {
			zeros++
		}
		n.Mul(n, big.NewInt(58)).Add(n, big.NewInt(int64(digit)))
	}
	return append(make([]byte, zeros), n.Bytes()...), true
}
