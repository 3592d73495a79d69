package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A reconQuery is one query of a batch, whichever version it came in.
type reconQuery struct {
	key        string // in 0.2
	names      []string
	ids        []string
	types      []string
	strict     string // "any", "all" or "should"
	limit      int
	lang       string
	conditions []reconCondition // about properties
	mustName   bool             // only what was found by name
}

// A reconCondition is what a query says of a property.
type reconCondition struct {
	property string
	values   []reconValue
	required bool
	how      string // matchQuantifier: "any", "all" or "none"
	exact    bool   // matchQualifier ExactMatch: nothing but the value itself will do
}

// A reconValue is a value of a property: an entity, or a text.
type reconValue struct{ id, text string }

// Limits of a query.
const (
	defaultCandidates = 10
	mostCandidates    = 100
	mostConditions    = 20
	longestName       = 1000 // runes of a name that are read
)

// isJSON reports whether a request's body is JSON.
func isJSON(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media == "application/json"
}

// formOf returns the fields that a request carries, in its query or its form.
func formOf(r *http.Request) (url.Values, error) {
	if r.Method != http.MethodPost {
		return r.URL.Query(), nil
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && media == "multipart/form-data":
		err = r.ParseMultipartForm(1 << 20)
	case err == nil && media == "application/x-www-form-urlencoded":
		err = r.ParseForm()
	default:
		return nil, problem(http.StatusUnsupportedMediaType, "", "send a form (application/x-www-form-urlencoded) with queries or extend, or application/json as version 1.0 has it")
	}
	if err != nil {
		return nil, unreadable(err)
	}
	return r.PostForm, nil
}

// unreadable says that a body could not be read.
func unreadable(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("the body is larger than %d bytes; send fewer queries at a time", big.Limit))
	}
	return problem(http.StatusUnprocessableEntity, "", "the body cannot be read: "+err.Error())
}

// bodyOf reads a JSON body.
func (s *Server) bodyOf(r *http.Request) ([]byte, error) {
	if !isJSON(r) {
		return nil, problem(http.StatusUnsupportedMediaType, "", "send application/json here")
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}

// at is a problem with a place in what was sent.
func at(pointer, format string, args ...any) error {
	p := problem(http.StatusUnprocessableEntity, "", fmt.Sprintf(format, args...))
	p.Pointer = pointer
	return p
}

// object reads a JSON object without fields other than allowed; none allowed
// means any.
func (s *Server) object(data []byte, pointer string, allowed ...string) (map[string]json.RawMessage, error) {
	if pointer == "" {
		if err := s.deep(data); err != nil {
			return nil, err
		}
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(data, &o); err != nil || o == nil {
		if err == nil || len(bytes.TrimSpace(data)) > 0 && bytes.TrimSpace(data)[0] != '{' {
			return nil, at(pointer, "this must be a JSON object")
		}
		return nil, at(pointer, "this is not JSON: %v", err)
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if len(allowed) > 0 && !slices.Contains(allowed, name) {
			return nil, at(pointer+"/"+name, "there is no field %q here; there are %s", name, strings.Join(allowed, ", "))
		}
	}
	return o, nil
}

// field reads a field that may be missing into v.
func field(o map[string]json.RawMessage, pointer, name, kind string, v any) error {
	raw, ok := o[name]
	if !ok {
		return nil
	}
	if string(raw) == "null" || json.Unmarshal(raw, v) != nil {
		return at(pointer+"/"+name, "%s must be %s", name, kind)
	}
	return nil
}

// limited reads the limit of a query.
func limited(o map[string]json.RawMessage, pointer string) (int, error) {
	limit := float64(defaultCandidates)
	if err := field(o, pointer, "limit", "a number", &limit); err != nil {
		return 0, err
	}
	if limit == 0 { // some clients write what they leave open
		limit = defaultCandidates
	}
	if limit < 1 {
		return 0, at(pointer+"/limit", "limit must be at least 1")
	}
	return int(min(limit, mostCandidates)), nil
}

// parseBatch reads a batch of 0.2, in the order of its keys.
func (s *Server) parseBatch(data []byte) ([]reconQuery, error) {
	queries, err := s.object(data, "")
	if err != nil {
		return nil, err
	}
	if err := bounded(len(queries)); err != nil {
		return nil, err
	}
	var out []reconQuery
	for _, key := range slices.Sorted(maps.Keys(queries)) {
		here := "/" + escapePointer(key)
		o, err := s.object(queries[key], here, "query", "type", "limit", "properties", "type_strict")
		if err != nil {
			return nil, err
		}
		q := reconQuery{key: key, strict: "any"}
		var name string
		var properties []json.RawMessage
		if q.limit, err = limited(o, here); err == nil {
			err = errors.Join(field(o, here, "query", "a string", &name), field(o, here, "properties", "a list", &properties), field(o, here, "type_strict", "a string", &q.strict))
		}
		if err == nil {
			q.types, err = typesIn(o["type"], here+"/type")
		}
		switch {
		case err != nil:
			return nil, err
		case o["query"] == nil && len(properties) == 0:
			return nil, at(here, "a query needs query, or properties with something in it")
		case q.strict != "any" && q.strict != "all" && q.strict != "should":
			return nil, at(here+"/type_strict", "type_strict is any, all or should")
		case len(properties) > mostConditions:
			return nil, at(here+"/properties", "a query may have %d properties at most", mostConditions)
		}
		if name = clean(name); name != "" {
			q.names = []string{name}
		}
		for i, raw := range properties {
			there := here + "/properties/" + strconv.Itoa(i)
			p, err := s.object(raw, there)
			if err != nil {
				return nil, err
			}
			c := reconCondition{how: "any"}
			if err := field(p, there, "pid", "a string", &c.property); err != nil {
				return nil, err
			}
			if p["pid"] == nil || p["v"] == nil {
				return nil, at(there, "a property needs pid and v")
			}
			if c.values, err = valuesIn(p["v"], there+"/v"); err != nil {
				return nil, err
			}
			q.conditions = append(q.conditions, c)
		}
		out = append(out, q)
	}
	return out, nil
}

func bounded(queries int) error {
	if queries > mostQueries {
		return problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("a batch of %d queries; at most %d are taken, %d are best", queries, mostQueries, batchSize))
	}
	return nil
}

// typesIn reads one type or several.
func typesIn(raw json.RawMessage, pointer string) ([]string, error) {
	var one string
	var many []string
	switch {
	case raw == nil:
	case json.Unmarshal(raw, &one) == nil && string(raw) != "null":
		if one != "" {
			many = []string{one}
		}
	case string(raw) == "null" || json.Unmarshal(raw, &many) != nil:
		return nil, at(pointer, "type must be the identifier of a type, or a list of them")
	}
	return many, nil
}

// valuesIn reads a value of a property, or several.
func valuesIn(raw json.RawMessage, pointer string) ([]reconValue, error) {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, at(pointer, "this is not JSON: %v", err)
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []reconValue
	for _, v := range list {
		switch v := v.(type) {
		case string:
			out = append(out, reconValue{text: v})
		case float64:
			out = append(out, reconValue{text: strconv.FormatFloat(v, 'f', -1, 64)})
		case bool:
			out = append(out, reconValue{text: strconv.FormatBool(v)})
		case map[string]any:
			id, ok := v["id"].(string)
			if !ok {
				return nil, at(pointer, "an entity needs an id")
			}
			name, _ := v["name"].(string)
			out = append(out, reconValue{id, name})
		default:
			return nil, at(pointer, "a value is a text, a number, true or false, an entity {\"id\": …}, or a list of these")
		}
	}
	return out, nil
}

// clean is a name with its white space folded, cut where nobody reads on.
func clean(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if len(name) > longestName {
		if r := []rune(name); len(r) > longestName {
			name = string(r[:longestName])
		}
	}
	return name
}

// escapePointer writes a key as a part of a JSON pointer (RFC 6901).
func escapePointer(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
