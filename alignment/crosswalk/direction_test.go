package crosswalk

import (
	"fmt"
	"strings"
	"testing"

	"concord/taxonomy"
)

// words of invented occupations, and what narrows them, by language.
var invented = []struct {
	lang            taxonomy.Lang
	broad           []string
	format          string // %[1]s is the broad one, %[2]s a place
	places          []string
	bothSubjectForm string // how the side with both gender forms writes the broad one
}{
	{"en", []string{"gardener", "weaver", "driver", "painter", "baker"}, "%[2]s %[1]s", []string{"mountain", "river", "desert", "island"}, "%s"},
	{"cs", []string{"zahradník", "malíř", "pekař", "kovář"}, "%[1]s %[2]s", []string{"hor", "řek", "ostrovů", "pouští"}, "%[1]s/%[1]ska"},
	{"fr", []string{"jardinier", "tisserand", "boulanger", "peintre"}, "%[1]s de %[2]s", []string{"montagne", "rivière", "désert", "plage"}, "%[1]s/%[1]se"},
	{"fi", []string{"puutarhuri", "kutoja", "leipuri", "maalari"}, "%[2]s%[1]s", []string{"vuori", "joki", "saari", "ranta"}, "%s"},
	{"el", []string{"κηπουρός", "ζωγράφος", "οδηγός", "υφαντής"}, "%[1]s %[2]s", []string{"βουνού", "ποταμού", "νησιού", "ερήμου"}, "%s"},
	{"hu", []string{"kertész", "festő", "pék", "szövő"}, "%[2]s %[1]s", []string{"hegyi", "folyami", "szigeti", "tengeri"}, "%s"},
}

// synthetic is a crosswalk of plain codes; right says that it follows SKOS.
// Its subjects are the broad ones in half of the rows.
func synthetic(lang taxonomy.Lang, right bool, pairs [][2]string) *taxonomy.Crosswalk {
	c := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:x:synthetic", SubjectLang: lang, ObjectLang: lang}}
	for i, p := range pairs { // broad, narrow
		m := taxonomy.Mapping{Subject: taxonomy.URI(fmt.Sprintf("urn:x:a:s%d", i)), Object: taxonomy.URI(fmt.Sprintf("urn:x:b:o%d", i)), Line: i + 2}
		if m.SubjectLabel, m.ObjectLabel, m.Predicate = p[1], p[0], taxonomy.BroadMatch; i%2 == 1 {
			m.SubjectLabel, m.ObjectLabel, m.Predicate = p[0], p[1], taxonomy.NarrowMatch
		}
		if !right {
			m.Predicate = m.Predicate.Inverse()
		}
		c.Mappings = append(c.Mappings, m)
	}
	return c
}

func judged(t *testing.T, d Doctor, c *taxonomy.Crosswalk) *Judgement {
	t.Helper()
	j, err := d.Judge(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestDirectionLanguages(t *testing.T) {
	for _, in := range invented {
		var pairs [][2]string
		for _, b := range in.broad {
			for _, p := range in.places {
				pairs = append(pairs, [2]string{strings.Replace(in.bothSubjectForm, "%s", "%[1]s", 1), fmt.Sprintf(in.format, b, p)})
				pairs[len(pairs)-1][0] = fmt.Sprintf(pairs[len(pairs)-1][0], b)
			}
		}
		for _, right := range []bool{true, false} {
			want, pro := Conforms, Pairs{For: len(pairs)}
			if !right {
				want, pro = Inverted, Pairs{Against: len(pairs)}
			}
			j := judged(t, Doctor{}, synthetic(in.lang, right, pairs))
			if j.Direction != want || j.Pairs != pro || j.Confidence < 0.8 || len(j.Examples) == 0 {
				t.Errorf("%s, right way round %v: %s with confidence %.2f, %+v", in.lang, right, j.Direction, j.Confidence, j.Pairs)
			}
			if n := j.Examples[0]; n.Line == 0 || n.Why == "" || n.SubjectLabel == "" {
				t.Errorf("%s: the example says too little: %+v", in.lang, n)
			}
		}
	}
}

func some(n int) (pairs [][2]string) {
	for i := range n {
		pairs = append(pairs, [2]string{fmt.Sprintf("kind%c worker", 'a'+i), fmt.Sprintf("mountain kind%c worker", 'a'+i)})
	}
	return pairs
}

func TestDirectionUndecided(t *testing.T) {
	if j := judged(t, Doctor{}, &taxonomy.Crosswalk{}); j.Direction != Undecided || j.Confidence != 0 || !strings.Contains(j.Sentence(), "no broad and narrow rows") {
		t.Errorf("nothing: %s, %q", j.Direction, j.Sentence())
	}
	if j := judged(t, Doctor{}, synthetic("en", true, some(4))); j.Direction != Undecided || j.Pairs.For != 4 {
		t.Errorf("four pairs decide nothing: %s, %+v", j.Direction, j.Pairs)
	}
	half := synthetic("en", true, some(20))
	for i := range half.Mappings {
		if i%4 < 2 { // of broad and of narrow rows alike
			half.Mappings[i].Predicate = half.Mappings[i].Predicate.Inverse()
		}
	}
	if j := judged(t, Doctor{}, half); j.Direction != Undecided || j.Pairs != (Pairs{10, 10}) {
		t.Errorf("ten against ten: %s, %+v", j.Direction, j.Pairs)
	}
	// What is said of one concept over and over is said little more than once.
	same := synthetic("en", true, some(20))
	for i := range same.Mappings {
		m := &same.Mappings[i]
		m.Subject, m.SubjectLabel, m.Predicate = taxonomy.URI(fmt.Sprintf("urn:x:a:s%d", i)), fmt.Sprintf("region%d worker", i), taxonomy.BroadMatch
		m.Object, m.ObjectLabel = "urn:x:b:o", "worker"
	}
	if j := judged(t, Doctor{}, same); j.Direction != Undecided || j.Pairs.For != 20 {
		t.Errorf("twenty rows about one concept: %s %.2f, %+v", j.Direction, j.Confidence, j.Kinds)
	}
	// Rejected rows, denials and notes that there is no term have no say.
	mute := synthetic("en", false, some(20))
	for i := range mute.Mappings {
		switch m := &mute.Mappings[i]; i % 3 {
		case 0:
			m.Status = taxonomy.Rejected
		case 1:
			m.Modifier = "Not"
		case 2:
			m.Object = taxonomy.NoTerm
		}
	}
	if j := judged(t, Doctor{}, mute); j.Direction != Undecided || j.Pairs != (Pairs{}) {
		t.Errorf("no row has a say: %s, %+v", j.Direction, j.Pairs)
	}
}

// twoKinds has occupations the wrong way round and ISCO groups the right way.
func twoKinds() *taxonomy.Crosswalk {
	c := synthetic("en", false, some(20))
	for i := range c.Mappings {
		c.Mappings[i].Subject = taxonomy.URI(fmt.Sprintf("http://data.europa.eu/esco/occupation/%08d-0000-4000-8000-000000000000", i))
		c.Mappings[i].ObjectKind = string(taxonomy.Occupation)
	}
	for i := range 20 {
		code := 1111 + i
		c.Mappings = append(c.Mappings, taxonomy.Mapping{
			Subject: taxonomy.URI(fmt.Sprintf("http://data.europa.eu/esco/isco/C%d", code)), SubjectLabel: "a group", Predicate: taxonomy.NarrowMatch,
			Object: taxonomy.URI(fmt.Sprintf("urn:x-concord:land:%d%02d", code, i)), ObjectLabel: "a thing", ObjectKind: string(taxonomy.Occupation), Line: 100 + i})
	}
	return c
}

func TestDirectionMixed(t *testing.T) {
	j := judged(t, Doctor{}, twoKinds())
	got := map[string]Direction{}
	for _, k := range j.Kinds {
		got[k.Kind] = k.Direction
	}
	if j.Direction != Mixed || got["occupation → occupation"] != Inverted || got["isco-group → occupation"] != Conforms {
		t.Errorf("%s: %v", j.Direction, got)
	}
	// One kind whose broad rows run one way and narrow rows the other.
	c := synthetic("en", true, some(24))
	for i := range c.Mappings {
		c.Mappings[i].Predicate = taxonomy.NarrowMatch // what was broad is wrong now
	}
	for i, p := range some(24) {
		c.Mappings = append(c.Mappings, taxonomy.Mapping{Subject: taxonomy.URI(fmt.Sprintf("urn:x:a:t%d", i)), SubjectLabel: p[1], Predicate: taxonomy.BroadMatch,
			Object: taxonomy.URI(fmt.Sprintf("urn:x:b:u%d", i)), ObjectLabel: p[0]})
	}
	for i := range c.Mappings[:24] {
		if m := &c.Mappings[i]; i%2 == 1 { // the narrow rows that were right
			m.SubjectLabel, m.ObjectLabel = m.ObjectLabel, m.SubjectLabel
		}
	}
	if j := judged(t, Doctor{}, c); j.Direction != Mixed || j.Kinds[0].Direction != Mixed {
		t.Errorf("broad right and narrow wrong: %s, %+v", j.Direction, j.Kinds)
	}
}

func TestDirectionGroupsByCode(t *testing.T) {
	// 2133 is a group where 213301 and 213302 are there as well.
	c := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{SubjectLang: "lt", ObjectLang: "lt"}}
	row := func(n int, code string, p taxonomy.Match) {
		c.Mappings = append(c.Mappings, taxonomy.Mapping{Subject: taxonomy.URI(fmt.Sprintf("http://data.europa.eu/esco/occupation/%d", n)), Predicate: p, Object: taxonomy.URI("urn:x-concord:land:" + code)})
	}
	for i := range 20 {
		group := fmt.Sprint(2111 + i)
		row(4*i, group+"01", taxonomy.ExactMatch)
		row(4*i+1, group+"02", taxonomy.CloseMatch)
		row(4*i+2, group, taxonomy.NarrowMatch) // wrong: the group is broader
	}
	j := judged(t, Doctor{}, c)
	if len(j.Kinds) != 1 || j.Kinds[0].Kind != "occupation → concept-group" || j.Kinds[0].Direction != Inverted || j.Kinds[0].Pairs.Against != 20 {
		t.Errorf("%+v", j.Kinds)
	}
	// Plain numbers are no hierarchy: 12 does not hold 120 to 129.
	c.Mappings = nil
	for i := range 300 {
		row(i, fmt.Sprint(i+1), taxonomy.NarrowMatch)
	}
	for _, k := range judged(t, Doctor{}, c).Kinds {
		if strings.Contains(k.Kind, "group") {
			t.Errorf("numbered concepts are taken for groups: %+v", k)
		}
	}
}

func TestDirectionFanOut(t *testing.T) {
	// No labels at all: forty concepts, each broader than five others.
	fan := func(p taxonomy.Match) *taxonomy.Crosswalk {
		c := &taxonomy.Crosswalk{}
		for i := range 200 {
			c.Mappings = append(c.Mappings, taxonomy.Mapping{Subject: taxonomy.URI(fmt.Sprintf("urn:x:a:s%d", i)), Predicate: p, Object: taxonomy.URI(fmt.Sprintf("urn:x:b:o%d", i/5))})
			c.Mappings = append(c.Mappings, taxonomy.Mapping{Subject: taxonomy.URI(fmt.Sprintf("urn:x:a:s%d", i)), Predicate: taxonomy.ExactMatch, Object: taxonomy.URI(fmt.Sprintf("urn:x:b:e%d", i))})
		}
		return c
	}
	if j := judged(t, Doctor{}, fan(taxonomy.BroadMatch)); j.Direction != Conforms || j.Pairs != (Pairs{}) {
		t.Errorf("%s %+v", j.Direction, j.Kinds)
	}
	if j := judged(t, Doctor{}, fan(taxonomy.NarrowMatch)); j.Direction != Inverted {
		t.Errorf("%s %+v", j.Direction, j.Kinds)
	}
	// Where all predicates lean alike one framework is only larger.
	c := fan(taxonomy.BroadMatch)
	for i := range c.Mappings {
		if m := &c.Mappings[i]; m.Predicate == taxonomy.ExactMatch {
			m.Object = taxonomy.URI(fmt.Sprintf("urn:x:b:e%d", i/10))
		}
	}
	if j := judged(t, Doctor{}, c); j.Direction != Undecided {
		t.Errorf("a smaller framework: %s %+v", j.Direction, j.Kinds)
	}
}

func TestDirectionOtherSets(t *testing.T) {
	mute := synthetic("en", false, some(20))
	other := synthetic("en", true, some(20))
	other.ID, other.Title, other.Direction = "urn:x:other", "A good set", taxonomy.Conforms
	for i := range mute.Mappings {
		mute.Mappings[i].SubjectLabel, mute.Mappings[i].ObjectLabel = "", ""
	}
	if j := judged(t, Doctor{}, mute); j.Direction != Undecided {
		t.Errorf("without labels: %s", j.Direction)
	}
	j := judged(t, Doctor{Others: []*taxonomy.Crosswalk{other, mute}}, mute)
	if j.Direction != Inverted || !strings.Contains(j.Examples[0].Why, "A good set says") {
		t.Errorf("with a good set beside it: %s, %+v", j.Direction, j.Examples)
	}
	other.Direction = taxonomy.AsPublished
	if j := judged(t, Doctor{Others: []*taxonomy.Crosswalk{other}}, mute); j.Direction != Undecided {
		t.Errorf("a set that nobody judged has no say: %s", j.Direction)
	}
}

func TestDirectionLanguagesOfSides(t *testing.T) {
	c := synthetic("nl", true, some(20))
	c.ObjectLang = "fr"
	if j := judged(t, Doctor{}, c); j.Pairs != (Pairs{}) {
		t.Errorf("labels of two languages were compared: %+v", j.Pairs)
	}
	for i := range c.Mappings {
		m := &c.Mappings[i]
		m.Slots = taxonomy.Slots{"object_label_nl": {m.ObjectLabel}}
		m.ObjectLabel = "autre"
	}
	if j := judged(t, Doctor{}, c); j.Pairs.For != 20 {
		t.Errorf("the further label was not used: %+v", j.Pairs)
	}
}

func TestWilson(t *testing.T) {
	for _, tt := range []struct{ share, n, want float64 }{
		{1, 10, 0.788}, {0.5, 100, 0.419}, {0.9, 100, 0.840}, {1, 0, 0}, // by hand, z = 1.64
	} {
		if got := round(wilson(tt.share, tt.n)); got != tt.want {
			t.Errorf("wilson(%v, %v) = %v, want %v", tt.share, tt.n, got, tt.want)
		}
	}
}
