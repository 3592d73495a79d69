package rdf

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"concord/importers/source"
)

var (
	xmlEncoding = regexp.MustCompile(`^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)
	xmlComment  = regexp.MustCompile(`(?s)<!--.*?-->`)
	xmlEntity   = regexp.MustCompile(`<!ENTITY\s+([\pL_:][\pL\pN._:-]*)\s+(?:"([^"]*)"|'([^']*)')\s*>`)
)

// xmlText returns an XML document as UTF-8, whatever its declaration says.
func xmlText(name string, data []byte) ([]byte, error) {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n") // blanks ahead of <?xml are not XML, but occur
	if utf8.Valid(data) {
		return data, nil
	}
	label := "UTF-8"
	if m := xmlEncoding.FindSubmatch(data[:min(len(data), 256)]); m != nil {
		label = string(m[1])
	}
	enc, err := htmlindex.Get(label)
	if err != nil || strings.EqualFold(label, "UTF-8") {
		valid := 0
		for valid < len(data) {
			r, size := utf8.DecodeRune(data[valid:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			valid += size
		}
		return nil, broken(name, data, valid, RDFXML, "byte 0x%02X is not %s; save the file as UTF-8", data[valid], label)
	}
	text, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return nil, &source.Error{File: name, Text: fmt.Sprintf("is not in %s as it says: %v; save it as UTF-8", label, err)}
	}
	return text, nil
}

// maxExpanded bounds what the entities of a document may grow it by: they
// are meant to shorten namespaces.
const maxExpanded = 64 << 20

// entitiesOf returns the entities that the document type declares. They may
// refer to those before them; what they would grow the document by is counted
// before anything is replaced, so that none can blow it up.
func entitiesOf(name string, data []byte) (map[string]string, error) {
	at := bytes.Index(data, []byte("<!DOCTYPE"))
	if at < 0 {
		return nil, nil
	}
	root := bytes.Index(data[at:], []byte("]>"))
	if root < 0 {
		return nil, nil
	}
	declared := xmlComment.ReplaceAll(data[at:at+root], nil)
	entities := map[string]string{}
	var known []string
	expanded := 0
	for _, m := range xmlEntity.FindAllSubmatch(declared, -1) {
		key, value := string(m[1]), string(m[2])+string(m[3])
		if _, twice := entities[key]; twice {
			continue // the first declaration counts
		}
		for _, k := range known {
			if expanded += strings.Count(value, "&"+k+";") * len(entities[k]); expanded > maxExpanded {
				return nil, bomb(name, key)
			}
			value = strings.ReplaceAll(value, "&"+k+";", entities[k])
		}
		value = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'").Replace(value)
		if expanded += bytes.Count(data, []byte("&"+key+";")) * len(value); expanded > maxExpanded {
			return nil, bomb(name, key)
		}
		entities[key] = value
		known = append(known, key)
	}
	return entities, nil
}

func bomb(name, entity string) error {
	return &source.Error{File: name, Text: fmt.Sprintf("the entity “%s” would expand the file by more than %d MiB; no vocabulary does, so it is refused", entity, maxExpanded>>20)}
}
