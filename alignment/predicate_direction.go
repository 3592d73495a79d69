package alignment

import "concord/taxonomy"

// A Direction says which way a crosswalk runs, by the labels of its rows
// (CompareLabels). alignment/crosswalk judges sets by more than that.
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

// directionOf counts what CompareLabels tells of rows; what is weak has no say.
func directionOf(rows []measuredRow) Direction {
	var d Direction
	for _, r := range rows {
		m := relatorClasses[r.class]
		switch narrower := r.labels.Narrower; {
		case r.labels.Weak || narrower == None || m != taxonomy.BroadMatch && m != taxonomy.NarrowMatch:
		case (m == taxonomy.BroadMatch) == (narrower == Left):
			d.FromText++
		default:
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
