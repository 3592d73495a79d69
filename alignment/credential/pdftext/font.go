package pdftext

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// A font tells which characters the codes of a string stand for.
type font struct {
	wide    bool            // codes are two bytes
	unicode map[uint]string // ToUnicode: by code
	lengths [5]bool         // of codes in ToUnicode, in bytes
	simple  [256]rune       // of a simple font
	widths  map[uint]float64
	width   float64 // of a code that widths lacks, in thousandths of the size
	steps   int     // codes mapped, for the bound
}

// newFont reads a font dictionary (ISO 32000-1, 9.6 to 9.10).
func (d *document) newFont(v dict) *font {
	f := &font{wide: v["Subtype"] == name("Type0"), width: 500, widths: map[uint]float64{}}
	if d.made++; d.made > maxFonts {
		return f
	}
	d.readWidths(f, v)
	encoding := d.get(v["Encoding"])
	base := encoding
	differences, ok := encoding.(dict)
	if ok {
		base = d.get(differences["BaseEncoding"])
	}
	table := charmap.Windows1252 // close to StandardEncoding too
	if base == name("MacRomanEncoding") {
		table = charmap.Macintosh
	}
	for i := range f.simple {
		f.simple[i] = table.DecodeByte(byte(i))
	}
	code := 0
	for _, x := range d.array(differences["Differences"]) {
		switch x := d.get(x).(type) {
		case float64:
			code = int(x)
		case name:
			if code > 255 {
				return f
			}
			if r := glyph(string(x)); r != 0 && code >= 0 && code < 256 {
				f.simple[code] = r
			}
			code++
		}
	}
	if s, ok := d.get(v["ToUnicode"]).(*stream); ok {
		if body, err := d.unpack(s); err == nil {
			f.readMap(body)
		}
	}
	return f
}

// readWidths reads how far each code moves on: Widths of a simple font, W and
// DW of the descendant of a composite one.
func (d *document) readWidths(f *font, v dict) {
	if !f.wide {
		first := d.number(v["FirstChar"])
		for i, w := range d.array(v["Widths"]) {
			if i < 256 && first >= 0 && first < 256 {
				f.widths[uint(first)+uint(i)] = d.number(w)
			}
		}
		return
	}
	f.width = 1000
	list := d.array(v["DescendantFonts"])
	if len(list) == 0 {
		return
	}
	descendant := d.dict(list[0])
	if w := d.number(descendant["DW"]); w > 0 {
		f.width = w
	}
	w := d.array(descendant["W"])
	for i := 0; i+1 < len(w) && len(f.widths) < maxCodes; {
		from := d.number(w[i])
		if each := d.array(w[i+1]); each != nil {
			for n, x := range each {
				f.widths[uint(max(from, 0))+uint(n)] = d.number(x)
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			return
		}
		for code := max(from, 0); code <= d.number(w[i+1]) && code < maxCodes && f.steps < maxCodes; code++ {
			f.widths[uint(code)] = d.number(w[i+2])
			f.steps++
		}
		i += 3
	}
}

// maxCodes bounds a character map: there are no more two-byte codes.
const maxCodes = 1 << 16

// readMap reads a ToUnicode character map (ISO 32000-1, 9.10.3).
func (f *font) readMap(body []byte) {
	f.unicode = map[uint]string{}
	p := &parser{data: body}
	var args []any
	for !p.done() && len(f.unicode) < maxCodes {
		v := p.object(0)
		op, ok := v.(operator)
		if !ok {
			args = append(args, v)
			continue
		}
		switch op {
		case "endcodespacerange":
			for _, a := range args {
				if s, ok := a.(text); ok && len(s) <= 4 {
					f.lengths[len(s)] = true
				}
			}
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				from, ok := args[i].(text)
				to, ok2 := args[i+1].(text)
				if ok && ok2 {
					f.lengths[min(4, len(from))] = true
					f.unicode[codeOf(from)] = utf16Text(to)
				}
			}
		case "endbfrange":
			for i := 0; i+2 < len(args); i += 3 {
				f.mapRange(args[i], args[i+1], args[i+2])
			}
		}
		args = args[:0]
	}
}

func (f *font) mapRange(from, to, target any) {
	lo, ok := from.(text)
	hi, ok2 := to.(text)
	if !ok || !ok2 {
		return
	}
	f.lengths[min(4, len(lo))] = true
	first, last := codeOf(lo), codeOf(hi)
	for code := first; code <= last && len(f.unicode) < maxCodes && f.steps < 4*maxCodes; code++ {
		f.steps++
		switch x := target.(type) {
		case text:
			runes := []rune(utf16Text(x))
			if len(runes) == 0 {
				return
			}
			runes[len(runes)-1] += rune(code - first)
			f.unicode[code] = string(runes)
		case array:
			if int(code-first) >= len(x) {
				return
			}
			if s, ok := x[code-first].(text); ok {
				f.unicode[code] = utf16Text(s)
			}
		}
	}
}

func codeOf(s text) uint {
	n := uint(0)
	for i := 0; i < len(s) && i < 4; i++ {
		n = n<<8 | uint(s[i])
	}
	return n
}

func utf16Text(s text) string {
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(units))
}

// decode returns the characters of a string, how far they move on, and how
// many codes and blanks it has. Codes that nothing is known of give nothing:
// they are numbers of glyphs.
func (f *font) decode(s string) (out string, width float64, codes, spaces int) {
	if f == nil {
		f = &font{width: 500}
		for i := range f.simple {
			f.simple[i] = charmap.Windows1252.DecodeByte(byte(i))
		}
	}
	var b strings.Builder
	step := 1
	if f.wide || f.lengths[2] && !f.lengths[1] {
		step = 2
	}
	for i := 0; i+step <= len(s); i += step {
		code := codeOf(text(s[i : i+step]))
		if w, ok := f.widths[code]; ok {
			width += w
		} else {
			width += f.width
		}
		codes++
		if step == 1 && code == ' ' {
			spaces++
		}
		switch {
		case f.unicode[code] != "":
			b.WriteString(f.unicode[code])
		case step == 1:
			b.WriteRune(f.simple[s[i]])
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || r == unicode.ReplacementChar || r == '\u00ad':
			return -1
		}
		return r
	}, expand.Replace(b.String())), width, codes, spaces
}

// expand writes ligatures out, so that words are found.
var expand = strings.NewReplacer("\ufb00", "ff", "\ufb01", "fi", "\ufb02", "fl", "\ufb03", "ffi", "\ufb04", "ffl")

// marks are the accents of glyph names such as "eacute" (Adobe Glyph List).
var marks = map[string]rune{
	"acute": 0x301, "grave": 0x300, "circumflex": 0x302, "dieresis": 0x308, "tilde": 0x303, "cedilla": 0x327, "caron": 0x30C, "ring": 0x30A,
	"macron": 0x304, "breve": 0x306, "ogonek": 0x328, "dotaccent": 0x307, "hungarumlaut": 0x30B, "commaaccent": 0x326,
}

// glyphs are the glyph names of Latin text that are no letters with accents.
var glyphs = map[string]rune{
	"space": ' ', "nbspace": ' ', "exclam": '!', "quotedbl": '"', "numbersign": '#', "dollar": '$', "percent": '%', "ampersand": '&', "quotesingle": '\'',
	"parenleft": '(', "parenright": ')', "asterisk": '*', "plus": '+', "comma": ',', "hyphen": '-', "minus": '−', "period": '.', "slash": '/',
	"zero": '0', "one": '1', "two": '2', "three": '3', "four": '4', "five": '5', "six": '6', "seven": '7', "eight": '8', "nine": '9',
	"colon": ':', "semicolon": ';', "less": '<', "equal": '=', "greater": '>', "question": '?', "at": '@', "bracketleft": '[', "backslash": '\\',
	"bracketright": ']', "asciicircum": '^', "underscore": '_', "braceleft": '{', "bar": '|', "braceright": '}', "asciitilde": '~',
	"quoteleft": '‘', "quoteright": '’', "quotedblleft": '“', "quotedblright": '”', "quotesinglbase": '‚', "quotedblbase": '„',
	"guillemotleft": '«', "guillemotright": '»', "guilsinglleft": '‹', "guilsinglright": '›', "endash": '–', "emdash": '—', "bullet": '•',
	"ellipsis": '…', "dagger": '†', "daggerdbl": '‡', "section": '§', "paragraph": '¶', "degree": '°', "copyright": '©', "registered": '®',
	"trademark": '™', "Euro": '€', "sterling": '£', "periodcentered": '·', "exclamdown": '¡', "questiondown": '¿', "multiply": '×',
	"germandbls": 'ß', "ae": 'æ', "AE": 'Æ', "oe": 'œ', "OE": 'Œ', "oslash": 'ø', "Oslash": 'Ø', "dotlessi": 'ı', "lslash": 'ł', "Lslash": 'Ł',
	"eth": 'ð', "Eth": 'Ð', "thorn": 'þ', "Thorn": 'Þ', "dcroat": 'đ', "Dcroat": 'Đ',
	"fi": 0xFB01, "fl": 0xFB02, "ff": 0xFB00, "ffi": 0xFB03, "ffl": 0xFB04,
}

// glyph returns the character a glyph name stands for, or 0.
func glyph(s string) rune {
	s, _, _ = strings.Cut(s, ".")
	if len(s) == 1 {
		return rune(s[0])
	}
	if r := glyphs[s]; r != 0 {
		return r
	}
	for _, prefix := range []string{"uni", "u"} {
		if digits, ok := strings.CutPrefix(s, prefix); ok && len(digits) >= 4 && len(digits) <= 6 {
			if n, err := strconv.ParseUint(digits, 16, 21); err == nil {
				return rune(n)
			}
		}
	}
	if s == "" {
		return 0
	}
	if mark := marks[s[1:]]; mark != 0 {
		if composed := []rune(norm.NFC.String(string([]rune{rune(s[0]), mark}))); len(composed) == 1 {
			return composed[0]
		}
	}
	return 0
}
