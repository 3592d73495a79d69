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

// corpusHeader is the first line of a file of the project's own corpus.
const corpusHeader = "lang\tvoice\ttext\tconcept=words"

// goldHeader is the first line of a file of the project's own gold set.
const goldHeader = "document\tlang\tpointer\trole\tfrom\tto\ttext\tpredicate=concept"

// ReadSentences reads written sentences with the concepts they are about, in
// English unless lang or the file says otherwise. The file has one of four
// forms. A line is the text and, each behind a tab, its concepts by URI or
// label. Or the first line is corpusHeader, and a line is language, voice,
// text and, each behind a tab, the URI of a concept, "=" and the words of the
// text that express it. Or it is goldHeader, and a line is a segment of a
// document: document, language, pointer, role, bytes from and to, text and,
// each behind a tab, a predicate, "=" and the URI of a concept. Or it is CSV with a header that has the columns
// sentence and skills, the latter a list as Python writes it (['a', "b"]),
// which is how SkillSkape is published. name is for errors.
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
	read := map[string]func([]string) (Sentence, error){corpusHeader: corpusSentence, goldHeader: goldSegment}[strings.TrimRight(first, "\r")]
	var out []Sentence
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" || read != nil && n == 1 {
			continue
		}
		fields := strings.Split(lines.Text(), "\t")
		if read != nil {
			s, err := read(fields)
			if err != nil {
				return nil, fmt.Errorf("%w: %s:%d: %v", taxonomy.ErrInvalid, name, n, err)
			}
			out = append(out, s)
			continue
		}
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

// corpusSentence reads a line of the project's own corpus.
func corpusSentence(fields []string) (Sentence, error) {
	if len(fields) < 3 || fields[2] == "" {
		return Sentence{}, fmt.Errorf("has %d cells; language, voice and text were expected", len(fields))
	}
	s := Sentence{Lang: taxonomy.ParseLang(fields[0]), Voice: fields[1], Text: fields[2]}
	for _, cell := range fields[3:] {
		uri, words, ok := strings.Cut(cell, "=")
		if !ok || uri == "" || words == "" {
			return Sentence{}, fmt.Errorf("has the concept %q; URI=words was expected", cell)
		}
		if !strings.Contains(s.Text, words) {
			return Sentence{}, fmt.Errorf("says that %q expresses a concept, but the text does not hold it", words)
		}
		s.Concepts, s.Words = append(s.Concepts, uri), append(s.Words, words)
	}
	return s, nil
}

// goldSegment reads a line of the project's own gold set.
func goldSegment(fields []string) (Sentence, error) {
	if len(fields) < 7 || fields[6] == "" {
		return Sentence{}, fmt.Errorf("has %d cells; document, language, pointer, role, from, to and text were expected", len(fields))
	}
	s := Sentence{Lang: taxonomy.ParseLang(fields[1]), Role: Role(fields[3]), Text: fields[6]}
	for _, cell := range fields[7:] {
		_, uri, ok := strings.Cut(cell, "=")
		if !ok || uri == "" {
			return Sentence{}, fmt.Errorf("has the concept %q; PREDICATE=URI was expected", cell)
		}
		s.Concepts = append(s.Concepts, uri)
	}
	return s, nil
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
