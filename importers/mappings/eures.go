package mappings

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// euresFormat is the table of the EURES mapping platform, in which European
// countries publish how their classifications stand to ESCO, and the table of
// ESCO and O*NET. No standard describes it; what follows is what the files do.
//
// Some 16 lines of “key,value” name the two classifications, their versions
// and languages. The header after them has a group of columns for either side
// (“Classification 1 URI, … ID, … PrefLabel, … URL”, or “O*NET Id, O*NET
// Title, O*NET Description”) and one for the relation; names and case vary.
// Classification 1 is the subject and 2 the object, as in the file.
//
// A row becomes a mapping that a person made: in the countries' mapping
// projects experts choose each relation, and the word is theirs even where a
// program proposed it. The set is accepted, as it was published by its makers.
//
//   - A row without a relation to anything (“no relation”, or a blank relation
//     and one side) is an exact match to taxonomy.NoTerm, as SSSOM writes it.
//     “no relation” between two concepts denies skos:mappingRelation.
//   - An identifier is the URI column, else the ID column. On the side of ESCO
//     bare UUIDs and ISCO codes become the URIs of ESCO; elsewhere codes become
//     URNs (conceptURI). An ID beside a URI is the slot subject_code or object_code.
//   - A second column of labels is the slot “object_label_nl” (by language),
//     the URL of a page that is not the concept's URI is see_also, an editorial
//     note the comment, the landing pages see_also of the set.
//   - Descriptions are left out: SSSOM has no slot for them, and they belong to
//     the frameworks. A Problem says so once.
//
// What is repaired is said as a Problem: lines that a spreadsheet encoded
// twice, rows whose cells slipped, dates that became numbers, codes that became
// decimals, rows that occur twice.
var euresFormat = format{
	name:   "eures",
	doc:    "tables of EURES countries (to ESCO) and of ESCO and O*NET, CSV or XLSX",
	ext:    ".csv",
	claims: claimsEURES,
	read:   readEURES,
}

// maxPreamble is how many rows are looked at for a header.
const maxPreamble = 60

func claimsEURES(f *source.File, head []byte) bool {
	if !isWorkbook(f) {
		lower := bytes.ToLower(head)
		if !bytes.Contains(lower, []byte("classification 1")) && !bytes.Contains(lower, []byte("type of match")) {
			return false
		}
		if len(head) == headSize { // what follows the last line end is cut
			head = head[:bytes.LastIndexByte(head, '\n')+1]
		}
		f = source.NewFile(f.Path, head)
	}
	g, err := openGrid(f, maxPreamble)
	if err != nil {
		return false
	}
	defer g.close()
	for range maxPreamble {
		row, err := g.next()
		if err != nil {
			return false
		}
		if _, ok := euresColumns(row.cells); ok {
			return true
		}
	}
	return false
}

// euresReader reads one file.
type euresReader struct {
	*Result
	sides  [2]euresSide
	layout euresLayout
	header int // line
}

// A euresSide is what the preamble says of a classification.
type euresSide struct {
	name, version, landing string
	kind                   string // of its concepts where their URIs do not say
	lang                   taxonomy.Lang
	langs                  []taxonomy.Lang // where it has labels in several, in order
	esco                   bool
}

func readEURES(f *source.File, _ Options) ([]*Result, error) {
	g, err := openGrid(f, 0)
	if err != nil {
		return nil, err
	}
	defer g.close()
	r := &euresReader{Result: &Result{Crosswalk: &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{Status: taxonomy.Accepted}}, File: f.Path}}
	var rows []gridRow
	for n := 0; ; n++ {
		row, err := g.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if r.header > 0 {
			rows = append(rows, row)
			continue
		}
		if layout, ok := euresColumns(row.cells); ok {
			r.layout, r.header = layout, row.line
			continue
		}
		if n >= maxPreamble {
			break
		}
		r.preamble(row)
	}
	if r.header == 0 {
		return nil, &source.Error{File: f.Path, Text: "is no EURES crosswalk: no line is a header that names the identifiers of two classifications (“Classification 1 URI”, “Classification 2 ID”) and a relation (“Mapping relation”); for another table, say what its columns hold with --columns"}
	}
	r.describe()
	r.rows(rows, g)
	return []*Result{r.Result}, nil
}

// preamble reads a line before the header.
func (r *euresReader) preamble(row gridRow) {
	var said []string
	for _, c := range row.cells[1:] {
		if c != "" {
			said = append(said, c)
		}
	}
	key, value := strings.ToLower(strings.Join(strings.Fields(row.cells[0]), " ")), strings.Join(said, ", ")
	set := &r.Crosswalk.MappingSet
	if side, field, ok := classification(key); ok {
		s := &r.sides[side]
		switch field {
		case "name":
			s.name = value
			s.esco = isESCO(value)
		case "concept type":
			s.kind = kindOfWord(value)
		case "version":
			s.version = value
		case "language":
			s.langs = languages(value)
		case "landing page":
			s.landing = value
		default:
			r.problem(row.line, "unknown-preamble", "the line %q is not known; it is not kept", clip(key))
		}
		return
	}
	switch key {
	case "":
		if value != "" {
			r.problem(row.line, "unknown-preamble", "the value %q has no key; it is not kept", clip(value))
		}
	case "column1":
		r.problem(row.line, "placeholder-header", "the line Column1, Column2 … of a spreadsheet is not read")
	case "mapping project name":
		set.Title = value
	case "mapping project author":
		switch value {
		case "":
		case "default-author":
			r.problem(row.line, "placeholder", "the author is %q, which stands for none", value)
		default:
			set.Creators = []string{value}
		}
	case "mapping project version":
		if !strings.EqualFold(value, "n/a") {
			set.Version = value
		}
	case "mapping project version date":
		date, repaired, ok := isoDate(value)
		switch {
		case value == "":
		case !ok:
			r.problem(row.line, "date", "the date %q is none; it is not kept", clip(value))
		case repaired != "":
			r.problem(row.line, "date-repaired", "the date %q is read as %s: %s", value, date, repaired)
			set.Published = date
		default:
			set.Published = date
		}
	default:
		r.problem(row.line, "unknown-preamble", "the line %q is not known; it is not kept", clip(key))
	}
}

// describe completes the set after its preamble.
func (r *euresReader) describe() {
	set := &r.Crosswalk.MappingSet
	for i := range r.sides {
		s := &r.sides[i]
		if s.name == "" && r.layout.groups[i] != "" && !strings.HasPrefix(r.layout.groups[i], "classification ") {
			s.name = r.layout.groups[i]
			s.esco = isESCO(s.name)
		}
		if s.langs != nil {
			s.lang = s.langs[0]
		}
		if len(r.layout.sides[i].labels) > 0 && r.layout.sides[i].labels[0].lang != "" {
			s.lang = r.layout.sides[i].labels[0].lang
		}
		if strings.HasPrefix(s.landing, "http") {
			if set.Slots == nil {
				set.Slots = taxonomy.Slots{}
			}
			set.Slots["see_also"] = append(set.Slots["see_also"], s.landing)
		} else if s.landing != "" {
			r.problem(0, "unknown-preamble", "the landing page %q is no address; it is not kept", clip(s.landing))
		}
	}
	if set.Slots != nil {
		set.Slots["see_also"] = slices.Compact(set.Slots["see_also"])
	}
	set.SubjectSource, set.SubjectVersion, set.SubjectLang = r.sides[0].name, r.sides[0].version, r.sides[0].lang
	set.ObjectSource, set.ObjectVersion, set.ObjectLang = r.sides[1].name, r.sides[1].version, r.sides[1].lang
	for _, c := range r.layout.left {
		r.problem(r.header, "column-left-out", "the column %q is not kept: there is no slot for it", clip(c))
	}
}
