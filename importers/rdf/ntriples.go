package rdf

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	knakk "github.com/knakk/rdf"
)

// anonymous is the name of the nth blank node that has no label of its own;
// no document can use it, because a label does not start with a dot.
func anonymous(n int) string { return fmt.Sprintf("_:.%d", n) }

// readLines reads N-Triples with knakk/rdf where every line is sound. Anything
// else, and N-Quads, is read by the Turtle reader, which both are subsets of
// (but for the graph names) and which tells the line and column of what is
// broken.
func readLines(g *Graph, name string, data []byte, syntax Syntax) error {
	if syntax == NTriples && sound(data) {
		if err := decodeLines(g, data); err == nil {
			return nil
		}
		g.Triples = nil
	}
	return readTurtle(g, name, data, syntax)
}

// soundLine is a statement or a comment in the plain spelling that files have
// that were written by programs.
var soundLine = func() *regexp.Regexp {
	const (
		iri     = "<[A-Za-z][A-Za-z0-9+.-]*:[^\\x00-\\x20<>\"{}|^`\\\\]*>"
		blank   = `_:[A-Za-z0-9][A-Za-z0-9_-]*`
		literal = `"(?:[^"\\\r\n]|\\[tbnrf"'\\]|\\u[0-9A-Fa-f]{4})*"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^` + iri + `)?`
		node    = `(?:` + iri + `|` + blank + `)`
	)
	return regexp.MustCompile(`^(?:[ \t]*` + node + `[ \t]+` + iri + `[ \t]+(?:` + node + `|` + literal + `)[ \t]*\.[ \t]*)?(?:#.*)?$`)
}()

// sound reports whether knakk/rdf can be given data. Its lexer runs in a
// goroutine of its own and panics there on files that are cut short or have a
// quote too many, which nobody can recover from.
func sound(data []byte) bool {
	for line := range bytes.Lines(data) {
		if !utf8.Valid(line) || !soundLine.Match(bytes.TrimRight(line, "\r\n")) {
			return false
		}
	}
	return true
}

// decodeLines decodes data with knakk/rdf. Lines are counted here: a statement
// takes one, and the decoder tells none.
func decodeLines(g *Graph, data []byte) error {
	decoder := knakk.NewTripleDecoder(bytes.NewReader(data), knakk.NTriples)
	line, rest := 0, data
	for {
		t, err := decoder.Decode()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			failed := err
			for n := 0; err != io.EOF && n <= len(data); n++ { // lets the lexer's goroutine come to its end
				_, err = decoder.Decode()
			}
			return fmt.Errorf("decoding N-Triples: %w", failed)
		}
		for blank := true; blank && len(rest) > 0; {
			var l []byte
			l, rest, _ = bytes.Cut(rest, []byte("\n"))
			line++
			l = bytes.TrimSpace(l)
			blank = len(l) == 0 || l[0] == '#'
		}
		g.add(Triple{serial(t.Subj), t.Pred.String(), term(t.Obj), line})
	}
}

// serial returns an IRI, or "_:" and a blank node's label.
func serial(t knakk.Term) string {
	if t.Type() == knakk.TermBlank {
		return "_:" + strings.TrimPrefix(t.String(), "_:")
	}
	return t.String()
}

func term(t knakk.Term) Term {
	if l, ok := t.(knakk.Literal); ok {
		return literal(l.String(), l.Lang(), l.DataType.String())
	}
	return resource(serial(t))
}
