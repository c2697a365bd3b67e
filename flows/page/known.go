package page

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
)

// A Device is one entry of the list, as much of it as a page may show.
type Device struct {
	Key    string   `json:"key"` // the caller's; never looked for on the page
	Name   string   `json:"name"`
	IDs    []string `json:"ids"`    // account id, serial: at least six letters or digits
	Labels []string `json:"labels"` // its type, family and category, as the list words them
	Date   string   `json:"date"`   // the day of its registration, as the list words it
}

// What can be sought of a device (Known.Seek).
const (
	SeekPlace      = "place"      // where it stands, to hover over
	SeekDeregister = "deregister" // its Deregister
	SeekOpener     = "opener"     // what may show more of it: a menu, its details (Sig says which)
	SeekName       = "name"       // its name, or the row where the name cannot be pressed itself
	SeekBox        = "box"        // the box to tick it with
	SeekBar        = "bar"        // a menu outside of the rows, for the one box that is ticked
	SeekConfirm    = "confirm"    // the button of the pop-up that came after Deregister
	SeekTick       = "tick"       // the box that must be ticked there first
	SeekCancel     = "cancel"     // the way out of that pop-up
	SeekNotice     = "notice"     // what closes the box with the result
	SeekNav        = "nav"        // what leads to other devices (Sig says which)
	SeekClose      = "close"      // what closes the layer at X, Y
)

// Known names something of one device of the list given to Know.
type Known struct {
	Key  string  `json:"key"`
	Seek string  `json:"seek"`
	Sig  string  `json:"sig,omitempty"` // of an opener or a nav, from a Survey
	In   bool    `json:"in,omitempty"`  // an opener in what the last press opened, no longer in the row
	At   int     `json:"at"`            // which of the places of a name that several devices share; -1: none
	X    float64 `json:"x,omitempty"`
	Y    float64 `json:"y,omitempty"`
}

// knownList is what every document is told once, before the first step that it takes.
type knownList struct {
	version int64
	devices []Device
	raw     []byte // the devices as JSON; nil: they are many
	less    string // an expression for a document that was told the version before; "" where this one does not merely lack some of it

	kept    *keptList // what every document begins with; nil: nothing
	without []int     // entries of that which are none of the devices
	fits    bool      // else it is another list
	unkept  bool      // a document did not have it
}

// A keptList is a long list that the browser itself gives to every document of the tab, so
// that it is sent once.
type keptList struct {
	version int64
	devices []Device
	id      cdppage.ScriptIdentifier
}

// forDocument puts before an expression what the document must be told first.
func (k *knownList) forDocument(d *document, expr string) (string, int64, error) {
	told := d.known.Load()
	switch {
	case k.version == 0 || told == k.version:
		return expr, k.version, nil
	case k.less != "" && told == k.version-1:
		return k.less + expr, k.version, nil
	case k.kept != nil && k.fits:
		without, _ := json.Marshal(append([]int{}, k.without...)) // numbers
		return fmt.Sprintf("unecho.knowKept(%d,%d,%s).then(()=>%s)", k.version, k.kept.version, without, expr), k.version, nil
	case k.raw != nil:
		return fmt.Sprintf(`unecho.call("know",{"version":%d,"devices":%s}),%s`, k.version, k.raw, expr), k.version, nil
	}
	packed, err := packList(k.devices)
	return fmt.Sprintf("unecho.learn(%d,%q).then(()=>%s)", k.version, packed, expr), k.version, err
}

// keepList has the browser give a long list to every document that comes. Where it will
// not, each is told the whole list.
func (t *Tab) keepList(ctx context.Context) {
	k := &t.known
	if k.version == 0 || k.raw != nil || k.unkept || k.kept != nil && k.fits {
		return
	}
	if k.kept != nil {
		_, _ = cdp.Call(ctx, t.target, cdppage.RemoveScriptToEvaluateOnNewDocument, cdppage.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: k.kept.id})
		k.kept = nil
	}
	packed, err := packList(k.devices)
	if err != nil {
		return
	}
	res, err := cdp.Call(ctx, t.target, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: fmt.Sprintf("globalThis.unecho && unecho.keep(%d, %q);", k.version, packed), WorldName: worldName, RunImmediately: new(true),
	})
	if err == nil {
		k.kept, k.without, k.fits = &keptList{k.version, k.devices, res.Identifier}, nil, true
	}
}

func packList(devices []Device) (string, error) {
	raw, err := json.Marshal(devices)
	if err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	return pack(raw)
}

// lacks says which entries of a list another one lacks that otherwise is the same.
func lacks(list, other []Device) (at []int, ok bool) {
	at = []int{}
	for i, d := range list {
		if n := i - len(at); n < len(other) && sameDevice(d, other[n]) {
			continue
		}
		at = append(at, i)
	}
	return at, len(list)-len(at) == len(other)
}

// Know says which devices the pages from now on are searched for. Each document is
// told once; steps name a device by its key.
func (t *Tab) Know(devices []Device) error {
	t.turn <- struct{}{}
	defer func() { <-t.turn }()
	devices = slices.Clone(devices) // the caller's stay as they are
	for i := range devices {
		devices[i].IDs, devices[i].Labels = slices.Clip(append([]string{}, devices[i].IDs...)), append([]string{}, devices[i].Labels...)
	}
	if k := t.known.kept; k != nil { // in the order of what is kept, so that it may be what is kept but for some
		at := map[string]int{}
		for i, d := range k.devices {
			at[d.Key] = i - len(k.devices)
		}
		slices.SortStableFunc(devices, func(a, b Device) int { return at[a.Key] - at[b.Key] })
	}
	if slices.EqualFunc(t.known.devices, devices, sameDevice) {
		return nil
	}
	raw, err := json.Marshal(devices)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if len(raw) >= long {
		raw = nil
	}
	k := knownList{version: t.known.version + 1, devices: devices, raw: raw, kept: t.known.kept, unkept: t.known.unkept}
	if at, ok := lacks(t.known.devices, devices); ok && t.known.version > 0 {
		without, _ := json.Marshal(at) // numbers
		k.less = fmt.Sprintf(`unecho.call("know",{"version":%d,"base":%d,"without":%s}),`, k.version, k.version-1, without)
	}
	if k.kept != nil {
		k.without, k.fits = lacks(k.kept.devices, devices)
	}
	t.known = k
	return nil
}

func sameDevice(a, b Device) bool {
	return a.Key == b.Key && a.Name == b.Name && a.Date == b.Date && slices.Equal(a.IDs, b.IDs) && slices.Equal(a.Labels, b.Labels)
}

// A Nav is a control that leads to other devices and changes nothing.
type Nav struct {
	Sig     string   `json:"sig"`
	Kind    string   `json:"kind"` // family, more, next, page, devices, sibling, select, rest
	Tab     bool     `json:"tab"`  // it says that it is a tab, which shows something else in the place of what is there
	Words   string   `json:"words"`
	Devices []string `json:"devices"` // keys of the devices whose family, type or category it is called like
	Options []Option `json:"options"` // of a select
}

// An Option of a select.
type Option struct {
	Value   string   `json:"value"`
	Words   string   `json:"words"`
	Chosen  bool     `json:"chosen"`
	Devices []string `json:"devices"`
}

// An Opener may show more of a device when it is pressed.
type Opener struct {
	Sig   string `json:"sig"`
	Tier  int    `json:"tier"` // 1 a menu, 2 an icon without words, 3 details, 4 something else that opens
	Words string `json:"words"`
	Like  int    `json:"like"` // how many of this tier there are
}

// A Survey is what a page at rest shows of the known devices, and of one of them.
type Survey struct {
	Busy  bool `json:"busy"`
	Empty bool `json:"empty"` // it says that there is no device
	// Loading: it shows no device, and says that something is still to come.
	Loading bool     `json:"loading"`
	Seen    []string `json:"seen"` // keys of devices that are in view, fifty or so at most
	ByID    []string `json:"byID"` // of those that Shows asked for, the ones that are in view
	// Where Shape says that the device is found, nothing that leads on is looked for.
	Print string `json:"print"` // of all that is shown: the same for the same page of a list
	Navs  []Nav  `json:"navs"`

	// Of the device that was asked for.
	State   string     `json:"state"` // of its Deregister: found, disabled, danger, notfound, ambiguous, other
	Words   string     `json:"words"`
	Places  int        `json:"places"` // where it stands; several only where its name is shared
	Unsure  bool       `json:"unsure"` // which of them it is cannot be told here
	Group   int        `json:"group"`  // how many devices of the list have its name
	Openers []Opener   `json:"openers"`
	Each    [][]Opener `json:"each"`   // openers of each place
	Inner   []Opener   `json:"inner"`  // openers in what the last press opened for it
	Strays  int        `json:"strays"` // Deregister that stand in nobody's place
	Bars    []Opener   `json:"bars"`   // menus that act on the one box that is ticked, which is this device's
	IDs     []bool     `json:"ids"`    // whether its id stands in each place
	Boxes   int        `json:"boxes"`
	Named   string     `json:"named"` // own: its name can be pressed; icon: an icon that is called so; row: only the row around it
	Acts    string     `json:"acts"`  // what the page says of a press that is to deregister at once, "" if nothing
	Bounded bool       `json:"bounded"`
	Odd     bool       `json:"odd"`
	Tops    []float64  `json:"tops"`   // px from the beginning of what scrolls, of each place
	Detail  []string   `json:"detail"` // of the places, for logs

	Shape string `json:"shape"` // how it is shown, "" where that does not say for certain that it is the one
	Bare  string `json:"bare"`  // what a page says that showed no device when it was at rest; "" of any other
}

// rest is how long what is seen must stay the same to count as settled.
const rest = 300 * time.Millisecond

// Survey waits until the page is at rest, no call of its scripts under way, and says
// what it shows; of the device with this key, too, if key is not empty. A page that
// never rests is told as it is at the deadline. There is no need to
// wait where the device stands, with its id, just as the last one did that was seen at rest.
func (t *Tab) Survey(ctx context.Context, key string) (Survey, error) {
	return t.surveyed(ctx, key, false)
}

// SurveyHere is Survey for a view that is left if the device is not in it: where others
// are in view and it is not, nobody waits for it.
func (t *Tab) SurveyHere(ctx context.Context, key string) (Survey, error) {
	return t.surveyed(ctx, key, true)
}

func (t *Tab) surveyed(ctx context.Context, key string, here bool) (Survey, error) {
	s, err := t.begin(ctx, "survey", t.nameOf(key))
	if err != nil {
		return Survey{}, err
	}
	out, err := s.survey(key, nil, rest, here)
	s.what += fmt.Sprintf(" (%d in view, %s)", len(out.Seen), out.State)
	for _, n := range out.Navs {
		s.linef("leads on: %s %q", n.Kind, n.Words)
	}
	for _, o := range out.Openers {
		s.linef("opens: %d %q, %d alike", o.Tier, o.Words, o.Like)
	}
	for _, d := range out.Detail {
		s.linef("place: %s", d)
	}
	return out, s.finish(err)
}

// A Tally is what a page at rest shows of all devices whose name the list has once.
type Tally struct {
	Tops      map[string][]float64 `json:"tops"`      // of each name in view: px from the beginning of what scrolls, of each place
	Strangers int                  `json:"strangers"` // rows whose names the list lacks
	List      string               `json:"list"`      // what the list of them says, or else the page; its beginning
	Print     string               `json:"print"`
	Navs      []Nav                `json:"navs"`
}

// Count waits as Survey does, and says how often each name stands there.
func (t *Tab) Count(ctx context.Context) (Tally, error) {
	s, err := t.begin(ctx, "count", "the devices")
	if err != nil {
		return Tally{}, err
	}
	for {
		var r struct {
			Tally
			Busy bool
		}
		err := s.ask("survey", s.end, func(ms int64) any {
			return map[string]any{"count": true, "ms": ms, "rest": rest.Milliseconds(), "acted": time.Since(s.t.acted).Milliseconds()}
		}, &r, true)
		if err != nil || s.t.idle() && !r.Busy || !time.Now().Before(s.end) {
			s.what += fmt.Sprintf(" (%d names in view)", len(r.Tops))
			return r.Tally, s.finish(err)
		}
	}
}

// Glance is Survey without waiting for the page to be at rest.
func (t *Tab) Glance(ctx context.Context, key string) (Survey, error) {
	s, err := t.begin(ctx, "glance", t.nameOf(key))
	if err != nil {
		return Survey{}, err
	}
	out, err := s.survey(key, nil, 0, false)
	return out, s.finish(err)
}

// Shows waits as Survey does, and says which of these devices are in view by their ids; those
// of byName by a row of their name, too, where the list has that name once.
func (t *Tab) Shows(ctx context.Context, keys, byName []string) ([]string, error) {
	s, err := t.begin(ctx, "survey", "the page")
	if err != nil {
		return nil, err
	}
	s.byName = byName
	out, err := s.survey("", keys, rest, false)
	s.what += fmt.Sprintf(" (%d of %d in view)", len(out.ByID), len(keys))
	return out.ByID, s.finish(err)
}

// loading is how long a page that shows no device and says that it is loading is waited
// for; one that has said so for that long without a change is not waited for again.
const loading = 5 * time.Second

func (s *step) survey(key string, of []string, rest time.Duration, here bool) (Survey, error) {
	loaded := earlier(s.end, time.Now().Add(loading))
	for {
		var r struct {
			Survey
			Next *readiness
		}
		like, bare := "", ""
		var next any
		var press *primed
		if rest > 0 && s.t.idle() {
			if key != "" {
				like = s.t.shape
			}
			bare = s.t.bare
		}
		if k := s.t.opening; like != "" && k != nil { // what was pressed first where a device stood so
			next, press = s.t.prime(What{Known: &Known{Key: key, Seek: k.Seek, Sig: k.Sig, At: -1}})
		}
		err := s.ask("survey", s.end, func(ms int64) any {
			return map[string]any{"key": key, "of": of, "names": s.byName, "ms": ms, "rest": rest.Milliseconds(), "like": like, "bare": bare, "here": here, "next": next, "acted": time.Since(s.t.acted).Milliseconds()}
		}, &r, true)
		if err == nil && key != "" && rest > 0 && r.Places > 0 { // on the way to a device nothing is learned
			s.t.shape = r.Shape
		}
		if err == nil && key == "" && rest > 0 && s.t.idle() && !r.Busy {
			s.t.bare = r.Bare
		}
		again := err == nil && rest > 0 && time.Now().Before(s.end)
		if again && r.Loading && key != "" && r.Print != s.t.stuck {
			if time.Now().Before(loaded) {
				continue
			}
			s.t.stuck = r.Print
		}
		if !again || s.t.idle() && !r.Busy {
			if err == nil && press != nil {
				press.keep(s, r.Next)
			}
			s.t.looked = key != "" && rest > 0
			return r.Survey, err
		}
	}
}

// idle: no call of the page's scripts is under way.
func (t *Tab) idle() bool {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	return len(t.state.calls) == 0 && !t.state.underway()
}

// Roll scrolls what holds the devices: to its beginning, or on by most of a window.
func (t *Tab) Roll(ctx context.Context, start bool) (moved bool, err error) {
	s, err := t.begin(ctx, "scroll", "the list")
	if err != nil {
		return false, err
	}
	to := "next"
	if start {
		to = "start"
	}
	var r struct{ Moved bool }
	err = s.ask("roll", s.end, func(int64) any { return map[string]any{"to": to} }, &r, true)
	return r.Moved, s.finish(err)
}
