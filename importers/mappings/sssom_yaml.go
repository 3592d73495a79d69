package mappings

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"concord/importers/source"
)

// An sssomHead is the metadata of a table.
type sssomHead struct {
	record   sssomRecord
	prefixes map[string]string
	defs     []extension
}

// fill adds what h does not say itself.
func (h *sssomHead) fill(from *sssomHead) {
	for name, values := range from.record.values {
		if h.record.values[name] == nil {
			h.record.values[name] = values // without a line, which would be one of another file
		}
	}
	for prefix, ns := range from.prefixes {
		if h.prefixes[prefix] == "" {
			h.prefixes[prefix] = ns
		}
	}
	h.defs = append(h.defs, from.defs...)
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// parseHead reads the metadata block. Scalars stay as they are written: a
// version 1.0 is no number and a date no time.
func parseHead(file string, text []byte) (*sssomHead, error) {
	h := &sssomHead{record: sssomRecord{values: map[string][]string{}, lines: map[string]int{}}, prefixes: map[string]string{}}
	var doc yaml.Node
	err := decodeYAML(text, &doc)
	if err != nil { // some lines may be written "# key", and others "#key"
		if err2 := decodeYAML(bytes.ReplaceAll(append([]byte("\n"), text...), []byte("\n "), []byte("\n"))[1:], &doc); err2 == nil {
			err = nil
		}
	}
	if errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		return h, nil
	}
	fail := func(line int, text string) error { return &source.Error{File: file, Line: line, Text: text} }
	if err != nil {
		line := 0
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		return nil, fail(line, "the metadata are not valid YAML ("+err.Error()+"); correct the lines that start with #")
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		if top.Kind == yaml.ScalarNode && top.Tag == "!!null" {
			return h, nil
		}
		return nil, fail(top.Line, "the metadata are no “slot: value” lines; correct the lines that start with #")
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i].Value, resolved(top.Content[i+1])
		line := top.Content[i].Line
		h.record.lines[key] = line
		switch key {
		case "curie_map":
			if value.Kind != yaml.MappingNode {
				if value.Tag == "!!null" {
					continue
				}
				return nil, fail(line, "curie_map is no list of “prefix: URI” lines; correct it")
			}
			for j := 0; j+1 < len(value.Content); j += 2 {
				if ns := scalar(value.Content[j+1]); ns != "" {
					h.prefixes[value.Content[j].Value] = ns
				}
			}
		case "extension_definitions":
			for _, item := range value.Content {
				item, e := resolved(item), extension{}
				for j := 0; item.Kind == yaml.MappingNode && j+1 < len(item.Content); j += 2 {
					switch v := scalar(item.Content[j+1]); item.Content[j].Value {
					case "slot_name":
						e.Name = v
					case "property":
						e.Property = v
					case "type_hint":
						e.Hint = v
					}
				}
				h.defs = append(h.defs, e)
			}
		default:
			if values := h.values(key, value); len(values) > 0 {
				h.record.values[key] = values
			}
		}
	}
	return h, nil
}

// values returns the scalars of a slot. A list written as in a cell is one too.
func (h *sssomHead) values(key string, value *yaml.Node) (out []string) {
	if value.Kind == yaml.SequenceNode {
		for _, item := range value.Content {
			if v := scalar(item); v != "" {
				out = append(out, v)
			}
		}
		return out
	}
	v := scalar(value)
	if v == "" {
		return nil
	}
	if s := slotNamed(setSlots, key); s != nil && s.multi && s.kind != textKind {
		for _, part := range parted(v) {
			if part != "" {
				out = append(out, part)
			}
		}
		return out
	}
	return []string{v}
}

func decodeYAML(text []byte, doc *yaml.Node) error {
	return yaml.NewDecoder(bytes.NewReader(text)).Decode(doc)
}

// resolved follows an alias, once: one to an alias does not occur.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// scalar is the text of a scalar, trimmed as a cell is; "" for null and all else.
func scalar(n *yaml.Node) string {
	n = resolved(n)
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return string(bytes.TrimSpace([]byte(n.Value)))
}
