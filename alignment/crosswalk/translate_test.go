package crosswalk_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/alignment"
	"concord/alignment/crosswalk"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// openStore holds three releases of two frameworks, and the mapping sets given.
// trade: bread and rolls under bake, bake under food; trade@1 has fax, which
// trade@2 has no more. school: loaf and song.
func openStore(t *testing.T, sets ...*taxonomy.Crosswalk) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	for _, r := range []struct{ ref, concepts, broader string }{
		{"trade@1", "t:bread t:fax", ""},
		{"trade@2", "t:bread t:rolls t:bake t:food t:oven", "t:bread t:bake t:rolls t:bake t:bake t:food"},
		{"school@1", "s:loaf s:song s:clean s:kitchen x/isco/C7", "s:clean s:kitchen s:kitchen x/isco/C7"},
	} {
		ref, err := taxonomy.ParseRef(r.ref)
		if err != nil {
			t.Fatal(err)
		}
		err = store.Import(t.Context(), taxonomy.Release{Ref: ref, Digest: "sha256:" + r.ref, Imported: time.Unix(1700000000, 0)}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			for _, uri := range strings.Fields(r.concepts) {
				label := taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: "en", Text: "the " + uri}
				if err := w.PutConcept(&taxonomy.Concept{URI: taxonomy.URI(uri), Kind: taxonomy.Skill, Labels: []taxonomy.Label{label}}); err != nil {
					return err
				}
			}
			up := strings.Fields(r.broader)
			for i := 0; i < len(up); i += 2 {
				if _, err := w.PutRelation(taxonomy.Relation{Subject: taxonomy.URI(up[i]), Predicate: taxonomy.Broader, Object: taxonomy.URI(up[i+1])}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err = store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for _, c := range sets {
			if err := w.PutMappingSet(&c.MappingSet); err != nil {
				return err
			}
			for _, m := range c.Mappings {
				if _, err := w.PutMapping(&m); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func sourced(c *taxonomy.Crosswalk, subject, object string) *taxonomy.Crosswalk {
	c.SubjectSource, c.ObjectSource = subject, object
	return c
}

func inverted(c *taxonomy.Crosswalk) *taxonomy.Crosswalk {
	c.Direction = taxonomy.Inverted
	return c
}

func short(c crosswalk.Claim) string {
	return strings.NewReplacer("skos:", "", "Match", "").Replace(c.String())
}

func TestTranslate(t *testing.T) {
	tests := []struct {
		name, uri, ref, to string
		sets               []*taxonomy.Crosswalk
		want               string
	}{
		{"one step", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:bread broad s:loaf 0.8")}, "broad s:loaf 0.80 via s:loaf"},
		{"backwards", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("st", "s:loaf broad t:bread 0.8")}, "narrow s:loaf 0.80 via s:loaf"},
		{"three steps", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("tx", "t:bread exact x1 1"), set("yx", "y1 exact x1 1"), set("ys", "y1 close s:loaf 1")}, "close s:loaf 0.81 via x1 y1 s:loaf"},
		{"not four", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("x", "t:bread exact x1 1", "x1 exact y1 1", "y1 exact z1 1", "z1 exact s:loaf 1")}, ""},
		{"best first", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:bread related s:song 1", "t:bread close s:loaf 0.7", "t:bread close s:clean 0.9", "t:bread exact s:kitchen 0.4")},
			"exact s:kitchen 0.40 via s:kitchen, close s:clean 0.90 via s:clean, close s:loaf 0.70 via s:loaf, related s:song 1.00 via s:song"},
		{"accepted only", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:bread exact s:loaf 1 proposed", "t:bread exact s:song 1 rejected", "t:bread not exact s:clean 1")}, ""},
		{"contradicted", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:bread exact s:loaf 0.5"), set("ts2", "t:bread not close s:loaf", "t:bread broad s:loaf 0.9")}, "exact s:loaf 0.50 via s:loaf, but chain, but chain"},
		{"not through an inverted set", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{inverted(set("ts", "t:bread exact s:loaf"))}, "; left out urn:ts"},
		{"up one", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:bake exact s:kitchen 0.8", "t:bread close x1 1")}, "broad s:kitchen 0.72 via t:bake s:kitchen, by hierarchy"},
		{"up two", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:food exact s:kitchen 1")}, "broad s:kitchen 0.81 via t:bake t:food s:kitchen, by hierarchy"},
		{"up says nothing of what is close or narrower", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:bake close s:kitchen 1", "t:bake narrow s:song 1")}, ""},
		{"no need to go up", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:bread related s:song 0.5", "t:bake exact s:kitchen 0.8")}, "related s:song 0.50 via s:song"},
		{"up at the other end", "t:bread", "trade@2", "isco", []*taxonomy.Crosswalk{set("ts", "t:bread exact s:clean 1")}, "broad x/isco/C7 0.81 via s:clean s:kitchen x/isco/C7, by hierarchy"},
		{"not through another concept of its own", "t:bread", "trade@2", "school", []*taxonomy.Crosswalk{set("tx", "t:bread exact x1", "t:oven exact x1"), set("ts", "t:oven exact s:song")}, ""},
		{"of the framework itself", "t:bread", "trade@2", "trade", nil, "exact t:bread 1.00 via"},
		{"another release of it", "t:fax", "trade@1", "trade@2", []*taxonomy.Crosswalk{set("tt", "t:fax broad t:oven 1")}, "broad t:oven 1.00 via t:oven"},
		{"not loaded, from a set that says its source", "t:bread", "trade@2", "rome", []*taxonomy.Crosswalk{sourced(set("tr", "t:bread exact r1 0.9"), "trade", "https://rome.example/ROME")}, "exact r1 0.90 via r1"},
		{"from what is not loaded", "r1", "", "trade@2", []*taxonomy.Crosswalk{sourced(set("tr", "t:bread exact r1 0.9"), "trade", "ROME")}, "exact t:bread 0.90 via t:bread"},
		{"somebody looked", "t:oven", "trade@2", "school", []*taxonomy.Crosswalk{set("ts", "t:bread exact s:loaf", "t:oven none")}, "; no term in urn:ts"},
		{"somebody looked elsewhere", "t:oven", "trade@2", "school", []*taxonomy.Crosswalk{set("tr", "t:bread exact r1", "t:oven none")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := openStore(t, tt.sets...)
			to, err := crosswalk.FindFramework(t.Context(), store, tt.to)
			if err != nil {
				t.Fatal(err)
			}
			var ref taxonomy.Ref
			if tt.ref != "" {
				if ref, err = taxonomy.ParseRef(tt.ref); err != nil {
					t.Fatal(err)
				}
			}
			out, err := crosswalk.NewGraph(store).Translate(t.Context(), taxonomy.URI(tt.uri), ref, to, "en")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, tr := range out.Translations {
				line := fmt.Sprintf("%s %s %.2f via", short(tr.Claim), tr.URI, tr.Confidence)
				for _, s := range tr.Path {
					line += " " + string(s.Object)
				}
				if tr.Hierarchy {
					line += ", by hierarchy"
				}
				for _, c := range tr.Contradictions {
					line += ", but " + string(c.Kind)
				}
				got = append(got, line)
			}
			text := strings.Join(got, ", ")
			for _, s := range out.NoTerm {
				text += "; no term in " + string(s.Set)
			}
			for _, s := range out.LeftOut {
				text += "; left out " + s
			}
			if text != tt.want {
				t.Errorf("translations %q, want %q", text, tt.want)
			}
		})
	}
}

// TestTranslateCircle: a chain goes through no concept twice.
func TestTranslateCircle(t *testing.T) {
	store := openStore(t, set("x", "t:bread exact s:loaf 1", "s:loaf exact x1 1", "x1 exact s:loaf 0.9", "x1 exact t:bread 0.9"))
	to, err := crosswalk.FindFramework(t.Context(), store, "school")
	if err != nil {
		t.Fatal(err)
	}
	out, err := crosswalk.NewGraph(store).Translate(t.Context(), "t:bread", taxonomy.Ref{Scheme: "trade", Version: "2"}, to, "en")
	if err != nil || len(out.Translations) != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	var got []string
	tr := out.Translations[0]
	for _, c := range append([]crosswalk.Chain{{Steps: tr.Path}}, tr.Others...) {
		got = append(got, c.String())
	}
	want := []string{
		"t:bread skos:exactMatch s:loaf (1, urn:x line 1)",
		"t:bread skos:exactMatch x1 (0.9, urn:x line 4, read backwards) then x1 skos:exactMatch s:loaf (1, urn:x line 2, read backwards)",
		"t:bread skos:exactMatch x1 (0.9, urn:x line 4, read backwards) then x1 skos:exactMatch s:loaf (0.9, urn:x line 3)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("chains (-want +got):\n%s", diff)
	}
}

func TestFindFramework(t *testing.T) {
	store := openStore(t, sourced(set("tr", "t:bread exact r1"), "trade", "starter:rome-4"))
	for name, want := range map[string]error{"trade": nil, "trade@1": nil, "ROME-4": nil, "starter:rome-4": nil, "isco": nil, "trade@9": taxonomy.ErrNotFound, "rome": taxonomy.ErrNotFound, "": taxonomy.ErrNotFound} {
		if _, err := crosswalk.FindFramework(t.Context(), store, name); !errors.Is(err, want) {
			t.Errorf("FindFramework(%q): %v, want %v", name, err, want)
		}
	}
	if _, err := crosswalk.FindFramework(t.Context(), store, "onet"); err == nil || !strings.Contains(err.Error(), "school, trade, starter:rome-4") {
		t.Errorf("an unknown framework: %v", err)
	}
}

// TestRouteThrough finds the sets between frameworks, whichever way they run.
func TestRouteThrough(t *testing.T) {
	sets := []*taxonomy.Crosswalk{
		sourced(set("rt", "r1 exact t:bread", "r2 exact t:fax"), "ROME", "trade"), set("st", "s:loaf exact t:bread", "s:song exact t:fax"),
		set("ts", "t:oven broad s:kitchen"), sourced(set("rs", "r1 close s:loaf"), "ROME", ""), set("zz", "z1 exact z2"),
	}
	store := openStore(t, sets...)
	tests := []struct{ names, want, inferred string }{
		{"rome trade school", "1 urn:rt, 2 urn:st back, 2 urn:ts, direct urn:rs", "r1 exact s:loaf 0.7290 direct, r2 exact s:song 0.7290"},
		{"school trade rome", "1 urn:st, 1 urn:ts back, 2 urn:rt back, direct urn:rs back", "s:loaf exact r1 0.7290 direct, s:song exact r2 0.7290"},
		{"rome school", "1 urn:rt, 2 urn:st back, 2 urn:ts, direct urn:rs", "r1 exact s:loaf 0.7290 direct, r2 exact s:song 0.7290"},
		{"rome trade", "1 urn:rs, 2 urn:st, 2 urn:ts back, direct urn:rt", "r1 close t:bread 0.7290 direct"},
		{"school trade school", "1 urn:st, 1 urn:ts back, 2 urn:st back, 2 urn:ts", ""},
	}
	for _, tt := range tests {
		var frameworks []*crosswalk.Framework
		for _, name := range strings.Fields(tt.names) {
			f, err := crosswalk.FindFramework(t.Context(), store, name)
			if err != nil {
				t.Fatal(err)
			}
			frameworks = append(frameworks, f)
		}
		route, err := crosswalk.RouteThrough(t.Context(), sets, frameworks)
		if err != nil {
			t.Errorf("%s: %v", tt.names, err)
			continue
		}
		var got []string
		part := func(head string, p crosswalk.Part) {
			text := head + " " + string(p.ID)
			if p.Turned {
				text += " back"
			}
			got = append(got, text)
		}
		for i, leg := range route.Legs {
			for _, p := range leg {
				part(fmt.Sprint(i+1), p)
			}
		}
		for _, p := range route.Direct {
			part("direct", p)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.names, diff)
		}
		inf, err := crosswalk.Infer(t.Context(), route.Legs, crosswalk.InferOptions{Direct: route.Direct})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, m := range inf.Mappings {
			lines = append(lines, line(m))
		}
		if diff := cmp.Diff(tt.inferred, strings.Join(lines, ", ")); diff != "" {
			t.Errorf("%s: inferred (-want +got):\n%s", tt.names, diff)
		}
	}

	trade, _ := crosswalk.FindFramework(t.Context(), store, "trade")
	if _, err := crosswalk.RouteThrough(t.Context(), sets[4:], []*crosswalk.Framework{trade, trade, trade}); !errors.Is(err, taxonomy.ErrNotFound) || !strings.Contains(err.Error(), "no mapping set joins trade and trade") {
		t.Errorf("no way: %v", err)
	}

	// Ends of a release that was named.
	school, _ := crosswalk.FindFramework(t.Context(), store, "school")
	two, _ := crosswalk.FindFramework(t.Context(), store, "trade@2")
	route := crosswalk.Route{Legs: []crosswalk.Leg{{{Crosswalk: sets[1]}}, {{Crosswalk: set("tt", "t:bread exact t:bread2", "t:fax exact t:oven")}}}}
	from, to, err := route.Ends(t.Context(), school, two)
	if err != nil || from != nil || to == nil || !to("t:oven") || to("t:bread2") {
		t.Errorf("Ends: %v", err)
	}
}

func TestTranslateAnswer(t *testing.T) {
	store := openStore(t, set("ts", "t:bread broad s:loaf 0.8", "t:bread exact s:kitchen 0.5", "r1 exact s:song 1"))
	to, err := crosswalk.FindFramework(t.Context(), store, "school")
	if err != nil {
		t.Fatal(err)
	}
	a := &alignment.Answer{Document: &alignment.Document{Name: "A badge", Digest: "sha256:1", Lang: "en"},
		Stated: []alignment.StatedAnswer{
			{Stated: alignment.Stated{Pointer: "/alignment/0", URI: "r1"}, State: alignment.StateUnknown, Why: "not loaded"},
			{Stated: alignment.Stated{Pointer: "/alignment/1", Name: "Juggling"}, State: alignment.StateUnknown, Why: "no release has it"},
		},
		Alignments: []alignment.Alignment{{URI: "t:bread", Label: "bread", Scheme: "trade", Release: "2", Predicate: taxonomy.CloseMatch, Probability: 0.5, Evidence: []alignment.Evidence{{Pointer: "/name"}}}}}
	list, err := crosswalk.NewGraph(store).TranslateAnswer(t.Context(), a, to)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d translations, %v", len(list), err)
	}
	if d := list[0]; d.From != crosswalk.FromStated || d.Pointer != "/alignment/0" || len(d.Translations) != 1 || d.Translations[0].URI != "s:song" || d.Together != nil {
		t.Errorf("what is stated and not loaded: %+v", d)
	}
	if d := list[1]; d.Translated != nil || d.Stated != "Juggling" || d.Why != "no release has it" {
		t.Errorf("what nothing knows: %+v", d)
	}
	d := list[2]
	if d.Document != "sha256:1" || d.Pointer != "/name" || len(d.Translations) != 2 || len(d.Together) != 2 {
		t.Fatalf("what is proposed: %+v", d)
	}
	// close then exact is close, 0.5 × 0.5 × 0.9; close then broad is nothing.
	if c := d.Together[0]; c.Claim == nil || *c.Claim != claim(taxonomy.CloseMatch) || c.Confidence != 0.225 {
		t.Errorf("together %+v", c)
	}
	if c := d.Together[1]; c.Claim != nil || c.Confidence != 0 {
		t.Errorf("together %+v", c)
	}
}
