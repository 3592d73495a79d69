package carrier

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// findSVG finds the openbadges:assertion (2.0) or openbadges:credential (3.0)
// element. Where only its verify attribute holds the badge (a JWS), that is
// the slot's content and cannot be replaced.
func findSVG(data []byte) (Slot, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return Slot{}, errNoBadge("an SVG")
		}
		if err != nil {
			return Slot{}, fmt.Errorf("is an SVG image that cannot be read (%w)", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "assertion" && e.Name.Local != "credential" {
			continue
		}
		from := int(d.InputOffset())
		to := from
		for depth := 1; depth > 0; {
			to = int(d.InputOffset())
			token, err := d.Token()
			if err != nil {
				return Slot{}, fmt.Errorf("is an SVG image whose badge cannot be read (%w)", err)
			}
			switch token.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			}
		}
		if strings.TrimSpace(string(data[from:to])) != "" {
			return svgSlot(data, from, to)
		}
		verify := ""
		for _, a := range e.Attr {
			if a.Name.Local == "verify" {
				verify = a.Value
			}
			if a.Name.Local == "verify" && strings.HasPrefix(a.Value, "ey") {
				return Slot{JSON: []byte(a.Value), put: func([]byte) ([]byte, error) {
					return nil, fmt.Errorf("the badge is signed and cannot be replaced")
				}}, nil
			}
		}
		return Slot{}, fmt.Errorf("is an SVG image that only names a badge's address (%s), which is not followed; give the badge's JSON", verify)
	}
}

const cdataStart, cdataEnd = "<![CDATA[", "]]>"

// svgSlot is the badge between from and to: one CDATA section, or text with
// entities.
func svgSlot(data []byte, from, to int) (Slot, error) {
	content := string(data[from:to])
	body := strings.TrimSpace(content)
	from += strings.Index(content, body)
	if strings.HasPrefix(body, cdataStart) && strings.Index(body, cdataEnd) == len(body)-len(cdataEnd) {
		from, body = from+len(cdataStart), body[len(cdataStart):len(body)-len(cdataEnd)]
		return Slot{JSON: []byte(body), put: func(now []byte) ([]byte, error) {
			a, b, text := changed([]byte(body), now)
			return splice(data, from+a, from+b, escapeSign(text, ">")), nil
		}}, nil
	}
	if strings.Contains(body, "<") {
		return Slot{}, fmt.Errorf("is an SVG image whose badge is mixed with other markup; give the badge's JSON")
	}
	text, places, err := unescape(body)
	if err != nil {
		return Slot{}, fmt.Errorf("is an SVG image whose badge cannot be read (%w)", err)
	}
	return Slot{JSON: []byte(text), put: func(now []byte) ([]byte, error) {
		a, b, fresh := changed([]byte(text), now)
		return splice(data, from+places[a], from+places[b], xmlText.Replace(fresh)), nil
	}}, nil
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// unescape decodes the entities of XML text; places[i] is where the i-th byte
// of the result comes from.
func unescape(s string) (text string, places []int, err error) {
	var b strings.Builder
	for i := 0; i < len(s); {
		size, out := 1, s[i:i+1]
		if s[i] == '&' {
			end := strings.IndexByte(s[i:], ';')
			if end < 0 {
				return "", nil, fmt.Errorf("an entity has no end")
			}
			size = end + 1
			if err := xml.Unmarshal([]byte("<t>"+s[i:i+size]+"</t>"), &out); err != nil {
				return "", nil, err
			}
		}
		for range len(out) {
			places = append(places, i)
		}
		b.WriteString(out)
		i += size
	}
	return b.String(), append(places, len(s)), nil
}
