package alignment

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func TestAlign(t *testing.T) {
	e := openKitchen(t, kitchen)
	for _, tt := range []struct {
		name      string
		role      Role
		text      string
		want      []string          // "uri ← quote", best first
		abstained map[string]Reason // quote → reason
	}{
		{"alternative label, words apart", RoleCriterion, "You will learn how to make the dough that our bread is baked from.",
			[]string{"urn:k:dough ← make the dough that our bread"}, nil},
		{"two skills in a sentence", RoleOutcome, "Operate deck ovens and sharpen kitchen knives.",
			[]string{"urn:k:knife ← sharpen kitchen knives", "urn:k:oven ← Operate deck ovens"}, nil},
		{"inflected words", RoleDescription, "Sharpening kitchen knives is practised daily.",
			[]string{"urn:k:knife ← Sharpening kitchen knives"}, nil},
		{"frame words earn nothing", RoleDescription, "Earners of this badge have demonstrated that they can manage stock levels.",
			[]string{"urn:k:stock ← manage stock levels"}, nil},
		{"negated", RoleDescription, "No experience with deck ovens is needed.",
			nil, map[string]Reason{"No experience with deck ovens is needed.": ReasonNegated}},
		{"prerequisite", RolePrerequisite, "You know food hygiene rules.",
			nil, map[string]Reason{"You know food hygiene rules.": ReasonPrerequisite}},
		{"nothing about a skill", RoleDescription, "The room is on the second floor.",
			nil, map[string]Reason{"The room is on the second floor.": ReasonNoConcept}},
		{"no occupation unless asked", RoleDescription, "Our baker is friendly.",
			nil, map[string]Reason{"Our baker is friendly.": ReasonNoConcept}},
		{"offsets in text of several bytes a rune", RoleDescription, "Crème brûlée 🍮, then: calculate recipe costs!",
			[]string{"urn:k:cost ← calculate recipe costs"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := course("en", tt.role, tt.text)
			ans, err := e.Align(t.Context(), d, Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkAnswer(t, d, ans)
			var got []string
			for _, a := range ans.Alignments {
				got = append(got, string(a.URI)+" ← "+a.Evidence[0].Quote)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("alignments (-want +got)\n%s", diff)
			}
			var reasons map[string]Reason
			for _, ab := range ans.Abstained {
				if reasons == nil {
					reasons = map[string]Reason{}
				}
				reasons[ab.Quote] = ab.Reason
			}
			if diff := cmp.Diff(tt.abstained, reasons); diff != "" {
				t.Errorf("abstained (-want +got)\n%s", diff)
			}
		})
	}
}

// checkAnswer checks what holds of every answer: evidence quotes the document
// at its offsets, contributions sum to the score, the order is by score.
func checkAnswer(t *testing.T, d *Document, ans *Answer) {
	t.Helper()
	content := map[string]string{}
	for _, text := range d.Texts {
		content[text.Pointer] = text.Content
	}
	quoted := func(pointer string, bytes, units [2]int, quote string) {
		text := content[pointer]
		if bytes[0] < 0 || bytes[1] > len(text) || text[bytes[0]:bytes[1]] != quote {
			t.Fatalf("bytes %v of %q are not %q", bytes, text, quote)
		}
		if u := utf16.Encode([]rune(text)); string(utf16.Decode(u[units[0]:units[1]])) != quote {
			t.Fatalf("UTF-16 units %v of %q are not %q", units, text, quote)
		}
	}
	for i, a := range ans.Alignments {
		sum := 0.0
		for _, v := range a.Contributions {
			sum += v
		}
		if math.Abs(sum-a.Score) > 1e-6 {
			t.Errorf("%s: contributions sum to %f, the score is %f", a.URI, sum, a.Score)
		}
		if i > 0 && a.Score > ans.Alignments[i-1].Score {
			t.Errorf("alignment %d scores above the one before it", i)
		}
		if len(a.Evidence) == 0 {
			t.Errorf("%s has no evidence", a.URI)
		}
		for _, ev := range a.Evidence {
			quoted(ev.Pointer, ev.Bytes, ev.UTF16, ev.Quote)
		}
	}
	for _, ab := range ans.Abstained {
		quoted(ab.Pointer, ab.Bytes, ab.UTF16, ab.Quote)
	}
}

// TestAlignSingleWord: one word brings a concept near, but not near enough for
// one word; with more of it the concept is proposed, and far from it none is.
func TestAlignSingleWord(t *testing.T) {
	e := openKitchen(t, kitchen)
	for text, want := range map[string]Reason{
		"The guests looked at the knives while the band was playing in the garden.": ReasonSingleWord,
		"Hygiene was praised by the guests of the hotel.":                           ReasonNoConcept,
		"They sharpen kitchen knives.":                                              "",
	} {
		ans, err := e.Align(t.Context(), course("en", RoleDescription, text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := Reason("")
		if len(ans.Abstained) == 1 {
			got = ans.Abstained[0].Reason
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if n := ans.Abstained; got == ReasonSingleWord && (n[0].Nearest == nil || n[0].Nearest.Probability < DefaultMinProbability) {
			t.Errorf("%q: the nearest is %v", text, n[0].Nearest)
		}
	}
}

func TestAlignRivals(t *testing.T) {
	e := openKitchen(t, append(slices.Clone(kitchen), skill{"urn:k:blade", taxonomy.Skill, "en", []string{"care for blades", "kitchen knives"}}))
	ans, err := e.Align(t.Context(), course("en", RoleOutcome, "Sharpen kitchen knives"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(ans.Alignments) != 1 || ans.Alignments[0].URI != "urn:k:knife" {
		t.Fatalf("alignments: %+v", ans.Alignments)
	}
	if r := ans.Alignments[0].Rivals; len(r) != 1 || r[0].URI != "urn:k:blade" || r[0].Probability >= ans.Alignments[0].Probability {
		t.Errorf("rivals: %+v", r)
	}
}

func TestAlignLanguages(t *testing.T) {
	e := openKitchen(t, kitchen)
	d := course("fr", RoleCriterion, "Savoir rafraîchir un levain avant la fournée.")
	ans, err := e.Align(t.Context(), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkAnswer(t, d, ans)
	if len(ans.Alignments) != 1 || ans.Alignments[0].URI != "urn:k:levain" || ans.Alignments[0].Lang != "fr" {
		t.Errorf("alignments: %+v", ans.Alignments)
	}
	ans, err = e.Align(t.Context(), course("it", RoleCriterion, "Preparare gli impasti e formare. PostgreSQL."), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(ans.Warnings) != 1 || ans.Warnings[0].Code != string(ReasonLanguage) {
		t.Errorf("warnings: %+v", ans.Warnings)
	}
	if len(ans.Alignments) != 1 || ans.Alignments[0].URI != "urn:k:sql" {
		t.Errorf("a name that is the same everywhere was not found: %+v", ans.Alignments)
	}
}

func TestAlignStated(t *testing.T) {
	e := openKitchen(t, kitchen)
	d := course("en", RoleTitle, "Baking")
	d.Stated = []Stated{{Pointer: "/alignment/0", URI: "urn:k:dough", Name: "dough"}, {Pointer: "/alignment/1", URI: "urn:elsewhere"}, {Pointer: "/alignment/2", Name: "no URI"}}
	ans, err := e.Align(t.Context(), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []StatedAnswer{
		{Stated: d.Stated[0], State: StateConfirmed, Why: "recognised by its URI", Concept: "urn:k:dough", Label: "prepare bread dough", Scheme: "kitchen", Release: "1"},
		{Stated: d.Stated[1], State: StateUnknown, Why: "no release that was matched against has it"},
		{Stated: d.Stated[2], State: StateUnknown, Why: "no release that was matched against has it"},
	}
	if diff := cmp.Diff(want, ans.Stated); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestAlignDeterministic: the same document gives the same bytes, run again
// and after an import in another order.
func TestAlignDeterministic(t *testing.T) {
	text := "Prepare bread dough; control stock levels and know the rules of food hygiene. Run a deck oven. Sharpen kitchen knives."
	backwards := slices.Clone(kitchen)
	slices.Reverse(backwards)
	var first []byte
	for _, skills := range [][]skill{kitchen, kitchen, backwards} {
		ans, err := openKitchen(t, skills).Align(t.Context(), course("en", RoleDescription, text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(ans)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		if diff := cmp.Diff(string(first), string(got)); diff != "" {
			t.Errorf("(-first +again)\n%s", diff)
		}
	}
	if len(first) < 1000 {
		t.Errorf("the answer is suspiciously short: %s", first)
	}
}

func TestRank(t *testing.T) {
	e := openKitchen(t, append(slices.Clone(kitchen), skill{"urn:k:dough2", taxonomy.Skill, "en", []string{"prepare bread dough", "make dough for bread", "mix bread doughs"}}))
	ranked, err := e.Rank("prepare dough for bread, then operate deck ovens", RankOptions{Top: 4})
	if err != nil {
		t.Fatal(err)
	}
	uris := map[taxonomy.URI]int{}
	for i, r := range ranked {
		uris[r.URI] = i
	}
	if len(ranked) != 4 || uris["urn:k:dough"]+1 != uris["urn:k:dough2"] || uris["urn:k:oven"] > 2 {
		t.Fatalf("ranked: %+v", ranked) // two concepts of one name stand together, by URI
	}
	for i := 1; i < len(ranked); i++ {
		if ranked[i].Score > ranked[i-1].Score-rankStep/2 {
			t.Errorf("scores %d and %d are not apart: %.9f %.9f", i-1, i, ranked[i-1].Score, ranked[i].Score)
		}
	}
	only, err := e.Rank("the bread baker bakes bread", RankOptions{Top: 10, Kinds: []taxonomy.Kind{taxonomy.Occupation}})
	if err != nil {
		t.Fatal(err)
	}
	if len(only) != 1 || only[0].URI != "urn:k:baker" {
		t.Errorf("occupations: %+v", only)
	}
	pref, err := e.Rank("kitchen hygiene", RankOptions{Top: 10, Preferred: true})
	if err != nil {
		t.Fatal(err)
	}
	all, err := e.Rank("kitchen hygiene", RankOptions{Top: 10})
	if err != nil {
		t.Fatal(err)
	}
	if all[0].URI != "urn:k:hygiene" || pref[0].Score >= all[0].Score {
		t.Errorf("preferred labels only: %+v; all labels: %+v", pref, all)
	}
}
