package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/report"
)

// maxPictures is how many bytes of pictures a report holds: it should still go with a
// mail, and open at once.
const maxPictures = 12 << 20

// htmlReport is what --report gathers while a run goes on. A nil one gathers nothing.
type htmlReport struct {
	a       *app
	path    string // absolute, behind links
	started time.Time
	names   []string
	request device.Request
	// What the lists of the request are called.
	files, keepFiles []string
	s                *session

	mu       sync.Mutex
	over     map[string]time.Time // when a device's outcome was known
	pictures map[string][]flows.Picture
	size     int
	cut      bool

	written bool
}

// openReport is nil where no report is asked for. A place that cannot be written is told
// before the run: after it, it would be too late.
func (a *app) openReport(o *deregisterOptions, names []string, req device.Request) (*htmlReport, error) {
	file := o.report
	if file == "" {
		return nil, nil
	}
	wrong := func(format string, args ...any) error {
		return config("--report %s: %s", device.Printable(file), fmt.Sprintf(format, args...))
	}
	path := file
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".html" && ext != ".htm" {
		return nil, wrong("the report is an HTML page; name a file that ends in .html")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.Dir, path)
	}
	if to, err := filepath.EvalSymlinks(path); err == nil {
		path = to // the link stays, its target is replaced
	}
	if st, err := os.Stat(path); err == nil {
		switch {
		case st.IsDir():
			return nil, wrong("is a directory; name a file in it")
		case !st.Mode().IsRegular():
			return nil, wrong("is not a regular file")
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, wrong("%v", plainly(err))
		}
		f.Close()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, wrong("%v", plainly(err))
	}
	f, err := newBeside(path)
	if err != nil {
		return nil, wrong("cannot be written: %v", plainly(err))
	}
	f.Close()
	if err := os.Remove(f.Name()); err != nil {
		return nil, wrong("cannot be written: %v", plainly(err))
	}
	return &htmlReport{a: a, path: path, started: time.Now(), names: names, request: req, files: o.files, keepFiles: o.keepFiles,
		over: map[string]time.Time{}, pictures: map[string][]flows.Picture{}}, nil
}

// newBeside makes the file that takes the place of path when it is whole. Only its
// owner can read it: it shows an account's devices.
func newBeside(path string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), ".unecho-report-*.html")
}

// plainly leaves out the path, which the message has already.
func plainly(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// follow gathers what happens in a session from now on.
func (h *htmlReport) follow(s *session) {
	if h == nil {
		return
	}
	h.s = s
	s.config.Picture = h.picture
}

func reportID(d device.Device) string {
	if d.Key != "" {
		return d.Key
	}
	return "\x00" + d.Name
}

// done notes when the outcome of a device was known.
func (h *htmlReport) done(r device.Result) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over[reportID(r.Device)] = time.Now()
}

// picture keeps one picture of each step of a device: that of the last attempt.
func (h *htmlReport) picture(p flows.Picture) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.size+len(p.JPEG) > maxPictures {
		h.cut = true
		return
	}
	h.size += len(p.JPEG)
	for _, d := range p.Devices {
		id := reportID(d)
		before := slices.DeleteFunc(h.pictures[id], func(old flows.Picture) bool {
			return old.Step == p.Step || p.Step == page.PictureRow // a new attempt
		})
		h.pictures[id] = append(before, p)
	}
}

// captions of the steps.
var captions = map[string]string{
	page.PictureRow:    "Before the click",
	page.PicturePopup:  "The pop-up",
	page.PictureWindow: "The fresh list",
}

// reported writes the report at the end of a run, before anything is told of the end,
// and returns the fault that the run ends with: one of its own if there was none.
func (h *htmlReport) reported(results []device.Result, f *report.Fault) *report.Fault {
	if h == nil {
		return f
	}
	told, tells := results, f
	var stop *flows.Stop
	if err := h.a.unsaidOf(results); errors.As(err, &stop) { // printing the results says so, too
		told, tells = nil, &report.Fault{Code: stop.Code, Message: stop.Message, Hint: stop.Hint}
	}
	err := h.write(told, tells)
	if err == nil {
		h.written = true
		return f
	}
	words := h.a.red.String(fmt.Sprintf("the report %s could not be written: %v", h.path, plainly(err)))
	if f == nil {
		return &report.Fault{Code: flows.CodeInternal, Message: words, Hint: "what was done is in the journal: `unecho history`"}
	}
	both := *f
	both.Message += "; " + words
	return &both
}

// told says where the report is.
func (h *htmlReport) told() {
	if h != nil && h.written {
		h.a.notice("report written to " + h.path)
	}
}

func (h *htmlReport) write(results []device.Result, f *report.Fault) (err error) {
	out, err := newBeside(h.path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	err = report.HTML(out, h.page(results, f))
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), h.path)
}

func (h *htmlReport) page(results []device.Result, f *report.Fault) report.Page {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := report.Page{Meta: h.a.meta(h.s), Started: h.started, Ended: time.Now(), Asked: h.asked(), Replay: h.a.o.replay,
		Fault: f, PicturesCut: h.cut, Clean: h.a.red.String}
	b := thisBuild()
	p.Made = []string{"unecho " + b.version, b.goes}
	if h.s != nil {
		p.Made = append(p.Made, h.s.browserName())
	}
	p.Made = slices.DeleteFunc(p.Made, func(s string) bool { return s == "" })
	for _, r := range results {
		e := report.Entry{Result: r, At: h.over[reportID(r.Device)]}
		for _, pic := range h.pictures[reportID(r.Device)] {
			e.Pictures = append(e.Pictures, report.Picture{Caption: captions[pic.Step], JPEG: pic.JPEG})
		}
		p.Devices = append(p.Devices, e)
	}
	return p
}

// browserName is the browser of the run, as far as it can still be asked.
func (s *session) browserName() string {
	v := s.found.Version
	if v == "" && s.browser != nil && alive(s) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		v = s.browser.Product(ctx)
	}
	return v
}

// asked is what was asked for, in words.
func (h *htmlReport) asked() (out []report.Asked) {
	add := func(what string, values ...string) {
		if len(values) == 0 {
			return
		}
		quoted := make([]string, len(values))
		for i, v := range values {
			quoted[i] = device.Quote(v)
		}
		if n := len(quoted); n > 20 {
			quoted = append(quoted[:20], fmt.Sprintf("and %d more", n-20))
		}
		out = append(out, report.Asked{What: what, Value: strings.Join(quoted, ", ")})
	}
	o, r := &h.a.o, h.request
	add("Name", h.names...)
	add("Serial number", r.Serials...)
	add("Key", r.Keys...)
	listed := func(lines []string, records []device.Record) []string {
		for _, rec := range records {
			lines = append(lines, cmp.Or(rec.Name, rec.Serial, rec.Key))
		}
		return lines
	}
	add("From "+strings.Join(h.files, " and "), listed(slices.Clone(r.Entries), r.Records)...)
	if r.All {
		out = append(out, report.Asked{What: "Every device"})
	}
	add("Names like", r.Match...)
	add("Family", r.Families...)
	add("Keep", r.Keep...)
	add("Keep, from "+strings.Join(h.keepFiles, " and "), listed(slices.Clone(r.KeepEntries), r.KeepRecords)...)
	if r.Pattern() {
		most := device.DefaultMax
		if r.MaxSet {
			most = r.Max
		}
		out = append(out, report.Asked{What: "At most", Value: fmt.Sprintf("%d devices", most)})
	}
	if o.via != "" && o.via != "auto" {
		out = append(out, report.Asked{What: "Only on", Value: o.via})
	}
	return out
}
