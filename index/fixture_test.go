package index

import (
	"strings"
	"testing"

	"concord/taxonomy"
)

// concepts reads concepts from lines, written for these tests:
//
//	uri | kind | code | label; label; ... | definition | keyword; keyword
//
// A label is "en:text" if preferred, "en+text" if alternative, "en~text" if hidden.
func concepts(t testing.TB, text string) []*taxonomy.Concept {
	t.Helper()
	var list []*taxonomy.Concept
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		c := &taxonomy.Concept{URI: taxonomy.URI(cells[0]), Kind: taxonomy.Kind(cells[1]), Code: cells[2]}
		for label := range strings.SplitSeq(cells[3], ";") {
			label = strings.TrimSpace(label)
			i := strings.IndexAny(label, ":+~")
			kind := map[byte]taxonomy.LabelKind{':': taxonomy.PrefLabel, '+': taxonomy.AltLabel, '~': taxonomy.HiddenLabel}[label[i]]
			c.Labels = append(c.Labels, taxonomy.Label{Kind: kind, Lang: taxonomy.Lang(label[:i]), Text: label[i+1:]})
		}
		if len(cells) > 4 && cells[4] != "" {
			c.Notes = append(c.Notes, taxonomy.Note{Kind: taxonomy.Definition, Lang: c.Labels[0].Lang, Text: cells[4]})
		}
		if len(cells) > 5 {
			for k := range strings.SplitSeq(cells[5], ";") {
				c.Properties = append(c.Properties, taxonomy.Property{Name: taxonomy.PropKeyword, Value: strings.TrimSpace(k)})
			}
		}
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

var (
	workshop = taxonomy.Ref{Scheme: "workshop", Version: "2.0"}
	bakery   = taxonomy.Ref{Scheme: "bakery", Version: "1"}
)

// fixture holds two releases.
func fixture(t testing.TB) *memory {
	m := new(memory)
	var broader []taxonomy.Relation
	for _, pair := range []string{"ml data", "usedata data", "data ict", "python ict", "ict data"} { // a cycle, as sources have them
		s, o, _ := strings.Cut(pair, " ")
		broader = append(broader, taxonomy.Relation{Subject: "http://w.example/s/" + taxonomy.URI(s), Predicate: taxonomy.Broader, Object: "http://w.example/s/" + taxonomy.URI(o)})
	}
	broader = append(broader, taxonomy.Relation{Subject: "http://w.example/s/sew", Predicate: taxonomy.Related, Object: "http://w.example/s/data"})
	m.add(workshop, concepts(t, `
		http://w.example/s/ml       | knowledge  |          | en:machine learning; en+statistical learning; de:maschinelles Lernen; fr:apprentissage automatique | Making programs that learn from examples.
		http://w.example/s/useml    | skill      |          | en:utilise machine learning; en+use machine learning methods
		http://w.example/s/machine  | skill      |          | en:set up sewing machines; en+machine set-up for learning apprentices
		http://w.example/s/usedata  | skill      |          | en:analyse data; de:Daten analysieren; de+Datenanalyse; fr:analyser des données | Collect figures and find what they say.
		http://w.example/s/data     | skill-group |         | en:working with data
		http://w.example/s/ict      | skill-group | S5      | en:computing
		http://w.example/s/python   | knowledge  |          | en:Python (programming language); en+Python; en~pyhton | A language for scripts. | scripting; snake logo
		http://w.example/s/cpp      | knowledge  |          | en:C++
		http://w.example/s/csharp   | knowledge  |          | en:C#
		http://w.example/s/sew      | skill      |          | en:sew by hand; en+hand sewing
		http://w.example/s/events   | skill      |          | en:organise cultural events; fr:organiser des événements culturels
		http://w.example/s/resume   | skill      |          | en:write a résumé; en+write a CV
		http://w.example/o/td-7     | occupation | 2654.1.7 | en:workshop director; en+head of workshop; it:direttore dell'officina
		http://w.example/o/cook     | occupation | 51-35.00 | en:canteen cook; mt:kok tal-kantin
	`), broader...)
	m.add(bakery, concepts(t, `
		plain code 1 | skill |  | en:knead dough
		b2           | skill |  | en:bake bread; en+machine baking
		b3           | skill |  | en:machine learning | Learning how machines work.
		b4           | task  |  | :schedule ovens
	`))
	return m
}

// lines writes hits as "uri why", without the common start of URIs.
func lines(hits []Hit) string {
	var b strings.Builder
	for _, h := range hits {
		b.WriteString(short(h.URI) + ": " + h.Why + "\n")
	}
	return b.String()
}

func short(uri taxonomy.URI) string { return strings.TrimPrefix(string(uri), "http://w.example/") }
