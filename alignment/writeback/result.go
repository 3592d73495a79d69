package writeback

import (
	"math"
	"slices"
	"strconv"

	"concord/importers/source"
)

// resultStated returns the targets of the alignments of a subject's results.
func resultStated(w *writer, at *source.Value) []string {
	var out []string
	for _, r := range at.Get("result").List() {
		out = append(out, obStated(w, r)...)
	}
	return out
}

// putResult carries scores in Open Badges 3.0: a ResultDescription for each
// match process (an engine against a release) in the Achievement, and a Result
// for each skill, with the probability as its value and the skill as its
// alignment. A skill that no engine proposed has a Result without a value.
func putResult(w *writer, at *source.Value, list []Accepted) error {
	achievement := at.Get("achievement")
	var described []string
	for _, d := range achievement.Get("resultDescription").List() {
		described = append(described, d.Get("id").String())
	}
	var descriptions, results []any
	for _, a := range list {
		id := "urn:uuid:" + source.UUID5("result-description", achievement.Get("id").String(), a.Scheme, a.Release, a.ReleaseDigest, w.req.Engine.Weights)
		if !slices.Contains(described, id) {
			described = append(described, id)
			descriptions = append(descriptions, object{{"id", id}, {"type", []string{"ResultDescription"}}, {"name", "Skill match with " + a.framework()},
				{"resultType", "ext:MatchProbability"}, {"valueMin", "0"}, {"valueMax", "1"}})
		}
		results = append(results, object{{"type", []string{"Result"}}, {"resultDescription", id}}.with("value", score(a.Probability)).with("alignment", []any{obAlignment(a)}))
	}
	if len(descriptions) > 0 {
		if err := w.append(achievement, "resultDescription", descriptions...); err != nil {
			return err
		}
	}
	return w.append(at, "result", results...)
}

// score writes a probability with at most four decimals, or nothing for none.
func score(p float64) string {
	if p <= 0 {
		return ""
	}
	return strconv.FormatFloat(math.Round(p*1e4)/1e4, 'f', -1, 64)
}
