package importers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// The ESCO CSV download, 1.0.3 to 1.2.0: https://esco.ec.europa.eu/en/use-esco/download.
//
// A file's columns say what is in it, by name and never by position; its name
// gives the language (skills_fr.csv) and, for a collection, the collection.
// Left out, because something else in the download says the same: inScheme,
// conceptSchemes (the hierarchy and the collections), the labels that relation
// and collection files repeat, and status where it is "released".

// An escoRole is what a file holds, in the order the files are read: every
// concept before any relation.
type escoRole int

const (
	escoUnknown       escoRole = iota
	escoConcepts               // skills, occupations, ISCO groups, skill groups
	escoHierarchy              // skillsHierarchy: the tree of skill groups, a path a row
	escoCollection             // members of a collection
	escoBroader                // broaderRelations*
	escoForOccupation          // occupationSkillRelations
	escoForSkill               // skillSkillRelations
	escoSchemes                // conceptSchemes
)

// escoSignatures are the columns that tell a role, the most telling first.
var escoSignatures = []struct {
	role    escoRole
	columns []string
}{
	{escoSchemes, []string{"conceptSchemeUri"}},
	{escoForOccupation, []string{"occupationUri", "relationType", "skillUri"}},
	{escoForSkill, []string{"originalSkillUri", "relationType", "relatedSkillUri"}},
	{escoBroader, []string{"conceptUri", "broaderUri"}},
	{escoHierarchy, []string{"Level 0 URI", "Level 0 preferred term"}},
	{escoCollection, []string{"conceptUri", "preferredLabel", "broaderConceptUri"}},
	{escoConcepts, []string{"conceptUri", "preferredLabel"}},
}

// escoColumns are names that occur in no table but ESCO's.
var escoColumns = []string{"conceptType", "conceptUri", "conceptSchemeUri", "preferredLabel", "altLabels", "hiddenLabels",
	"skillType", "reuseLevel", "iscoGroup", "inScheme", "broaderType", "broaderUri", "occupationUri", "skillUri", "relationType",
	"originalSkillUri", "relatedSkillUri", "Level 0 URI", "Level 0 preferred term", "Level 1 URI"}

// escoName takes the name of a file apart: what it holds and its language,
// also where a browser or a file manager has added " (1)".
var escoName = regexp.MustCompile(`^(skills|occupations|iscogroups|skillgroups|skillshierarchy|broaderrelations[a-z]*|occupationskillrelations|skillskillrelations|[a-z]+collection|conceptschemes|greenshareocc|esco_(?:skill|occupation)_labels)(?:[_-]([a-z]{2,3}(?:[_-][a-z]{2,4})?))?(?: ?\([0-9]+\))?$`)

// An escoFile is one file of an import.
type escoFile struct {
	in   *input
	role escoRole
	stem string        // lower case, without language; empty if the name is not ESCO's
	lang taxonomy.Lang // of its labels
}

// escoTable opens the table in in without counting what is read.
func escoTable(in *input) (*source.Table, error) {
	quiet := *in.File
	quiet.OnRead = nil
	return source.NewTable(&quiet, source.Dialect{})
}

func claimsESCO(in *input) bool {
	if ext := in.ext(); ext != ".csv" && ext != ".tsv" && ext != ".txt" && ext != "" || len(in.opt.Columns) > 0 || in.opt.NoHeader {
		return false
	}
	named := escoName.MatchString(strings.ToLower(in.stem()))
	if !named && !bytes.Contains(in.head, []byte("conceptUri")) && !bytes.Contains(in.head, []byte("skillUri")) && !bytes.Contains(in.head, []byte("SkillUri")) {
		return false
	}
	t, err := escoTable(in)
	if err != nil { // a file of this name in a wrong encoding is best explained by reading it
		return named && !source.LooksLikeHTML(in.head)
	}
	defer t.Close()
	if !named { // a renamed file must look all the more like ESCO
		role := escoRoleOf(t, "")
		return role > escoCollection || role != escoUnknown && t.Has("conceptType")
	}
	n := 0
	for _, c := range escoColumns {
		if t.Has(c) {
			n++
		}
	}
	return n > 1
}

// escoRoleOf tells what a table holds by its columns.
func escoRoleOf(t *source.Table, stem string) escoRole {
	for _, s := range escoSignatures {
		if !slices.ContainsFunc(s.columns, func(c string) bool { return !t.Has(c) }) {
			if s.role == escoConcepts && strings.HasSuffix(stem, "collection") {
				return escoCollection
			}
			return s.role
		}
	}
	return escoUnknown
}

// escoFileOf tells what in holds. One that holds nothing of ESCO is an Error.
func escoFileOf(in *input) (escoFile, error) {
	f := escoFile{in: in, lang: in.opt.Lang}
	if m := escoName.FindStringSubmatch(strings.ToLower(in.stem())); m != nil {
		f.stem = m[1]
		if m[2] != "" {
			f.lang = taxonomy.ParseLang(m[2])
		}
	}
	if f.lang == "" {
		f.lang = "en"
	}
	t, err := escoTable(in)
	if err != nil {
		return f, err
	}
	defer t.Close()
	f.role = escoRoleOf(t, f.stem)
	if f.role == escoUnknown {
		want := escoSignatures[len(escoSignatures)-1].columns
		switch {
		case strings.HasPrefix(f.stem, "broader"):
			want = []string{"conceptUri", "broaderUri"}
		case f.stem == "occupationskillrelations":
			want = []string{"occupationUri", "relationType", "skillUri"}
		case f.stem == "skillskillrelations":
			want = []string{"originalSkillUri", "relationType", "relatedSkillUri"}
		case f.stem == "skillshierarchy":
			want = []string{"Level 0 URI", "Level 0 preferred term"}
		}
		err := t.Require(want...)
		var e *source.Error
		if errors.As(err, &e) {
			e.Text += "; an ESCO file needs " + strings.Join(want, " and ") + ", so take it from the official download again"
		}
		return f, err
	}
	return f, nil
}

// escoPartKey folds what changed in the names of the relation files, which
// are the same in every language, with 1.2.0.
func escoPartKey(name string) string {
	key := strings.ToLower(name)
	for _, prefix := range []string{"broaderrelations", "occupationskillrelations", "skillskillrelations"} {
		if strings.HasPrefix(key, prefix) {
			return strings.Replace(key, "_en.", ".", 1)
		}
	}
	return key
}

// esco reads one release.
type esco struct {
	*reader
	members     map[taxonomy.URI][]string // collections of each concept that is in one
	unlabelled  []escoRow                 // rows without a label, of concepts that may have one elsewhere
	occupations []escoOccupation          // for the hierarchy, where no file has it
	byCode      map[string]taxonomy.URI   // ISCO groups and occupations
}

// An escoRow is where a concept was met.
type escoRow struct {
	uri  taxonomy.URI
	file escoFile
	line int
}

func readESCO(r *reader) error {
	in, err := distinct(r.in)
	if err != nil {
		return err
	}
	files := make([]escoFile, len(in))
	for i, x := range in {
		if files[i], err = escoFileOf(x); err != nil {
			return err
		}
	}
	slices.SortStableFunc(files, func(a, b escoFile) int {
		if a.role != b.role {
			return int(a.role - b.role)
		}
		if a.lang != b.lang {
			return strings.Compare(langRank(a.lang), langRank(b.lang))
		}
		return strings.Compare(a.in.Path, b.in.Path)
	})
	if err := r.w.SetRelease(taxonomy.Release{
		URI:       "http://data.europa.eu/esco/",
		Title:     "European Skills, Competences, Qualifications and Occupations (ESCO)",
		Publisher: "European Commission",
		License:   "Commission Decision 2011/833/EU (reuse with attribution)",
	}); err != nil {
		return err
	}
	e := &esco{reader: r, members: map[taxonomy.URI][]string{}, byCode: map[string]taxonomy.URI{}}
	for _, f := range files {
		if f.role == escoCollection {
			if err := e.membership(f); err != nil {
				return err
			}
		}
	}
	reads := map[escoRole]func(escoFile) error{
		escoConcepts: e.concepts, escoHierarchy: e.groups, escoCollection: e.collection,
		escoBroader: e.broader, escoForOccupation: e.forOccupation, escoForSkill: e.forSkill, escoSchemes: e.schemes,
	}
	related, byFile := false, false
	for _, f := range files {
		if f.role >= escoBroader && !related {
			related = true
			e.reportUnlabelled()
		}
		byFile = byFile || f.role == escoBroader && !strings.Contains(f.stem, "skill")
		if err := reads[f.role](f); err != nil {
			return err
		}
	}
	if !related {
		e.reportUnlabelled()
	}
	for _, f := range files {
		if f.role == escoHierarchy {
			if err := e.tree(f); err != nil {
				return err
			}
		}
	}
	if !byFile {
		return e.occupationTree()
	}
	return nil
}

// langRank orders English first, so that its labels, codes and kinds come first.
func langRank(l taxonomy.Lang) string {
	if l.Base() == "en" {
		return "\x00" + string(l)
	}
	return string(l)
}

// each calls do for every record of f and counts them. A record that has more
// or fewer cells than the header is still read; ragged says whether to report it.
func (e *esco) each(f escoFile, ragged bool, do func(*source.Table, source.Row) error) error {
	t, err := source.NewTable(f.in.File, source.Dialect{})
	if err != nil {
		return err
	}
	defer t.Close()
	for n := 0; ; n++ {
		row, err := t.Next()
		if err == io.EOF {
			e.rows(f.in.Path, n)
			return nil
		}
		if err != nil {
			return err
		}
		if want := len(t.Header); row.Len() > want || ragged && row.Len() < want {
			e.problem(f.in.Path, row.Line, "ragged-row", "has %d cells where the header has %d; what stands in a known column is read", row.Len(), want)
		}
		if err := do(t, row); err != nil {
			return err
		}
		if err := e.alive(); err != nil {
			return err
		}
	}
}

// schemes reads a file whose facts the hierarchy and the collections hold too.
func (e *esco) schemes(f escoFile) error {
	if err := e.each(f, false, func(*source.Table, source.Row) error { return nil }); err != nil {
		return err
	}
	n := e.file(f.in.Path).Rows
	e.problem(f.in.Path, 0, "left-out", "concept schemes left out, with their top concepts: %d; the hierarchy and the collections say the same", n)
	return nil
}

// distinct drops files that are there twice. Files of one name that differ
// cannot be told apart by what a release remembers, so they are an Error.
func distinct(in []*input) ([]*input, error) {
	first := make(map[string]*input, len(in))
	var out []*input
	for _, x := range in {
		key := strings.ToLower(x.Name)
		old := first[key]
		if old == nil {
			first[key] = x
			out = append(out, x)
			continue
		}
		a, err := old.Digest()
		if err != nil {
			return nil, err
		}
		b, err := x.Digest()
		if err != nil {
			return nil, err
		}
		if a != b {
			return nil, &source.Error{File: x.Path, Text: fmt.Sprintf("is not the same as %s, but both would go into one release; import one of them, or each as a release of its own with --as NAME@VERSION", old.Path)}
		}
	}
	return out, nil
}
