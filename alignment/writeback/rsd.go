package writeback

import (
	"strconv"
	"strings"

	"concord/importers/source"
)

// rsdSkills returns the rich skill descriptors of a document.
func rsdSkills(root *source.Value) []*source.Value {
	var out []*source.Value
	for _, v := range root.Nodes() {
		if v.HasType("RichSkillDescriptor") || v.Get("skillStatement") != nil {
			out = append(out, v)
		}
	}
	return out
}

// rsdStated returns the alignments of a descriptor.
func rsdStated(_ *writer, at *source.Value) []string {
	var out []string
	for _, a := range at.Get("alignments").List() {
		out = append(out, a.First("id", "targetUrl").String())
	}
	return out
}

// putRSD adds alignments as OSMT writes them.
func putRSD(w *writer, at *source.Value, list []Accepted) error {
	var items []any
	for _, a := range list {
		items = append(items, object{{"id", string(a.URI)}, {"skillName", a.Label}, {"isPartOf", object{{"name", a.framework()}}}})
	}
	return w.append(at, "alignments", items...)
}

// rsdColumns are the columns of OSMT's v3 export up to the alignments, with
// the names of the JSON form.
var rsdColumns = []struct{ column, name string }{
	{"Canonical URL", "id"}, {"RSD Name", "skillName"}, {"Authors", "authors"}, {"Skill Statement", "skillStatement"}, {"Categories", "categories"},
	{"Keywords", "keywords"}, {"Standards", "standards"}, {"Certifications", "certifications"}, {"Occupation Major Groups", ""},
	{"Occupation Minor Groups", ""}, {"Broad Occupations", ""}, {"Detailed Occupations", ""}, {"O*Net Job Codes", "occupations"}, {"Employers", "employers"},
}

// rsdTable writes into a CSV file of OSMT's, or writes the descriptors of a
// document as one: the alignments they state and the accepted ones in the
// columns at the end.
func rsdTable(req Request, root *source.Value) (*Outcome, error) {
	p := profile{name: "rsd-csv", part: "rich skill descriptor", holders: rsdSkills, stated: rsdStated, carries: []string{factRelease}}
	if s := readRSDSheet(req.Data); s != nil && root == nil {
		return s.write(req)
	}
	if root == nil {
		return nil, &source.Error{File: req.Name, Text: "holds no rich skill descriptor for profile rsd-csv; say --profile csv for a table of the alignments alone"}
	}
	added := map[*source.Value][]Accepted{}
	p.put = func(_ *writer, at *source.Value, list []Accepted) error {
		added[at] = append(added[at], list...)
		return nil
	}
	w := &writer{req: req, profile: p, root: root, out: &Outcome{Profile: p.name, Table: true}}
	if err := w.run(); err != nil {
		return nil, err
	}
	var head []string
	for _, c := range rsdColumns {
		head = append(head, c.column)
	}
	rows, most := [][]string{}, 0
	for _, v := range w.holders {
		row := rsdRow(v)
		for _, a := range v.Get("alignments").List() {
			row = append(row, a.First("skillName", "title", "targetName").String(), a.First("id", "targetUrl").String(), a.Get("isPartOf").Get("name").String())
		}
		for _, a := range added[v] {
			row = append(row, a.Label, string(a.URI), a.framework())
		}
		most = max(most, (len(row)-len(head))/3)
		rows = append(rows, row)
	}
	for i := range most {
		name := "Alignment"
		if i > 0 {
			name += " " + strconv.Itoa(i+1)
		}
		head = append(head, name+" Name", name+" URL", name+" Framework")
	}
	for i := range rows {
		rows[i] = append(rows[i], make([]string, len(head)-len(rows[i]))...)
	}
	data, err := writeCSV(append([][]string{head}, rows...))
	w.out.Data = data
	return w.out, err
}

// rsdRow is a descriptor up to its alignments; the older form has one author
// and one category where the newer has lists.
func rsdRow(v *source.Value) []string {
	var row []string
	for _, c := range rsdColumns {
		var cells []string
		for _, x := range v.First(c.name, strings.TrimSuffix(c.name, "s"), strings.TrimSuffix(c.name, "ies")+"y").List() {
			text := x.String()
			if x.Kind == source.Object {
				text = x.First("skillName", "name", "code", "id").String()
			}
			cells = append(cells, text)
		}
		row = append(row, strings.Join(cells, "; "))
	}
	return row
}
