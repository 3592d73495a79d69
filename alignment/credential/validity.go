package credential

import (
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
// one. Whether it holds is a verifier's business.
func (r *reader) proof(v *source.Value) {
	for _, p := range v.Get("proof").List() {
		r.doc.Signed = true
		switch {
		case p.Kind != source.Object:
			r.warn("malformed-proof", p, "is no proof: an object with a type and a signature was expected")
		case p.Get("type") == nil:
			r.warn("malformed-proof", p, "is a proof without a type")
		case p.First(proofParts...) == nil:
			r.warn("malformed-proof", p, "is a proof without a signature (%s)", strings.Join(proofParts[:2], " or "))
		case p.First("proofPurpose") == nil:
			r.warn("malformed-proof", p, "is a proof that does not say its purpose (proofPurpose)")
		case p.First("created") != nil:
			r.date(p.Get("created"))
		}
	}
}
