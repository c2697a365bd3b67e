package page

import (
	"slices"
	"testing"
	"time"
)

// A page of tiles: those of a family come where its tile is pressed, all the rest of them
// 100 ms late if slow is true.
const tiles = `<button onclick="opens()">Echo (2)</button> <button>Kindle (1)</button><div id="list"></div>
<script>let slow = false; const opens = () => { const rows = got.rows; draw('list', slow ? rows[0] : rows.join('')); if (slow) setTimeout(() => draw('list', rows.join('')), 100); }</script>`

func tiled(t *testing.T) *world {
	devices := listed("Kitchen", "Bedroom", "Reader")
	for i, family := range []string{"Echo", "Echo", "Kindle"} {
		devices[i].Labels = []string{family}
	}
	w := knows(t, tiles, devices)
	js[any](w, "void (got.rows = ["+quote(row("Kitchen", kitchen, "1"))+","+quote(row("Bedroom", bedroom, "2"))+"])")
	return w
}

// The view of a family that all of it stands in, each with its id, and nobody else, is not
// waited for: that is what its tile leads to. One that lacks a device may be still to come.
func TestAViewOfAFamilyThatIsThereIsNotWaitedFor(t *testing.T) {
	w := tiled(t)
	opened := func(slow string) (Survey, time.Duration) {
		js[any](w, "void (slow = "+slow+"); draw('list', '')")
		w.shape = ""
		v, _ := w.surveyed(kitchen)
		i := slices.IndexFunc(v.Navs, func(n Nav) bool { return n.Kind == "family" && slices.Contains(n.Devices, kitchen) })
		if i < 0 {
			t.Fatalf("no tile of the family: %+v", v.Navs)
		}
		w.must(w.presses(Known{Seek: SeekNav, Sig: v.Navs[i].Sig}))
		return w.surveyed(kitchen)
	}
	quick := false
	for range 8 { // the machine may be slow itself
		v, took := opened("false")
		if v.State != "found" {
			t.Fatalf("%+v", v)
		}
		quick = quick || took < rest
	}
	if !quick {
		t.Error("the whole family stands there, and is waited for")
	}
	if v, took := opened("true"); len(v.Seen) != 2 || took < 100*time.Millisecond {
		t.Errorf("surveyed after %v, before the other one of the family was drawn: %v", took, v.Seen)
	}
}

// A page that showed no device when it was at rest, though some are to stay, shows none that
// is gone where it stands the same again. Any other page is waited for, once more.
func TestAPageOfTilesIsWaitedForOnce(t *testing.T) {
	w := tiled(t)
	again := func(change string) (ids []string, took time.Duration) {
		w.must(w.Reload(w.ctx))
		js[any](w, change)
		began := time.Now()
		ids, err := w.Shows(w.ctx, []string{kitchen}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return ids, time.Since(began)
	}
	shows := func(id string) string {
		return `(() => { const p = document.createElement("p"); p.textContent = "` + id + `"; document.body.append(p) })()`
	}
	late := `void setTimeout(() => { ` + shows(kitchen) + ` }, 150)`
	if ids, _ := again(late); !slices.Equal(ids, []string{kitchen}) {
		t.Errorf("a page that was not seen at rest yet: %v", ids)
	}
	if ids, _ := again(late); !slices.Equal(ids, []string{kitchen}) {
		t.Errorf("a page that showed a device when it was at rest: %v", ids)
	}
	if ids, took := again(""); len(ids) > 0 || took < rest/2 {
		t.Errorf("%v after %v", ids, took)
	}
	quick := false
	for range 8 {
		_, took := again(`document.querySelector("button").textContent = "Echo (7)"`)
		quick = quick || took < rest/2
	}
	if !quick {
		t.Error("a page that stands as it did at rest is waited for")
	}
	if ids, _ := again(`document.querySelector("button").textContent = "All devices"; ` + late); !slices.Equal(ids, []string{kitchen}) {
		t.Errorf("a page that says something else than it did at rest: %v", ids)
	}
	if ids, _ := again(shows(bedroom) + "; " + late); !slices.Equal(ids, []string{kitchen}) {
		t.Errorf("a page that shows a device: %v", ids)
	}
}

// A page of tiles that counts the device that is gone no longer is not waited for: it was
// drawn from the list that lacks it. One that counts it, or says no number, is.
func TestTilesThatCountTheDevicesAreNotWaitedFor(t *testing.T) {
	w := tiled(t)
	shows := func(tile string) time.Duration {
		w.must(w.Reload(w.ctx))
		w.bare = ""
		js[any](w, `document.querySelector("button").textContent = "`+tile+`"`)
		began := time.Now()
		if ids, err := w.Shows(w.ctx, []string{kitchen}, nil); err != nil || len(ids) > 0 {
			t.Fatal(ids, err)
		}
		return time.Since(began)
	}
	quick := false
	for range 8 { // the machine may be slow itself
		quick = quick || shows("Echo (1)") < rest/2
	}
	if !quick {
		t.Error("the tile says that one is left, and the page is waited for")
	}
	for _, tile := range []string{"Echo (2)", "Echo", "Echo 5 (1)"} {
		if took := shows(tile); took < rest/2 {
			t.Errorf("%s: not waited for, %v", tile, took)
		}
	}
}
