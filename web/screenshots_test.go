package web_test

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshots makes a picture of every page, wide and narrow, in light and
// dark, in the folder that SCREENSHOTS names (make screenshots).
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		t.Skip("make screenshots makes the pictures")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := newFullSite(t)
	b := browser(t, s.url)
	for _, name := range pageNames() {
		for _, look := range []struct {
			width  int64
			scheme string
		}{{1280, "light"}, {1280, "dark"}, {390, "light"}} {
			b.look(t, look.width, look.scheme)
			b.open(t, s, everyPage()[name])
			picture, err := chromedp.Run(b, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, look.width, look.scheme))
			if err := os.WriteFile(file, picture, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestPictures makes the two pictures of the README, in the folder that
// PICTURES names (make pictures): the align page with two proposals accepted
// and one rejected, and the pictures of a crosswalk.
func TestPictures(t *testing.T) {
	dir := os.Getenv("PICTURES")
	if dir == "" {
		t.Skip("make pictures makes them")
	}
	s := newFullSite(t)
	b := browser(t, s.url)
	b.look(t, 1200, "light")
	shot := func(name string) {
		picture, err := chromedp.Run(b, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		im, err := png.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatal(err)
		}
		var small bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, fewColours(im)); err != nil {
			t.Fatal(err)
		}
		const most = 150_000
		if small.Len() > most {
			t.Errorf("%s has %d bytes, more than %d", name, small.Len(), most)
		}
		if err := os.WriteFile(filepath.Join(dir, name), small.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.open(t, s, everyPage()["align"]+"&target=starter-esco@1")
	for _, key := range []string{"j", "a", "a", "x", "not taught\r", "k", "k"} {
		b.press(t, key)
	}
	script[bool](t, b, `scrollTo(0, 0), true`)
	shot("align.png")
	b.open(t, s, everyPage()["crosswalk"])
	script[bool](t, b, `document.getElementById("mapped").scrollIntoView(), true`)
	shot("crosswalk.png")
}

// fewColours is im in the 256 colours that it has most of, which are nearly
// all of a page without photographs.
func fewColours(im image.Image) image.Image {
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(im.At(x, y)).(color.RGBA) }
	box := im.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	palette := color.Palette{}
	for _, c := range colours[:min(256, len(colours))] {
		palette = append(palette, c)
	}
	index := map[color.RGBA]uint8{}
	for _, c := range colours {
		index[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(box, palette)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			out.SetColorIndex(x, y, index[at(x, y)])
		}
	}
	return out
}
