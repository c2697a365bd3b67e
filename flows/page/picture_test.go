package page

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"testing"
)

// What is personal is red in this page, and nothing else is. It notes whatever a page
// can notice.
const photographed = `<!doctype html><style>body{margin:0;font:16px sans-serif}.red,#bar{background:red;color:red}#bar{height:40px;position:relative}
#menu{position:absolute;top:60px;left:700px;width:200px;height:90px}.row{display:flex;gap:20px;padding:20px;border:1px solid}</style>
<div id=bar>Hello, Alice<div id=menu class=red>Alice's lists</div></div>
<p>Kindle: <span class=red>alice_4711@kindle.com</span>, <span class=red><b>alice</b>@<i>example.com</i></span> and one at home</p>
<p><input id=field class=red value="10115 Berlin"><textarea class=red>her note</textarea></p>
<div id=list><div class=row><span>Kitchen Echo</span><span>G0AAAA0000000001</span><button>Deregister</button></div>
<div class=row><span>Bedroom Echo</span><span>G0BBBB0000000002</span><button>Deregister</button></div></div>
<script>var got=[], field=document.querySelector('#field');
new MutationObserver(r=>got.push('changed '+r[0].target.nodeName)).observe(document,{subtree:true,childList:true,attributes:true,characterData:true});
for (const e of ['resize','scroll','blur','focus','focusin','focusout','input','change','visibilitychange']) addEventListener(e,()=>got.push(e),true);
function wander(){const b=document.querySelector('#bar');let n=0;(function step(){b.style.marginTop=(n++%%2)*50+'px';requestAnimationFrame(step)})()}
%s</script>`

func photograph(t *testing.T, script string) *world {
	w := openWith(t, "/photographed", map[string]http.HandlerFunc{"/photographed": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, photographed, script)
	}}, func(o *Options) { o.Selectors.Elements["personal-bar"] = el("#bar") })
	if err := w.Know([]Device{{Key: "a", Name: "Kitchen Echo", IDs: []string{"G0AAAA0000000001"}}, {Key: "b", Name: "Bedroom Echo", IDs: []string{"G0BBBB0000000002"}}}); err != nil {
		t.Fatal(err)
	}
	return w
}

func reds(t *testing.T, data []byte) (red int, size image.Point) {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, g, b, _ := img.At(x, y).RGBA(); r > g+0x3000 && r > b+0x3000 {
				red++
			}
		}
	}
	return red, img.Bounds().Size()
}

func TestPictureShowsNothingPersonalAndTouchesNothing(t *testing.T) {
	w := photograph(t, "")
	sizes := map[string]image.Point{}
	for _, of := range []string{PictureWindow, PictureRow, PicturePopup} {
		data, err := w.Picture(w.ctx, of, "a")
		if err != nil {
			t.Fatal(err)
		}
		red, size := reds(t, data)
		if red > 0 {
			t.Errorf("%s: %d red pixels of %v", of, red, size)
		}
		if size.X > pictureWidth || size.X*size.Y > pictureArea || len(data) > 100_000 {
			t.Errorf("%s is not small: %v, %d bytes", of, size, len(data))
		}
		sizes[of] = size
	}
	if row, window := sizes[PictureRow], sizes[PictureWindow]; row.Y*3 > row.X || row.Y >= window.Y {
		t.Errorf("the row is %v, the window %v", row, window)
	}
	if sizes[PicturePopup] != sizes[PictureWindow] {
		t.Errorf("without a pop-up the picture is that of the window, not %v", sizes[PicturePopup])
	}
	w.wants()
	if v := js[string](w, "field.value"); v != "10115 Berlin" {
		t.Errorf("the field holds %q", v)
	}
	// The page is as red as it was, for whoever can see it: the test can fail.
	shot, err := w.Screenshot(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	small, err := framing{W: 1}.develop(shot)
	if err != nil {
		t.Fatal(err)
	}
	if red, _ := reds(t, small); red == 0 {
		t.Error("nothing on this page is red: the test shows nothing")
	}
}

func TestPictureHidesWhatMovesUnderIt(t *testing.T) {
	w := photograph(t, "wander()")
	for range 8 {
		data, err := w.Picture(w.ctx, PictureWindow, "")
		if err != nil {
			t.Fatal(err)
		}
		if red, _ := reds(t, data); red > 0 {
			t.Fatalf("%d red pixels", red)
		}
	}
}
