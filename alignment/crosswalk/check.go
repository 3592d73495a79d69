package crosswalk

import (
	"context"
	"slices"

	"concord/taxonomy"
)

// A Report is what the Doctor found in one mapping set.
type Report struct {
	Set  taxonomy.URI `json:"set"`
	File string       `json:"file,omitempty"` // filled by who read it
	Rows int          `json:"rows"`           // with those to taxonomy.NoTerm
	Judgement
	Findings []Finding `json:"findings"` // in the order of Rules; none for a rule that is kept

	Broken [][]string `json:"-"` // row, in the order of the set → names of the rules it breaks; none that only inform
}

// A Finding is what breaks one rule.
type Finding struct {
	Rule     string    `json:"rule"`
	Severity Severity  `json:"severity"`
	Count    int       `json:"count"` // rows, or what Text counts
	Text     string    `json:"text"`
	Examples []Example `json:"examples"`
}

// A Severity says how bad it is to break a rule.
type Severity string

const (
	Error   Severity = "error"   // what is made of the set will be wrong
	Warning Severity = "warning" // a person should look
	Info    Severity = "info"    // good to know
)

// Sick reports a set that needs mending before it is used: one whose broad and
// narrow do not follow SKOS, or that breaks a rule of severity error.
func (r *Report) Sick() bool {
	return r.Direction == Inverted || r.Direction == Mixed ||
		slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Error })
}

// Check judges a mapping set and holds it against every rule.
func (d *Doctor) Check(ctx context.Context, c *taxonomy.Crosswalk) (*Report, error) {
	k, err := d.known(ctx, c)
	if err != nil {
		return nil, err
	}
	others, err := d.otherSets(ctx, c)
	if err != nil {
		return nil, err
	}
	j, err := judge(ctx, c, k, others)
	if err != nil {
		return nil, err
	}
	r := &Report{Set: c.ID, Rows: len(c.Mappings), Judgement: *j, Findings: []Finding{}}
	x := newExamination(c, k, others, j)
	r.Broken = make([][]string, len(c.Mappings))
	at := make(map[*taxonomy.Mapping]int, len(c.Mappings))
	for i := range c.Mappings {
		at[&c.Mappings[i]] = i
	}
	for _, rule := range Rules {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		found := rule.check(x)
		if found.count == 0 {
			continue
		}
		f := Finding{Rule: rule.Name, Severity: rule.Severity, Count: found.count, Text: found.text, Examples: []Example{}}
		if found.severity != "" {
			f.Severity = found.severity
		}
		if f.Text == "" {
			f.Text = rule.Says
		}
		f.Examples = append(f.Examples, spread(found.examples, maxExamples)...)
		r.Findings = append(r.Findings, f)
		if f.Severity == Info {
			continue
		}
		for _, m := range found.rows {
			if i := at[m]; !slices.Contains(r.Broken[i], rule.Name) {
				r.Broken[i] = append(r.Broken[i], rule.Name)
			}
		}
	}
	return r, nil
}
