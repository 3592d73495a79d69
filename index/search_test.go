package index

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func TestSearchFinds(t *testing.T) {
	x, _ := buildAll(t, fixture(t))
	ws := []taxonomy.Ref{workshop}
	for _, tt := range []struct {
		name      string
		q         Query
		want, why string // the first hit
		others    string // short URIs of the rest that must be there, in order
	}{
		{"exact", Query{Text: "machine learning", Schemes: ws}, "s/ml", "exactly the preferred label (en)", "s/useml s/machine"},
		{"typos", Query{Text: "machne lerning", Schemes: ws}, "s/ml", "found by preferred label (en), 2 typos", "s/useml"},
		{"swapped letters", Query{Text: "pyhton", Schemes: ws}, "s/python", "exactly the hidden label “pyhton” (en)", ""},
		{"exact alternative", Query{Text: "PYTHON", Schemes: ws}, "s/python", "exactly the alternative label “Python” (en)", ""},
		{"British and American", Query{Text: "organizing cultural event", Schemes: ws}, "s/events", "found by preferred label (en)", ""},
		{"no accents", Query{Text: "resume", Schemes: ws}, "s/resume", "found by preferred label (en)", ""},
		{"signs", Query{Text: "c++", Schemes: ws}, "s/cpp", "exactly the preferred label (en)", ""},
		{"other signs", Query{Text: "C#", Schemes: ws}, "s/csharp", "exactly the preferred label (en)", ""},
		{"code", Query{Text: " 2654.1.7 "}, "o/td-7", "code 2654.1.7", ""},
		{"code with a hyphen", Query{Text: "51-35.00"}, "o/cook", "code 51-35.00", ""},
		{"code in lower case", Query{Text: "s5"}, "s/ict", "code S5", ""},
		{"URI", Query{Text: "http://w.example/s/sew"}, "s/sew", "URI http://w.example/s/sew", ""},
		{"last part of a URI", Query{Text: "td-7"}, "o/td-7", "URI http://w.example/o/td-7", ""},
		{"verbatim id", Query{Text: "plain  code 1"}, "plain code 1", "URI plain code 1", ""},
		{"definition", Query{Text: "figures", Schemes: ws}, "s/usedata", "found in the definition", ""},
		{"keyword", Query{Text: "snake logo", Schemes: ws}, "s/python", "found in the keyword", ""},
		{"some words", Query{Text: "learn python quickly", Schemes: ws}, "s/python", "found by alternative label “Python” (en), 1 of 3 words", ""},
		{"start of words", Query{Text: "cult even", Schemes: ws}, "s/events", "found by preferred label (en), start of a word", ""},
		{"German compound", Query{Text: "analyse", Langs: []taxonomy.Lang{"de"}, Schemes: ws}, "s/usedata", "found by alternative label “Datenanalyse” (de), part of a word", ""},
		{"start of a German compound", Query{Text: "Daten", Langs: []taxonomy.Lang{"de"}, Schemes: ws}, "s/usedata", "found by preferred label (de)", ""},
		{"French elision", Query{Text: "événement culturel", Langs: []taxonomy.Lang{"fr"}}, "s/events", "found by preferred label (fr)", ""},
		{"Italian elision", Query{Text: "direttore officina"}, "o/td-7", "exactly the preferred label “direttore dell'officina” (it)", ""},
		{"unstemmed language", Query{Text: "kantina", Langs: []taxonomy.Lang{"mt"}}, "o/cook", "found by preferred label (mt), 1 typo", ""},
		{"label without language", Query{Text: "schedule ovens", Langs: []taxonomy.Lang{"en"}}, "b4", "exactly the preferred label", ""},
		{"stop words only", Query{Text: "by", Schemes: ws}, "s/sew", "found by preferred label (en)", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, err := x.Search(t.Context(), tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Hits) == 0 {
				t.Fatal("no hits")
			}
			if got := short(res.Hits[0].URI); got != tt.want || res.Hits[0].Why != tt.why {
				t.Errorf("first is %s, %q; want %s, %q\nall:\n%s", got, res.Hits[0].Why, tt.want, tt.why, lines(res.Hits))
			}
			rest := res.Hits[1:]
			for want := range strings.FieldsSeq(tt.others) {
				i := slices.IndexFunc(rest, func(h Hit) bool { return short(h.URI) == want })
				if i < 0 {
					t.Fatalf("%s is missing or out of order\nall:\n%s", want, lines(res.Hits))
				}
				rest = rest[i+1:]
			}
		})
	}
}

func TestSearchFilters(t *testing.T) {
	x, _ := buildAll(t, fixture(t))
	for _, tt := range []struct {
		name string
		q    Query
		want string
	}{
		{"every release", Query{Text: "machine learning"}, "b3 s/ml s/useml s/machine"},
		{"one release", Query{Text: "machine learning", Schemes: []taxonomy.Ref{bakery}}, "b3"},
		{"by scheme name", Query{Text: "machine learning", Schemes: []taxonomy.Ref{{Scheme: "bakery"}}}, "b3"},
		{"kind", Query{Text: "machine learning", Kinds: []taxonomy.Kind{taxonomy.Knowledge}}, "s/ml"},
		{"group", Query{Text: "data", Groups: []taxonomy.URI{"http://w.example/s/data"}}, "s/usedata"},
		{"group above", Query{Groups: []taxonomy.URI{"http://w.example/s/ict"}}, "s/data s/ml s/python s/usedata"},
		{"language", Query{Text: "machine learning", Langs: []taxonomy.Lang{"de"}}, ""},
		{"browse", Query{Kinds: []taxonomy.Kind{taxonomy.Occupation}}, "o/cook o/td-7"},
		{"browse a page", Query{Schemes: []taxonomy.Ref{workshop}, Size: 2, From: 3}, "s/csharp s/data"},
		{"nothing", Query{Text: "zzzzzz qqqqqq"}, ""},
		{"a page", Query{Text: "machine learning", Size: 1, From: 1}, "s/ml"},
		{"beyond the last page", Query{Text: "machine learning", Size: 5, From: 500}, ""},
		{"signs only", Query{Text: "?!"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, err := x.Search(t.Context(), tt.q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range res.Hits {
				if tt.q.Text == "" || h.Score >= 60 {
					got = append(got, short(h.URI))
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s%s", diff, lines(res.Hits))
			}
		})
	}
	if _, err := x.Search(t.Context(), Query{Text: "x", Schemes: []taxonomy.Ref{{Scheme: "absent"}}}); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("a scheme that is not open: %v, want ErrNotFound", err)
	}
}

func TestSearchHit(t *testing.T) {
	x, _ := buildAll(t, fixture(t))
	res, err := x.Search(t.Context(), Query{Text: "datenanalyse", Langs: []taxonomy.Lang{"de", "en"}, Facets: true})
	if err != nil {
		t.Fatal(err)
	}
	want := Hit{
		URI: "http://w.example/s/usedata", Release: workshop, Kind: taxonomy.Skill,
		Pref:      taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: "de", Text: "Daten analysieren"},
		Matched:   taxonomy.Label{Kind: taxonomy.AltLabel, Lang: "de", Text: "Datenanalyse"},
		MatchedIn: "label", Why: "exactly the alternative label “Datenanalyse” (de)",
		Score: 117, Parts: Parts{Words: 60, Whole: 30, Exact: 10, Kind: 5, Short: 6, Order: 4, Lang: 2},
	}
	if diff := cmp.Diff(want, res.Hits[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	facets := map[string][]Facet{
		"kind":   {{"skill", 1}},
		"scheme": {{"workshop@2.0", 1}},
		"group":  {{"http://w.example/s/data", 1}, {"http://w.example/s/ict", 1}},
	}
	if diff := cmp.Diff(facets, res.Facets); diff != "" {
		t.Errorf("facets (-want +got):\n%s", diff)
	}
	if res.Total != 1 {
		t.Errorf("total %d, want 1", res.Total)
	}
}

// TestScores checks for many queries that scores are the sums of their parts,
// in range, in order, and the same from an index built anew.
func TestScores(t *testing.T) {
	m := synthetic(1500, 3, "en", "de")
	x, _ := buildAll(t, m)
	y, _ := buildAll(t, m)
	queries := append(prefLabels(m, 50), "manage", "ma", strings.Repeat("sertem nalogmat ", 700), `"a" AND (b* OR ~c) +d -e [f TO g] \`, "\xff\xfe", "2654.1.7")
	for _, text := range queries {
		q := Query{Text: text, Size: 50, Facets: true}
		a, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatalf("%.80q: %v", text, err)
		}
		b, err := y.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatalf("%.80q: another build answers otherwise:\n%s", text, diff)
		}
		if !slices.IsSortedFunc(a.Hits, compareHits) {
			t.Errorf("%.80q: not in order", text)
		}
		for _, h := range a.Hits {
			p := h.Parts
			if math.Abs(h.Score-p.Sum()) > 1e-9 || p.Words > 60+1e-9 || p.Whole > 30+1e-9 || p.Short > 6 || p.Lang > 2 || h.Why == "" {
				t.Errorf("%.80q: %+v", text, h)
			}
		}
	}
}

// TestRecallScores checks that bleve orders what it recalls: a field without
// frequencies would make scores that are no numbers.
func TestRecallScores(t *testing.T) {
	x, _ := buildAll(t, fixture(t))
	s := &x.shards[slices.IndexFunc(x.shards, func(s openShard) bool { return s.ref == workshop })]
	langs := s.languagesFor(nil)
	queries := map[string]query.Query{"suggest": completions("machine l", langs, false), "first letters": completions("ma", langs, true)}
	for b, name := range []string{"strict", "lenient", "loose"} {
		q := parse("analyse figures kantina mashine pyhton direttore", langs).recall(breadth(b))
		queries[name] = filtered(q, taxonomy.Kinds, nil)
		queries[name+" in a group"] = filtered(parse("analyse figures", langs).recall(breadth(b)), nil, []taxonomy.URI{"http://w.example/s/data"})
	}
	for name, q := range queries {
		res, err := s.all.Search(bleve.NewSearchRequest(q))
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Hits) == 0 && (name == "loose" || !strings.Contains("strict lenient", name)) {
			t.Errorf("%s: no hits", name)
		}
		for _, h := range res.Hits {
			if math.IsNaN(h.Score) || math.IsInf(h.Score, 0) || h.Score < 0 {
				t.Errorf("%s: %s scores %v", name, h.ID, h.Score)
			}
		}
	}
}

// TestExactLabelFirst searches for the labels of a synthetic release.
func TestExactLabelFirst(t *testing.T) {
	m := synthetic(1500, 2, "en")
	x, _ := buildAll(t, m)
	for _, text := range prefLabels(m, 20) {
		res, err := x.Search(t.Context(), Query{Text: strings.ToUpper(text)})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Hits) == 0 || res.Hits[0].Pref.Text != text {
			t.Errorf("%q is not the first hit for itself:\n%s", text, lines(res.Hits))
		}
	}
}

func TestSuggest(t *testing.T) {
	x, _ := buildAll(t, fixture(t))
	for _, tt := range []struct {
		q    SuggestQuery
		want string
	}{
		{SuggestQuery{Prefix: ""}, ""},
		{SuggestQuery{Prefix: "  "}, ""},
		{SuggestQuery{Prefix: "m", Schemes: []taxonomy.Ref{workshop}}, "s/ml s/machine"},
		{SuggestQuery{Prefix: "machine", Schemes: []taxonomy.Ref{workshop}}, "s/ml s/machine s/useml"},
		{SuggestQuery{Prefix: "Machine L"}, "b3 s/ml s/useml s/machine"},
		{SuggestQuery{Prefix: "learning mach", Schemes: []taxonomy.Ref{workshop}}, "s/ml s/useml s/machine"},
		{SuggestQuery{Prefix: "machine ", Schemes: []taxonomy.Ref{workshop}}, "s/ml s/machine s/useml"},
		{SuggestQuery{Prefix: "machin ", Schemes: []taxonomy.Ref{workshop}}, ""},
		{SuggestQuery{Prefix: "mach", Kinds: []taxonomy.Kind{taxonomy.Knowledge}}, "s/ml"},
		{SuggestQuery{Prefix: "mach", Size: 1}, "b3"},
		{SuggestQuery{Prefix: "resum"}, "s/resume"},
		{SuggestQuery{Prefix: "résu"}, "s/resume"},
		{SuggestQuery{Prefix: "pyh"}, ""}, // hidden labels are not shown
		{SuggestQuery{Prefix: "evé", Langs: []taxonomy.Lang{"fr"}}, "s/events"},
		{SuggestQuery{Prefix: "daten", Langs: []taxonomy.Lang{"en"}}, ""},
		{SuggestQuery{Prefix: "daten", Langs: []taxonomy.Lang{"de"}}, "s/usedata"},
		{SuggestQuery{Prefix: "off"}, "o/td-7"},
		{SuggestQuery{Prefix: "o"}, "s/events"},
		{SuggestQuery{Prefix: "c"}, "s/csharp s/cpp s/ict o/cook"},
		{SuggestQuery{Prefix: "c+"}, "s/cpp"},
		{SuggestQuery{Prefix: strings.Repeat("x ", 5000)}, ""},
	} {
		hits, err := x.Suggest(t.Context(), tt.q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range hits {
			got = append(got, short(h.URI))
			if h.Why == "" || math.Abs(h.Score-h.Parts.Sum()) > 1e-9 || h.Matched.Kind == taxonomy.HiddenLabel {
				t.Errorf("%q: %+v", tt.q.Prefix, h)
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%.40q (-want +got):\n%s%s", tt.q.Prefix, diff, lines(hits))
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b       string
		most, want int
	}{
		{"machne", "machine", 1, 1}, {"pyhton", "python", 1, 1}, {"same", "same", 2, 0}, {"abc", "xyz", 2, 3},
		{"événement", "evenement", 2, 2}, {"", "ab", 2, 2}, {strings.Repeat("x", 90), strings.Repeat("x", 89), 2, 3}, {"kitten", "sitting", 2, 3},
	} {
		if got := distance(tt.a, tt.b, tt.most); got != tt.want {
			t.Errorf("distance(%.20q, %.20q, %d) = %d, want %d", tt.a, tt.b, tt.most, got, tt.want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	x, _ := buildAll(f, fixture(f))
	for _, s := range []string{"machne lerning", "c++ \"x\" OR *", "http://w.example/s/sew", "'s", "e-", "\x00", "\xff", "𝔘𝔫𝔦"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		res, err := x.Search(t.Context(), Query{Text: text, Facets: true})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(res.Hits, compareHits) || res.Total < len(res.Hits) {
			t.Fatalf("%d hits of %d, sorted %v", len(res.Hits), res.Total, slices.IsSortedFunc(res.Hits, compareHits))
		}
		if _, err := x.Suggest(t.Context(), SuggestQuery{Prefix: text}); err != nil {
			t.Fatal(err)
		}
	})
}
