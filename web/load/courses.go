package load

import (
	"strings"
)

// The parts of course descriptions, invented for this.
var (
	openings = []string{
		"This course introduces %s to people who have never done it before.",
		"Over ten weeks you learn to %s, at first with help and later alone.",
		"Participants who finish can %s and explain to others why it matters.",
		"A practical class for staff who have to %s every day.",
		"The module prepares for work in which you %s under time pressure.",
	}
	middles = []string{
		"You will %s, keep a log of what you did and why, and discuss the results with the others in groups of four.",
		"In the second part we %s with real examples from local firms, which participants may also bring themselves.",
		"A guest from industry shows how teams %s, what goes wrong in practice and how mistakes are put right.",
		"Exercises of rising difficulty train you to %s step by step, with feedback from the tutor after each of them.",
		"There is time set aside every week to %s on your own project and to ask the teachers for advice.",
		"We compare several ways to %s, look at what each of them costs, and choose the one that suits the case.",
	}
	endings = []string{
		"The certificate is given to those who hand in two reports and pass a short oral exam.",
		"No earlier knowledge is needed; bring a laptop and curiosity.",
		"Places are few, so please write to the office before the end of the month.",
	}
	doings = []string{
		"write clear reports", "analyse sales figures", "program small web applications", "plan a marketing campaign", "repair electric motors",
		"care for elderly people", "teach children to read", "keep accounts", "manage a project budget", "query databases",
		"weld steel pipes", "bake bread", "negotiate with suppliers", "translate contracts", "design user interfaces",
		"test software", "grow vegetables without chemicals", "drive a forklift", "measure air quality", "lead a team",
		"speak in public", "handle complaints", "protect personal data", "draw technical plans", "assess risks at work",
		"clean up datasets", "train a machine learning model", "cut hair", "dispense medicines", "interview witnesses",
		"edit videos", "maintain a network", "install solar panels", "schedule production", "write grant proposals",
	}
)

// Course is an invented course description of about 600 characters: the same
// for the same i, and another for each of some hundred thousand.
func Course(i int) string {
	n := uint64(i)*0x9E3779B97F4A7C15 + 0x1234567
	pick := func(list []string) string {
		n ^= n >> 29
		n *= 0xBF58476D1CE4E5B9
		n ^= n >> 32
		return list[n%uint64(len(list))]
	}
	var b strings.Builder
	say := func(s string) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.Replace(s, "%s", pick(doings), 1))
	}
	say(pick(openings))
	for b.Len() < 510 {
		say(pick(middles))
	}
	say(pick(endings))
	return b.String()
}

// Words is what somebody searches for: the same for the same i.
func Words(i int) string { return doings[i*7%len(doings)] }
