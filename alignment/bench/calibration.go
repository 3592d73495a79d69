package bench

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"concord/taxonomy"
)

// An Outcome is a probability that was shown and whether it came true.
type Outcome struct {
	Probability float64
	Right       bool
}

// calibrationBins is how many bins a reliability diagram has.
const calibrationBins = 10

// A Bin is a point of a reliability diagram.
type Bin struct {
	N     int     `json:"n"`
	Mean  float64 `json:"mean"`  // of the probabilities shown
	Share float64 `json:"share"` // that came true
}

// A Calibration says how far probabilities are from what came true.
type Calibration struct {
	N          int     `json:"n"`
	EqualWidth float64 `json:"eceEqualWidth"` // expected calibration error over 10 bins of width 0.1
	EqualMass  float64 `json:"eceEqualMass"`  // the same over 10 bins of as many outcomes each
	Brier      float64 `json:"brier"`         // mean squared error
	Width      []Bin   `json:"width"`         // bins of equal width that hold any, by rising probability
	Mass       []Bin   `json:"mass"`          // bins of equal mass, by rising probability
}

// Calibrate measures outcomes. The expected calibration error is the mean,
// weighted by size, of |mean probability − share right| over the bins.
func Calibrate(outcomes []Outcome) (*Calibration, error) {
	if len(outcomes) == 0 {
		return nil, fmt.Errorf("%w: there is no probability to calibrate", taxonomy.ErrInvalid)
	}
	sorted := slices.Clone(outcomes)
	// Right ones last among equals: the order, and so the bins, depend on nothing else.
	slices.SortFunc(sorted, func(a, b Outcome) int {
		return cmp.Or(cmp.Compare(a.Probability, b.Probability), cmp.Compare(truth(a.Right), truth(b.Right)))
	})
	c := &Calibration{N: len(sorted)}
	width := make([][]Outcome, calibrationBins)
	for _, o := range sorted {
		if !(o.Probability >= 0 && o.Probability <= 1) {
			return nil, fmt.Errorf("%w: %v is no probability", taxonomy.ErrInvalid, o.Probability)
		}
		i := min(int(o.Probability*calibrationBins), calibrationBins-1)
		width[i] = append(width[i], o)
		d := o.Probability - truth(o.Right)
		c.Brier += d * d / float64(len(sorted))
	}
	mass := make([][]Outcome, calibrationBins)
	for i := range mass {
		mass[i] = sorted[i*len(sorted)/calibrationBins : (i+1)*len(sorted)/calibrationBins]
	}
	c.Width, c.EqualWidth = reliability(width, len(sorted))
	c.Mass, c.EqualMass = reliability(mass, len(sorted))
	return c, nil
}

func reliability(bins [][]Outcome, n int) (points []Bin, ece float64) {
	for _, bin := range bins {
		if len(bin) == 0 {
			continue
		}
		b := Bin{N: len(bin)}
		for _, o := range bin {
			b.Mean += o.Probability / float64(len(bin))
			b.Share += truth(o.Right) / float64(len(bin))
		}
		points = append(points, b)
		ece += math.Abs(b.Mean-b.Share) * float64(len(bin)) / float64(n)
	}
	return points, ece
}

// SVG draws the reliability diagram: probability shown across, share that came
// true upwards, the diagonal where they agree, a dot for each bin of equal
// width as large as its share of the outcomes.
func (c *Calibration) SVG(title string) string {
	const size, margin = 360, 48
	x := func(v float64) float64 { return margin + v*size }
	y := func(v float64) float64 { return margin + (1-v)*size }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", size+2*margin, size+2*margin)
	fmt.Fprintf(&b, "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", escape(title))
	for i := 0; i <= 10; i += 2 {
		v := float64(i) / 10
		fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1fM%.1f %.1fV%.1f" stroke="#ddd"/>`+"\n", x(0), y(v), x(1), x(v), y(0), y(1))
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="end">%d</text><text x="%.1f" y="%.1f" text-anchor="middle">%d</text>`+"\n", x(0)-6, y(v)+4, 10*i, x(v), y(0)+16, 10*i)
	}
	fmt.Fprintf(&b, `<path d="M%.1f %.1fL%.1f %.1f" stroke="#888" stroke-dasharray="4 4"/>`+"\n", x(0), y(0), x(1), y(1))
	var line []string
	for _, bin := range c.Width {
		line = append(line, fmt.Sprintf("%.1f,%.1f", x(bin.Mean), y(bin.Share)))
	}
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="#0b5fa5" stroke-width="2"/>`+"\n", strings.Join(line, " "))
	for _, bin := range c.Width {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#0b5fa5"><title>shown %s, right %s, %d outcomes</title></circle>`+"\n",
			x(bin.Mean), y(bin.Share), 3+9*math.Sqrt(float64(bin.N)/float64(c.N)), percent(bin.Mean), percent(bin.Share), bin.N)
	}
	fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">probability shown, %%</text>`+"\n", x(.5), y(0)+36)
	fmt.Fprintf(&b, `<text transform="translate(14 %.1f) rotate(-90)" text-anchor="middle">came true, %%</text>`+"\n", y(.5))
	fmt.Fprintf(&b, `<text x="%.1f" y="%.1f">%s: error %s (equal width), %s (equal mass), %d outcomes</text>`+"\n</svg>\n", x(0), y(1)-14, escape(title), percent(c.EqualWidth), percent(c.EqualMass), c.N)
	return b.String()
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// percent writes a share as a percentage with one decimal, without the sign.
func percent(v float64) string { return fmt.Sprintf("%.1f", 100*v) }
