package web

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A preview is what writing the accepted alignments would change.
type preview struct {
	Signed  bool
	Table   bool
	Profile string
	Added   int
	Present int
	Lines   []diffLine
	Notes   []string
}

// A diffLine is a line of a document before and after: Op is " ", "+", "-" or
// "…" for lines that are left out.
type diffLine struct{ Op, Text string }

// Around a change so many lines are shown.
const diffContext = 2

// lineDiff compares two texts line by line: what both begin and end with is
// told first, and the longest common subsequence of the rest (Hunt and
// McIlroy) where it is not too long to compute.
func lineDiff(before, after []byte) []diffLine {
	a, b := diffLines(before), diffLines(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []diffLine
	for _, l := range a[:head] {
		out = append(out, diffLine{" ", l})
	}
	out = append(out, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, l := range a[len(a)-tail:] {
		out = append(out, diffLine{" ", l})
	}
	return folded(out)
}

// diffLines are the lines of a text; JSON is laid out first, so that a
// document on one line can be compared.
func diffLines(text []byte) []string {
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(text), "", "  ") == nil {
		text = b.Bytes()
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}

// mostCells bounds the table of the longest common subsequence.
const mostCells = 4 << 20

func middle(a, b []string) []diffLine {
	var out []diffLine
	if len(a)*len(b) > mostCells {
		for _, l := range a {
			out = append(out, diffLine{"-", l})
		}
		for _, l := range b {
			out = append(out, diffLine{"+", l})
		}
		return out
	}
	n := make([][]int32, len(a)+1)
	for i := range n {
		n[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				n[i][j] = n[i+1][j+1] + 1
			} else {
				n[i][j] = max(n[i+1][j], n[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffLine{" ", a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && n[i+1][j] >= n[i][j+1]:
			out = append(out, diffLine{"-", a[i]})
			i++
		default:
			out = append(out, diffLine{"+", b[j]})
			j++
		}
	}
	return out
}

// folded leaves out what is far from any change.
func folded(lines []diffLine) []diffLine {
	keep := make([]bool, len(lines))
	for i, l := range lines {
		if l.Op == " " {
			continue
		}
		for k := max(0, i-diffContext); k <= min(len(lines)-1, i+diffContext); k++ {
			keep[k] = true
		}
	}
	var out []diffLine
	for i, l := range lines {
		if keep[i] {
			out = append(out, l)
		} else if len(out) == 0 || out[len(out)-1].Op != "…" {
			out = append(out, diffLine{Op: "…"})
		}
	}
	return out
}
