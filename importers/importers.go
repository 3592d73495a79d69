// Package importers reads published skill frameworks into a taxonomy: it tells
// the format of files, names the release they hold, and streams concepts,
// relations and mappings to a taxonomy.Writer. One file per format; an
// exporter lives beside its importer. Readers are lenient and drop nothing
// silently: what cannot be used becomes a Problem in the Report. They are
// pure: no clock, network, database or map order, so the same bytes give the
// same concepts. What is read goes to the store that the Writer belongs to.
package importers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"concord/importers/rdf"
	"concord/importers/source"
	"concord/taxonomy"
)

// Options are what a person may say about the files.
type Options struct {
	As       taxonomy.Ref  // name (and version) of the release; zero: from the files
	Format   string        // zero: told from the contents
	Lang     taxonomy.Lang // language of labels where the source names none; zero: the format's default
	Columns  []string      // CSV: what each column holds, or which header names are meant (csv.go)
	NoHeader bool          // CSV: the first line is data
}

// A format is one kind of source.
type format struct {
	name string
	doc  string // one line, for help

	// claims tells whether the file is of this format. Formats are asked in
	// the order of the table.
	claims func(*input) bool

	// group splits the claimed files into releases and names them; a Ref that
	// cannot be told is left blank, in whole or its version.
	group func([]*input) ([]group, error)

	// read reads the files of one group.
	read func(*reader) error

	// merges: files the release does not hold yet are added to it (Plan.Against).
	merges bool

	// partKey folds the names of files that hold the same thing.
	partKey func(name string) string
}

// A group is the files of one release.
type group struct {
	ref taxonomy.Ref
	in  []*input
}

// formats is every format that is read, in the order they are tried.
var formats = []format{
	{name: "esco", doc: "ESCO CSV download, 1.0.3 to 1.2.0, any languages", claims: claimsESCO, group: groupESCO, read: readESCO, merges: true, partKey: escoPartKey},
	{name: "onet", doc: "O*NET database, text or Excel edition", claims: claimsONET, group: groupONET, read: readONET, partKey: strings.ToLower},
	{name: "case", doc: "1EdTech CASE CFPackage JSON", claims: claimsCASE, group: eachOwn(nameCASE), read: readCASE, partKey: strings.ToLower},
	{name: "ctdl", doc: "CTDL-ASN competency framework or CTDL concept scheme, JSON-LD", claims: claimsCTDL, group: eachOwn(nameCTDL), read: readCTDL, partKey: strings.ToLower},
	{name: "rsd", doc: "rich skill descriptors: OSMT CSV, XLSX or JSON", claims: claimsRSD, group: groupRSD, read: readRSD, partKey: strings.ToLower},
	{name: "skos", doc: "SKOS in Turtle, N-Triples, RDF/XML or JSON-LD", claims: claimsSKOS, group: eachOwn(nameSKOS), read: readSKOS, partKey: strings.ToLower},
	{name: "csv", doc: "a list of your own as CSV or TSV, with --columns", claims: claimsCSV, group: eachOwn(nameCSV), read: readCSV, partKey: strings.ToLower},
}

// Formats returns the names of the formats and a line about each.
func Formats() [][2]string {
	var out [][2]string
	for _, f := range formats {
		out = append(out, [2]string{f.name, f.doc})
	}
	return out
}

// input is a file with what telling formats apart has already learned of it.
type input struct {
	*source.File
	opt  Options
	head []byte // first bytes, raw
	json *source.Value
	slip []source.Slip
	err  error
	read bool // json, slip and err are set

	graph *rdf.Graph // set by nameSKOS, taken by readSKOS
}

const headSize = 16 << 10

// maxJSON bounds a JSON source, which is held in memory as a tree.
const maxJSON = 512 << 20

// JSON returns the file as a JSON tree; it is parsed once.
func (in *input) JSON() (*source.Value, []source.Slip, error) {
	if !in.read {
		in.read = true
		var data []byte
		if data, in.err = in.Bytes(maxJSON); in.err == nil {
			in.json, in.slip, in.err = source.ParseJSON(in.Path, data)
		}
	}
	return in.json, in.slip, in.err
}

// looksJSON tells a JSON document by its first character.
func (in *input) looksJSON() bool {
	h := strings.TrimLeft(strings.TrimPrefix(string(in.head[:min(len(in.head), 512)]), "\ufeff"), " \t\r\n")
	return strings.HasPrefix(h, "{") || strings.HasPrefix(h, "[")
}

func (in *input) ext() string { return strings.ToLower(filepath.Ext(in.Name)) }

// stem is the file name without its extension.
func (in *input) stem() string { return strings.TrimSuffix(in.Name, filepath.Ext(in.Name)) }

// Detect tells what set holds: one Plan for each release, in the order of
// first files, and a Problem for each file that is no framework. It is an
// error if nothing is known, if a release cannot be named and opt.As is blank,
// or if opt.As is given for files of several formats.
func Detect(set *source.Set, opt Options) ([]*Plan, []Problem, error) {
	var only *format
	if opt.Format != "" {
		i := slices.IndexFunc(formats, func(f format) bool { return f.name == opt.Format })
		if i < 0 {
			return nil, nil, fmt.Errorf("%w: no format %q; the formats are %s", taxonomy.ErrInvalid, opt.Format, formatNames())
		}
		only = &formats[i]
	}
	claimed := make(map[*format][]*input)
	var order []*format
	var skipped []Problem
	var broken error
	for _, f := range set.Files {
		if f.Size == 0 {
			skipped = append(skipped, Problem{File: f.Path, Code: "not-a-framework", Text: "is empty"})
			continue
		}
		in := &input{File: f, opt: opt}
		var err error
		if in.head, err = f.Head(headSize); err != nil {
			return nil, nil, err
		}
		fm := only
		if fm == nil {
			fm = in.format()
		}
		if fm == nil {
			text := "is no framework that is known"
			if source.LooksLikeHTML(in.head) {
				text = "is an HTML page, not a framework; the download was probably a login or error page"
			} else if bytes.HasPrefix(in.head, []byte("PK\x03\x04")) && in.ext() == ".zip" {
				text = "is an archive inside an archive; unpack the outer one and import this one by itself"
			} else if in.looksJSON() {
				if _, _, err := in.JSON(); err != nil {
					text = "is JSON that cannot be read: " + err.Error()
					broken = firstErr(broken, err)
				}
			}
			skipped = append(skipped, Problem{File: f.Path, Code: "not-a-framework", Text: text})
			continue
		}
		if claimed[fm] == nil {
			order = append(order, fm)
		}
		claimed[fm] = append(claimed[fm], in)
	}
	if len(order) == 0 {
		return nil, skipped, nothingKnown(set, skipped, broken)
	}
	var plans []*Plan
	for _, fm := range order {
		groups, err := fm.group(claimed[fm])
		if err != nil {
			return nil, skipped, err
		}
		if opt.As.Scheme != "" && len(groups) > 1 {
			groups = []group{join(groups)}
		}
		for _, g := range groups {
			p, err := newPlan(fm, g, opt)
			if err != nil {
				return nil, skipped, err
			}
			plans = append(plans, p)
		}
	}
	if opt.As.Scheme != "" && len(plans) > 1 {
		return nil, skipped, fmt.Errorf("%w: --as names one release, but the files are of several formats (%s and %s); import them one by one, or say --format", taxonomy.ErrInvalid, plans[0].Format, plans[1].Format)
	}
	return plans, skipped, nil
}

// format returns the first format that claims in, or nil.
func (in *input) format() *format {
	for i := range formats {
		if formats[i].claims(in) {
			return &formats[i]
		}
	}
	return nil
}

// Recognise returns the name of the format that f is a framework in, or "".
func Recognise(f *source.File, opt Options) (string, error) {
	in := &input{File: f, opt: opt}
	var err error
	if in.head, err = f.Head(headSize); err != nil {
		return "", err
	}
	if fm := in.format(); fm != nil {
		return fm.name, nil
	}
	return "", nil
}

func firstErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func formatNames() string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return strings.Join(names, ", ")
}

// nothingKnown is the error for files none of which is a framework.
func nothingKnown(set *source.Set, skipped []Problem, broken error) error {
	if len(set.Files) == 1 {
		if broken != nil {
			return broken
		}
		return &source.Error{File: skipped[0].File, Text: skipped[0].Text + "; expected one of: " + formatNames() + " (for a list of your own, say what its columns hold with --columns)"}
	}
	return &source.Error{File: set.Files[0].Path, Text: fmt.Sprintf("and %d more files hold nothing that is known; expected one of: %s", len(set.Files)-1, formatNames())}
}

// join makes one group of several, keeping the first name that is known.
func join(groups []group) group {
	var all group
	for _, g := range groups {
		if all.ref.Scheme == "" {
			all.ref.Scheme = g.ref.Scheme
		}
		if all.ref.Version == "" {
			all.ref.Version = g.ref.Version
		}
		all.in = append(all.in, g.in...)
	}
	return all
}

func newPlan(fm *format, g group, opt Options) (*Plan, error) {
	ref := g.ref
	if opt.As.Scheme != "" {
		ref.Scheme = opt.As.Scheme
		if opt.As.Version != "" {
			ref.Version = opt.As.Version
		} else if ref.Version == "" {
			ref.Version = taxonomy.Unversioned
		}
	}
	if ref.Scheme == "" || ref.Version == "" {
		what := "the scheme and release"
		if ref.Scheme != "" {
			what = "the release of " + ref.Scheme
		}
		return nil, &source.Error{File: g.in[0].Path, Text: fmt.Sprintf("is read as %s, but neither its name nor its contents tell %s; say it with --as NAME@VERSION", fm.name, what)}
	}
	p := &Plan{Format: fm.name, in: g.in, opt: opt, format: fm}
	p.Release.Ref, p.Release.Format = ref, fm.name
	var parts []taxonomy.Part
	for _, in := range g.in {
		digest, err := in.Digest()
		if err != nil {
			return nil, err
		}
		parts = append(parts, taxonomy.Part{Name: in.Name, Digest: digest})
	}
	if opt.Lang != "" || len(opt.Columns) > 0 || opt.NoHeader {
		said := fmt.Sprintf("lang=%s columns=%s noHeader=%t", opt.Lang, strings.Join(opt.Columns, ","), opt.NoHeader)
		parts = append(parts, taxonomy.Part{Name: "(options)", Digest: digestText(said)})
	}
	p.Release.Parts, p.Release.Digest = digestOf(parts)
	return p, nil
}

// digestOf sorts parts by name and digests them.
func digestOf(parts []taxonomy.Part) ([]taxonomy.Part, string) {
	slices.SortFunc(parts, func(a, b taxonomy.Part) int {
		return strings.Compare(a.Name+"\x00"+a.Digest, b.Name+"\x00"+b.Digest)
	})
	parts = slices.Compact(parts)
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%s\x00%s\n", p.Name, p.Digest)
	}
	return parts, digestText(b.String())
}

func digestText(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Progress is told how far the reading of a plan is: bytes read of Plan.Size.
type Progress func(file string, bytesRead int64)

// Read reads the plan into w and returns what it read. What cannot be used
// becomes a Problem; the error is for a source that cannot be read at all
// (source.Error), for w, and for a ctx that ends.
func (p *Plan) Read(ctx context.Context, w taxonomy.Writer, progress Progress) (*Report, error) {
	r := &reader{ctx: ctx, w: w, in: p.in, opt: p.opt, ref: p.Release.Ref, seen: make(map[taxonomy.URI]bool), files: make(map[string]int),
		report: NewReport(p.Format, p.Release.Ref)}
	var total int64
	for _, in := range p.in {
		r.file(in.Path)
		if progress != nil {
			in.OnRead = func(n int) {
				total += int64(n)
				progress(in.Path, total)
			}
		}
	}
	err := p.format.read(r)
	for _, in := range p.in {
		in.OnRead = nil
	}
	if err != nil {
		return nil, err
	}
	if r.report.Concepts == 0 && len(r.seen) == 0 && r.report.Relations == 0 && !r.repeats {
		return nil, &source.Error{File: p.in[0].Path, Text: "holds no concept that can be used" + r.why()}
	}
	return r.report, nil
}
