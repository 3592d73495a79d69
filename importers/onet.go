package importers

import (
	"bytes"
	"cmp"
	"errors"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// The O*NET database, 24.x to 30.x, text or Excel edition:
// https://www.onetcenter.org/database.html.
//
// O*NET publishes codes and no URIs. These are minted, and are the same for a
// code in every release; only those of occupations and of the elements that
// O*NET OnLine lists are pages as well:
//
//	occupation                 https://www.onetonline.org/link/summary/15-1252.00
//	content model element      https://www.onetonline.org/find/descriptor/result/2.B.1.a
//	intermediate work activity https://www.onetonline.org/find/descriptor/result/4.A.1.a.1.I01
//	detailed work activity     https://www.onetonline.org/find/descriptor/result/4.A.1.a.1.I01.D01
//	task                       https://www.onetonline.org/find/task/8823
//	technology                 https://www.onetonline.org/search/tech/example?e=Adobe+Acrobat
//	tool                       https://www.onetonline.org/search/tools/example?e=10-key+calculators
//	UNSPSC code of any level   https://www.onetonline.org/find/unspsc/43232202
const (
	onetOccupationURI = "https://www.onetonline.org/link/summary/"
	onetElementURI    = "https://www.onetonline.org/find/descriptor/result/"
	onetTaskURI       = "https://www.onetonline.org/find/task/"
	onetTechURI       = "https://www.onetonline.org/search/tech/example?e="
	onetToolURI       = "https://www.onetonline.org/search/tools/example?e="
	onetUNSPSCURI     = "https://www.onetonline.org/find/unspsc/"
)

// onetURI makes the URI of a code or name: no two of them share one.
func onetURI(pattern, code string) taxonomy.URI {
	return taxonomy.URI(pattern + url.QueryEscape(code))
}

// An onetFile is one table of the database.
type onetFile struct {
	name     string   // file name without its extension
	columns  []string // needed
	read     func(*onet, *onetTable) error
	expected bool   // its absence is reported
	what     string // what it holds, for messages
}

// onetNames are the tables that make up an occupation. They are held until
// all are read, because a concept is put once with all its titles.
var onetNames = []onetFile{
	{"Occupation Data", []string{"O*NET-SOC Code", "Title"}, (*onet).occupation, true, "occupations"},
	{"Alternate Titles", []string{"O*NET-SOC Code", "Alternate Title"}, (*onet).alternateTitles, true, "alternate titles"},
	{"Sample of Reported Titles", []string{"O*NET-SOC Code", "Reported Job Title"}, (*onet).reportedTitles, true, "reported titles"},
	{"Job Zones", []string{"O*NET-SOC Code", "Job Zone"}, (*onet).jobZones, true, "job zones"},
}

// onetTables are the other tables that are read, each after those whose
// concepts its relations name.
var onetTables = []onetFile{
	{"Scales Reference", []string{"Scale ID", "Minimum", "Maximum"}, (*onet).scales, true, "the ranges of ratings"},
	{"Content Model Reference", []string{"Element ID", "Element Name"}, (*onet).contentModel, true, "skills, knowledge, abilities, work styles and work activities"},
	{"IWA Reference", []string{"Element ID", "IWA ID", "IWA Title"}, (*onet).intermediate, true, "intermediate work activities"},
	{"DWA Reference", []string{"IWA ID", "DWA ID", "DWA Title"}, (*onet).detailed, true, "detailed work activities"},
	{"Task Ratings", []string{"Task ID", "Scale ID", "Data Value"}, (*onet).taskRatings, true, "the importance of tasks"},
	{"Task Statements", []string{"O*NET-SOC Code", "Task ID", "Task"}, (*onet).tasks, true, "tasks"},
	{"Tasks to DWAs", []string{"Task ID", "DWA ID"}, (*onet).tasksToDWAs, true, "which activity a task belongs to"},
	{"UNSPSC Reference", []string{"Commodity Code", "Commodity Title"}, (*onet).unspsc, true, "the grouping of technologies and tools"},
	{"Technology Skills", []string{"O*NET-SOC Code", "Example", "Commodity Code"}, (*onet).technology, true, "technologies"},
	{"Tools Used", []string{"O*NET-SOC Code", "Example", "Commodity Code"}, (*onet).tools, true, "tools"},
	{"Skills", onetRating, (*onet).ratings, true, "ratings of skills"},
	{"Knowledge", onetRating, (*onet).ratings, true, "ratings of knowledge"},
	{"Abilities", onetRating, (*onet).ratings, true, "ratings of abilities"},
	{"Work Styles", onetRating, (*onet).ratings, true, "ratings of work styles"},
	{"Work Activities", onetRating, (*onet).ratings, true, "ratings of work activities"},
	{"Related Occupations", []string{"O*NET-SOC Code", "Related O*NET-SOC Code"}, (*onet).related, true, "related occupations"},
	{"Career Changers Matrix", []string{"O*NET-SOC Code", "Related O*NET-SOC Code"}, (*onet).related, false, "related occupations, up to 25"},
	{"Career Starters Matrix", []string{"O*NET-SOC Code", "Related O*NET-SOC Code"}, (*onet).related, false, "related occupations, up to 25"},
	{"Skills to Work Activities", []string{"Skills Element ID", "Work Activities Element ID"}, (*onet).linkage, false, "work activities that need a skill"},
	{"Abilities to Work Activities", []string{"Abilities Element ID", "Work Activities Element ID"}, (*onet).linkage, false, "work activities that need an ability"},
}

var onetRating = []string{"O*NET-SOC Code", "Element ID", "Scale ID", "Data Value"}

// onetLeftOut are the tables about things that no kind of concept stands for.
// Their rows are counted, so that the report says what is not there.
var onetLeftOut = []onetFile{
	{name: "Work Context", expected: true, what: "ratings of work context"},
	{name: "Interests", what: "ratings of occupational interests"},
	{name: "Work Values", what: "ratings of work values"},
	{name: "Education, Training, and Experience", what: "required education and experience"},
	{name: "Emerging Tasks", what: "tasks that have no id yet"},
	{name: "Occupation Level Metadata", what: "how data were collected"},
	{name: "Level Scale Anchors", what: "examples of levels"},
	{name: "Survey Booklet Locations", what: "questionnaire items"},
	{name: "Task Categories", what: "names of task ratings"},
	{name: "Work Context Categories", what: "names of work context ratings"},
	{name: "Education, Training, and Experience Categories", what: "names of education ratings"},
	{name: "Job Zone Reference", what: "what job zones mean"},
	{name: "Skills to Work Context", what: "work context that needs a skill"},
	{name: "Abilities to Work Context", what: "work context that needs an ability"},
	{name: "Interests Illustrative Activities", what: "examples of interests"},
	{name: "Interests Illustrative Occupations", what: "examples of interests"},
	{name: "Basic Interests to RIASEC", what: "the grouping of interests"},
	{name: "RIASEC Keywords", what: "words about interests"},
	{name: "Read Me", what: ""},
}

// onetFileOf finds the table called stem.
func onetFileOf(stem string) (f onetFile, ok bool) {
	for _, list := range [][]onetFile{onetNames, onetTables, onetLeftOut} {
		for _, f := range list {
			if strings.EqualFold(f.name, stem) {
				return f, true
			}
		}
	}
	return onetFile{}, false
}

// onetColumns are headings that tell a table of O*NET's from another of the same name.
var onetColumns = []string{"O*NET-SOC Code", "Element ID", "Scale ID", "IWA ID", "DWA ID", "Commodity Code", "Job Zone",
	"Skills Element ID", "Abilities Element ID", "Basic Interests Element ID"}

func claimsONET(in *input) bool {
	if _, known := onetFileOf(in.stem()); !known {
		// a table that a later release adds, in a folder or archive that is O*NET's
		return in.ext() == ".txt" && onetVersion(path.Dir(in.Path)) != "" && len(onetHeader(in)) > 1
	}
	if readMe(in) {
		return bytes.Contains(in.head, []byte("O*NET"))
	}
	switch in.ext() {
	case ".txt":
		header := onetHeader(in)
		return slices.ContainsFunc(onetColumns, func(c string) bool { return slices.Contains(header, strings.ToLower(c)) })
	case ".xlsx":
		return workbookHolds(in, onetColumns)
	}
	return false
}

// onetHeader returns the headings of a text table in lower case.
func onetHeader(in *input) []string {
	line, _, _ := strings.Cut(strings.TrimPrefix(string(in.head), "\ufeff"), "\n")
	cells := strings.Split(strings.ToLower(line), "\t")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

func readMe(in *input) bool {
	return strings.EqualFold(in.stem(), "Read Me") && in.ext() == ".txt"
}

// onetVersions finds a release number in "db_29_2_text", "db_29_2_excel.zip"
// or "onet-29.2".
var onetVersions = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])db[_ -]([0-9]{1,2})[_.-]([0-9]{1,2})(?:$|[^0-9])|o\*?net[-_ ]*(?:db|database)?[-_ ]*v?([0-9]{1,2})[._]([0-9]{1,2})(?:$|[^0-9])`)

func onetVersion(name string) string {
	m := onetVersions.FindStringSubmatch(name)
	if m == nil {
		return ""
	}
	return m[1] + m[3] + "." + m[2] + m[4]
}

var onetTitle = regexp.MustCompile(`O\*NET ([0-9]{1,2}\.[0-9]{1,2}) Database`)

func groupONET(in []*input) ([]group, error) {
	said := map[string]string{} // folder → version, from its Read Me
	for _, x := range in {
		if m := onetTitle.FindSubmatch(x.head); readMe(x) && m != nil {
			said[path.Dir(x.Path)] = string(m[1])
		}
	}
	return groupByVersion("onet", in, func(x *input) string {
		if v := versionInPath(x, onetVersion); v != "" {
			return v
		}
		return said[path.Dir(x.Path)]
	})
}

// onet reads one release.
type onet struct {
	*reader
	lang       taxonomy.Lang
	byCode     map[string]*onetOccupation
	order      []*onetOccupation
	ranges     map[string][2]float64 // scale → minimum, maximum
	importance map[string]float64    // task → importance, 0..1
	leftOut    int                   // content model elements that have no kind

	noOccupations bool // Occupation Data is not among the files
	lost          int  // rows of the current table that need it
}

func readONET(r *reader) error {
	in, err := distinct(r.in)
	if err != nil {
		return err
	}
	o := &onet{reader: r, lang: cmp.Or(r.opt.Lang, "en"), byCode: map[string]*onetOccupation{}, ranges: map[string][2]float64{}, importance: map[string]float64{}}
	given := o.sort(in)
	o.noOccupations = given["Occupation Data"] == nil
	if err := r.w.SetRelease(o.describe(in)); err != nil {
		return err
	}
	for _, f := range onetNames {
		if err := o.table(f, given[f.name]); err != nil {
			return err
		}
	}
	if err := o.putOccupations(); err != nil {
		return err
	}
	for _, f := range onetTables {
		if err := o.table(f, given[f.name]); err != nil {
			return err
		}
	}
	for _, f := range onetLeftOut {
		if err := o.count(f, given[f.name]); err != nil {
			return err
		}
	}
	for _, x := range in { // tables that are new to this program
		if f, known := onetFileOf(x.stem()); !known {
			f.name, f.what = x.stem(), "facts that are not known here"
			if err := o.count(f, x); err != nil {
				return err
			}
		}
	}
	o.reportMissing(in, given)
	return nil
}

// sort finds the file of each table. Where a table is there in both editions,
// the text one is read.
func (o *onet) sort(in []*input) map[string]*input {
	given := map[string]*input{}
	for _, x := range in {
		f, known := onetFileOf(x.stem())
		if !known {
			continue
		}
		old := given[f.name]
		if old != nil && x.ext() == ".txt" {
			old, x = x, old
		}
		if old != nil {
			given[f.name] = old
			o.problem(x.Path, 0, "left-out", "%s holds the same table and is read instead", old.Path)
			continue
		}
		given[f.name] = x
	}
	return given
}

// describe returns what is known of the release.
func (o *onet) describe(in []*input) taxonomy.Release {
	rel := taxonomy.Release{
		URI:       "https://www.onetcenter.org/database.html",
		Title:     "O*NET Database",
		Publisher: "U.S. Department of Labor, Employment and Training Administration (USDOL/ETA)",
		License:   "CC BY 4.0",
	}
	if o.opt.As.Version == "" {
		rel.Title = "O*NET " + o.ref.Version + " Database"
	}
	for _, x := range in {
		if !readMe(x) {
			continue
		}
		if title := onetTitle.Find(x.head); title != nil {
			rel.Title = string(title)
		}
		for line := range strings.Lines(string(x.head)) {
			if issued, ok := strings.CutSuffix(strings.TrimSpace(line), " Release"); ok {
				rel.Issued = issued
				break
			}
		}
	}
	return rel
}

// reportMissing reports the tables of a whole database that are not there.
func (o *onet) reportMissing(in []*input, given map[string]*input) {
	dir := path.Dir(in[0].Path)
	for _, list := range [][]onetFile{onetNames, onetTables, onetLeftOut} {
		for _, f := range list {
			if !f.expected || given[f.name] != nil {
				continue
			}
			if f.name == "Related Occupations" && given["Career Changers Matrix"] != nil {
				continue // its forerunner
			}
			text := "is not among the files, so " + f.what + " could not be read"
			if f.read == nil {
				text = "is not among the files; its rows (" + f.what + ") would be left out"
			}
			o.problem(path.Join(dir, f.name+in[0].ext()), 0, "missing-file", "%s", text)
		}
	}
}

// table reads the table f from x, if it is there.
func (o *onet) table(f onetFile, x *input) error {
	if x == nil {
		return nil
	}
	t, err := openONET(x)
	if err != nil {
		return err
	}
	defer t.close()
	if err := t.require(f.columns); err != nil {
		var e *source.Error
		if errors.As(err, &e) {
			e.Text += "; the table of " + f.what + " needs it, so take the file from the official download again"
		}
		return err
	}
	if err := f.read(o, t); err != nil {
		return err
	}
	o.rows(x.Path, t.n)
	if o.lost > 0 {
		o.problem(x.Path, 0, "unknown-occupation", "rows about occupations, which are not known without Occupation Data: %d", o.lost)
		o.lost = 0
	}
	return nil
}

// toOccupation puts rel, whose object is the occupation with this code.
// Without Occupation Data there is none, which is reported once for a table.
func (o *onet) toOccupation(rel taxonomy.Relation, code string, at Problem) error {
	if o.noOccupations {
		o.lost++
		return o.alive()
	}
	rel.Object = onetURI(onetOccupationURI, code)
	return o.relation(rel, at)
}

// count counts the rows of a table that is left out.
func (o *onet) count(f onetFile, x *input) error {
	if x == nil || f.what == "" {
		return nil
	}
	t, err := openONET(x)
	if err != nil {
		return err
	}
	defer t.close()
	if err := t.each(func(onetRow) error { return o.alive() }); err != nil {
		return err
	}
	o.rows(x.Path, t.n)
	o.problem(x.Path, 0, "left-out", "rows left out: %d (%s); no kind of concept or relation stands for them", t.n, f.what)
	return nil
}
