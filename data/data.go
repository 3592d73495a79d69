// Package data embeds the starter frameworks and the sample documents, both
// written for this project: what a fresh installation imports and aligns
// before anything is downloaded; and the vector table that alignment starts
// with. It only holds files: it never parses them and nothing writes here at
// run time. importers read Starter, alignment/credential reads Samples,
// alignment/vectors loads Vectors; README.md says what each file is.
package data

import "embed"

// Starter is the folder "starter": frameworks in four formats and two crosswalks.
//
//go:embed starter
var Starter embed.FS

// Samples is the folder "samples": documents to align, one per file.
//
//go:embed samples
var Samples embed.FS

// Vectors is the default vector table; make model reproduces it.
//
//go:embed vectors.bin
var Vectors []byte

// Ranker is the default ranker, as alignment.LoadRanker reads it; make model
// reproduces it.
//
//go:embed ranker.json
var Ranker []byte

// Predicate is what tells exact, close, broader and narrower, as
// alignment.LoadRelator reads it; make model reproduces it.
//
//go:embed predicate.json
var Predicate []byte

// Crosswalk is what crosswalk suggestions are scored with, as
// alignment/crosswalk/suggest.LoadWeights reads it; make model reproduces it.
//
//go:embed crosswalk.json
var Crosswalk []byte
