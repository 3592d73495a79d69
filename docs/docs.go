// Package docs embeds the reports that the pages show. It only holds files.
package docs

import _ "embed"

// Quality is docs/quality.md, as make quality writes it.
//
//go:embed quality.md
var Quality string

// Performance is docs/performance.md.
//
//go:embed performance.md
var Performance string

// Reliability is the picture of how often what is shown with a probability is
// right, as make quality draws it.
//
//go:embed reliability.svg
var Reliability []byte
