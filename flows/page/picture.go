package page

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
)

// What a Picture shows.
const (
	PictureRow    = "row"    // where a device stands, with its Deregister if that is in view
	PicturePopup  = "popup"  // what came up after its Deregister was pressed
	PictureWindow = "window" // all of the window
)

// A picture is small enough to go with a mail: so many pixels, and so wide.
const (
	pictureArea                                          = 320_000
	pictureWidth                                         = 960
	pictureMargin, pictureLeastWidth, pictureLeastHeight = 16, 480, 120
)

// masked is what is painted over what is personal.
var masked = image.NewUniform(color.RGBA{0xb4, 0xb8, 0xba, 0xff})

type area struct{ X, Y, W, H float64 }

// framing is what page.js says of the window that is to be pictured.
type framing struct {
	W, H  float64
	Begun bool // the document was watched from before the capture
	Hide  []area
	Of    []area
}

// Picture is a small JPEG of a device's row, of the pop-up that came for it, or of the
// window, whichever of is found. The bar that greets by name, e-mail addresses and what
// was typed are painted over, wherever they stood meanwhile. It changes nothing on the
// page.
func (t *Tab) Picture(ctx context.Context, of, key string) ([]byte, error) {
	s, err := t.begin(ctx, "picture", of)
	if err != nil {
		return nil, err
	}
	s.anyway = true
	s.end = earlier(s.end, time.Now().Add(5*time.Second))
	out, err := s.picture(of, key)
	return out, s.finish(err)
}

func (s *step) picture(of, key string) ([]byte, error) {
	ask := func(done bool, f *framing) error {
		return s.ask("picture", s.end, func(int64) any { return map[string]any{"of": of, "key": key, "done": done} }, f, true)
	}
	ctx, cancel := context.WithDeadline(s.ctx, s.end)
	defer cancel()
	defer context.AfterFunc(s.t.life, cancel)()
	var f framing
	if err := ask(false, &f); err != nil {
		return nil, err
	}
	shot, err := cdp.Call(ctx, s.t.target, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{
		Format: cdppage.CaptureScreenshotFormatPng, OptimizeForSpeed: new(true)})
	if e := ask(true, &f); err == nil {
		err = e
	}
	if err == nil && !f.Begun {
		// Another document is there: nobody watched over what was pictured.
		err = &Error{Kind: KindTimeout, Words: "the page changed under the picture"}
	}
	if err != nil {
		return nil, err
	}
	return f.develop(shot.Data)
}

// develop makes the small picture of a PNG of the window.
func (f framing) develop(shot []byte) ([]byte, error) {
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	window := img.Bounds()
	canvas := image.NewRGBA(window)
	draw.Draw(canvas, window, img, window.Min, draw.Src)
	zoom := 1.0 // pixels of the picture for one of the page's
	if f.W > 0 {
		zoom = float64(window.Dx()) / f.W
	}
	for _, a := range f.Hide {
		draw.Draw(canvas, a.pixels(zoom, 2), masked, image.Point{}, draw.Src)
	}
	crop := image.Rectangle{}
	for _, a := range f.Of {
		crop = crop.Union(a.pixels(zoom, pictureMargin).Intersect(window))
	}
	if crop.Empty() {
		crop = window
	} else {
		crop = widened(crop, int(pictureLeastWidth*zoom), int(pictureLeastHeight*zoom), window)
	}
	small := reduce(canvas, crop)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: 72}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (a area) pixels(zoom float64, margin float64) image.Rectangle {
	return image.Rect(int(math.Floor((a.X-margin)*zoom)), int(math.Floor((a.Y-margin)*zoom)),
		int(math.Ceil((a.X+a.W+margin)*zoom)), int(math.Ceil((a.Y+a.H+margin)*zoom)))
}

// widened gives a cutting some of what is around it, so that people see where it is.
func widened(r image.Rectangle, w, h int, window image.Rectangle) image.Rectangle {
	if d := w - r.Dx(); d > 0 {
		r.Min.X, r.Max.X = r.Min.X-d/2, r.Max.X+d/2
	}
	if d := h - r.Dy(); d > 0 {
		r.Min.Y, r.Max.Y = r.Min.Y-d/2, r.Max.Y+d/2
	}
	return r.Intersect(window)
}

// reduce cuts and shrinks: each pixel is the mean of those that it stands for.
func reduce(src *image.RGBA, crop image.Rectangle) *image.RGBA {
	w, h := float64(crop.Dx()), float64(crop.Dy())
	shrink := math.Max(1, math.Max(w/pictureWidth, math.Sqrt(w*h/pictureArea)))
	dst := image.NewRGBA(image.Rect(0, 0, max(1, int(w/shrink)), max(1, int(h/shrink))))
	for y := range dst.Rect.Dy() {
		y0 := crop.Min.Y + int(float64(y)*shrink)
		y1 := min(crop.Max.Y, max(y0+1, crop.Min.Y+int(float64(y+1)*shrink)))
		for x := range dst.Rect.Dx() {
			x0 := crop.Min.X + int(float64(x)*shrink)
			x1 := min(crop.Max.X, max(x0+1, crop.Min.X+int(float64(x+1)*shrink)))
			var sum [3]int
			for j := y0; j < y1; j++ {
				row := src.Pix[src.PixOffset(x0, j):]
				for i := range x1 - x0 {
					for c := range sum {
						sum[c] += int(row[4*i+c])
					}
				}
			}
			n := (x1 - x0) * (y1 - y0)
			o := dst.PixOffset(x, y)
			for c := range sum {
				dst.Pix[o+c] = uint8(sum[c] / n)
			}
			dst.Pix[o+3] = 0xff
		}
	}
	return dst
}
