package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"concord/taxonomy"
)

// maxLine bounds a line of any file read here.
const maxLine = 1 << 20

// eachLine calls f with the cells of every line that is not empty. Lines end
// in LF, CRLF or CR; a byte order mark is skipped. Errors of f are given the
// file and the line.
func eachLine(r io.Reader, file string, f func(cells []string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	lines.Split(splitLines)
	for n := 1; lines.Scan(); n++ {
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if len(line) == 0 {
			continue
		}
		if !utf8.Valid(line) {
			return fmt.Errorf("%w: %s:%d: is not UTF-8", taxonomy.ErrInvalid, file, n)
		}
		if err := f(strings.Split(string(line), "\t")); err != nil {
			return fmt.Errorf("%w: %s:%d: %v", taxonomy.ErrInvalid, file, n, err)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%w: %s: a line is longer than 1 MiB", taxonomy.ErrInvalid, file)
	} else if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return nil
}

// splitLines is a bufio.SplitFunc for lines that end in LF, CRLF or CR.
func splitLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	i := bytes.IndexAny(data, "\r\n")
	switch {
	case i < 0 && atEOF && len(data) > 0:
		return len(data), data, nil
	case i < 0, data[i] == '\r' && i+1 == len(data) && !atEOF:
		return 0, nil, nil
	case data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n':
		return i + 2, data[:i], nil
	}
	return i + 1, data[:i], nil
}

// space is white space as the reference scorers see it.
func space(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

func trim(s string) string { return strings.TrimFunc(s, space) }

// fold is s with each run of white space one blank.
func fold(s string) string { return strings.Join(strings.FieldsFunc(s, space), " ") }

// need reports a line with fewer cells than form asks for, or with a blank
// one among them.
func need(cells []string, form string) error {
	names := strings.Fields(form)
	for i, name := range names {
		if i >= len(cells) {
			return fmt.Errorf("has %d columns; %s was expected", len(cells), strings.Join(names, "<TAB>"))
		}
		if trim(cells[i]) == "" {
			return fmt.Errorf("has no %s", name)
		}
	}
	return nil
}

// ReadQueries reads lines of id<TAB>text[<TAB>more text]. An id may occur once.
func ReadQueries(r io.Reader, file string) ([]Query, error) {
	var out []Query
	seen := map[string]bool{}
	err := eachLine(r, file, func(cells []string) error {
		if err := need(cells, "id text"); err != nil {
			return err
		}
		if seen[cells[0]] {
			return fmt.Errorf("has the id %q of an earlier line", cells[0])
		}
		seen[cells[0]] = true
		q := Query{ID: cells[0], Title: cells[1], Text: cells[1]}
		for _, more := range cells[2:] {
			if trim(more) != "" {
				q.Text += ". " + more
			}
		}
		out = append(out, q)
		return nil
	})
	return out, err
}

// A Names tells the concept that a run means when it gives a label, and the
// query when it gives the text.
type Names struct {
	byLabel map[string]string
	ids     map[string]bool
	byText  map[string]string
}

// AddQueries lets runs name queries by their first column of text.
func (n *Names) AddQueries(queries []Query) {
	n.byText = map[string]string{}
	for _, q := range queries {
		n.byText[fold(q.Title)] = q.ID
	}
}

func (n *Names) add(label, id string) {
	if n.byLabel == nil {
		n.byLabel, n.ids = map[string]string{}, map[string]bool{}
	}
	n.byLabel[trim(label)] = id
}

// close makes ids of what the labels stand for: of two concepts with one
// label the later has it, as in the reference scorer.
func (n *Names) close() {
	for _, id := range n.byLabel {
		n.ids[id] = true
	}
}

func (n *Names) query(q string) string {
	if id, ok := n.byText[fold(q)]; ok {
		return id
	}
	return q
}

func (n *Names) concept(d string) string {
	d = trim(d)
	if strings.HasPrefix(d, "http") || n.ids[d] {
		return d
	}
	if id, ok := n.byLabel[d]; ok {
		return id
	}
	return d
}

// ReadQrels reads lines of id<TAB>concept[<TAB>label]. The names are those of
// the concepts that are right for some query.
func ReadQrels(r io.Reader, file string) (*Gold, *Names, error) {
	g, n := &Gold{}, &Names{}
	err := eachLine(r, file, func(cells []string) error {
		if err := need(cells, "id concept"); err != nil {
			return err
		}
		g.add(cells[0], trim(cells[1]))
		if len(cells) > 2 {
			n.add(cells[2], trim(cells[1]))
		}
		return nil
	})
	n.close()
	if err == nil {
		err = g.check(file)
	}
	return g, n, err
}

// check reports gold that asks nothing.
func (g *Gold) check(file string) error {
	if len(g.IDs) == 0 {
		return fmt.Errorf("%w: %s holds no gold", taxonomy.ErrInvalid, file)
	}
	return nil
}

// ReadCandidates reads lines of id<TAB>label: every concept that a run may
// name by its label.
func ReadCandidates(r io.Reader, file string) (*Names, error) {
	n := &Names{}
	err := eachLine(r, file, func(cells []string) error {
		if err := need(cells, "id label"); err != nil {
			return err
		}
		n.add(cells[1], cells[0])
		return nil
	})
	n.close()
	return n, err
}

// A scored is a line of a run file.
type scored struct {
	Prediction
	has bool // it has a score
}

// parseScore reads a score cell; a blank one is none.
func parseScore(cell string) (score float64, has bool, err error) {
	if cell == "" {
		return 0, false, nil
	}
	score, err = strconv.ParseFloat(trim(cell), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsNaN(score) {
		return 0, false, fmt.Errorf("has %q where a score was expected", cell)
	}
	return score, true, nil
}

func isNumber(cell string) bool {
	_, has, err := parseScore(cell)
	return has && err == nil
}

// ReadRun reads a run: lines of query<TAB>concept<TAB>score<TAB>label (what
// concord rank prints), query<TAB>rank<TAB>concept<TAB>score,
// query<TAB>concept<TAB>score or query<TAB>concept. A query may be given by
// its text and a concept by its label. The lines of a query are taken by
// falling score, equal ones in file order, or all in file order where one has
// no score; a concept counts once. This is score_decorte.py's reading.
func ReadRun(r io.Reader, file string, names *Names) (Run, error) {
	lines := map[string][]scored{}
	err := eachLine(r, file, func(cells []string) error {
		if err := need(cells, "query"); err != nil {
			return err
		}
		var s scored
		var cell string
		switch {
		case len(cells) >= 4 && isNumber(cells[2]):
			s.ID, cell, s.Label = cells[1], cells[2], cells[3]
		case len(cells) >= 4:
			s.ID, cell = cells[2], cells[3]
		case len(cells) == 3:
			s.ID, cell = cells[1], cells[2]
		case len(cells) == 2:
			s.ID = cells[1]
		default:
			return errors.New("has 1 column; query<TAB>concept[<TAB>score[<TAB>label]] was expected")
		}
		var err error
		if s.Score, s.has, err = parseScore(cell); err != nil {
			return err
		}
		s.ID = names.concept(s.ID)
		q := names.query(cells[0])
		lines[q] = append(lines[q], s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	run := Run{}
	for q, l := range lines {
		if allScored(l) {
			sortByScore(l)
		}
		run[q] = unique(l)
	}
	return run, nil
}
