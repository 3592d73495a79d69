package alignment

import "concord/taxonomy"

// A Direction says which way a crosswalk runs, by the labels of its rows:
// where all words of one label are in the other and that one has more, the
// longer is the narrower.
type Direction struct {
	FromText    int  `json:"fromText"`    // rows whose labels agree with broad and narrow read from the text to the concept
	FromConcept int  `json:"fromConcept"` // rows that agree with the other way round
	Says        Runs `json:"says"`
}

// Runs is which way broad and narrow are to be read.
type Runs string

const (
	FromText    Runs = "from text"    // text skos:broadMatch concept: the concept is broader
	FromConcept Runs = "from concept" // concept skos:broadMatch text: the text is broader
	Undecided   Runs = "undecided"
)

// What it takes to decide.
const (
	minVotes  = 30
	voteShare = 2.0 / 3
)

func directionOf(rows []measuredRow) Direction {
	var d Direction
	for _, r := range rows {
		labelIn, textIn := r.f[0], r.f[1] // of the preferred label in the text, and back
		m := relatorClasses[r.class]
		textNarrower, textBroader := labelIn > 0.99 && textIn < 0.9, textIn > 0.99 && labelIn < 0.9
		switch {
		case m == taxonomy.BroadMatch && textNarrower || m == taxonomy.NarrowMatch && textBroader:
			d.FromText++
		case m == taxonomy.BroadMatch && textBroader || m == taxonomy.NarrowMatch && textNarrower:
			d.FromConcept++
		}
	}
	votes := float64(d.FromText + d.FromConcept)
	d.Says = Undecided
	switch {
	case votes < minVotes:
	case float64(d.FromText) >= voteShare*votes:
		d.Says = FromText
	case float64(d.FromConcept) >= voteShare*votes:
		d.Says = FromConcept
	}
	return d
}
