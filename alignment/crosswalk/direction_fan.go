package crosswalk

import (
	"fmt"
	"math"

	"concord/taxonomy"
)

// fanOut judges by how many matches concepts have. A broad concept has many
// narrow ones and a narrow concept few broad ones, so in a set that follows
// SKOS an object has more broadMatch rows than a subject has, and with
// narrowMatch it is the other way round. Where one framework is simply larger,
// all predicates lean the same way; so broad is compared with narrow, and
// where one of them is missing with exact and close. A predicate with nothing
// to compare it with counts half.
func fanOut(edges map[taxonomy.Match][][2]taxonomy.URI) (Evidence, bool) {
	broad, narrow := edges[taxonomy.BroadMatch], edges[taxonomy.NarrowMatch]
	same := append(append([][2]taxonomy.URI(nil), edges[taxonomy.ExactMatch]...), edges[taxonomy.CloseMatch]...)
	rows := len(broad) + len(narrow)
	if rows < minFanRows {
		return Evidence{}, false
	}
	var lean float64 // positive: conforms
	b, n, s := leaning(broad), leaning(narrow), leaning(same)
	switch {
	case len(broad) >= minFanSide && len(narrow) >= minFanSide:
		lean = b - n
	case len(same) >= minFanSide && len(broad) >= minFanSide:
		lean = b - s
	case len(same) >= minFanSide:
		lean = s - n
	case len(broad) >= minFanSide:
		lean = b / 2
	default:
		lean = -n / 2
	}
	share := 1 / (1 + math.Exp(-fanSlope*lean))
	e := Evidence{By: ByFanOut, For: round(share), Against: round(1 - share), Weight: round(fanFull * min(1, float64(rows)/fanFullRows))}
	for _, p := range []struct {
		name string
		list [][2]taxonomy.URI
	}{{"broadMatch", broad}, {"narrowMatch", narrow}} {
		if len(p.list) > 0 {
			if e.Text != "" {
				e.Text += "; "
			}
			perSubject, perObject := fans(p.list)
			e.Text += fmt.Sprintf("%s: %.1f rows per subject, %.1f per object", p.name, perSubject, perObject)
		}
	}
	return e, true
}

// leaning is the log of how many more rows an object has than a subject.
func leaning(edges [][2]taxonomy.URI) float64 {
	if len(edges) == 0 {
		return 0
	}
	perSubject, perObject := fans(edges)
	return math.Log(perObject / perSubject)
}

func fans(edges [][2]taxonomy.URI) (perSubject, perObject float64) {
	subjects, objects := map[taxonomy.URI]bool{}, map[taxonomy.URI]bool{}
	for _, e := range edges {
		subjects[e[0]], objects[e[1]] = true, true
	}
	return float64(len(edges)) / float64(len(subjects)), float64(len(edges)) / float64(len(objects))
}
