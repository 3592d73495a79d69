package alignment

import "concord/taxonomy"

// Language returns the language that Align reads d in: said where a person has
// said it, else what the document states, else what its text tells, else English.
func Language(d *Document, said taxonomy.Lang) taxonomy.Lang {
	return (&aligner{opt: Options{Lang: said}}).language(d)
}
