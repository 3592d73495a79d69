package writeback

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"concord/importers/source"
)

// alignHeader is the header of a column of an alignment in the dialects of
// OSMT: "Alignment Name", "Alignment 2 URL", the old "Alignment Title" and
// "Alignment", which holds the URL.
var alignHeader = regexp.MustCompile(`^alignment(?: \d+)?(?: (name|title|url|framework))?$`)

// An rsdSheet is an OSMT table of skills.
type rsdSheet struct {
	*sheet
	name  int      // column of the skill's name
	slots [][3]int // columns of name, URL and framework of each alignment; -1 where there is none
	rows  [][]cell
}

// readRSDSheet reads data as an OSMT table, or returns nil where it is none.
func readRSDSheet(data []byte) *rsdSheet {
	if head := data[:min(len(data), 4096)]; !strings.Contains(strings.ToLower(string(head)), "skill statement") {
		return nil
	}
	s := &rsdSheet{sheet: readSheet(data), name: -1}
	if len(s.records) == 0 {
		return nil
	}
	s.rows = s.records[1:]
	statement := false
	slot := [3]int{-1, -1, -1}
	for i, c := range s.records[0] {
		h := strings.Join(strings.Fields(strings.ToLower(c.text)), " ")
		statement = statement || h == "skill statement" || h == "contextualized skill statement"
		if s.name < 0 && (h == "rsd name" || h == "skill name") {
			s.name = i
		}
		m := alignHeader.FindStringSubmatch(h)
		if m == nil {
			continue
		}
		part := 1
		switch m[1] {
		case "name", "title":
			part = 0
		case "framework":
			part = 2
		}
		if slot[part] >= 0 { // the next alignment's
			s.slots = append(s.slots, slot)
			slot = [3]int{-1, -1, -1}
		}
		slot[part] = i
	}
	if slot != [3]int{-1, -1, -1} {
		s.slots = append(s.slots, slot)
	}
	if !statement || s.name < 0 {
		return nil
	}
	return s
}

// write fills the blank alignment columns of each skill's record, and adds
// columns where they do not suffice.
func (s *rsdSheet) write(req Request) (*Outcome, error) {
	out := &Outcome{Profile: "rsd-csv"}
	w := &writer{req: req, profile: profile{name: out.Profile, carries: []string{factRelease}}, out: out}
	overflow := map[int][]string{} // cells beyond the header, by row
	for _, a := range req.Accepted {
		rows, err := s.places(req, a)
		if err != nil {
			return nil, err
		}
		for _, i := range rows {
			where := fmt.Sprintf("/%d", i)
			if s.states(i, string(a.URI), overflow[i]) {
				out.Present = append(out.Present, Placed{a.URI, a.Label, where})
				continue
			}
			if !s.fill(i, a) {
				overflow[i] = append(overflow[i], a.Label, string(a.URI), a.framework())
			}
			out.Added = append(out.Added, Placed{a.URI, a.Label, where})
			w.lose(a)
		}
	}
	s.widen(overflow)
	out.Data = s.written()
	out.Sheet = true
	return out, nil
}

// places returns the rows an alignment belongs to: the one the person names,
// those its evidence stands in, or the only one.
func (s *rsdSheet) places(req Request, a Accepted) ([]int, error) {
	fail := func(format string, args ...any) error {
		return &source.Error{File: req.Name, Text: fmt.Sprintf(format, args...)}
	}
	if req.To != "" {
		i, ok := source.ArrayIndex(strings.TrimPrefix(req.To, "/"))
		if !ok || i >= len(s.rows) {
			return nil, fail("has no record %s; the first of its %d below the header is /0", req.To, len(s.rows))
		}
		return []int{i}, nil
	}
	mark := 0
	if strings.HasPrefix(string(s.data[:min(3, len(s.data))]), "\xef\xbb\xbf") {
		mark = 3
	}
	var out []int
	for _, e := range a.Evidence {
		for i, row := range s.rows {
			if at := e.Bytes[0] + mark; e.Pointer == "" && at >= row[0].from && at < row[len(row)-1].to && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	if len(s.rows) == 1 {
		return []int{0}, nil
	}
	return nil, fail("has %d skills and no words that tell which gets %s (%s): name one with --to, as /0 for the first", len(s.rows), a.Label, a.URI)
}

// states reports whether a row has an alignment with uri, written or planned.
func (s *rsdSheet) states(i int, uri string, planned []string) bool {
	key := conceptKey(uri)
	for _, slot := range s.slots {
		if text := s.cell(i, slot[1]); text != "" && conceptKey(text) == key {
			return true
		}
	}
	for j := 1; j < len(planned); j += 3 {
		if conceptKey(planned[j]) == key {
			return true
		}
	}
	return false
}

func (s *rsdSheet) cell(row, column int) string {
	if column < 0 || column >= len(s.rows[row]) {
		return ""
	}
	return strings.TrimSpace(s.rows[row][column].text)
}

// fill writes an alignment into blank columns of its row, if there are any.
func (s *rsdSheet) fill(row int, a Accepted) bool {
	for _, slot := range s.slots {
		if slot[1] < 0 || s.cell(row, slot[0])+s.cell(row, slot[1])+s.cell(row, slot[2]) != "" || slices.Max(slot[:]) >= len(s.rows[row]) {
			continue
		}
		for part, text := range []string{a.Label, string(a.URI), a.framework()} {
			if column := slot[part]; column >= 0 {
				s.set(s.rows[row][column], s.field(s.rows[row], text))
				s.rows[row][column].text = text
			}
		}
		return true
	}
	return false
}

// widen adds columns for what did not fit, to the header and every record.
func (s *rsdSheet) widen(overflow map[int][]string) {
	most := 0
	for _, cells := range overflow {
		most = max(most, len(cells))
	}
	if most == 0 {
		return
	}
	head := s.records[0]
	for i := range most / 3 {
		name := "Alignment"
		if n := len(s.slots) + i + 1; n > 1 {
			name = fmt.Sprintf("Alignment %d", n)
		}
		for _, part := range []string{" Name", " URL", " Framework"} {
			s.grow(head, s.field(head, name+part))
		}
	}
	for i, row := range s.rows {
		cells := make([]string, max(0, len(head)-len(row)), len(head)+most)
		for _, text := range overflow[i] {
			cells = append(cells, s.field(row, text))
		}
		s.grow(row, append(cells, make([]string, most-len(overflow[i]))...)...)
	}
}
