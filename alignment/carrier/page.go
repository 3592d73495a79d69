package carrier

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// findScripts finds the JSON-LD blocks of a web page. What is put into one has
// its < signs escaped, so that it cannot end the block.
func findScripts(data []byte) []Slot {
	var out []Slot
	z := html.NewTokenizer(bytes.NewReader(data))
	at, ld := 0, false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out
		}
		from := at
		at += len(z.Raw())
		if kind == html.TextToken && ld {
			body := bytes.Clone(z.Raw())
			out = append(out, Slot{JSON: body, At: from, put: func(now []byte) ([]byte, error) {
				a, b, text := changed(body, now)
				return splice(data, from+a, from+b, escapeSign(text, "<")), nil
			}})
		}
		ld = kind == html.StartTagToken && isJSONLD(z)
	}
}

func isJSONLD(z *html.Tokenizer) bool {
	name, more := z.TagName()
	if string(name) != "script" {
		return false
	}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if string(key) == "type" && strings.EqualFold(strings.TrimSpace(string(value)), "application/ld+json") {
			return true
		}
	}
	return false
}
