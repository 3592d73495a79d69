// Package index is search: text analysis, and one bleve index for each release
// of the store, built, stamped, swapped, searched and completed from here.
//
// It derives everything from a taxonomy.Reader and can be deleted and rebuilt
// at any time; it never writes to the store, and bleve's own scores never
// leave it. What it finds goes to the command line and the web pages; its
// Analyze is the notion of "the same word" that the alignment engine uses.
package index
