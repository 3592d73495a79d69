package bench

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

var bakery = []Concept{
	{"http://s/bread", "bake bread", []string{"bread baking", "make loaves of bread"}},
	{"http://s/cake", "bake cakes", nil},
	{"http://s/oven", "fire ovens", []string{"wood oven"}},
	{"http://s/violin", "repair violins", []string{"violins"}},
	{"http://s/bees", "keep bees", nil},
}

func fields(text string) []string { return strings.Fields(strings.ToLower(text)) }

func TestBaselines(t *testing.T) {
	const text = "bake bread in a wood oven"
	want := map[string]string{
		"bm25":     "http://s/bread http://s/cake",
		"bm25-all": "http://s/oven http://s/bread http://s/cake",
		"tfidf":    "http://s/oven http://s/bread http://s/cake",
		"exact":    "http://s/bread http://s/oven", // two words each; a preferred label goes first
	}
	for _, b := range Baselines() {
		t.Run(b.Name, func(t *testing.T) {
			rank := b.New(bakery, 10, fields)
			ranked, err := rank(text)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for i, p := range ranked {
				ids = append(ids, p.ID)
				if i > 0 && p.Score > ranked[i-1].Score {
					t.Errorf("%v rises", ranked)
				}
			}
			if got := strings.Join(ids, " "); got != want[b.Name] {
				t.Errorf("got %s, want %s", got, want[b.Name])
			}
			again, err := rank(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(ranked, again); diff != "" {
				t.Errorf("the second time (-want +got)\n%s", diff)
			}
			for _, nothing := range []string{"", "quantum gravity"} {
				if ranked, err := rank(nothing); err != nil || len(ranked) != 0 {
					t.Errorf("%q found %v, %v", nothing, ranked, err)
				}
			}
		})
	}
}

func TestDictionaryTakesTheLongest(t *testing.T) {
	rank := newDictionary([]Concept{{"java", "java", nil}, {"script", "java script", nil}, {"bean", "script bean", nil}}, 10, fields)
	ranked, err := rank("java script bean")
	if err != nil {
		t.Fatal(err)
	}
	if len(ranked) != 1 || ranked[0].ID != "script" {
		t.Errorf("found %v, want script alone", ranked)
	}
}

// store makes a release of concepts in a real store; those at http://o/ are occupations.
func store(t *testing.T, ref taxonomy.Ref, concepts []Concept) *Scheme {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	err = s.Import(t.Context(), taxonomy.Release{Ref: ref}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for _, c := range concepts {
			labels := []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: c.Preferred}, {Kind: taxonomy.PrefLabel, Lang: "fr", Text: "fr " + c.Preferred}}
			for _, alt := range c.Alternatives {
				labels = append(labels, taxonomy.Label{Kind: taxonomy.AltLabel, Lang: "en", Text: alt})
			}
			kind := taxonomy.Skill
			if strings.HasPrefix(c.ID, "http://o/") {
				kind = taxonomy.Occupation
			}
			if err := w.PutConcept(&taxonomy.Concept{URI: taxonomy.URI(c.ID), Kind: kind, Labels: labels}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &Scheme{Ref: ref, Reader: s}
}

func TestReadConcepts(t *testing.T) {
	s := store(t, taxonomy.Ref{Scheme: "bakery", Version: "1"}, bakery[:2])
	got, err := ReadConcepts(t.Context(), s, Options{Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bakery[:2], got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got, err = ReadConcepts(t.Context(), s, Options{Lang: "fr", Preferred: true}); err != nil || got[0].Preferred != "fr bake bread" || got[0].Alternatives != nil {
		t.Errorf("preferred labels in French: %+v, %v", got, err)
	}
	if _, err := ReadConcepts(t.Context(), s, Options{Kinds: []taxonomy.Kind{taxonomy.Tool}}); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("no tools: %v", err)
	}
}

func TestSuite(t *testing.T) {
	at := fixture(t, map[string]string{
		"extraction/house.validation.queries.tsv": fixtureQueries,
		"extraction/house.validation.qrels.tsv":   fixtureQrels,
		"extraction/house.validation.neg.tsv":     fixtureNeg,
		"extraction/tech.validation.queries.tsv":  "t1\trepair violins\n",
		"extraction/tech.validation.qrels.tsv":    "t1\thttp://s/violin\n",
		"rsd_name/candidates.tsv":                 "A1\tbake bread\nA2\tkeep bees\n",
		"rsd_name/name.queries.tsv":               "r1\tkeep the bees\n",
		"rsd_name/name.qrels.tsv":                 "r1\tA2\n",
		"melo/deu_q_de_c_en/queries.tsv":          "Q1\tkeep bees\n",
		"melo/deu_q_de_c_en/annotations.tsv":      "Q1\t0\tC000001_en_000\t1\n",
		"melo/deu_q_de_c_en/corpus_elements.tsv":  "C000001_en_000\tkeep bees\n",
		"melo/published_results_all.tsv":          "dataset\tmethod\trecip_rank\tP_5\ndeu_q_de_c_en\tmodel\t0.5\t0.1\ndeu_q_de_c_en\tbetter\t0.75\t0.1\n",
		"crosswalk/source_onet.dev.tsv":           "51-1.00\tBakers\tbake bread\n51-2.00\tRepairers\trepair violins\n",
		"crosswalk/gold_occupations.dev.tsv":      "51-1.00\thttp://o/baker\texactMatch\n51-2.00\thttp://o/luthier\tbroadMatch\n51-2.00\thttp://o/baker\tbroadMatch\n",
	})
	lists := map[string][]Concept{"rsd_name": {{ID: "A1", Preferred: "bake bread"}, {ID: "A2", Preferred: "keep bees"}}, "deu_q_de_c_en": {{ID: "C000001_en_000", Preferred: "keep bees"}}}
	skills := store(t, taxonomy.Ref{Scheme: "esco", Version: "1.1.0"}, bakery)
	suite := &Suite{Dir: at(""), Systems: []string{"bm25", "exact", "bm25-all"}, Reference: "bm25",
		Words:  func(_ taxonomy.Lang, text string) []string { return fields(text) },
		Loaded: func(_ context.Context, ref string) (*Scheme, error) { return skills, nil },
		List: func(_ context.Context, name, path string, lang taxonomy.Lang) (*Scheme, error) {
			if lang != "en" || lists[name] == nil {
				t.Errorf("asked for %s in %s", name, lang)
			}
			return store(t, taxonomy.Ref{Scheme: strings.ReplaceAll(name, "_", "-"), Version: "1"}, lists[name]), nil
		},
		Predicate: func(_ context.Context, title, description string, concept taxonomy.URI) (string, error) {
			if title == "Bakers" && description == "bake bread" && concept == "http://o/baker" {
				return "skos:exactMatch", nil
			}
			if concept == "http://o/baker" {
				return "", taxonomy.ErrNotFound
			}
			return "broad", nil
		},
	}
	if _, err := suite.Run(t.Context()); !errors.Is(err, taxonomy.ErrNotFound) || !strings.Contains(err.Error(), "crosswalk.dev") {
		t.Fatalf("a release without occupations: %v", err)
	}
	skills = store(t, skills.Ref, append(slices.Clone(bakery), Concept{ID: "http://o/baker", Preferred: "baker", Alternatives: []string{"bakers"}}, Concept{ID: "http://o/luthier", Preferred: "repair luthier"}))
	report, err := suite.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range report.Sets {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"house.validation", "tech.validation", "rsd_name", "deu_q_de_c_en", "crosswalk.dev"}, names); diff != "" {
		t.Fatalf("sets (-want +got)\n%s", diff)
	}
	near(t, "predicates", report.Predicates.Accuracy(), 2./3)
	house, _ := report.Sets[0].Results[0].Figure("RP@5")
	tech, _ := report.Sets[1].Results[0].Figure("RP@5")
	near(t, "headline", report.Results()[0].Metrics["RP@5"].Value, (house+tech)/2)
	if house == 0 || tech != 1 {
		t.Errorf("RP@5 of bm25: %v and %v", house, tech)
	}
	var buf bytes.Buffer
	if err := report.Markdown(&buf, "concord bench", ""); err != nil {
		t.Fatal(err)
	}
	md := buf.String()
	for _, want := range []string{
		"Written by `concord bench`", "## Mean of house.validation and tech.validation", "5 queries and 2 that state no skill",
		"| *better* (MELO result table) | 75.0 | – |", "| *model* (MELO result table) | 50.0 |", "IReRa", "always the commonest", "| the engine | 66.7 |", "difference from bm25:",
	} {
		if !strings.Contains(md, want) {
			t.Errorf("the report lacks %q:\n%s", want, md)
		}
	}
	// Every table is one: each row has as many cells as its head.
	for _, table := range regexp.MustCompile(`(?m)(^\|.*\n)+`).FindAllString(md, -1) {
		rows := strings.Split(strings.TrimSpace(table), "\n")
		for _, r := range rows {
			if strings.Count(r, "|") != strings.Count(rows[0], "|") {
				t.Errorf("%s\ndoes not fit\n%s", r, rows[0])
			}
		}
	}
}

func TestEvaluate(t *testing.T) {
	s := fixtureSet(t)
	run := Run{
		"q1": {{ID: "http://s/bread", Score: 9, Probability: .9}, {ID: "http://s/x", Score: 8, Probability: .2}},
		"q3": {{ID: "http://s/x", Score: 4, Probability: .4}},
		"n1": {{ID: "http://s/x", Score: 5, Probability: .1}},
		"zz": {{ID: "http://s/x", Score: 5}},
	}
	r, err := s.Evaluate("full", run)
	if err != nil {
		t.Fatal(err)
	}
	if r.Answered != 2 || r.Unknown != 1 || r.Calibration.N != 4 {
		t.Errorf("answered %d, unknown %d, %d outcomes", r.Answered, r.Unknown, r.Calibration.N)
	}
	// By probability q1 .9 and q3 .4 beat n1 .1 and n2 (nothing); q2, q4, q5 tie with n2 and lose to n1.
	near(t, "AUROC", r.Abstention.AUROC.Value, (4+3*.5)/10)
	near(t, "calibration error", r.Calibration.EqualWidth, (.1+.2+.4+.1)/4)
	other, err := s.Evaluate("old", Run{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Compare("old", other); err != nil {
		t.Fatal(err)
	}
	near(t, "difference", r.Differences["RP@1"].Value, .2)
	var buf bytes.Buffer
	if err := r.Print(&buf); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"small: full, 2 of 5 queries answered; 1 others have no gold", "less old", "RP@1", "abstention AUROC (5 with, 2 without)    55.0  20.0 – 90.0", "calibration error"} {
		if !strings.Contains(buf.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, buf.String())
		}
	}
}

func TestSetRank(t *testing.T) {
	s := fixtureSet(t)
	s.Form, s.Gold.IDs = MELO, s.Gold.IDs[:2]
	delete(s.Gold.Relevant, "q3")
	run, latency, err := s.Rank(t.Context(), func(text string) ([]Prediction, error) {
		return []Prediction{{ID: "a", Score: 1.000001}, {ID: "b", Score: 1}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if run["q1"][0].ID != "b" {
		t.Errorf("scores that are one to five decimals are not in trec_eval's order: %v", run["q1"])
	}
	if _, asked := run["q3"]; asked || len(run["n1"]) != 2 {
		t.Error("a query without gold was ranked, or a negative was not")
	}
	if latency.Queries != 4 {
		t.Errorf("timed %d queries, want the 4 that have gold", latency.Queries)
	}
	broken := errors.New("broken")
	if _, _, err := s.Rank(t.Context(), func(string) ([]Prediction, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
