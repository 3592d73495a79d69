package pdftext

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/ascii85"
	"io"
)

// unpack decodes a stream by its filters. All that comes out of one counts
// against the budget of the file; a filter it does not know (of images, above
// all) gives nothing.
func (d *document) unpack(s *stream) ([]byte, error) {
	filters, params := d.get(s.dict["Filter"]), d.get(s.dict["DecodeParms"])
	list, ok := filters.(array)
	if !ok && filters != nil {
		list = array{filters}
	}
	plist, ok := params.(array)
	if !ok {
		plist = array{params}
	}
	out := s.raw
	for i, f := range list {
		if i >= 4 {
			return nil, nil
		}
		var param dict
		if i < len(plist) {
			param = d.dict(plist[i])
		}
		var err error
		out, err = d.decode(d.get(f), param, out)
		if d.budget -= len(out); d.budget < 0 && err == nil {
			err = ErrTooLarge
		}
		if err != nil || out == nil {
			return nil, err
		}
	}
	if d.budget -= len(out) + 1; d.budget < 0 {
		return nil, ErrTooLarge
	}
	return out, nil
}

func (d *document) decode(filter any, param dict, in []byte) ([]byte, error) {
	switch filter {
	case name("FlateDecode"), name("Fl"):
		out, err := d.inflate(in)
		if err != nil {
			return nil, err
		}
		return d.unpredict(out, param), nil
	case name("ASCIIHexDecode"), name("AHx"):
		p := &parser{data: append([]byte("<"), in...)}
		return []byte(p.hex()), nil
	case name("ASCII85Decode"), name("A85"):
		if end := bytes.Index(in, []byte("~>")); end >= 0 {
			in = in[:end]
		}
		out := make([]byte, len(in)*4+8) // "z" stands for four bytes
		n, _, err := ascii85.Decode(out, in, true)
		if err != nil && n == 0 {
			return nil, nil
		}
		return out[:n], nil
	}
	return nil, nil
}

// inflate unpacks as far as the data goes: a stream that is cut short, or whose
// checksum is wrong, still has text in it.
func (d *document) inflate(in []byte) ([]byte, error) {
	var z io.Reader
	z, err := zlib.NewReader(bytes.NewReader(in))
	if err != nil {
		z = flate.NewReader(bytes.NewReader(in))
	}
	var out bytes.Buffer
	n, _ := io.Copy(&out, io.LimitReader(z, int64(d.budget)+1))
	if n > int64(d.budget) {
		return nil, ErrTooLarge
	}
	return out.Bytes(), nil
}

// unpredict undoes the PNG predictors (ISO 32000-1, 7.4.4.4).
func (d *document) unpredict(in []byte, param dict) []byte {
	if d.number(param["Predictor"]) < 10 {
		return in
	}
	number := func(key name, otherwise int) int {
		if n := d.number(param[key]); n >= 1 && n < 1<<16 {
			return int(n)
		}
		return otherwise
	}
	size := (number("Colors", 1)*number("BitsPerComponent", 8) + 7) / 8
	row := (number("Columns", 1)*number("Colors", 1)*number("BitsPerComponent", 8) + 7) / 8
	out := make([]byte, 0, len(in))
	before := make([]byte, row)
	for len(in) > 1 {
		kind, line := in[0], bytes.Clone(in[1:min(len(in), row+1)])
		in = in[min(len(in), row+1):]
		for i := range line {
			var left, above, corner byte
			if i >= size {
				left, corner = line[i-size], before[i-size]
			}
			above = before[i]
			switch kind {
			case 1:
				line[i] += left
			case 2:
				line[i] += above
			case 3:
				line[i] += byte((int(left) + int(above)) / 2)
			case 4:
				line[i] += paeth(left, above, corner)
			}
		}
		out = append(out, line...)
		copy(before, line)
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	away := func(x byte) int {
		if int(x) > p {
			return int(x) - p
		}
		return p - int(x)
	}
	switch {
	case away(a) <= away(b) && away(a) <= away(c):
		return a
	case away(b) <= away(c):
		return b
	}
	return c
}
