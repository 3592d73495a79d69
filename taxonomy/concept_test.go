package taxonomy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func TestParseLang(t *testing.T) {
	for in, want := range map[string]taxonomy.Lang{"en": "en", " en_US ": "en-us", "PT-br": "pt-br", "": ""} {
		if got := taxonomy.ParseLang(in); got != want {
			t.Errorf("ParseLang(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[taxonomy.Lang]taxonomy.Lang{"pt-br": "pt", "en": "en", "": ""} {
		if got := in.Base(); got != want {
			t.Errorf("%q.Base() = %q, want %q", in, got, want)
		}
	}
}

func TestParseKind(t *testing.T) {
	for _, k := range taxonomy.Kinds {
		if got, err := taxonomy.ParseKind(string(k)); err != nil || got != k {
			t.Errorf("ParseKind(%q) = %q, %v", k, got, err)
		}
	}
	for _, bad := range []string{"", "Skill", "skills"} {
		_, err := taxonomy.ParseKind(bad)
		if !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("ParseKind(%q): %v, want ErrInvalid", bad, err)
			continue
		}
		for _, k := range taxonomy.Kinds {
			if !strings.Contains(err.Error(), string(k)) {
				t.Errorf("ParseKind(%q): %v does not name %s", bad, err, k)
			}
		}
	}
}

func TestPref(t *testing.T) {
	pref := func(lang taxonomy.Lang, text string) taxonomy.Label {
		return taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: lang, Text: text}
	}
	alt := taxonomy.Label{Kind: taxonomy.AltLabel, Lang: "fr", Text: "tricoter"}
	hidden := taxonomy.Label{Kind: taxonomy.HiddenLabel, Lang: "fr", Text: "triccoter"}
	tests := []struct {
		name   string
		labels []taxonomy.Label
		code   string
		langs  []taxonomy.Lang
		want   string
	}{
		{"first language", []taxonomy.Label{pref("en", "knit"), pref("fr", "tricoter")}, "", []taxonomy.Lang{"fr", "en"}, "tricoter"},
		{"second language", []taxonomy.Label{pref("en", "knit"), pref("de", "stricken")}, "", []taxonomy.Lang{"fr", "de"}, "stricken"},
		{"exact tag before primary", []taxonomy.Label{pref("pt", "tricotar"), pref("pt-br", "tricotear")}, "", []taxonomy.Lang{"pt-br"}, "tricotear"},
		{"primary of the label", []taxonomy.Label{pref("en", "knit"), pref("pt-br", "tricotear")}, "", []taxonomy.Lang{"pt"}, "tricotear"},
		{"primary of the wish", []taxonomy.Label{pref("en", "knit"), pref("pt", "tricotar")}, "", []taxonomy.Lang{"pt-br"}, "tricotar"},
		{"English by default", []taxonomy.Label{pref("de", "stricken"), pref("en", "knit")}, "", []taxonomy.Lang{"fr"}, "knit"},
		{"English of a country", []taxonomy.Label{pref("de", "stricken"), pref("en-us", "knit")}, "", nil, "knit"},
		{"any preferred", []taxonomy.Label{alt, pref("de", "stricken")}, "", []taxonomy.Lang{"fr"}, "stricken"},
		{"any other", []taxonomy.Label{hidden, alt}, "K1", nil, "tricoter"},
		{"never hidden", []taxonomy.Label{hidden}, "K1", nil, "K1"},
		{"code", nil, "K1", nil, "K1"},
		{"URI", nil, "", nil, "urn:knit"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := taxonomy.Concept{URI: "urn:knit", Code: test.code, Labels: test.labels}
			if got := c.Pref(test.langs...); got.Text != test.want {
				t.Errorf("Pref(%v) = %+v, want %s", test.langs, got, test.want)
			}
		})
	}
}

// TestPrefKeepsLangs: the caller's languages stay its own.
func TestPrefKeepsLangs(t *testing.T) {
	langs := append(make([]taxonomy.Lang, 0, 4), "fr")
	c := taxonomy.Concept{URI: "urn:knit"}
	c.Pref(langs...)
	c.Note(taxonomy.Definition, langs...)
	if got := langs[:2][1]; got != "" {
		t.Errorf("the caller's array now holds %q", got)
	}
}

func TestNote(t *testing.T) {
	c := taxonomy.Concept{Notes: []taxonomy.Note{
		{Kind: taxonomy.ScopeNote, Lang: "fr", Text: "scope"},
		{Kind: taxonomy.Definition, Lang: "de", Text: "de"},
		{Kind: taxonomy.Definition, Lang: "fr-ca", Text: "fr"},
		{Kind: taxonomy.Definition, Lang: "en", Text: "en"},
		{Kind: taxonomy.Example, Lang: "de", Text: "example"},
	}}
	tests := []struct {
		kind  taxonomy.NoteKind
		langs []taxonomy.Lang
		want  string
	}{
		{taxonomy.Definition, []taxonomy.Lang{"fr"}, "fr"},
		{taxonomy.Definition, []taxonomy.Lang{"it", "de"}, "de"},
		{taxonomy.Definition, nil, "en"},
		{taxonomy.Example, []taxonomy.Lang{"fr"}, "example"},
		{taxonomy.ChangeNote, nil, ""},
	}
	for _, test := range tests {
		if got := c.Note(test.kind, test.langs...); got.Text != test.want {
			t.Errorf("Note(%s, %v) = %q, want %q", test.kind, test.langs, got.Text, test.want)
		}
	}
}

func TestProperty(t *testing.T) {
	c := taxonomy.Concept{Properties: []taxonomy.Property{{Name: "a", Value: "2"}, {Name: "b", Value: "x"}, {Name: "a", Value: "1"}}}
	if diff := cmp.Diff([]string{"2", "1"}, c.Property("a")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := c.Property("c"); len(got) != 0 {
		t.Errorf("absent property: %q", got)
	}
}

func TestValidate(t *testing.T) {
	label := []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "knit"}}
	tests := []struct {
		name    string
		concept taxonomy.Concept
		want    string // in the error; empty: valid
	}{
		{"valid", taxonomy.Concept{URI: "urn:knit", Kind: taxonomy.Skill, Labels: label}, ""},
		{"a code for a URI", taxonomy.Concept{URI: "K1", Kind: taxonomy.Tool, Labels: label}, ""},
		{"no URI", taxonomy.Concept{Kind: taxonomy.Skill, Labels: label}, `"knit" has no URI`},
		{"no kind", taxonomy.Concept{URI: "urn:knit", Labels: label}, "no known kind"},
		{"unknown kind", taxonomy.Concept{URI: "urn:knit", Kind: "craft", Labels: label}, `"craft"`},
		{"no label", taxonomy.Concept{URI: "urn:knit", Kind: taxonomy.Skill}, "urn:knit has no label"},
		{"blank label", taxonomy.Concept{URI: "urn:knit", Kind: taxonomy.Skill, Labels: append(label[:1:1], taxonomy.Label{Kind: taxonomy.AltLabel, Text: "\u00a0\t"})}, "blank altLabel"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.concept.Validate()
			if test.want == "" {
				if err != nil {
					t.Errorf("Validate: %v", err)
				}
			} else if !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Validate: %v, want ErrInvalid with %q", err, test.want)
			}
		})
	}
}

func TestInverse(t *testing.T) {
	for in, want := range map[taxonomy.Match]taxonomy.Match{
		taxonomy.BroadMatch: taxonomy.NarrowMatch, taxonomy.NarrowMatch: taxonomy.BroadMatch,
		taxonomy.ExactMatch: taxonomy.ExactMatch, taxonomy.RelatedMatch: taxonomy.RelatedMatch,
	} {
		if got := in.Inverse(); got != want {
			t.Errorf("%s.Inverse() = %s, want %s", in, got, want)
		}
	}
}
