package alignment

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"

	"concord/alignment/regression"
	"concord/alignment/vectors"
	"concord/taxonomy"
)

// A Relator tells how a concept stands to a text that names something: the
// same, much the same, broader or narrower. It is a multinomial logistic
// regression over named measures that know no language; what it says is the
// class with the largest sum of weight × measure. It never says related: no
// crosswalk it learned from does.
type Relator struct {
	Names   []string         `json:"names"`   // of standingNames, in their order
	Classes []taxonomy.Match `json:"classes"` // of relatorClasses
	Vectors Verdict          `json:"vectors"` // for texts that have a vector
	Words   Verdict          `json:"words"`   // for texts that have none: the table does not know their language
	HeldOut []Verdict        `json:"heldOut"` // as Vectors, each trained without the titles of one fold, for measuring
	Trained string           `json:"trained"` // what it was trained on, for people

	digest string // of the file that it was read from
}

// A Verdict is the weights of one regression.
type Verdict struct {
	Weights [][]float64 `json:"weights"` // class → weight of each measure
	Bias    []float64   `json:"bias"`    // class → bias
}

// relatorClasses are what a Relator tells apart. The concept is the object:
// broad says that it is the broader one (skos:broadMatch).
var relatorClasses = []taxonomy.Match{taxonomy.ExactMatch, taxonomy.CloseMatch, taxonomy.BroadMatch, taxonomy.NarrowMatch}

// LoadRelator reads a relator as it is marshalled. One whose measures are not
// those of this program is refused.
func LoadRelator(data []byte) (*Relator, error) {
	var r Relator
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%w: the weights of the predicate cannot be read: %v", taxonomy.ErrInvalid, err)
	}
	fits := slices.Equal(r.Names, standingNames[:]) && slices.Equal(r.Classes, relatorClasses) && len(r.HeldOut) == relatorFolds
	for _, v := range append([]Verdict{r.Vectors, r.Words}, r.HeldOut...) {
		fits = fits && len(v.Bias) == len(r.Classes) && len(v.Weights) == len(r.Classes)
		for _, w := range v.Weights {
			fits = fits && len(w) == len(r.Names)
		}
	}
	if !fits {
		return nil, fmt.Errorf("%w: the weights of the predicate are for other measures; run concord train predicate", taxonomy.ErrInvalid)
	}
	r.digest = Digest(data)
	return &r, nil
}

// A Relation is what a Relator says of a text and a concept.
type Relation struct {
	Predicate   taxonomy.Match             `json:"predicate"`
	Probability float64                    `json:"probability"` // of the predicate; classes were weighted in training, so it ranks and is no frequency
	Measures    map[string]float64         `json:"measures"`
	Sums        map[taxonomy.Match]float64 `json:"sums"` // of weight × measure and the bias; the largest is the predicate's
}

// verdict is the weights that fit a text.
func (r *Relator) verdict(sub subject) *Verdict {
	if sub.vector == nil {
		return &r.Words
	}
	return &r.Vectors
}

// tell returns the likeliest class and the probability of each.
func (v *Verdict) tell(f standing) (class int, p []float64) {
	p = make([]float64, len(v.Bias))
	for k := range p {
		if p[k] = v.sum(k, f); p[k] > p[class] {
			class = k
		}
	}
	regression.Softmax(p)
	return class, p
}

// sum is the log-odds of class k, up to what all classes share.
func (v *Verdict) sum(k int, f standing) float64 {
	sum := v.Bias[k]
	for i, x := range f {
		sum += v.Weights[k][i] * x
	}
	return sum
}

// Relate tells how a concept of one of the engine's releases stands to a text
// with a title and a description, as Relator was trained on crosswalks: it may
// say exact of labels that differ. heldOut asks for the weights that were
// trained without this title, for measuring. An unknown concept, or one
// without a label in lang, is an ErrNotFound.
func (e *Engine) Relate(lang taxonomy.Lang, title, description string, uri taxonomy.URI, heldOut bool) (*Relation, error) {
	if e.Relator == nil {
		return nil, fmt.Errorf("%w: the engine was opened without weights of the predicate", taxonomy.ErrInvalid)
	}
	for _, s := range e.snaps {
		c, ok := s.concept(uri)
		if !ok {
			continue
		}
		sub, found := s.asTrained(e.table, lang, title, description, s.kind[c])
		f, _, ok := s.stands(e.table, sub, c, positionOf(c, found))
		if !ok {
			continue
		}
		v := e.Relator.verdict(sub)
		if heldOut && sub.vector != nil {
			v = &e.Relator.HeldOut[foldOf(title, 0)]
		}
		return v.relation(f), nil
	}
	return nil, fmt.Errorf("%w: no release that is open has %s with a label in %q", taxonomy.ErrNotFound, uri, lang)
}

func (v *Verdict) relation(f standing) *Relation {
	class, p := v.tell(f)
	r := &Relation{Predicate: relatorClasses[class], Probability: round(p[class]), Measures: map[string]float64{}, Sums: map[taxonomy.Match]float64{}}
	for i, name := range standingNames {
		r.Measures[name] = round(f[i])
	}
	for k, m := range relatorClasses {
		r.Sums[m] = round(v.sum(k, f))
	}
	return r
}

// asTrained analyses a title and searches for it among the concepts of the
// kind's pillar.
func (s *Snapshot) asTrained(table *vectors.Table, lang taxonomy.Lang, title, description string, kind uint8) (subject, []match) {
	var kinds kindSet
	for i := range taxonomy.Kinds {
		if k := taxonomy.Kinds[i]; pillarOfKind[i] == pillarOfKind[kind] && k != taxonomy.OccupationGroup && k != taxonomy.SkillGroup {
			kinds |= 1 << i
		}
	}
	found := s.search(s.analyse(table, lang, lang, title), kinds, false, fusion, judged)
	return s.subject(table, lang, title, description, kind), found
}

// foldOf is the fold of a title in split number salt; all rows of a title are
// in one fold.
func foldOf(title string, salt byte) int {
	h := fnv.New32a()
	h.Write([]byte{salt})
	h.Write([]byte(fold(title)))
	return int(h.Sum32() % relatorFolds)
}
