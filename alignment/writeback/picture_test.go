package writeback

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bakedPNG bakes a badge into a small picture of our own.
func bakedPNG(t *testing.T, badge []byte) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 16, 16))
	for i := range 16 {
		img.Set(i, 15-i, color.RGBA{0xc0, 0x40, 0x20, 0xff})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	const header = 8 + 25 // signature and IHDR
	body := append([]byte("iTXtopenbadgecredential\x00\x00\x00\x00\x00"), badge...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	chunk = binary.BigEndian.AppendUint32(append(chunk, body...), crc32.ChecksumIEEE(body))
	return slices.Insert(b.Bytes(), header, chunk...)
}

// samePicture checks that two PNGs show the same; the decoder checks sums.
func samePicture(t *testing.T, a, b []byte) {
	t.Helper()
	before, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	after, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the picture changed:\n%s", diff)
	}
}
