package credential

import (
	"fmt"
	"slices"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// Columns says what the columns of a table, or the names in the objects of a
// list, hold: a catalogue has no standard, so a person says, or common names tell.
type Columns []Column

// A Column is one column and what it holds.
type Column struct {
	Holds string // a name of columnRoles
	Name  string // as the table writes it; case does not matter
}

// columnRoles are what a column of a catalogue can hold, the role of its text
// ("" for facts that are none), and the headers that are taken for it where
// nobody says. Names compare without case, blanks, hyphens and underscores.
var columnRoles = []struct {
	holds   string
	role    alignment.Role
	headers []string
}{
	{"id", "", []string{"id", "identifier", "code", "courseCode", "courseId", "courseNumber", "courseUrl", "url", "uri", "canonicalUrl", "ctid"}},
	{"name", alignment.RoleTitle, []string{"name", "title", "courseTitle", "courseName", "credentialName", "programName", "rsdName", "skillName", "badgeName"}},
	{"text", alignment.RoleDescription, []string{"text", "description", "courseDescription", "summary", "abstract", "overview", "about", "content"}},
	{"outcome", alignment.RoleOutcome, []string{"outcome", "outcomes", "learningOutcomes", "objectives", "learningObjectives", "skillStatement", "contextualizedSkillStatement", "competencies", "competencyText", "fullStatement", "teaches"}},
	{"criterion", alignment.RoleCriterion, []string{"criterion", "criteria", "assessment", "requirements"}},
	{"keyword", alignment.RoleKeyword, []string{"keyword", "keywords", "tags", "subject", "subjects", "conceptKeywords", "skills"}},
	{"prerequisite", alignment.RolePrerequisite, []string{"prerequisite", "prerequisites", "entryRequirements"}},
	{"level", alignment.RoleLevel, []string{"level", "levels"}},
	{"skill", "", []string{"alignmentUrl", "skillUri", "escoUri"}},
	{"lang", "", []string{"lang", "language", "inLanguage"}},
}

// ParseColumns reads "name=title,text=description,text=outline". What the
// columns hold is named as in columnRoles; the error names them.
func ParseColumns(spec string) (Columns, error) {
	if strings.TrimSpace(spec) == "" {
		return nil, nil
	}
	var out Columns
	for _, entry := range strings.Split(spec, ",") {
		holds, name, ok := strings.Cut(entry, "=")
		c := Column{Holds: strings.TrimSpace(holds), Name: strings.TrimSpace(name)}
		if c.Holds == "title" || c.Holds == "description" {
			c.Holds = columnHolds(c.Holds)
		}
		if !ok || c.Name == "" || !slices.Contains(columnNames(), c.Holds) {
			return nil, fmt.Errorf("%w: %q does not say what a column holds; write name=HEADER or text=HEADER; a column can hold %s", taxonomy.ErrInvalid, strings.TrimSpace(entry), strings.Join(columnNames(), ", "))
		}
		out = append(out, c)
	}
	return out, nil
}

func columnNames() []string {
	var names []string
	for _, r := range columnRoles {
		names = append(names, r.holds)
	}
	return names
}

// columnHolds tells what a header announces, or "".
func columnHolds(header string) string {
	fold := strings.NewReplacer(" ", "", "-", "", "_", "", ".", "")
	header = strings.ToLower(fold.Replace(header))
	for _, r := range columnRoles {
		if slices.ContainsFunc(r.headers, func(h string) bool { return strings.ToLower(h) == header }) {
			return r.holds
		}
	}
	return ""
}

func columnRole(holds string) alignment.Role {
	for _, r := range columnRoles {
		if r.holds == holds {
			return r.role
		}
	}
	return ""
}

// guessColumns tells the columns by their headers. There must be one with text.
func guessColumns(headers []string) (Columns, bool) {
	var out Columns
	for _, h := range headers {
		if holds := columnHolds(h); holds != "" {
			out = append(out, Column{holds, h})
		}
	}
	return out, slices.ContainsFunc(out, func(c Column) bool {
		return c.Holds == "name" || c.Holds == "text" || c.Holds == "outcome"
	})
}
