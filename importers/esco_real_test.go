package importers

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/importers/source"
	"concord/taxonomy"
)

// A factCounter is a Writer that counts what it is given and keeps nothing but names.
type factCounter struct {
	kinds      map[taxonomy.Kind]int
	predicates map[taxonomy.Predicate]int
	has        map[taxonomy.URI]taxonomy.Kind
	joined     map[[3]string]bool
	langs      map[taxonomy.Lang]int // preferred labels
	members    map[string]int
	occupation int // relations of a skill to an occupation
}

func newFactCounter() *factCounter {
	return &factCounter{kinds: map[taxonomy.Kind]int{}, predicates: map[taxonomy.Predicate]int{}, has: map[taxonomy.URI]taxonomy.Kind{},
		joined: map[[3]string]bool{}, langs: map[taxonomy.Lang]int{}, members: map[string]int{}}
}

func (w *factCounter) SetRelease(taxonomy.Release) error { return nil }

func (w *factCounter) PutConcept(c *taxonomy.Concept) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if _, ok := w.has[c.URI]; !ok {
		w.has[c.URI] = c.Kind
		w.kinds[c.Kind]++
	}
	for _, l := range c.Labels {
		if l.Kind == taxonomy.PrefLabel {
			w.langs[l.Lang]++
		}
	}
	for _, name := range c.Property(taxonomy.PropCollection) {
		w.members[name]++
	}
	return nil
}

func (w *factCounter) Has(u taxonomy.URI) bool { _, ok := w.has[u]; return ok }

func (w *factCounter) PutRelation(r taxonomy.Relation) (bool, error) {
	for _, u := range []taxonomy.URI{r.Subject, r.Object} {
		if !w.Has(u) {
			return false, fmt.Errorf("%w: %s", taxonomy.ErrNotFound, u)
		}
	}
	if r.Subject == r.Object {
		return false, taxonomy.ErrInvalid
	}
	key := [3]string{string(r.Subject), string(r.Predicate), string(r.Object)}
	if w.joined[key] {
		return false, nil
	}
	w.joined[key] = true
	w.predicates[r.Predicate]++
	if (r.Predicate == taxonomy.EssentialFor || r.Predicate == taxonomy.OptionalFor) && w.has[r.Object] == taxonomy.Occupation {
		w.occupation++
	}
	return true, nil
}

func (w *factCounter) PutMappingSet(*taxonomy.MappingSet) error   { return nil }
func (w *factCounter) PutMapping(*taxonomy.Mapping) (bool, error) { return true, nil }

// facts returns the counts called names: a kind, a predicate, "pref" and a
// language, "in" and a collection, "to occupations".
func (w *factCounter) facts(names iter.Seq[string]) map[string]int {
	out := map[string]int{}
	for name := range names {
		lang, pref := strings.CutPrefix(name, "pref ")
		collection, in := strings.CutPrefix(name, "in ")
		switch {
		case pref:
			out[name] = w.langs[taxonomy.Lang(lang)]
		case in:
			out[name] = w.members[collection]
		case name == "to occupations":
			out[name] = w.occupation
		case strings.Contains(name, ":"):
			out[name] = w.predicates[taxonomy.Predicate(name)]
		default:
			out[name] = w.kinds[taxonomy.Kind(name)]
		}
	}
	return out
}

// readReal reads the only plan of real files into w.
func readReal(t *testing.T, w taxonomy.Writer, want string, opt Options, paths ...string) *Report {
	t.Helper()
	set, err := source.Open(paths)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	start := time.Now()
	plans, _, err := Detect(set, opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(plans) != 1 || plans[0].Release.Ref.String() != want {
		t.Fatalf("%d plans, the first for %s; want one for %s", len(plans), plans[0].Release.Ref, want)
	}
	detected := time.Since(start)
	report, err := plans[0].Read(context.Background(), w, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: detected in %v, read in %v: %d concepts, %d relations, problems %v", want, detected, time.Since(start)-detected, report.Concepts, report.Relations, report.Counts)
	return report
}

// TestESCOReal reads every release at hand. The rows are those of the folder's
// README.
func TestESCOReal(t *testing.T) {
	type counts map[string]int
	tests := []struct {
		release  string
		archives []string
		rows     counts // by file name
		facts    counts // kinds, predicates, "pref" and language, "in" and collection
		problems counts
	}{
		{"esco@1.0.3", []string{"esco-1.0.3-en-fr-es.zip"},
			counts{"skills_en-us.csv": 13485, "skills_fr.csv": 13485, "skills_es.csv": 13485, "occupations_en.csv": 2942, "broaderRelationsSkillPillar.csv": 7161},
			counts{"skill": 10583, "knowledge": 2902, "occupation": 2942, "occupation-group": 619, "skill-group": 17, "skos:broader": 10557,
				"pref en": 3578, "pref en-us": 16414, "pref es": 17063, "pref fr": 17063},
			counts{"double-skill-type": 1, "untranslated": 1}},
		{"esco@1.0.8", []string{"esco-1.0.8-occupations-26-languages.zip"},
			counts{"occupations_el.csv": 2942, "occupations_is.csv": 2942, "ISCOGroups_ga.csv": 619},
			counts{"occupation": 2942, "occupation-group": 619, "skos:broader": 3551, "pref en": 3561, "pref mt": 3561, "pref is": 2942, "pref no": 3518},
			counts{"untranslated": 3}},
		{"esco@1.1.0", []string{"esco-1.1.0-en.zip", "esco-1.1.0-relations.zip"},
			counts{"skills_en.csv": 13891, "occupations_en.csv": 3008, "occupationSkillRelations.csv": 123852, "skillSkillRelations.csv": 5899},
			counts{"skill": 10834, "knowledge": 3057, "occupation": 3008, "occupation-group": 619, "skill-group": 643,
				"skos:broader": 24388, "esco:isEssentialFor": 65287, "esco:isOptionalFor": 64463, "pref en": 18161, "in ict": 21, "in green": 570},
			counts{"self-relation": 1, "left-out": 1}},
		{"esco@1.1.1", []string{"esco-1.1.1-en.zip", "esco-1.1.1-relations.zip"},
			counts{"skills_en.csv": 13896, "occupations_en.csv": 3007, "occupationSkillRelations.csv": 123855, "skillsHierarchy_en.csv": 647},
			counts{"skill": 10837, "knowledge": 3059, "occupation": 3007, "occupation-group": 619, "skill-group": 647,
				"skos:broader": 24272, "esco:isEssentialFor": 65082, "esco:isOptionalFor": 64604, "to occupations": 123788, "pref en": 18169,
				"in digcomp": 26, "in digital": 1201, "in green": 570, "in language": 346, "in research": 162, "in transversal": 96},
			counts{"dangling-relation": 68, "group-only-in-hierarchy": 7, "self-relation": 1, "left-out": 1}},
		{"esco@1.2.0", []string{"esco-1.2.0-en.zip"},
			counts{"skills_en.csv": 13939, "occupations_en.csv": 3039, "occupationSkillRelations_en.csv": 129004},
			counts{"skill": 10793, "knowledge": 3146, "occupation": 3039, "occupation-group": 619, "skill-group": 640,
				"skos:broader": 24474, "to occupations": 129004, "pref en": 18237, "in digital": 1284},
			counts{"self-relation": 1, "left-out": 1}},
	}
	for _, tt := range tests {
		t.Run(tt.release, func(t *testing.T) {
			var paths []string
			for _, a := range tt.archives {
				paths = append(paths, realData(t, "esco", a))
			}
			w := newFactCounter()
			report := readReal(t, w, tt.release, Options{}, paths...)
			rows := counts{}
			for _, f := range report.Files {
				if _, ok := tt.rows[path.Base(f.File)]; ok {
					rows[path.Base(f.File)] = f.Rows
				}
			}
			if diff := cmp.Diff(tt.rows, rows); diff != "" {
				t.Errorf("rows (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.facts, counts(w.facts(maps.Keys(tt.facts)))); diff != "" {
				t.Errorf("facts (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.problems, counts(report.Counts)); diff != "" {
				t.Errorf("problems (-want +got)\n%s", diff)
			}
		})
	}
}

// TestESCORealMerge adds relations and then labels in three languages to a
// release that has been read before.
func TestESCORealMerge(t *testing.T) {
	w := newFactCounter()
	readReal(t, w, "esco@1.1.1", Options{}, realData(t, "esco", "esco-1.1.1-en.zip"))
	if n := w.predicates[taxonomy.Broader]; n != 3616+643 {
		t.Errorf("%d broader relations told by codes and hierarchy, want %d", n, 3616+643)
	}
	report := readReal(t, w, "esco@1.1.1", Options{}, realData(t, "esco", "esco-1.1.1-relations.zip"))
	want := map[string]int{"skos:broader": 24272, "esco:isEssentialFor": 65082, "esco:isOptionalFor": 64604}
	if diff := cmp.Diff(want, w.facts(maps.Keys(want))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"dangling-relation": 68, "self-relation": 1}, report.Counts); diff != "" {
		t.Errorf("problems (-want +got)\n%s", diff)
	}
	report = readReal(t, w, "esco@1.1.1", Options{As: taxonomy.Ref{Scheme: "esco", Version: "1.1.1"}}, realData(t, "esco", "esco-skill-labels-de-sv-nl.zip"))
	want = map[string]int{"pref en": 18169, "pref de": 14289, "pref nl": 5418, "pref sv": 13376}
	if diff := cmp.Diff(want, w.facts(maps.Keys(want))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := report.Counts["unknown-concept"] + w.langs["de"] + w.langs["nl"] + w.langs["sv"]; got != 14588+5453+13482 {
		t.Errorf("%d labels added or reported, want %d", got, 14588+5453+13482)
	}
}
