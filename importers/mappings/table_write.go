package mappings

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"concord/importers"
	"concord/taxonomy"
)

// A writtenColumn is a column as it is written.
type writtenColumn struct {
	slot string
	cell func(*taxonomy.Mapping) string
}

// writtenColumns are the columns that c fills, the needed ones always: fields
// in the order of tableSlots, then slots by name.
func writtenColumns(c *taxonomy.Crosswalk) []writtenColumn {
	all := []writtenColumn{}
	for _, slot := range tableSlots {
		all = append(all, writtenColumn{slot, func(m *taxonomy.Mapping) string { return *tableField(m, slot) }})
		if slot == "mapping_justification" {
			all = append(all,
				writtenColumn{"author_label", func(m *taxonomy.Mapping) string {
					if m.Author == "" && len(m.Slots["author_label"]) == 0 {
						return ""
					}
					return joined(append([]string{m.Author}, m.Slots["author_label"]...))
				}},
				writtenColumn{"confidence", func(m *taxonomy.Mapping) string {
					if m.Confidence == nil {
						return ""
					}
					return strconv.FormatFloat(*m.Confidence, 'f', -1, 64)
				}})
		}
	}
	own := len(all)
	names := map[string]bool{}
	for _, m := range c.Mappings {
		for name := range m.Slots {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !slices.ContainsFunc(all[:own], func(w writtenColumn) bool { return w.slot == name }) {
			all = append(all, writtenColumn{name, func(m *taxonomy.Mapping) string { return joined(m.Slots[name]) }})
		}
	}
	return slices.DeleteFunc(all, func(w writtenColumn) bool {
		return !slices.Contains(needed, w.slot) && !slices.ContainsFunc(c.Mappings, func(m taxonomy.Mapping) bool { return w.cell(&m) != "" })
	})
}

// mappingRows is the header and a row for each mapping.
func mappingRows(c *taxonomy.Crosswalk) [][]string {
	columns := writtenColumns(c)
	rows := make([][]string, 0, len(c.Mappings)+1)
	header := make([]string, len(columns))
	for i, w := range columns {
		header[i] = w.slot
	}
	rows = append(rows, header)
	for i := range c.Mappings {
		row := make([]string, len(columns))
		for j, w := range columns {
			row[j] = w.cell(&c.Mappings[i])
		}
		rows = append(rows, row)
	}
	return rows
}

// setRows is what is said of a set, as slot and value; a slot with several
// values has several rows.
func setRows(s *taxonomy.MappingSet) [][]string {
	var rows [][]string
	for _, slot := range sheetSlots {
		if value := *sheetField(s, slot); value != "" {
			rows = append(rows, []string{slot, value})
		}
	}
	for _, c := range s.Creators {
		rows = append(rows, []string{"creator_label", c})
	}
	for _, p := range slices.Sorted(maps.Keys(s.Prefixes)) {
		rows = append(rows, []string{"curie_map", p + ": " + s.Prefixes[p]})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Slots)) {
		for _, v := range s.Slots[name] {
			rows = append(rows, []string{name, v})
		}
	}
	return rows
}

// writeCSV writes the rows; what is said of the set is lost.
func writeCSV(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	table := csv.NewWriter(w)
	if err := table.WriteAll(mappingRows(c)); err != nil {
		return nil, fmt.Errorf("writing the table: %w", err)
	}
	lost := losses{}
	for _, row := range setRows(&c.MappingSet) {
		lost.add("set: "+row[0], 1)
	}
	return lost.list(), nil
}

// writeXLSX writes the rows and, in a second sheet, what is said of the set.
func writeXLSX(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	cut, err := importers.WriteWorkbook(w, []importers.Sheet{
		{Name: mappingSheet, Rows: mappingRows(c)},
		{Name: setSheet, Rows: append([][]string{{"slot", "value"}}, setRows(&c.MappingSet)...)},
	})
	if err != nil {
		return nil, err
	}
	lost := losses{}
	lost.add("the rest of texts longer than a cell of Excel", cut)
	return lost.list(), nil
}
