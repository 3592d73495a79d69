package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// unhashed are answers that are different every time, or do not end.
var unhashed = map[string]bool{"/metrics": true, "/healthz": true, "/readyz": true, "/v1/jobs/{id}/events": true, "/v1/jobs/{id}/result": true, "/mcp": true}

// etag gives what GET answers a digest, and answers 304 to who has it already.
func (s *Server) etag(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || unhashed[s.routeOf(r)] {
			next.ServeHTTP(w, r)
			return
		}
		held := &heldResponse{header: w.Header()}
		next.ServeHTTP(held, r)
		status := held.status
		if status == 0 {
			status = http.StatusOK
		}
		if status == http.StatusOK {
			sum := sha256.Sum256(held.body.Bytes())
			tag := `"` + hex.EncodeToString(sum[:12]) + `"`
			h := w.Header()
			h.Set("ETag", tag)
			h.Add("Vary", "Authorization")
			if h.Get("Cache-Control") == "" {
				h.Set("Cache-Control", "no-cache") // may be kept, but is asked for again
				if s.cfg.Access.RequireKey || callerOf(r.Context()).key != nil {
					h.Set("Cache-Control", "private, no-cache")
				}
			}
			if matches(r.Header.Get("If-None-Match"), tag) {
				h.Del("Content-Length")
				h.Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		body := held.body.Bytes()
		if packed := packed(r, w.Header(), body); packed != nil {
			body = packed
		}
		w.WriteHeader(status)
		w.Write(body)
	})
}

// packFrom is the size from which a text is packed.
const packFrom = 4 << 10

// packed is a text packed for who takes gzip, or nil where it stays as it is.
// Its digest is the text's: a cache compares it weakly.
func packed(r *http.Request, h http.Header, body []byte) []byte {
	media := h.Get("Content-Type")
	text := strings.HasPrefix(media, "text/") || strings.Contains(media, "json") || strings.Contains(media, "javascript") || strings.Contains(media, "svg")
	if len(body) < packFrom || !text || h.Get("Content-Encoding") != "" {
		return nil
	}
	h.Add("Vary", "Accept-Encoding")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		return nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil
	}
	z.Write(body) // into memory: it cannot fail
	z.Close()
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	if tag := h.Get("ETag"); tag != "" {
		h.Set("ETag", "W/"+tag)
	}
	return b.Bytes()
}

// matches reports whether an If-None-Match header names tag, weakly compared
// (RFC 9110, 13.1.2).
func matches(header, tag string) bool {
	for _, t := range strings.Split(header, ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}

// A heldResponse keeps an answer until its digest is known.
type heldResponse struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *heldResponse) Header() http.Header { return h.header }

func (h *heldResponse) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *heldResponse) Write(b []byte) (int, error) {
	if h.status == 0 {
		h.status = http.StatusOK
	}
	return h.body.Write(b)
}
