package index

import "concord/taxonomy"

// A Shown is a Hit as JSON, on the command line and in the API.
type Shown struct {
	URI       taxonomy.URI  `json:"uri"`
	Label     string        `json:"label"`
	Lang      taxonomy.Lang `json:"lang"`
	Kind      taxonomy.Kind `json:"kind"`
	Code      string        `json:"code,omitempty"`
	Scheme    string        `json:"scheme"`
	Release   string        `json:"release"`
	Score     float64       `json:"score"`
	Why       string        `json:"why"`       // for people
	MatchedIn string        `json:"matchedIn"` // as Hit.MatchedIn
	Matched   *ShownLabel   `json:"matched,omitempty"`
}

// A ShownLabel is the label that a hit was found by.
type ShownLabel struct {
	Kind taxonomy.LabelKind `json:"kind"`
	Lang taxonomy.Lang      `json:"lang"`
	Text string             `json:"text"`
}

// Shown is h as JSON.
func (h Hit) Shown() Shown {
	v := Shown{URI: h.URI, Label: h.Pref.Text, Lang: h.Pref.Lang, Kind: h.Kind, Code: h.Code, Scheme: h.Release.Scheme, Release: h.Release.Version, Score: h.Score, Why: h.Why, MatchedIn: h.MatchedIn}
	if h.Matched.Text != "" {
		l := ShownLabel(h.Matched)
		v.Matched = &l
	}
	return v
}
