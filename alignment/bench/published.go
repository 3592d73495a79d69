package bench

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// A Published row is what others report, in per cent.
type Published struct {
	Task    string // what the row is about
	System  string
	Source  string
	Figures map[string]float64
}

// published are figures of others on the tasks measured here. Those on job-ad
// sentences are over the test halves (HOUSE, TECH), which development does not
// see: other sentences, written and labelled alike.
var published = []Published{
	{"house", "IReRa (Llama-2-13B, mpnet, GPT-4)", "D'Oosterlinck et al. 2024", map[string]float64{"RP@5": 55.57, "RP@10": 61.71}},
	{"house", "CurriculumMatch (fine-tuned mpnet)", "its paper, 2025", map[string]float64{"RP@5": 49.14, "RP@10": 59.61, "MRR": 48.4}},
	{"house", "dictionary of labels, tools in use", "measured for this project", map[string]float64{"RP@5": 21.7}},
	{"tech", "ConTeXT-match (fine-tuned mpnet)", "its paper, 2025", map[string]float64{"RP@5": 63.98, "RP@10": 73.99, "MRR": 63.2}},
	{"tech", "IReRa (Llama-2-13B, mpnet, GPT-4)", "D'Oosterlinck et al. 2024", map[string]float64{"RP@5": 63.13, "RP@10": 71.98}},
	{"tech", "CurriculumMatch (fine-tuned mpnet)", "its paper, 2025", map[string]float64{"RP@5": 59.40, "RP@10": 69.93, "MRR": 57.3}},
	{"tech", "dictionary of labels, tools in use", "measured for this project", map[string]float64{"RP@5": 25.7}},
	{"melo", "OpenAI large, usa_q_en_c_en", "MELO, Retyk et al. 2024", map[string]float64{"MRR": 68.4}},
	{"melo", "E5, usa_q_en_c_en", "MELO, Retyk et al. 2024", map[string]float64{"MRR": 67.4}},
	{"melo", "BGE-M3, usa_q_en_c_en", "MELO, Retyk et al. 2024", map[string]float64{"MRR": 62.3}},
	{"melo", "BM25 with lemmas, usa_q_en_c_en", "MELO, Retyk et al. 2024", map[string]float64{"MRR": 60.0}},
}

// publishedFor returns the rows of a task.
func publishedFor(task string) []Published {
	var out []Published
	for _, p := range published {
		if p.Task == task {
			out = append(out, p)
		}
	}
	return out
}

// meloColumns are the columns of the MELO result table that are shown, by metric.
var meloColumns = map[string]string{"recip_rank": "MRR", "success_1": "A@1", "success_5": "A@5", "success_10": "A@10", "map": "MAP", "recall_10": "R@10"}

// ReadMELOResults reads the table of results the MELO project publishes: a
// header, then dataset<TAB>method<TAB>figures as shares. The rows come by set,
// then best MRR first.
func ReadMELOResults(r io.Reader, file string) ([]Published, error) {
	var header []string
	var out []Published
	err := eachLine(r, file, func(cells []string) error {
		if header == nil {
			header = cells
			return nil
		}
		if err := need(cells, "dataset method"); err != nil {
			return err
		}
		p := Published{Task: cells[0], System: cells[1], Source: "MELO result table", Figures: map[string]float64{}}
		for i := 2; i < len(cells) && i < len(header); i++ {
			metric, shown := meloColumns[header[i]]
			if !shown {
				continue
			}
			v, err := strconv.ParseFloat(cells[i], 64)
			if err != nil {
				return fmt.Errorf("has %q where %s was expected", cells[i], header[i])
			}
			p.Figures[metric] = 100 * v
		}
		out = append(out, p)
		return nil
	})
	slices.SortStableFunc(out, func(a, b Published) int {
		return cmp.Or(cmp.Compare(a.Task, b.Task), cmp.Compare(b.Figures["MRR"], a.Figures["MRR"]))
	})
	return out, err
}
