package importers

import (
	"fmt"
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// csvRoles are what a column of a person's own list can hold, with the header
// names that are taken for it where nobody says what the columns hold.
// Names compare without case, blanks, hyphens and underscores.
var csvRoles = []struct {
	role    string
	headers []string
}{
	{"id", []string{"id", "uri", "conceptUri", "conceptId", "identifier", "@id", "iri", "url", "skillId"}},
	{"kind", []string{"kind", "conceptKind"}},
	{"code", []string{"code", "notation", "humanCodingScheme", "codedNotation"}},
	{"label", []string{"label", "name", "title", "skill", "skillName", "preferredLabel", "prefLabel", "text", "fullStatement"}},
	{"lang", []string{"lang", "language"}},
	{"alt", []string{"alt", "altLabel", "altLabels", "alternativeLabel", "alternativeLabels", "synonym", "synonyms"}},
	{"hidden", []string{"hidden", "hiddenLabel", "hiddenLabels"}},
	{"definition", []string{"definition", "description", "skillStatement"}},
	{"scopeNote", []string{"scopeNote"}},
	{"example", []string{"example"}},
	{"note", []string{"note", "notes", "comment"}},
	{"changeNote", []string{"changeNote"}},
	{"broader", []string{"broader", "parent", "parentId", "broaderUri", "parentUri"}},
	{"keyword", []string{"keyword", "keywords"}},
	{"category", []string{"category", "categories"}},
	{"deprecated", []string{"deprecated"}},
	{"replacedBy", []string{"replacedBy", "isReplacedBy"}},
}

func foldHeader(s string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// csvRole is the role of a header or of an entry of --columns, "" if it is none.
func csvRole(name string) string {
	name = foldHeader(name)
	for _, r := range csvRoles {
		if slices.ContainsFunc(r.headers, func(h string) bool { return foldHeader(h) == name }) || foldHeader(r.role) == name {
			return r.role
		}
	}
	return ""
}

func csvRoleNames() string {
	names := make([]string, len(csvRoles))
	for i, r := range csvRoles {
		names[i] = r.role
	}
	return strings.Join(names, ", ")
}

// csvProperty begins the header of a property that is called like a role.
const csvProperty = "property "

// A csvColumn is what one column holds: a role, or a property under name.
type csvColumn struct {
	index int
	role  string // "" for a property
	name  string
}

// csvPlan decides what the columns of a list hold.
//
// --columns is either a list of roles, one for each column from the left
// ("id,label,-,alt"), where an empty entry or - leaves a column out, or a list
// of role=Header ("label=Skill name,id=Nr."), which names columns of the
// header. Without it the header must use names that are known (csvRoles).
// A column that has a header and no role becomes a property of that name,
// unless a list of roles leaves it out with -.
func csvPlan(in *input, header []string) ([]csvColumn, error) {
	fail := func(format string, args ...any) ([]csvColumn, error) {
		return nil, &source.Error{File: in.Path, Text: fmt.Sprintf(format, args...) + "; write --columns with one of " + csvRoleNames() + " for each column from the left (- leaves one out), like id,label,-,alt, or as role=Header, like label=Skill name"}
	}
	if in.opt.NoHeader && len(in.opt.Columns) == 0 {
		return fail("has no header, so nothing tells what its columns hold")
	}
	roles := make([]string, max(len(header), len(in.opt.Columns)))
	said := make([]bool, len(roles))
	named := slices.ContainsFunc(in.opt.Columns, func(c string) bool { return strings.Contains(c, "=") })
	switch {
	case named && in.opt.NoHeader:
		return fail("is read without a header, so --columns cannot name headers")
	case named:
		for _, c := range in.opt.Columns {
			given, name, ok := strings.Cut(c, "=")
			role := csvRole(given)
			if !ok || role == "" {
				return fail("cannot be read: --columns holds %q beside entries with a =", c)
			}
			i := slices.IndexFunc(header, func(h string) bool { return foldHeader(h) == foldHeader(name) })
			if i < 0 {
				return fail("has no column %q; its header is: %s", name, strings.Join(header, ", "))
			}
			roles[i], said[i] = role, true
		}
	case len(in.opt.Columns) > 0:
		for i, c := range in.opt.Columns {
			c = strings.TrimSpace(c)
			said[i] = true
			if c == "" || c == "-" {
				continue
			}
			if roles[i] = csvRole(c); roles[i] == "" {
				return fail("cannot be read: --columns holds %q, which is nothing that a column can hold", c)
			}
		}
	default:
		for i, h := range header {
			roles[i] = csvRole(h)
			if roles[i] != "" && slices.Contains(roles[:i], roles[i]) {
				roles[i] = "" // the first of several columns with names for the same thing counts
			}
		}
	}
	if !slices.Contains(roles, "label") {
		return fail("has no column that holds labels; its header is: %s", strings.Join(header, ", "))
	}
	var columns []csvColumn
	for i, role := range roles {
		switch {
		case role != "":
			columns = append(columns, csvColumn{index: i, role: role})
		case !said[i] && i < len(header) && !in.opt.NoHeader && header[i] != "":
			columns = append(columns, csvColumn{index: i, name: strings.TrimPrefix(header[i], csvProperty)})
		}
	}
	return columns, nil
}

// claimsCSV takes a table if a person says what its columns hold, or if its
// header names labels and ids or codes in terms that are known. Other tables
// are read with --format csv.
func claimsCSV(in *input) bool {
	switch in.ext() {
	case ".csv", ".tsv", ".tab", ".txt", "":
	default:
		return false
	}
	header := headerOf(in)
	if len(in.opt.Columns) > 0 {
		return len(header) > 0
	}
	roles := map[string]bool{}
	for _, h := range header {
		roles[csvRole(h)] = true
	}
	return roles["label"] && (roles["id"] || roles["code"])
}

// nameCSV names a list by its file, with a date or version number at the end
// of the name as its version: "skills-2024-05-01.csv".
func nameCSV(in *input) (taxonomy.Ref, error) {
	title, date := exportTitle(in.stem())
	return refOf(in, title, date), nil
}
