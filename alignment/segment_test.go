package alignment

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"  \n\t ", nil},
		{"One. Two! Three? Four", []string{"One.", "Two!", "Three?", "Four"}},
		{"Use Node.js, .NET 8.0 and v2.1 of it.", []string{"Use Node.js, .NET 8.0 and v2.1 of it."}},
		{"Tools, e.g. Excel, are used by J. Doe etc. and more.", []string{"Tools, e.g. Excel, are used by J. Doe etc. and more."}},
		{"- first item\n- second item\r\n• third", []string{"first item", "second item", "third"}},
		{"plan; do; check", []string{"plan;", "do;", "check"}},
		{"---\n***", nil},
	} {
		var got []string
		for _, s := range sentences(tt.text) {
			got = append(got, tt.text[s[0]:s[1]])
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tt.text, diff)
		}
	}
}

func TestNegated(t *testing.T) {
	for text, want := range map[string]bool{
		"No prior experience is needed.":                        true,
		"No welding experience is needed.":                      true,
		"No coding skills are required to take this course":     true,
		"Electrical connection is not covered.":                 true,
		"without any prior knowledge of statistics":             true,
		"Keine Vorkenntnisse nötig":                             true,
		"Diagnose why a heat pump does not reach its set point": false,
		"Know which experience customers need":                  false,
	} {
		if got := negated.in(text); got != want {
			t.Errorf("%q: negated = %t, want %t", text, got, want)
		}
	}
}

func TestPresupposed(t *testing.T) {
	for text, want := range map[string]bool{
		"Applicants should already be able to read a circuit diagram.": true,
		"Prerequisites: MATH 101 or equivalent":                        true,
		"This module assumes basic knowledge of statistics.":           true,
		"Prior experience with Python is helpful.":                     true,
		"Voraussetzung: abgeschlossene Lehre":                          true,
		"Students should explain how a circuit diagram is read.":       false,
		"Gather requirements from users":                               false,
		"You must lift a pallet without tilting it":                    false,
	} {
		if got := presupposed.in(text); got != want {
			t.Errorf("%q: presupposed = %t, want %t", text, got, want)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("One. Two e.g. three\n• four; five… six")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("texts are valid UTF-8")
		}
		end := 0
		for _, s := range sentences(text) {
			if s[0] < end || s[1] <= s[0] || s[1] > len(text) {
				t.Fatalf("bounds %v after %d in %d bytes", s, end, len(text))
			}
			if !utf8.ValidString(text[s[0]:s[1]]) {
				t.Fatalf("%q cuts a rune", text[s[0]:s[1]])
			}
			if blanked := frames.blank(text[s[0]:s[1]]); len(blanked) != s[1]-s[0] {
				t.Fatalf("blanking changed the length of %q", text[s[0]:s[1]])
			}
			end = s[1]
		}
	})
}
