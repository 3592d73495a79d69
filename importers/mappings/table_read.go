package mappings

import (
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// plainName is a name of a slot, and what an extension slot may be called.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

func readTable(f *source.File, opt Options) ([]*Result, error) {
	s, err := openSheet(f, 0)
	if err != nil {
		return nil, err
	}
	defer s.close()
	plan, err := tablePlan(f, s, opt.Columns)
	if err != nil {
		return nil, err
	}
	r := &Result{Crosswalk: &taxonomy.Crosswalk{}, File: f.Path}
	for i, h := range s.header {
		if plan[i] == "" && strings.TrimSpace(h) != "" {
			r.problem(s.line, "column-left-out", "the column %q is not kept", clip(h))
		}
	}
	r.readSetSheet(s.set)
	name := strings.TrimSuffix(f.Name, filepath.Ext(f.Name))
	from := framework(r.Crosswalk.SubjectSource, opt.Set.SubjectSource, name)
	to := framework(r.Crosswalk.ObjectSource, opt.Set.ObjectSource, name)
	seen := map[string]int{}
	for {
		row, err := s.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		r.Rows++
		key := strings.TrimRight(strings.Join(row.cells, "\x00"), "\x00")
		if key == "" {
			r.skip(row.line, "blank-row", "the row is blank")
			continue
		}
		if first, dup := seen[key]; dup {
			r.skip(row.line, "duplicate-row", "the row is the same as that of line %d", first)
			continue
		}
		seen[key] = row.line
		m := taxonomy.Mapping{Line: row.line}
		for i, c := range row.cells {
			switch {
			case c == "":
			case i >= len(plan):
				r.problem(row.line, "extra-cell", "has %d cells, %d were expected; %q is not read", len(row.cells), len(plan), clip(c))
			case plan[i] != "":
				r.tableCell(&m, plan[i], c)
			}
		}
		m.Subject = r.completed(m.Line, m.Subject, framework(m.SubjectSource, from), m.SubjectKind)
		m.Object = r.completed(m.Line, m.Object, framework(m.ObjectSource, to), m.ObjectKind)
		word := string(m.Predicate)
		m.Predicate = ""
		r.relate(m, word)
	}
	return []*Result{r}, nil
}

// framework is the first of names that is not blank.
func framework(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

// isESCO tells a framework that is called ESCO.
func isESCO(name string) bool {
	return slices.Contains(strings.FieldsFunc(strings.ToLower(name), notLetter), "esco")
}

// completed is the URI that an identifier of a framework stands for.
func (r *Result) completed(line int, id taxonomy.URI, name, kind string) taxonomy.URI {
	if strings.Contains(string(id), ":") || id == "" {
		return id
	}
	if strings.EqualFold(string(id), "NoTermFound") {
		return taxonomy.NoTerm
	}
	if isESCO(name) {
		if uri, ok := escoURI(string(id), kindOfWord(kind)); ok {
			return uri
		}
		r.problem(line, "bare-id", "%q names no concept of ESCO by its URI; give its subject_category or object_category, or the URI", clip(string(id)))
	}
	return conceptURI(name, string(id))
}

// tableCell gives m what a cell says.
func (r *Result) tableCell(m *taxonomy.Mapping, slot, cell string) {
	field := tableField(m, slot)
	switch {
	case slot == "predicate_modifier":
		if !strings.EqualFold(cell, "not") {
			r.problem(m.Line, "unknown-modifier", "the predicate_modifier %q is neither “Not” nor blank; it is kept as a slot", clip(cell))
			r.keepSlot(m, "predicate_modifier_source", cell)
			return
		}
		m.Modifier = "Not"
	case slot == slotStatus:
		status, err := taxonomy.ParseStatus(strings.ToLower(cell))
		if err != nil {
			r.problem(m.Line, "unknown-status", "%v; it is kept as a slot", err)
			r.keepSlot(m, "status_source", cell)
			return
		}
		m.Status = status
	case field != nil:
		*field = cell
	case slot == "confidence":
		n, err := strconv.ParseFloat(cell, 64)
		if err != nil || !(n >= 0 && n <= 1) {
			r.problem(m.Line, "bad-confidence", "the confidence %q is no number from 0 to 1; it is kept as a slot", clip(cell))
			r.keepSlot(m, "confidence_source", cell)
			return
		}
		m.Confidence = &n
	case slot == "author_label":
		values := parted(cell)
		m.Author = values[0]
		if len(values) > 1 {
			r.keepSlot(m, slot, values[1:]...)
		}
	default:
		r.keepSlot(m, slot, parted(cell)...)
	}
}

func (r *Result) keepSlot(m *taxonomy.Mapping, slot string, values ...string) {
	if m.Slots == nil {
		m.Slots = taxonomy.Slots{}
	}
	m.Slots[slot] = append(m.Slots[slot], values...)
}

// sheetSlots is the slots that are fields of a set and hold one text, in the
// order they are written. SSSOM has none for the languages, the status and the
// direction.
var sheetSlots = []string{
	"mapping_set_id", "mapping_set_title", "mapping_set_description", "mapping_set_version", "license", "publication_date",
	"subject_source", "subject_source_version", "subject_lang", "object_source", "object_source_version", "object_lang", "set_status", "direction",
}

// sheetField is the field of s for a slot, or nil.
func sheetField(s *taxonomy.MappingSet, slot string) *string {
	switch slot {
	case "subject_lang":
		return (*string)(&s.SubjectLang)
	case "object_lang":
		return (*string)(&s.ObjectLang)
	case "set_status":
		return (*string)(&s.Status)
	case "direction":
		return (*string)(&s.Direction)
	}
	return setField(s, slot)
}

// readSetSheet reads rows of slot and value.
func (r *Result) readSetSheet(rows [][]string) {
	set := &r.Crosswalk.MappingSet
	for n, row := range rows {
		slot, value := strings.TrimSpace(cellAt(row, 0)), strings.TrimSpace(cellAt(row, 1))
		field := sheetField(set, slot)
		switch {
		case slot == "" || value == "" || n == 0 && slot == "slot":
		case field != nil:
			*field = value
		case slot == "creator_label":
			set.Creators = append(set.Creators, value)
		case slot == "curie_map":
			prefix, uri, ok := strings.Cut(value, ": ")
			if !ok {
				r.problem(0, "bad-prefix", "row %d of the sheet %q: %q is no “prefix: URI”", n+1, setSheet, clip(value))
				continue
			}
			if set.Prefixes == nil {
				set.Prefixes = map[string]string{}
			}
			set.Prefixes[prefix] = uri
		default:
			if set.Slots == nil {
				set.Slots = taxonomy.Slots{}
			}
			set.Slots[slot] = append(set.Slots[slot], value)
		}
	}
}
