package importers

import (
	"strconv"

	"concord/taxonomy"
)

// onetRanges are the ranges of the scales that are read, for where Scales
// Reference is missing. WI (impact of a work style) takes the place of IM in
// the Work Styles of newer releases.
func onetRanges(scale string) (r [2]float64, ok bool) {
	switch scale {
	case "IM":
		return [2]float64{1, 5}, true
	case "LV":
		return [2]float64{0, 7}, true
	case "WI":
		return [2]float64{-3, 3}, true
	}
	return r, false
}

func (o *onet) scales(t *onetTable) error {
	scale, low, high := t.column("Scale ID"), t.column("Minimum"), t.column("Maximum")
	return t.each(func(row onetRow) error {
		from, errLow := strconv.ParseFloat(row.get(low), 64)
		to, errHigh := strconv.ParseFloat(row.get(high), 64)
		if errLow != nil || errHigh != nil || !(from < to) {
			o.problem(t.in.Path, row.line, "bad-scale", "scale %s goes from %q to %q, which is no range", row.get(scale), row.get(low), row.get(high))
			return nil
		}
		o.ranges[row.get(scale)] = [2]float64{from, to}
		return nil
	})
}

// value returns the rating in a row in 0..1. One that is no number or outside
// its scale becomes a Problem.
func (o *onet) value(t *onetTable, row onetRow, scale, text string) (v float64, ok bool) {
	r, ok := o.ranges[scale]
	if !ok {
		r, _ = onetRanges(scale)
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= r[0] && v <= r[1]) {
		o.problem(t.in.Path, row.line, "bad-value", "the rating %q is no number from %g to %g (scale %s)", text, r[0], r[1], scale)
		return 0, false
	}
	return (v - r[0]) / (r[1] - r[0]), true
}

// A tallied is a kind of row that is not used, and how many there are.
type tallied struct {
	code, what string
	line, n    int
}

// A oneEach reports kinds of rows once for each file, not once a row.
type oneEach []tallied

func (l *oneEach) add(row onetRow, code, what string) {
	for i := range *l {
		if (*l)[i].code == code && (*l)[i].what == what {
			(*l)[i].n++
			return
		}
	}
	*l = append(*l, tallied{code, what, row.line, 1})
}

func (o *onet) report(t *onetTable, l oneEach) {
	for _, x := range l {
		o.problem(t.in.Path, x.line, x.code, "rows that %s: %d; this is the first", x.what, x.n)
	}
}

// ratings reads a table that rates elements for occupations. An element has a
// row for its importance and one for its level, which become one relation.
// A row that O*NET recommends to suppress is not used. Not Relevant says that
// few found the level to matter: the importance stays, the level is left out.
func (o *onet) ratings(t *onetTable) error {
	occupation, id, name, scale, data := t.column("O*NET-SOC Code"), t.column("Element ID"), t.column("Element Name"), t.column("Scale ID"), t.column("Data Value")
	suppress, irrelevant := t.column("Recommend Suppress"), t.column("Not Relevant")
	type rating struct {
		occupation, element string
		importance, level   *float64
		at                  Problem
	}
	var all []*rating
	byKey := map[[2]string]*rating{}
	var unused oneEach
	err := t.each(func(row onetRow) error {
		kind := row.get(scale)
		switch {
		case row.get(suppress) == "Y":
			unused.add(row, "suppressed", "O*NET recommends to suppress")
			return o.alive()
		case row.get(irrelevant) == "Y" && kind == "LV":
			unused.add(row, "not-relevant", "hold a level that is not relevant, so that only the importance is used")
			return o.alive()
		case kind != "IM" && kind != "LV" && kind != "WI":
			unused.add(row, "unused-scale", "are of scale "+strconv.Quote(kind)+", which is not used")
			return o.alive()
		}
		v, ok := o.value(t, row, kind, row.get(data))
		if !ok {
			return o.alive()
		}
		key := [2]string{row.get(occupation), row.get(id)}
		r := byKey[key]
		if r == nil {
			r = &rating{occupation: key[0], element: key[1], at: t.at(row)}
			if err := o.rated(t, row, key[1], row.get(name)); err != nil {
				return err
			}
			byKey[key] = r
			all = append(all, r)
		}
		into := &r.importance
		if kind == "LV" {
			into = &r.level
		}
		if *into != nil {
			o.problem(t.in.Path, row.line, "repeated-rating", "%s is rated for %s on scale %s already; the first rating counts", key[1], key[0], kind)
			return nil
		}
		*into = &v
		return o.alive()
	})
	if err != nil {
		return err
	}
	for _, r := range all {
		rel := taxonomy.Relation{Subject: onetURI(onetElementURI, r.element), Predicate: taxonomy.RatedFor, Importance: r.importance, Level: r.level}
		if err := o.toOccupation(rel, r.occupation, r.at); err != nil {
			return err
		}
	}
	o.report(t, unused)
	return nil
}

// rated puts an element that the content model does not have, by the name that
// the rating gives it.
func (o *onet) rated(t *onetTable, row onetRow, id, name string) error {
	uri := onetURI(onetElementURI, id)
	kind, ok := onetKind(id)
	if o.w.Has(uri) || !ok || name == "" {
		return nil
	}
	o.problem(t.in.Path, row.line, "element-only-in-ratings", "%s (%s) is not in Content Model Reference; it is kept with its name alone", id, name)
	return o.named(kind, uri, id, name, "", t.at(row))
}

// taskRatings keeps the importance of tasks, which becomes part of their
// relation to the occupation.
func (o *onet) taskRatings(t *onetTable) error {
	id, scale, data, suppress := t.column("Task ID"), t.column("Scale ID"), t.column("Data Value"), t.column("Recommend Suppress")
	var unused oneEach
	err := t.each(func(row onetRow) error {
		switch {
		case row.get(scale) != "IM":
			unused.add(row, "unused-scale", "are of scale "+strconv.Quote(row.get(scale))+", which is not used")
		case row.get(suppress) == "Y":
			unused.add(row, "suppressed", "O*NET recommends to suppress")
		default:
			if v, ok := o.value(t, row, "IM", row.get(data)); ok {
				o.importance[row.code(id)] = v
			}
		}
		return o.alive()
	})
	o.report(t, unused)
	return err
}
