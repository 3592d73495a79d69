package alignment

import (
	"strings"
	"testing"

	"concord/data"
)

// TestIdentityWeights: whatever was trained is in the digest, so that an
// answer of other weights does not name the same ones.
func TestIdentityWeights(t *testing.T) {
	e := openKitchen(t, kitchen)
	seen := map[string]string{}
	note := func(what string) {
		t.Helper()
		id := e.Identity().Weights
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s have the same digest %s", what, other, id)
		}
		seen[id] = what
	}
	note("as opened")
	e.Relator = shippedRelator(t)
	note("with a predicate")
	before := e.Identity().Weights
	for text, same := range map[string]bool{
		string(data.Ranker): true,
		strings.Replace(string(data.Ranker), `"trained"`, ` "trained"`, 1): false,
	} {
		var err error
		if e.ranker, err = LoadRanker([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if (e.Identity().Weights == before) != same {
			t.Errorf("a ranker of the same bytes %v: the digest stays %v", same, !same)
		}
	}
	e.ranker = nil
	note("no ranker")
	e.table = nil
	note("no table")
}
