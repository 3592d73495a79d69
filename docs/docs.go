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
