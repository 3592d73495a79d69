package mappings

import (
	"slices"
	"strings"

	"concord/taxonomy"
)

// perMember are the slots of a row that may differ within a bundle.
var perMember = []string{"subject_notation", "subject_labels", "subject_label_lang", "object_notation", "object_labels", "object_label_lang", "subject_type", "object_type"}

// bundleLength is the number of rows at the start that are one mapping: 1
// without a bundle, and 0 where the bundle is not the product of its sides.
func bundleLength(rows []taxonomy.Mapping) int {
	id := rows[0].Slots["bundle"]
	if len(id) == 0 {
		return 1
	}
	n := 1
	for n < len(rows) && slices.Equal(rows[n].Slots["bundle"], id) {
		n++
	}
	subjects, objects := sides(rows[:n])
	if len(subjects)*len(objects) != n {
		return 0
	}
	shared := bundleOf(rows[0])
	for i := range rows[:n] {
		if bundleOf(rows[i]) != shared || !sameSide(rows[i], rows[subjects[i/len(objects)]], true) || !sameSide(rows[i], rows[objects[i%len(objects)]], false) {
			return 0
		}
	}
	return n
}

// sides are the first rows of each subject and of each object.
func sides(rows []taxonomy.Mapping) (subjects, objects []int) {
	seen := map[[3]string]bool{}
	for i, m := range rows {
		if key := [3]string{"from", string(m.Subject), m.SubjectLabel}; !seen[key] {
			seen[key] = true
			subjects = append(subjects, i)
		}
		if key := [3]string{"to", string(m.Object), m.ObjectLabel}; !seen[key] {
			seen[key] = true
			objects = append(objects, i)
		}
	}
	return subjects, objects
}

func sameSide(a, b taxonomy.Mapping, subject bool) bool {
	if subject {
		return a.Subject == b.Subject && a.SubjectLabel == b.SubjectLabel
	}
	return a.Object == b.Object && a.ObjectLabel == b.ObjectLabel
}

// bundleOf is what the rows of a bundle have in common, as a text.
func bundleOf(m taxonomy.Mapping) string {
	var b strings.Builder
	for _, s := range slotsOf(&m, append([]string{"subject_id", "subject_label", "object_id", "object_label"}, perMember...)...) {
		b.WriteString(s.name + "=" + strings.Join(s.values, "\x01") + "\x00")
	}
	return b.String()
}
