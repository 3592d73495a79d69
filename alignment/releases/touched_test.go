package releases_test

import (
	"strings"
	"testing"

	"concord/alignment/releases"
)

func TestTouch(t *testing.T) {
	p := planner(t, craft(t))
	raw := `{"document": {"name": "Potter's badge", "digest": "sha256:aa"},
		"alignments": [{"uri": "urn:s:gone", "probability": 0.9}, {"uri": "urn:s:same", "probability": 0.8}, {"uri": "urn:s:split", "probability": 0.7}],
		"stated": [{"uri": "urn:s:drift", "name": "drift", "pointer": "/alignment/0"}, {"uri": "https://elsewhere.example/1"}]}`
	items, err := releases.AnswerItems("badge.json", []byte(raw))
	if err != nil || len(items) != 5 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	got := p.Touch("Potter's badge", items)
	if got == nil || got.Counts[releases.Automatic] != 1 || got.Counts[releases.Review] != 2 || got.Counts[releases.Dead] != 1 {
		t.Fatalf("%+v", got)
	}
	var order []string
	for _, s := range got.Steps {
		order = append(order, string(s.Before.URI))
	}
	if o := strings.Join(order, " "); o != "urn:s:drift urn:s:split urn:s:gone" {
		t.Errorf("in the order %s", o)
	}
	if got.Steps[0].Pointer != "/alignment/0" || got.Steps[2].Digest != "sha256:aa" {
		t.Errorf("where it is: %+v", got.Steps)
	}
	if other := p.Touch("other", items[4:]); other != nil {
		t.Errorf("a document of another framework: %+v", other)
	}
	if _, err := releases.AnswerItems("x.json", []byte("{")); err == nil || !strings.Contains(err.Error(), "x.json") {
		t.Errorf("half an answer: %v", err)
	}
}
