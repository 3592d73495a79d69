package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"concord/alignment"
	"concord/alignment/crosswalk/suggest"
	"concord/taxonomy"
)

// A Suite runs every gold set under a folder.
type Suite struct {
	Dir       string   // laid out as extraction/, rsd_name/, melo/*/, crosswalk/
	Systems   []string // names of Systems, in the order of the tables
	Reference string   // the system that others are compared with; one of Systems
	Ablations []string // further systems, shown in a table of their own against "fusion"; may be empty
	Words     Tokenizer
	Gold      string                  // file of segments of gold documents; "": none
	Ranker    *alignment.RankerReport // how the engine's ranker did by cross-validation; nil: not known
	Suggested *suggest.Weights        // what crosswalks are suggested with, with how it did by cross-validation; nil: not known

	// Loaded opens a release that the store holds, List imports a file of
	// id<TAB>label in a language into a store of its own. The caller of Run
	// closes what they opened.
	Loaded func(ctx context.Context, ref string) (*Scheme, error)
	List   func(ctx context.Context, name, path string, lang taxonomy.Lang) (*Scheme, error)

	// Predicate tells the predicate from a text (title and description) to a
	// concept; nil: it is not measured.
	Predicate func(ctx context.Context, title, description string, concept taxonomy.URI) (string, error)

	Progress func(set, system string) // told what comes next
}

// A Report is what a suite measured.
type Report struct {
	Sets       []SetReport
	Headline   []Headline
	Predicates *Confusion // over the gold pairs of the crosswalk; nil if not measured
	Majority   *Confusion // what saying the commonest would reach there
	Published  []Published
	Ranker     *alignment.RankerReport
	Suggested  *suggest.Weights
	Documents  *Documents // nil: not measured
}

// A SetReport holds the results on one set, by system.
type SetReport struct {
	Name, Task, Scheme, What string
	Form                     Form
	Queries, Negatives       int
	Results                  []*Result // in the order of the suite's systems
	Ablations                []*Result
}

// A Headline is the mean of the two validation sets of job-ad sentences.
type Headline struct {
	System  string
	Figures map[string]Figure
}

// A job is a set and how its scheme is had.
type job struct {
	name     string // "": as the files are called
	form     Form
	files    Files
	task     string // of published figures
	what     string
	kinds    []taxonomy.Kind
	lang     taxonomy.Lang // of the queries
	segments string        // file of segments, in place of files
	release  string        // in the store, or …
	list     string        // … a list of candidates
	listIn   taxonomy.Lang
}

// ExtractionRelease is the release the gold of the extraction sets and of the
// crosswalk is made for.
const ExtractionRelease = "esco@1.1.0"

// jobs lists the sets that are there.
func (s *Suite) jobs() ([]job, error) {
	at := func(parts ...string) string { return filepath.Join(append([]string{s.Dir}, parts...)...) }
	var all []job
	for _, e := range [][3]string{
		{"house.validation", "house", "sentences of job ads"},
		{"tech.validation", "tech", "sentences of job ads in technology"},
		{"skillskape.dev", "", "written sentences"},
	} {
		f := Files{Queries: at("extraction", e[0]+".queries.tsv"), Gold: at("extraction", e[0]+".qrels.tsv"), Negatives: at("extraction", e[0]+".neg.tsv")}
		if !exists(f.Negatives) {
			f.Negatives = ""
		}
		all = append(all, job{form: Extraction, files: f, task: e[1], what: e[2] + " → ESCO skills", lang: "en", release: ExtractionRelease, kinds: []taxonomy.Kind{taxonomy.Skill, taxonomy.Knowledge}})
	}
	if s.Gold != "" {
		all = append(all, job{form: Extraction, segments: s.Gold, what: "segments of credentials and courses written for this project, each without its document → ESCO skills", lang: "en", release: ExtractionRelease, kinds: []taxonomy.Kind{taxonomy.Skill, taxonomy.Knowledge}})
	}
	all = append(all, job{form: Extraction, files: Files{Queries: at("rsd_name", "name.queries.tsv"), Gold: at("rsd_name", "name.qrels.tsv")},
		what: "names of rich skill descriptors → curated labels", lang: "en", list: at("rsd_name", "candidates.tsv"), listIn: "en"})
	dirs, err := filepath.Glob(at("melo", "*", "corpus_elements.tsv"))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", taxonomy.ErrInvalid, err)
	}
	for _, corpus := range dirs {
		dir := filepath.Dir(corpus)
		name := filepath.Base(dir)
		asked, of, ok := meloLanguages(name)
		if !ok {
			return nil, fmt.Errorf("%w: %s is not named like deu_q_de_c_de", taxonomy.ErrInvalid, dir)
		}
		all = append(all, job{form: MELO, files: Files{Queries: filepath.Join(dir, "queries.tsv"), Gold: filepath.Join(dir, "annotations.tsv")},
			task: name, what: "national occupation titles → ESCO occupation labels", lang: asked, list: corpus, listIn: of})
	}
	all = append(all, job{name: "crosswalk.dev", form: Crosswalk, files: Files{Queries: at("crosswalk", "source_onet.dev.tsv"), Gold: at("crosswalk", "gold_occupations.dev.tsv")},
		what: "O*NET occupations (title and description) → ESCO occupations", lang: "en", release: ExtractionRelease, kinds: []taxonomy.Kind{taxonomy.Occupation}})
	all = slices.DeleteFunc(all, func(j job) bool { return !exists(cmp.Or(j.segments, j.files.Gold)) })
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: %s holds no gold set; extraction/house.validation.qrels.tsv is one", taxonomy.ErrNotFound, s.Dir)
	}
	return all, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// meloLanguages reads deu_q_de_c_en: queries in German, labels in English.
func meloLanguages(name string) (asked, of taxonomy.Lang, ok bool) {
	p := strings.Split(name, "_")
	if len(p) != 5 || p[1] != "q" || p[3] != "c" {
		return "", "", false
	}
	return taxonomy.ParseLang(p[2]), taxonomy.ParseLang(p[4]), true
}

// Run measures every system on every set.
func (s *Suite) Run(ctx context.Context) (*Report, error) {
	jobs, err := s.jobs()
	if err != nil {
		return nil, err
	}
	r := &Report{Ranker: s.Ranker, Suggested: s.Suggested}
	if path := filepath.Join(s.Dir, "melo", "published_results_all.tsv"); exists(path) {
		err := readFile(path, func(f io.Reader) (err error) { r.Published, err = ReadMELOResults(f, path); return })
		if err != nil {
			return nil, err
		}
	}
	for _, j := range jobs {
		set, err := j.read()
		if err != nil {
			return nil, err
		}
		set.Name = cmp.Or(j.name, set.Name)
		one, err := s.set(ctx, j, set)
		if err != nil {
			return nil, fmt.Errorf("measuring %s: %w", set.Name, err)
		}
		r.Sets = append(r.Sets, *one)
		if j.form == Crosswalk {
			if err := s.predicates(ctx, set, r); err != nil {
				return nil, err
			}
		}
	}
	if s.Gold != "" && exists(filepath.Join(filepath.Dir(s.Gold), "documents")) {
		if s.Progress != nil {
			s.Progress(s.Gold, "whole documents")
		}
		scheme, err := s.Loaded(ctx, ExtractionRelease)
		if err != nil {
			return nil, err
		}
		if r.Documents, err = MeasureDocuments(ctx, scheme, s.Gold); err != nil {
			return nil, err
		}
	}
	return r, r.headline(s.Systems)
}

func (j job) read() (*Set, error) {
	if j.segments != "" {
		return ReadSegments(j.segments, j.lang)
	}
	return ReadSet(j.form, j.files)
}

func (s *Suite) set(ctx context.Context, j job, set *Set) (*SetReport, error) {
	scheme, err := s.scheme(ctx, j, set.Name)
	if err != nil {
		return nil, err
	}
	out := &SetReport{Name: set.Name, Task: j.task, What: j.what, Form: j.form, Queries: len(set.Gold.IDs), Negatives: len(set.Negatives)}
	if j.release != "" {
		out.Scheme = scheme.Ref.String()
	} else {
		out.Scheme = filepath.Base(j.list)
	}
	measure := func(system string) (*Result, error) {
		if s.Progress != nil {
			s.Progress(set.Name, system)
		}
		rank, err := Open(ctx, system, scheme, Options{Lang: j.lang, Kinds: j.kinds}, s.Words)
		if err != nil {
			return nil, err
		}
		run, latency, err := set.Rank(ctx, rank)
		if err != nil {
			return nil, err
		}
		res, err := set.Evaluate(system, run)
		if err != nil {
			return nil, err
		}
		res.Scheme, res.Latency = out.Scheme, latency
		return res, nil
	}
	compare := func(list []*Result, with *Result) error {
		for _, r := range list {
			if with != nil && r != with {
				if err := r.Compare(with.System, with); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, system := range s.Systems {
		if j.list != "" && system == "bm25-all" || j.form != Extraction && system == alignSystem {
			continue // a concept of a list has one label; names of occupations are ranked, not aligned
		}
		res, err := measure(system)
		if err != nil {
			return nil, err
		}
		out.Results = append(out.Results, res)
	}
	if err := compare(out.Results, find(out.Results, s.Reference)); err != nil {
		return nil, err
	}
	for _, system := range s.Ablations {
		res, err := measure(system)
		if err != nil {
			return nil, err
		}
		out.Ablations = append(out.Ablations, res)
	}
	return out, compare(out.Ablations, find(out.Results, "fusion"))
}

func (s *Suite) scheme(ctx context.Context, j job, name string) (*Scheme, error) {
	if j.release != "" {
		return s.Loaded(ctx, j.release)
	}
	return s.List(ctx, name, j.list, j.listIn)
}

func find(results []*Result, system string) *Result {
	for _, r := range results {
		if r.System == system {
			return r
		}
	}
	return nil
}

// predicates measures the predicate of every gold pair of the crosswalk.
func (s *Suite) predicates(ctx context.Context, set *Set, r *Report) error {
	texts := map[string]Query{}
	for _, q := range set.Queries {
		texts[q.ID] = q
	}
	var gold, told []string
	for _, p := range set.Pairs {
		if p.Relation == "" {
			continue
		}
		gold = append(gold, p.Relation)
		if s.Predicate == nil {
			continue
		}
		q := texts[p.Source]
		rel, err := s.Predicate(ctx, q.Title, strings.TrimPrefix(strings.TrimPrefix(q.Text, q.Title), ". "), taxonomy.URI(p.Target))
		if errors.Is(err, taxonomy.ErrNotFound) {
			rel, err = "none", nil
		}
		if err != nil {
			return fmt.Errorf("telling the predicate of %s and %s: %w", p.Source, p.Target, err)
		}
		told = append(told, relation(rel))
	}
	r.Majority = Majority(gold)
	if s.Predicate != nil {
		r.Predicates = NewConfusion(gold, told)
	}
	return nil
}

// headlineSets are the sets whose mean the targets speak of.
var headlineSets = []string{"house.validation", "tech.validation"}

func (r *Report) headline(systems []string) error {
	for _, system := range systems {
		var scores []*Scores
		for _, set := range r.Sets {
			if res := find(set.Results, system); res != nil && slices.Contains(headlineSets, set.Name) {
				scores = append(scores, res.scores)
			}
		}
		if len(scores) != len(headlineSets) {
			continue
		}
		h := Headline{System: system, Figures: map[string]Figure{}}
		for _, metric := range Extraction.headlines() {
			f, err := MacroMean(metric, scores...)
			if err != nil {
				return err
			}
			h.Figures[metric] = f
		}
		r.Headline = append(r.Headline, h)
	}
	return nil
}

// MeanSet is the name by which a gate speaks of the headline.
const MeanSet = "validation.mean"

// Results returns every result, the headline as a set of its own.
func (r *Report) Results() []*Result {
	var out []*Result
	for _, h := range r.Headline {
		out = append(out, &Result{Set: MeanSet, System: h.System, Form: Extraction, Metrics: maps.Clone(h.Figures)})
	}
	for _, s := range r.Sets {
		out = append(append(out, s.Results...), s.Ablations...)
	}
	return out
}
