package releases

import (
	"testing"

	"concord/taxonomy"
)

func TestCompose(t *testing.T) {
	const (
		exact, closely  = taxonomy.ExactMatch, taxonomy.CloseMatch
		broad, narrow   = taxonomy.BroadMatch, taxonomy.NarrowMatch
		related, absent = taxonomy.RelatedMatch, taxonomy.Match("")
	)
	for _, tt := range [][3]taxonomy.Match{
		{exact, exact, exact}, {broad, exact, broad}, {exact, narrow, narrow}, {closely, exact, closely}, {exact, closely, closely},
		{closely, broad, related}, {broad, closely, related}, {broad, broad, broad}, {narrow, narrow, narrow},
		{broad, narrow, related}, {narrow, broad, related}, {related, closely, related}, {closely, absent, closely},
	} {
		if got := compose(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s then %s is %s, want %s", tt[0], tt[1], got, tt[2])
		}
	}
}

// TestMisspelt: a slip of the pen is no other name; another word or number is.
func TestMisspelt(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"polish corniches by hand", "polish cornices by hand", true},
		{"read the gage daily", "read the gauge daily", true},
		{"plan teamwork", "plant teamwork", false},
		{"use Loom 2", "use Loom 3", false},
		{"form clay", "foam clay", false},
		{"marine engines", "machine engines", false},
		{"glaze pots", "glaze", false},
	} {
		if got := misspelt(tt.a, tt.b); got != tt.want {
			t.Errorf("misspelt(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

// TestWider: a word more narrows a name, one more thing of a list widens it.
func TestWider(t *testing.T) {
	w := newWords("en", nil)
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"glaze large pots", "glaze pots", true},
		{"glaze pots", "glaze large pots", false},
		{"glaze pots", "glaze pots, plates and bowls", true},
		{"pots and plates", "plates", false},
	} {
		if got := wider(w.overlap(w.terms(tt.a), w.terms(tt.b)), tt.a, tt.b); got != tt.want {
			t.Errorf("wider(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}
