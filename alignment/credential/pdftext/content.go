package pdftext

import (
	"math"
	"strings"
)

// pageText interprets the text operators of a page (ISO 32000-1, 9.4).
func (d *document) pageText(p page) (string, error) {
	body, err := d.contents(p.contents)
	if err != nil {
		return "", err
	}
	w := &writer{d: d}
	if err := w.run(body, p.resources, 0); err != nil {
		return "", err
	}
	return strings.TrimSpace(w.out.String()), nil
}

// contents joins the content streams of a page.
func (d *document) contents(v any) ([]byte, error) {
	var out []byte
	streams := array{v}
	if a := d.array(v); a != nil {
		streams = a
	}
	for _, x := range streams {
		s, ok := d.get(x).(*stream)
		if !ok {
			continue
		}
		body, err := d.unpack(s)
		if err != nil {
			return nil, err
		}
		out = append(append(out, body...), '\n')
	}
	return out, nil
}

// A writer puts down text while the place where it stands moves on.
type writer struct {
	d       *document
	out     strings.Builder
	font    *font
	size    float64
	leading float64
	line    [6]float64 // text line matrix
	wrote   bool       // something since the start
	y, end  float64    // line of the last text, and where it ended
	at      float64    // how far the text went since the line matrix was set
	letter  float64    // blank between letters
	word    float64    // blank added to spaces
	step    float64    // distance between the last two lines
	moved   bool       // the place changed since the last text
}

// run interprets a content stream or form.
func (w *writer) run(body []byte, resources dict, depth int) error {
	p := &parser{data: body}
	var args []any
	for !p.done() {
		v := p.object(0)
		op, ok := v.(operator)
		if !ok {
			if args = append(args, v); len(args) > 64 {
				args = args[1:]
			}
			continue
		}
		if err := w.operate(op, args, resources, depth, p); err != nil {
			return err
		}
		args = args[:0]
	}
	return nil
}

func number(args []any, i int) float64 {
	if i < 0 || i >= len(args) {
		return 0
	}
	n, _ := args[i].(float64)
	return n
}

func (w *writer) operate(op operator, args []any, resources dict, depth int, p *parser) error {
	switch op {
	case "BT":
		w.line = [6]float64{1, 0, 0, 1, 0, 0}
		w.at, w.moved = 0, true
	case "Tf":
		if len(args) == 2 {
			w.setFont(w.d.dict(resources["Font"]), args[0])
			w.size = number(args, 1)
		}
	case "TL":
		w.leading = number(args, 0)
	case "Tc":
		w.letter = number(args, 0)
	case "Tw":
		w.word = number(args, 0)
	case "Td", "TD":
		if op == "TD" {
			w.leading = -number(args, 1)
		}
		w.move(number(args, 0), number(args, 1))
	case "T*":
		w.move(0, -w.leading)
	case "Tm":
		if len(args) == 6 {
			for i := range w.line {
				w.line[i] = number(args, i)
			}
			w.at, w.moved = 0, true
		}
	case "'", "\"":
		w.move(0, -w.leading)
		if len(args) > 0 {
			return w.show(args[len(args)-1:])
		}
	case "Tj":
		return w.show(args)
	case "TJ":
		if len(args) > 0 {
			list, _ := args[len(args)-1].(array)
			return w.show(list)
		}
	case "Do":
		if len(args) == 1 && depth < maxForms {
			return w.form(args[0], resources, depth)
		}
	case "BI": // an inline image
		for !p.done() {
			if op, ok := p.object(0).(operator); ok && op == "EI" {
				break
			}
		}
	}
	return nil
}

// form interprets a form XObject, which has resources of its own.
func (w *writer) form(which any, resources dict, depth int) error {
	key, ok := which.(name)
	if !ok {
		return nil
	}
	s, ok := w.d.get(w.d.dict(resources["XObject"])[key]).(*stream)
	if !ok || s.dict["Subtype"] != name("Form") {
		return nil
	}
	body, err := w.d.unpack(s)
	if err != nil {
		return err
	}
	if own := w.d.dict(s.dict["Resources"]); own != nil {
		resources = own
	}
	return w.run(body, resources, depth+1)
}

func (w *writer) setFont(fonts dict, which any) {
	key, ok := which.(name)
	if !ok {
		return
	}
	r, ok := fonts[key].(ref)
	if !ok {
		w.font = w.d.newFont(w.d.dict(fonts[key])) // seldom, and then once
		return
	}
	if w.d.fonts[r] == nil {
		w.d.fonts[r] = w.d.newFont(w.d.dict(r))
	}
	w.font = w.d.fonts[r]
}

// move goes to the start of another line.
func (w *writer) move(x, y float64) {
	w.line[4] += x*w.line[0] + y*w.line[2]
	w.line[5] += x*w.line[1] + y*w.line[3]
	w.at, w.moved = 0, true
}

// Blanks by the gap between two texts on a line, as a share of the font size;
// kerning stays below it.
const wordGap = 0.18

// show puts down strings and the shifts between them.
func (w *writer) show(list []any) error {
	for _, v := range list {
		switch x := v.(type) {
		case text:
			s, width, letters, spaces := w.font.decode(string(x))
			if s != "" {
				w.separate()
				w.out.WriteString(s)
				w.wrote = true
			}
			w.at += width/1000*w.size + float64(letters)*w.letter + float64(spaces)*w.word
			w.end = w.line[4] + w.at*w.line[0]
			if w.out.Len() > maxText {
				return ErrTooLarge
			}
		case float64:
			if x < -wordGap*1000 && w.wrote && !w.moved {
				w.blank()
			}
			w.at -= x / 1000 * w.size
			w.end = w.line[4] + w.at*w.line[0]
		}
	}
	return nil
}

// separate writes what lies between the last text and the place of the next:
// nothing, a blank, a line end, or the empty line that sets paragraphs apart.
func (w *writer) separate() {
	if !w.moved {
		return
	}
	w.moved = false
	height := math.Abs(w.size * w.line[3])
	if height == 0 {
		height = 10
	}
	down := w.y - w.line[5]
	switch {
	case !w.wrote:
	case math.Abs(down) < height*0.4: // raised letters stay on their line
		if gap := w.line[4] + w.at*w.line[0] - w.end; gap > wordGap*height || gap < -height {
			w.blank()
		}
		return
	case down < 0 || w.step > 0 && down > w.step*1.35 || down > height*1.9:
		w.out.WriteString("\n\n")
		w.step = 0
	default:
		w.out.WriteByte('\n')
		w.step = down
	}
	w.y = w.line[5]
}

// blank writes a blank, if there is none.
func (w *writer) blank() {
	s := w.out.String()
	if s != "" && s[len(s)-1] != ' ' && s[len(s)-1] != '\n' {
		w.out.WriteByte(' ')
	}
}
