package importers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// A reader is what a format's read function works with: the files of one
// release, the writer, and the report it fills.
type reader struct {
	ctx    context.Context
	w      taxonomy.Writer
	in     []*input
	opt    Options
	ref    taxonomy.Ref
	report *Report
	seen   map[taxonomy.URI]bool // concepts put in this import
	files  map[string]int        // path → index in report.Files
	tick   int

	// repeats: a relation was read that is there already, so that a merge which
	// adds nothing is not taken for a source with nothing in it.
	repeats bool
}

// file returns the report of the file at path.
func (r *reader) file(path string) *FileReport {
	i, ok := r.files[path]
	if !ok {
		i = len(r.report.Files)
		r.files[path] = i
		r.report.Files = append(r.report.Files, FileReport{File: path})
	}
	return &r.report.Files[i]
}

// rows counts n records read of the file at path.
func (r *reader) rows(path string, n int) { r.file(path).Rows += n }

// problem records what could not be used, or was repaired, at a line (0: unknown).
func (r *reader) problem(path string, line int, code, format string, args ...any) {
	r.add(Problem{File: path, Line: line, Code: code, Text: fmt.Sprintf(format, args...)})
}

// problemAt is problem for a place in a JSON document.
func (r *reader) problemAt(path string, at *source.Value, code, format string, args ...any) {
	r.add(Problem{File: path, Pointer: at.Pointer(), Code: code, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) add(p Problem) {
	r.report.Add(p)
	r.file(p.File).Problems++
}

// slips records the defects that the JSON parser forgave.
func (r *reader) slips(path string, slips []source.Slip) {
	for _, s := range slips {
		r.add(Problem{File: path, Pointer: s.Pointer, Code: s.Code, Text: s.Text})
	}
}

// why is the first problem, for an error about a source with nothing usable in it.
func (r *reader) why() string {
	if len(r.report.Problems) == 0 {
		return ""
	}
	return "; the first problem: " + r.report.Problems[0].String()
}

// alive returns the context's error now and then.
func (r *reader) alive() error {
	if r.tick++; r.tick%256 == 0 {
		return r.ctx.Err()
	}
	return nil
}

// concept puts c. One that is not valid becomes a Problem at p, and ok is
// false; the error is the writer's or the context's.
func (r *reader) concept(c *taxonomy.Concept, p Problem) (ok bool, err error) {
	if err := r.alive(); err != nil {
		return false, err
	}
	switch err := r.w.PutConcept(c); {
	case errors.Is(err, taxonomy.ErrInvalid):
		p.Code, p.Text = "invalid-concept", err.Error()
		r.add(p)
		return false, nil
	case err != nil:
		return false, err
	}
	if !r.seen[c.URI] {
		r.seen[c.URI] = true
		r.report.Concepts++
	}
	r.report.Labels += len(c.Labels)
	return true, nil
}

// relation puts rel. One that names a concept which is not there, or joins a
// concept to itself, becomes a Problem at p with code "dangling-relation" or
// "self-relation".
func (r *reader) relation(rel taxonomy.Relation, p Problem) error {
	if err := r.alive(); err != nil {
		return err
	}
	switch added, err := r.w.PutRelation(rel); {
	case errors.Is(err, taxonomy.ErrNotFound):
		p.Code = "dangling-relation"
		missing := rel.Object
		if !r.w.Has(rel.Subject) {
			missing = rel.Subject
		}
		p.Text = fmt.Sprintf("%s %s %s: the release has no concept %s", rel.Subject, rel.Predicate, rel.Object, missing)
		r.add(p)
	case errors.Is(err, taxonomy.ErrInvalid):
		p.Code = "self-relation"
		p.Text = strings.TrimPrefix(err.Error(), taxonomy.ErrInvalid.Error()+": ")
		r.add(p)
	case err != nil:
		return err
	case added:
		r.report.Relations++
	default:
		r.repeats = true
	}
	return nil
}

// mapping puts m into its set, which was put before.
func (r *reader) mapping(m taxonomy.Mapping) error {
	if err := r.alive(); err != nil {
		return err
	}
	added, err := r.w.PutMapping(&m)
	if added {
		r.report.Mappings++
	}
	return err
}

// eachOwn makes every file a release of its own, named by name. A blank Ref
// is left for --as.
func eachOwn(name func(*input) (taxonomy.Ref, error)) func([]*input) ([]group, error) {
	return func(in []*input) ([]group, error) {
		groups := make([]group, len(in))
		for i, x := range in {
			ref, err := name(x)
			if err != nil {
				return nil, err
			}
			groups[i] = group{ref: ref, in: []*input{x}}
		}
		return groups, nil
	}
}

// refOf makes a Ref of a framework's own title and version; a title of which
// nothing is left in ASCII falls back to the file's name, a blank version to
// taxonomy.Unversioned.
func refOf(in *input, title, version string) taxonomy.Ref {
	ref := taxonomy.Ref{Scheme: taxonomy.Slug(title), Version: strings.Join(strings.FieldsFunc(version, func(r rune) bool {
		return strings.ContainsRune("@/\\: \t\r\n\x00", r)
	}), "-")}
	if ref.Scheme == "" {
		ref.Scheme = taxonomy.Slug(in.stem())
	}
	if ref.Version == "" {
		ref.Version = taxonomy.Unversioned
	}
	return ref
}
