package bench

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// ReadSegments reads the segments in lang of a file of the project's own gold
// documents, or of its corpus, as an extraction set: those with concepts are
// queries, the others negatives.
func ReadSegments(path string, lang taxonomy.Lang) (*Set, error) {
	var sentences []alignment.Sentence
	err := readFile(path, func(r io.Reader) (err error) {
		sentences, err = alignment.ReadSentences(path, r, "en")
		return err
	})
	if err != nil {
		return nil, err
	}
	s := &Set{Name: "gold." + strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), Form: Extraction, Gold: &Gold{}, Names: &Names{}}
	for i, x := range sentences {
		if x.Lang.Base() != lang.Base() || x.Role == alignment.RoleBoilerplate || x.Role == alignment.RolePrerequisite {
			continue // what is never matched is nothing to measure
		}
		q := Query{ID: fmt.Sprintf("%s-%04d", s.Name, i+1), Title: x.Text, Text: x.Text}
		if len(x.Concepts) == 0 {
			s.Negatives = append(s.Negatives, q)
			continue
		}
		s.Queries = append(s.Queries, q)
		for _, c := range x.Concepts {
			s.Gold.add(q.ID, c)
		}
	}
	return s, nil
}
