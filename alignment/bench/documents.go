package bench

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"concord/alignment"
	"concord/alignment/credential"
	"concord/taxonomy"
)

// Documents says how whole gold documents are aligned: each as a person gives
// it, its segments around each other. A concept is right for a document if any
// of its segments is labelled with it, whatever the predicate.
type Documents struct {
	Name        string
	Documents   int
	Gold        int          // concepts of the documents, each once for a document
	Pooled      bool         // there are judgements of what systems proposed
	Named       int          // concepts that were labels before anybody had seen a proposal
	At          []AtLeast    // what would be shown from a probability on
	Calibration *Calibration // of everything proposed with at least LeastProposed
	Segments    [2]int       // with a concept, without
	Abstention  Figure       // AUROC of the probability that a segment states any skill, segments with a concept against those without
	Likeliest   Figure       // the same of the likeliest concept of a segment
}

// An AtLeast counts the proposals that are at least so likely.
type AtLeast struct {
	Probability float64
	Shown       int
	Right       int
	Named       int // right by the labels from before the pool
	Near        int // not right, but a reader of the pool relates it to a segment of the document
}

// Precision is the share of what is shown that is right.
func (a AtLeast) Precision() float64 { return share(a.Right, a.Shown) }

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// LeastProposed is the probability from which proposals are looked at.
const LeastProposed = 0.05

// atLeast are the probabilities that a report looks at.
var atLeast = []float64{0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7}

// A goldSegment is a row of a file of segments.
type goldSegment struct {
	document, pointer string
	role              alignment.Role
	from, to          int // bytes
	concepts          []taxonomy.URI
}

// readGold reads the rows of a file of segments (data/gold/README.md).
func readGold(path string) ([]goldSegment, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading gold documents: %w", err)
	}
	var out []goldSegment
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) < 7 {
			return nil, fmt.Errorf("%w: %s:%d has %d columns; document, language, pointer, role, from, to, text and concepts are expected", taxonomy.ErrInvalid, path, i+2, len(cells))
		}
		s := goldSegment{document: cells[0], pointer: cells[2], role: alignment.Role(cells[3])}
		var bad1, bad2 error
		s.from, bad1 = strconv.Atoi(cells[4])
		s.to, bad2 = strconv.Atoi(cells[5])
		if err := cmp.Or(bad1, bad2); err != nil {
			return nil, fmt.Errorf("%w: %s:%d: %v", taxonomy.ErrInvalid, path, i+2, err)
		}
		for _, c := range cells[7:] {
			_, uri, _ := strings.Cut(c, "=")
			s.concepts = append(s.concepts, taxonomy.URI(uri))
		}
		out = append(out, s)
	}
	return out, nil
}

// A pool is what two readers say of what systems proposed for a document.
type pool struct {
	named   map[taxonomy.URI]bool // labels before anybody had seen a proposal
	related map[taxonomy.URI]bool // related to a segment, by either reader and any predicate
}

// readPool reads the file of pooled judgements beside a file of segments
// (data/gold/README.md), by document; nil where there is no such file.
func readPool(path string) (map[string]*pool, error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading pooled judgements: %w", err)
	}
	out := map[string]*pool{}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != 7 {
			return nil, fmt.Errorf("%w: %s:%d has %d columns; document, pointer, from, to, before, pass A and pass B are expected", taxonomy.ErrInvalid, path, i+2, len(cells))
		}
		p := out[cells[0]]
		if p == nil {
			p = &pool{map[taxonomy.URI]bool{}, map[taxonomy.URI]bool{}}
			out[cells[0]] = p
		}
		for k, to := range []map[taxonomy.URI]bool{p.named, p.related, p.related} {
			for _, c := range strings.Fields(cells[4+k]) {
				_, uri, _ := strings.Cut(c, "=")
				to[taxonomy.URI(uri)] = true
			}
		}
	}
	return out, nil
}

// MeasureDocuments aligns the documents of a file of segments, which are in
// the folder documents beside it, with the release of scheme.
func MeasureDocuments(ctx context.Context, scheme *Scheme, path string) (*Documents, error) {
	rows, err := readGold(path)
	if err != nil {
		return nil, err
	}
	pools, err := readPool(filepath.Join(filepath.Dir(path), "pool.tsv"))
	if err != nil {
		return nil, err
	}
	out := &Documents{Name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), Pooled: pools != nil}
	for _, p := range atLeast {
		out.At = append(out.At, AtLeast{Probability: p})
	}
	var outcomes []Outcome
	var states, likeliest [2][]float64 // of segments with a concept, without
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].document == rows[0].document {
			n++
		}
		segments := rows[:n]
		rows = rows[n:]
		out.Documents++
		answer, err := alignGold(ctx, scheme, filepath.Join(filepath.Dir(path), "documents", segments[0].document))
		if err != nil {
			return nil, err
		}
		gold := map[taxonomy.URI]bool{}
		for _, s := range segments {
			for _, c := range s.concepts {
				gold[c] = true
			}
		}
		out.Gold += len(gold)
		judged := pools[segments[0].document]
		if judged == nil {
			judged = &pool{}
		}
		for c := range gold {
			if judged.named[c] {
				out.Named++
			}
		}
		for _, a := range answer.Alignments {
			outcomes = append(outcomes, Outcome{Probability: a.Probability, Right: gold[a.URI]})
			for i := range out.At {
				if a.Probability >= out.At[i].Probability {
					out.At[i].Shown++
					switch {
					case gold[a.URI]:
						out.At[i].Right++
					case judged.related[a.URI]:
						out.At[i].Near++
					}
					if gold[a.URI] && judged.named[a.URI] {
						out.At[i].Named++
					}
				}
			}
		}
		for _, s := range segments {
			if s.role == alignment.RoleBoilerplate || s.role == alignment.RolePrerequisite {
				continue // what is never matched is nothing to measure
			}
			k := 0
			if len(s.concepts) == 0 {
				k = 1
			}
			p, any := s.likeliest(answer)
			states[k], likeliest[k] = append(states[k], any), append(likeliest[k], p)
		}
	}
	out.Segments = [2]int{len(states[0]), len(states[1])}
	if out.Calibration, err = Calibrate(outcomes); err != nil {
		return nil, err
	}
	if out.Abstention, err = AUROC(states[0], states[1]); err != nil {
		return nil, err
	}
	out.Likeliest, err = AUROC(likeliest[0], likeliest[1])
	return out, err
}

func alignGold(ctx context.Context, scheme *Scheme, path string) (*alignment.Answer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a gold document: %w", err)
	}
	doc, err := credential.Read(filepath.Base(path), text, credential.Options{})
	if err != nil {
		return nil, err
	}
	return scheme.Engine.Align(ctx, doc, alignment.Options{Max: 1000, MinProbability: LeastProposed})
}

// likeliest is the probability of the likeliest concept that a segment is
// evidence for, or that is nearest to it where it gave none, and the
// probability that it states any skill.
func (s *goldSegment) likeliest(a *alignment.Answer) (best, states float64) {
	inside := func(pointer string, bytes [2]int) bool {
		return pointer == s.pointer && bytes[0] >= s.from && bytes[1] <= s.to
	}
	for _, al := range a.Alignments {
		for _, e := range al.Evidence {
			if inside(e.Pointer, e.Bytes) {
				best, states = max(best, al.Probability), max(states, e.States)
			}
		}
	}
	for _, ab := range a.Abstained {
		if inside(ab.Pointer, ab.Bytes) {
			states = max(states, ab.States)
			if ab.Nearest != nil {
				best = max(best, ab.Nearest.Probability)
			}
		}
	}
	return best, states
}

// documents writes how whole documents are aligned.
func (r *Report) documents(b *strings.Builder) {
	d := r.Documents
	if d == nil {
		return
	}
	fmt.Fprintf(b, "\n## Whole documents, gold.%s\n\n%d credentials and courses as they are given, in four languages, with %d concepts; %s. A proposal is right if any segment\nof the document is labelled with its concept.\n\n", d.Name, d.Documents, d.Gold, ExtractionRelease)
	columns := []string{"shown from a probability of", "shown", "right", "precision", "recall"}
	if d.Pooled {
		columns = append(columns, "not right, but related by a reader", "precision by the labels before the pool", "recall")
	}
	head(b, columns)
	for _, at := range d.At {
		cells := []string{fmt.Sprintf("%g", at.Probability), fmt.Sprint(at.Shown), fmt.Sprint(at.Right), percent(at.Precision()), percent(share(at.Right, d.Gold))}
		if d.Pooled {
			cells = append(cells, fmt.Sprint(at.Near), percent(share(at.Named, at.Shown)), percent(share(at.Named, d.Named)))
		}
		row(b, cells)
	}
	if d.Pooled {
		fmt.Fprintf(b, "\nThe labels before the pool (%d concepts) were named by readers who had seen no proposal, so that much is missing among\nthem; the pool is what several systems propose, judged twice (data/gold/README.md). What is not right, but\nrelated by a reader, is what one of the two calls related, narrower, or a match that the other does not see.\n", d.Named)
	}
	fmt.Fprintf(b, "\nCalibration error %s (bins of equal mass; %s of equal width) over %d proposals of %.2f or more. Abstention, %d\nsegments with a concept against %d without: AUROC %s of the probability that a segment states any skill, %s of its likeliest concept.\n",
		percent(d.Calibration.EqualMass), percent(d.Calibration.EqualWidth), d.Calibration.N, LeastProposed, d.Segments[0], d.Segments[1], d.Abstention, d.Likeliest)
}
