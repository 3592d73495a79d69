package portfolio

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"path"

	"concord/alignment"
	"concord/taxonomy"
)

//go:embed profile.html
var profilePage string

// pageTemplate is the page of a profile. It holds its own style, loads
// nothing, runs no script, and prints on paper as it stands.
var pageTemplate = template.Must(template.New("profile").Funcs(template.FuncMap{
	"base":    path.Base,
	"number":  func(i int) int { return i + 1 },
	"percent": func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) },
}).Parse(profilePage))

// A section is the skills of one kind on the page.
type section struct {
	ID, Title string
	Skills    []Skill
}

// kindTitles name the sections for people.
var kindTitles = map[taxonomy.Kind]string{taxonomy.Skill: "Skills", taxonomy.Knowledge: "Knowledge", taxonomy.Ability: "Abilities", taxonomy.WorkStyle: "Work styles",
	taxonomy.Activity: "Work activities", taxonomy.Technology: "Technologies", taxonomy.Tool: "Tools"}

// WriteHTML writes the profile as one self-contained page that a person can
// read, send and print.
func (p *Profile) WriteHTML(w io.Writer) error {
	var sections []section
	for _, kind := range alignment.SkillKinds {
		s := section{ID: string(kind), Title: kindTitles[kind]}
		for _, skill := range p.Skills {
			if skill.Kind == kind {
				s.Skills = append(s.Skills, skill)
			}
		}
		if len(s.Skills) > 0 {
			sections = append(sections, s)
		}
	}
	stated := 0
	for _, s := range p.Skills {
		if s.Stated() {
			stated++
		}
	}
	err := pageTemplate.Execute(w, struct {
		*Profile
		Sections []section
		Stated   int
	}{p, sections, stated})
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}
