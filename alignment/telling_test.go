package alignment

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"concord/taxonomy"
)

// TestTrainTelling: a title and a long sentence state a skill, a short one does
// not; what is never matched is not learned from, and of little nothing is.
func TestTrainTelling(t *testing.T) {
	skill := map[taxonomy.URI]bool{"urn:k:oven": true}
	var gold []Gold
	for i := range 40 {
		gold = append(gold,
			Gold{Lang: "en", Role: RoleTitle, Text: "Deck ovens", Concepts: skill},
			Gold{Lang: "en", Role: RoleDescription, Text: "Operate, clean and repair every kind of deck oven in large bakeries.", Concepts: skill},
			Gold{Lang: "en", Role: RoleDescription, Text: fmt.Sprintf("Room %d.", i)},
			Gold{Lang: "en", Role: RoleBoilerplate, Text: "Deck ovens are for sale here."},
			Gold{Lang: "en", Text: "Sentences of job ads have no role.", Concepts: skill})
	}
	tell := trainTelling(gold, make([]float64, len(gold)))
	if tell == nil {
		t.Fatal("nothing was learned")
	}
	if tell.Roles[RoleTitle] <= tell.Roles[RoleDescription] || tell.Length <= 0 || tell.Stating != 0 {
		t.Errorf("%+v", tell)
	}
	if _, learned := tell.Roles[RoleBoilerplate]; learned || len(tell.Roles) != 2 {
		t.Errorf("roles %v", tell.Roles)
	}
	e := &Engine{ranker: &Ranker{Telling: tell}}
	for text, want := range map[string]bool{"Repair, clean and operate deck ovens in every kind of bakery.": true, "Room twelve.": false} {
		if p := e.states(segment{matched: text, role: RoleDescription}, "en"); p > 0.5 != want {
			t.Errorf("%q states a skill with %.2f", text, p)
		}
	}
	if few := trainTelling(gold[:10], make([]float64, 10)); few != nil {
		t.Errorf("of 6 segments %+v was learned", few)
	}
	if p := (&Engine{ranker: &Ranker{}}).states(segment{matched: "Room twelve."}, "en"); p != 0 || told(p, 1) != 0 {
		t.Errorf("without training %.2f, which adds %.2f", p, told(p, 1))
	}
}

func TestTold(t *testing.T) {
	if told(0.9, 1) <= 0 || told(0.1, 1) >= 0 || told(0.1, 0) != 0 || math.Abs(told(tellingUsual, 1)) > 1e-12 {
		t.Error("more than usual speaks for, less against, without surroundings neither")
	}
}

// TestAlignTold: a sentence that is unlikely to state a skill says so among
// others; alone it is a query.
func TestAlignTold(t *testing.T) {
	e := openKitchen(t, kitchen)
	const room = "The room is on the second floor."
	alone, err := e.Align(t.Context(), course("en", RoleDescription, room), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(alone.Abstained) != 1 || alone.Abstained[0].Reason != ReasonNoConcept {
		t.Errorf("alone: %+v", alone.Abstained)
	}
	d := course("en", RoleDescription, "Operate deck ovens and sharpen kitchen knives every day of the course. "+room+" Calculate recipe costs.")
	ans, err := e.Align(t.Context(), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkAnswer(t, d, ans)
	if len(ans.Abstained) != 1 || ans.Abstained[0].Quote != room || ans.Abstained[0].Reason != ReasonNoSkill || ans.Abstained[0].States >= leastStating || ans.Abstained[0].States <= 0 {
		t.Errorf("abstained: %+v", ans.Abstained)
	}
	for _, a := range ans.Alignments {
		for _, ev := range a.Evidence {
			if ev.States <= ans.Abstained[0].States {
				t.Errorf("%q states a skill with %.2f, less than %q", ev.Quote, ev.States, room)
			}
		}
	}
	ruled := Abstention{Quote: "r", Reason: ReasonNegated}
	missed := Abstention{Quote: "m", Reason: ReasonAmbiguous}
	if got := MissedFirst([]Abstention{ruled, ans.Abstained[0], missed, missed}); !slices.EqualFunc(got, []Abstention{missed, missed, ans.Abstained[0], ruled}, func(a, b Abstention) bool { return a.Quote == b.Quote }) {
		t.Errorf("in the order %v", got)
	}
	if len(ans.Alignments) < 3 {
		t.Errorf("%d alignments", len(ans.Alignments))
	}
}
