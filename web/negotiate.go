package web

import (
	"encoding/json"
	"io"
	"mime"
	"strconv"
	"strings"
)

// negotiate returns the first of what is offered that an Accept header likes
// best, or "" where it takes none (RFC 9110, 12.5.1). No header takes anything.
func negotiate(accept string, offered ...string) string {
	if strings.TrimSpace(accept) == "" {
		return offered[0]
	}
	best, bestQ := "", 0.0
	for _, o := range offered {
		q, exact := 0.0, -1
		for _, part := range strings.Split(accept, ",") {
			media, params, err := mime.ParseMediaType(part)
			if err != nil {
				continue
			}
			how := -1
			switch major, _, _ := strings.Cut(o, "/"); media {
			case o:
				how = 2
			case major + "/*":
				how = 1
			case "*/*":
				how = 0
			}
			if how <= exact {
				continue
			}
			exact, q = how, 1
			if v, err := strconv.ParseFloat(params["q"], 64); err == nil {
				q = v
			}
		}
		if q > bestQ {
			best, bestQ = o, q
		}
	}
	return best
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
