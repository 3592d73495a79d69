package alignment

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"concord/taxonomy"
)

// ReadSentences reads written sentences with the concepts they are about, in
// English unless lang says otherwise. A line is the text and, each behind a
// tab, its concepts by URI or label; or the file is CSV with a header that has
// the columns sentence and skills, the latter a list as Python writes it
// (['a', "b"]), which is how SkillSkape is published. name is for errors.
func ReadSentences(name string, r io.Reader, lang taxonomy.Lang) ([]Sentence, error) {
	if lang == "" {
		lang = "en"
	}
	in := bufio.NewReader(r)
	head, err := in.Peek(256)
	if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	first, _, _ := strings.Cut(string(head), "\n")
	columns := strings.Split(strings.TrimSpace(first), ",")
	if slices.Contains(columns, "sentence") && slices.Contains(columns, "skills") {
		return readSentenceCSV(name, in, lang, slices.Index(columns, "sentence"), slices.Index(columns, "skills"))
	}
	var out []Sentence
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) < 2 {
			return nil, fmt.Errorf("%w: %s:%d: has no tab; text<TAB>concept was expected", taxonomy.ErrInvalid, name, n)
		}
		out = append(out, Sentence{Lang: lang, Text: fields[0], Concepts: fields[1:]})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return out, nil
}

func readSentenceCSV(name string, r io.Reader, lang taxonomy.Lang, text, skills int) ([]Sentence, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	if _, err := in.Read(); err != nil {
		return nil, fmt.Errorf("%w: %s: %v", taxonomy.ErrInvalid, name, err)
	}
	var out []Sentence
	for {
		row, err := in.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %v", taxonomy.ErrInvalid, name, err)
		}
		if len(row) <= max(text, skills) {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("%w: %s:%d: has %d cells", taxonomy.ErrInvalid, name, line, len(row))
		}
		out = append(out, Sentence{Lang: lang, Text: row[text], Concepts: listLiteral(row[skills])})
	}
}

// listLiteral returns the strings of a Python list of strings.
func listLiteral(s string) []string {
	var out []string
	for s != "" {
		quote := s[0]
		s = s[1:]
		if quote != '\'' && quote != '"' {
			continue
		}
		var item strings.Builder
		for s != "" && s[0] != quote {
			if s[0] == '\\' && len(s) > 1 {
				s = s[1:]
			}
			item.WriteByte(s[0])
			s = s[1:]
		}
		s = strings.TrimPrefix(s, string(quote))
		out = append(out, item.String())
	}
	return out
}
