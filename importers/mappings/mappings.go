// Package mappings reads and writes crosswalks between skill frameworks: SSSOM,
// SKOS mapping relations, JSKOS, the CSV files of EURES countries and of ESCO
// and O*NET, CASE associations, CTDL alignments, and tables with a column map.
// It tells the format of files, reads each mapping set they hold into a
// [taxonomy.Crosswalk], and writes one in any of these formats with a list of
// what the format could not carry. One file set per format.
//
// Readers keep the source's order and words: which way broad and narrow run is
// judged elsewhere. They drop nothing silently: every row becomes a mapping, a
// mapping to taxonomy.NoTerm (a person looked and found nothing), or a Problem.
package mappings

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// Options are what a person may say about the files.
type Options struct {
	Format  string              // zero: told from the contents
	Columns []string            // tables: role=Header, see table.go
	Set     taxonomy.MappingSet // fields that are not blank stand in for what a source does not say
	With    []*source.File      // files given together with this one, where a format spreads over several
}

// A Result is one mapping set that was read.
type Result struct {
	Crosswalk *taxonomy.Crosswalk
	File      string
	Format    string
	Rows      int // rows, triples or associations read: mappings, NoTerm rows and rows with a problem
	NoTerm    int // mappings of which one side is taxonomy.NoTerm
	Skipped   int // rows that became no mapping, each with a problem
	Problems  []importers.Problem
}

// problem records what could not be used, or was repaired, at a line (0: unknown).
func (r *Result) problem(line int, code, format string, args ...any) {
	r.Problems = append(r.Problems, importers.Problem{File: r.File, Line: line, Code: code, Text: fmt.Sprintf(format, args...)})
}

// skip is problem for a row that becomes no mapping.
func (r *Result) skip(line int, code, format string, args ...any) {
	r.Skipped++
	r.problem(line, code, format, args...)
}

// problemAt is problem for a place in a JSON document.
func (r *Result) problemAt(at *source.Value, code, format string, args ...any) {
	r.Problems = append(r.Problems, importers.Problem{File: r.File, Pointer: at.Pointer(), Code: code, Text: fmt.Sprintf(format, args...)})
}

// add keeps a mapping.
func (r *Result) add(m taxonomy.Mapping) {
	if m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm {
		r.NoTerm++
	}
	m.Set = r.Crosswalk.ID
	r.Crosswalk.Mappings = append(r.Crosswalk.Mappings, m)
}

// A format is one way to write crosswalks down. read or write may be nil.
type format struct {
	name string
	doc  string // one line, for help
	ext  string // of files written: ".sssom.tsv"

	// claims tells whether a file is of this format, by its name and first
	// bytes. Formats are asked in the order of the table.
	claims func(f *source.File, head []byte) bool

	// read reads every mapping set in a file. The error, a source.Error, is for
	// a file that cannot be read at all and says what to do.
	read func(f *source.File, opt Options) ([]*Result, error)

	// write writes a crosswalk and returns what the format cannot carry, by
	// name. The same crosswalk gives the same bytes.
	write func(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error)
}

// formats is every format, in the order they are tried.
var formats = []format{
	euresFormat,
	tableFormat, // before SSSOM, which takes any table with its slots
	workbookFormat,
	sssomFormat,
	jskosFormat,
	caseFormat,
	sssomJSONFormat, // after those that hold SSSOM's slots within their own
	ctdlFormat,      // takes any JSON and RDF with its terms, as the next do
	skosFormat,
	skosJSONFormat,
}

const headSize = 64 << 10

// Recognise returns the name of the format that f is a crosswalk in, or "".
func Recognise(f *source.File) (string, error) {
	head, err := f.Head(headSize)
	if err != nil {
		return "", err
	}
	for _, fm := range formats {
		if fm.claims != nil && fm.claims(f, head) {
			return fm.name, nil
		}
	}
	return "", nil
}

// Read reads the mapping sets that a file holds, in order. A file in no known
// format, or one that cannot be read at all, is a source.Error.
func Read(f *source.File, opt Options) ([]*Result, error) {
	name := opt.Format
	switch {
	case name == "" && len(opt.Columns) > 0 && isWorkbook(f):
		name = workbookFormat.name
	case name == "" && len(opt.Columns) > 0:
		name = tableFormat.name
	case name == "":
		var err error
		if name, err = Recognise(f); err != nil {
			return nil, err
		}
	}
	i := slices.IndexFunc(formats, func(fm format) bool { return fm.name == name && fm.read != nil })
	if i < 0 {
		if opt.Format != "" {
			return nil, fmt.Errorf("%w: no crosswalk format %q is read; the formats are %s", taxonomy.ErrInvalid, opt.Format, names(func(f format) bool { return f.read != nil }))
		}
		return nil, &source.Error{File: f.Path, Text: "is no crosswalk that is known; expected one of: " + names(func(f format) bool { return f.read != nil }) + " (for a table of your own, say what its columns hold with --columns)"}
	}
	results, err := formats[i].read(f, opt)
	if err != nil {
		return nil, err
	}
	digest, err := f.Digest()
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		r.File, r.Format = f.Path, formats[i].name
		complete(&r.Crosswalk.MappingSet, opt.Set, f)
		r.Crosswalk.Format = r.Format
		if r.Crosswalk.Digest == "" {
			r.Crosswalk.Digest = digest
		}
		for j := range r.Crosswalk.Mappings {
			r.Crosswalk.Mappings[j].Set = r.Crosswalk.ID
		}
	}
	return results, nil
}

// complete fills in what the source does not say of its set: from said, and
// an ID made of the title or the file's name.
func complete(s *taxonomy.MappingSet, said taxonomy.MappingSet, f *source.File) {
	for _, field := range []struct {
		to   *string
		said string
	}{
		{&s.Title, said.Title}, {&s.Description, said.Description}, {&s.Version, said.Version}, {&s.License, said.License},
		{&s.SubjectSource, said.SubjectSource}, {&s.SubjectVersion, said.SubjectVersion},
		{&s.ObjectSource, said.ObjectSource}, {&s.ObjectVersion, said.ObjectVersion},
	} {
		if *field.to == "" {
			*field.to = field.said
		}
	}
	if said.Status != "" {
		s.Status = said.Status
	}
	if len(s.Creators) == 0 {
		s.Creators = said.Creators
	}
	if said.ID != "" {
		s.ID = said.ID
	}
	if s.ID == "" {
		name := taxonomy.Slug(s.Title)
		if name == "" {
			name = taxonomy.Slug(strings.TrimSuffix(strings.TrimSuffix(f.Name, filepath.Ext(f.Name)), ".sssom"))
		}
		s.ID = taxonomy.URI("urn:concord:crosswalk:" + name)
	}
	if s.Direction == "" {
		s.Direction = taxonomy.AsPublished
	}
}

// Write writes a crosswalk in a format and returns what it could not carry.
func Write(w io.Writer, name string, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	for _, fm := range formats {
		if fm.name == name && fm.write != nil {
			return fm.write(w, c)
		}
	}
	return nil, fmt.Errorf("%w: no crosswalk format %q is written; the formats are %s", taxonomy.ErrInvalid, name, names(func(f format) bool { return f.write != nil }))
}

// Formats returns the names of the formats that are read (or written), and a line about each.
func Formats(written bool) [][2]string {
	var out [][2]string
	for _, f := range formats {
		if written && f.write != nil || !written && f.read != nil {
			out = append(out, [2]string{f.name, f.doc})
		}
	}
	return out
}

// Extension is the end of the names of files in a format: ".sssom.tsv".
func Extension(name string) string {
	for _, f := range formats {
		if f.name == name {
			return f.ext
		}
	}
	return ""
}

func names(is func(format) bool) string {
	var out []string
	for _, f := range formats {
		if is(f) {
			out = append(out, f.name)
		}
	}
	return strings.Join(out, ", ")
}

// conceptURI completes an identifier of a framework's own: what is absolute
// stays, an O*NET-SOC code becomes its page, and any other code a URN in the
// namespace of the framework, so that two frameworks' codes never meet.
func conceptURI(framework, id string) taxonomy.URI {
	id = strings.TrimSpace(id)
	switch {
	case id == "":
		return ""
	case strings.Contains(id, "://") || strings.HasPrefix(id, "urn:"):
		return taxonomy.URI(id)
	case onetCode(id):
		return taxonomy.URI("https://www.onetonline.org/link/summary/" + id)
	}
	return taxonomy.URI("urn:x-concord:" + taxonomy.Slug(framework) + ":" + strings.ReplaceAll(id, " ", "%20"))
}

// onetCode tells an O*NET-SOC code: 15-1252.00.
func onetCode(s string) bool {
	if len(s) != 10 || s[2] != '-' || s[7] != '.' {
		return false
	}
	for i, c := range s {
		if i != 2 && i != 7 && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// losses counts what a format leaves out.
type losses map[string]int

func (l losses) add(what string, n int) {
	if n > 0 {
		l[what] += n
	}
}

// list returns the losses by name.
func (l losses) list() []importers.Loss {
	var out []importers.Loss
	for what, n := range l {
		out = append(out, importers.Loss{What: what, Count: n})
	}
	slices.SortFunc(out, func(a, b importers.Loss) int { return strings.Compare(a.What, b.What) })
	return out
}
