package bench

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// relations is the order in which predicates are shown.
var relations = []string{"exact", "close", "broad", "narrow", "related"}

// A Confusion says how often which class was taken for which.
type Confusion struct {
	Classes []string // predicates in their usual order, then others by name
	Counts  [][]int  // gold class → told class
}

// NewConfusion counts gold[i] told as told[i]. Nothing to count gives nil.
func NewConfusion(gold, told []string) *Confusion {
	if len(gold) == 0 {
		return nil
	}
	c := &Confusion{}
	others := map[string]bool{}
	for _, l := range [][]string{gold, told} {
		for _, name := range l {
			others[name] = true
		}
	}
	for _, name := range relations {
		if others[name] {
			c.Classes = append(c.Classes, name)
			delete(others, name)
		}
	}
	var rest []string
	for name := range others {
		rest = append(rest, name)
	}
	slices.Sort(rest)
	c.Classes = append(c.Classes, rest...)
	c.Counts = make([][]int, len(c.Classes))
	for i := range c.Counts {
		c.Counts[i] = make([]int, len(c.Classes))
	}
	for i := range gold {
		c.Counts[slices.Index(c.Classes, gold[i])][slices.Index(c.Classes, told[i])]++
	}
	return c
}

// classes is the number of classes that occur in the gold.
func (c *Confusion) classes() int {
	n := 0
	for i := range c.Classes {
		if c.gold(i) > 0 {
			n++
		}
	}
	return n
}

func (c *Confusion) gold(i int) (n int) {
	for _, v := range c.Counts[i] {
		n += v
	}
	return n
}

func (c *Confusion) told(i int) (n int) {
	for _, row := range c.Counts {
		n += row[i]
	}
	return n
}

// Accuracy is the share that was told right.
func (c *Confusion) Accuracy() float64 {
	right, all := 0, 0
	for i := range c.Counts {
		right += c.Counts[i][i]
		all += c.gold(i)
	}
	return float64(right) / float64(all)
}

// F1 is the harmonic mean of precision and recall of a class.
func (c *Confusion) F1(class string) float64 {
	i := slices.Index(c.Classes, class)
	if i < 0 {
		return 0
	}
	return 2 * float64(c.Counts[i][i]) / float64(max(1, c.gold(i)+c.told(i)))
}

// MacroF1 is the mean F1 over the classes that occur in the gold.
func (c *Confusion) MacroF1() float64 {
	var sum float64
	for i, name := range c.Classes {
		if c.gold(i) > 0 {
			sum += c.F1(name)
		}
	}
	return sum / float64(c.classes())
}

// Majority returns what always saying the commonest gold class would reach.
func Majority(gold []string) *Confusion {
	c := NewConfusion(gold, gold)
	if c == nil {
		return nil
	}
	best := 0
	for i := range c.Classes {
		if c.gold(i) > c.gold(best) {
			best = i
		}
	}
	return NewConfusion(gold, slices.Repeat([]string{c.Classes[best]}, len(gold)))
}

// MarshalJSON writes the matrix with its two figures.
func (c *Confusion) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Classes  []string `json:"classes"`
		Counts   [][]int  `json:"counts"` // gold → told
		Accuracy float64  `json:"accuracy"`
		MacroF1  float64  `json:"macroF1"`
	}{c.Classes, c.Counts, c.Accuracy(), c.MacroF1()})
}

// Markdown returns the matrix as a table, gold in rows.
func (c *Confusion) Markdown() string {
	var b strings.Builder
	b.WriteString("| gold \\ told | " + strings.Join(c.Classes, " | ") + " | F1 |\n|---|" + strings.Repeat("---|", len(c.Classes)+1) + "\n")
	for i, name := range c.Classes {
		fmt.Fprintf(&b, "| %s |", name)
		for _, n := range c.Counts[i] {
			fmt.Fprintf(&b, " %d |", n)
		}
		fmt.Fprintf(&b, " %s |\n", percent(c.F1(name)))
	}
	return b.String()
}
