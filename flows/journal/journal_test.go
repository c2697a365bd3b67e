package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/device"
)

const site, customer = "amazon.com", "C1"

var (
	echo   = device.Device{Key: "a1", AccountID: "a1", Serial: "S1", Type: "T", Name: "Kitchen Echo"}
	kindle = device.Device{Key: "S2/T", Serial: "S2", Type: "T", Name: "Café 👩‍👩‍👧\nשלום"}
)

func open(t testing.TB, dir string) *Journal {
	t.Helper()
	j, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func result(d device.Device, o device.Outcome) device.Result {
	return device.Result{Device: d, Outcome: o, Reason: "because"}
}

func TestAnIntentWithoutOutcomeIsFoundByTheNextRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "live", "amazon.com", "default")
	j := open(t, dir) // nothing there yet
	if len(j.Open()) != 0 {
		t.Fatal("an absent journal is not empty")
	}
	must(t, j.Intent(site, customer, echo))
	must(t, j.Intent(site, customer, kindle))
	must(t, j.Outcome(site, customer, result(echo, device.Deregistered)))

	next := open(t, dir)
	left := next.Open()
	if len(left) != 1 || left[0].Key != kindle.Key || left[0].Name != kindle.Name || left[0].Run != j.Run() || next.Run() == j.Run() {
		t.Fatalf("open: %+v", left)
	}
	if d := left[0].Device(); d.Key != kindle.Key || d.AccountID != "" || !d.Same(kindle) {
		t.Errorf("device: %+v", d)
	}
	must(t, next.Outcome(site, customer, result(left[0].Device(), device.Unknown)))
	if len(next.Open()) != 1 || len(open(t, dir).Open()) != 1 {
		t.Error("an unknown outcome settles nothing")
	}
	must(t, next.Outcome(site, customer, result(left[0].Device(), device.Failed)))
	if len(next.Open()) != 0 || len(open(t, dir).Open()) != 0 {
		t.Error("another run's outcome settles it")
	}
	must(t, next.Intent(site, customer, kindle)) // and it may be tried again
	must(t, next.Intent(site, customer, kindle))
	must(t, next.Outcome(site, "another customer", result(kindle, device.Deregistered)))
	must(t, next.Outcome("amazon.de", customer, result(kindle, device.Deregistered)))
	if n := len(open(t, dir).Open()); n != 1 {
		t.Errorf("%d open, want 1: one device once, and other accounts settle nothing", n)
	}

	st, err := os.Stat(filepath.Join(dir, Name))
	must(t, err)
	if st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", st.Mode())
	}
}

func TestPast(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	d := func(key, serial, name string) device.Device {
		return device.Device{Key: key, AccountID: key, Serial: serial, Name: name}
	}
	must(t, j.Intent(site, customer, d("a1", "S1", "Intended")))
	must(t, j.Intent(site, customer, d("a2", "S2", "Twice")))
	must(t, j.Outcome(site, customer, result(d("a2", "S2", "Twice"), device.Deregistered)))
	must(t, j.Intent(site, customer, d("a3", "S3", "Twice")))
	must(t, j.Outcome(site, customer, result(d("a3", "S3", "Twice"), device.Deregistered)))
	must(t, j.Outcome(site, customer, result(d("a4", "S4", "Kept"), device.Skipped)))
	must(t, j.Outcome(site, customer, result(d("a5", "S5", "Tried out"), device.WouldDeregister)))
	must(t, j.Outcome(site, customer, result(d("", "", "Never heard of"), device.AlreadyGone)))
	must(t, j.Outcome(site, customer, result(d("a6", "S6", "Cafe\u0301 "), device.AlreadyGone)))
	must(t, j.Intent(site, "C2", d("a7", "S7", "Neighbour")))
	must(t, j.Intent("amazon.de", customer, d("a8", "S8", "Abroad")))

	for _, j := range []*Journal{j, open(t, dir)} {
		p := j.Past(site, customer)
		for word, want := range map[string]string{
			"Intended": "a1", "S1": "a1", "a1": "a1", "Twice": "a3", "S2": "a2", "S3": "a3", "Caf\u00e9": "a6",
			"Kept": "", "Tried out": "", "Never heard of": "", "Neighbour": "", "Abroad": "", "intended": "", "": "",
			"s-1": "a1", "S 2": "a2", "A 3": "a3", "- ": "", // serials and keys as people write them
		} {
			if key, ok := p.Seen(word); key != want || ok != (want != "") {
				t.Errorf("%q: %q %v, want %q", word, key, ok, want)
			}
		}
	}
}

func TestHistory(t *testing.T) {
	j := open(t, t.TempDir())
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	for i := range 3 {
		j.now = func() time.Time { return at.Add(time.Duration(i) * time.Hour) }
		must(t, j.Intent(site, customer, echo))
	}
	for since, want := range map[time.Time]int{{}: 3, at: 3, at.Add(time.Second): 2, at.Add(9 * time.Hour): 0} {
		if got, err := j.History(since); err != nil || len(got) != want {
			t.Errorf("since %v: %d, %v", since, len(got), err)
		}
	}
	if got, _ := j.History(time.Time{}); got[0].Time.Location() != time.UTC || !got[0].Time.Equal(at) {
		t.Errorf("time %v", got[0].Time)
	}
}

// A crash can cut the file at any byte. No earlier whole record may be lost, and
// what is written next must be whole.
func TestCutAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	must(t, j.Intent(site, customer, echo))
	must(t, j.Outcome(site, customer, result(echo, device.Deregistered)))
	must(t, j.Intent(site, customer, kindle))
	whole, err := os.ReadFile(j.path())
	must(t, err)

	for cut := range len(whole) + 1 {
		must(t, os.WriteFile(j.path(), whole[:cut], 0o600))
		// A record is whole when its closing brace is there, line end or not.
		want := bytes.Count(whole[:cut], []byte("}\n"))
		if cut > 0 && cut < len(whole) && whole[cut] == '\n' {
			want++
		}
		next := open(t, dir)
		if got, _ := next.History(time.Time{}); len(got) != want {
			t.Fatalf("cut at %d: %d records, want %d", cut, len(got), want)
		}
		_, torn := next.Damaged()
		if wantTorn := cut > 0 && whole[cut-1] != '\n' && (cut == len(whole) || whole[cut] != '\n'); torn != wantTorn {
			t.Fatalf("cut at %d: torn %v", cut, torn)
		}
		must(t, next.Intent(site, customer, device.Device{Key: "new", AccountID: "new"}))
		after := open(t, dir)
		got, _ := after.History(time.Time{})
		if len(got) != want+1 || got[want].Key != "new" {
			t.Fatalf("cut at %d: after one more record there are %d, want %d", cut, len(got), want+1)
		}
		if n, torn := after.Damaged(); torn || n > 1 {
			t.Fatalf("cut at %d: %d damaged lines, torn %v", cut, n, torn)
		}
	}
}

func TestDamagedLinesAreSkippedAndCounted(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	must(t, j.Intent(site, customer, echo))
	good, err := os.ReadFile(j.path())
	must(t, err)
	var file bytes.Buffer
	bad := []string{
		"garbage", `{"schema":1}`, `{"schema":2,"kind":"intent","site":"x","time":"2026-01-01T00:00:00Z"}`, "\x00\x00\x00\x00",
		`{"schema":1,"kind":"dream","site":"x","time":"2026-01-01T00:00:00Z"}`, `{"schema":1,"kind":"outcome","site":"x","time":"2026-01-01T00:00:00Z"}`, "[]", "null",
	}
	for _, b := range bad {
		file.Write(good)
		file.WriteString(b + "\n\r\n")
	}
	must(t, os.WriteFile(j.path(), file.Bytes(), 0o600))
	j = open(t, dir)
	if n, torn := j.Damaged(); n != len(bad) || torn {
		t.Errorf("%d damaged, want %d", n, len(bad))
	}
	if h, _ := j.History(time.Time{}); len(h) != len(bad) {
		t.Errorf("%d records, want %d", len(h), len(bad))
	}
}

func TestReadingAltersNothing(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, Name), []byte(`{"torn`), 0o600))
	open(t, dir).Open()
	if b, _ := os.ReadFile(filepath.Join(dir, Name)); string(b) != `{"torn` {
		t.Errorf("%q", b)
	}
}

func TestWhatIsNoJournal(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, Name), 0o700))
	if _, err := Open(dir); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("a directory: %v", err)
	}
	j := open(t, filepath.Join(dir, "other"))
	if err := j.Outcome(site, customer, device.Result{Device: echo}); err == nil {
		t.Error("an outcome without outcome was written")
	}
	if err := j.Intent("", customer, echo); err == nil {
		t.Error("an intent without site was written")
	}
}

func TestAFullDiskStopsBeforeTheClick(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	dir := t.TempDir()
	j := open(t, dir)
	must(t, os.Symlink("/dev/full", j.path()))
	wantWriteError(t, j, j.Intent(site, customer, echo))
	wantWriteError(t, j, j.Outcome(site, customer, result(echo, device.Deregistered)))
}

// A journal that is a link to a file elsewhere is neither written nor read, and the
// file keeps its mode: it need not be ours.
func TestAJournalIsNoLinkToAFileElsewhere(t *testing.T) {
	dir, away := t.TempDir(), filepath.Join(t.TempDir(), "away.txt")
	must(t, os.WriteFile(away, []byte("not ours\n"), 0o644))
	j := open(t, dir)
	must(t, os.Symlink(away, j.path()))
	wantWriteError(t, j, j.Intent(site, customer, echo))
	if _, err := Open(dir); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "link to a file elsewhere") {
		t.Errorf("it was read: %v", err)
	}
	text, err := os.ReadFile(away)
	must(t, err)
	st, err := os.Stat(away)
	must(t, err)
	if string(text) != "not ours\n" || st.Mode().Perm() != 0o644 {
		t.Errorf("the other file was changed: %q, %v", text, st.Mode())
	}
}

func TestADirectoryThatCannotBeMade(t *testing.T) {
	base := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(base, nil, 0o600))
	j := &Journal{dir: filepath.Join(base, "profile"), run: "r", now: time.Now, files: disk{}}
	wantWriteError(t, j, j.Intent(site, customer, echo))
}

func TestAReadOnlyDirectory(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root ignores modes; /dev/full and the broken disk stand in for this")
	}
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o500))
	j := open(t, dir)
	wantWriteError(t, j, j.Intent(site, customer, echo))
}

func wantWriteError(t *testing.T, j *Journal, err error) {
	t.Helper()
	var we *WriteError
	if !errors.As(err, &we) || we.Path != j.path() {
		t.Fatalf("got %v, want a WriteError", err)
	}
	if strings.Contains(err.Error(), "\n") || strings.Count(err.Error(), j.path()) != 1 {
		t.Errorf("not one clear line: %q", err)
	}
	if len(j.Open()) != 0 {
		t.Error("remembers a record that is not on disk")
	}
}

// broken is a disk on which the n-th step fails, and which remembers the steps.
type broken struct {
	failAt int
	steps  []string
	made   bool
	tail   byte
	wrote  bytes.Buffer
}

var errBroken = errors.New("disk broken")

func (b *broken) step(name string) error {
	b.steps = append(b.steps, name)
	if len(b.steps) == b.failAt {
		return errBroken
	}
	return nil
}

func (b *broken) open(string) (file, bool, error) { return b, b.made, b.step("open") }
func (b *broken) last() (byte, error)             { return b.tail, b.step("last") }
func (b *broken) Write(p []byte) (int, error) {
	if err := b.step("write"); err != nil {
		n, _ := b.wrote.Write(p[:len(p)/2])
		return n, err
	}
	return b.wrote.Write(p)
}
func (b *broken) Sync() error          { return b.step("sync") }
func (b *broken) Close() error         { return b.step("close") }
func (b *broken) syncDir(string) error { return b.step("syncdir") }

func TestAnyFailingStepIsAWriteError(t *testing.T) {
	all := []string{"open", "last", "write", "sync", "syncdir", "close"}
	for failAt := range len(all) + 1 {
		b := &broken{failAt: failAt, made: true, tail: '\n'}
		j := &Journal{dir: "/nowhere", run: "r", now: time.Now, files: b}
		err := j.Intent(site, customer, echo)
		if failAt == 0 {
			must(t, err)
			if got := fmt.Sprint(b.steps); got != fmt.Sprint(all) {
				t.Errorf("steps %v, want %v", got, all)
			}
			continue
		}
		wantWriteError(t, j, err)
		if failAt > 1 && b.steps[len(b.steps)-1] != "close" {
			t.Errorf("%s failed: the file stays open", all[failAt-1])
		}
	}
	b := &broken{tail: 'x'}
	j := &Journal{dir: "/nowhere", run: "r", now: time.Now, files: b}
	must(t, j.Intent(site, customer, echo))
	if !strings.HasPrefix(b.wrote.String(), "\n{") || fmt.Sprint(b.steps) != "[open last write sync close]" {
		t.Errorf("%q by %v: a torn tail gets its line end, and only a new file needs its directory synced", b.wrote.String(), b.steps)
	}
}

func TestAJournalOpenToEveryoneIsClosed(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, Name), nil, 0o644))
	must(t, open(t, dir).Intent(site, customer, echo))
	if st, err := os.Stat(filepath.Join(dir, Name)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
}

// The journal and the choice together: a command that was killed half-way can be
// given again as it was.
func TestTheSameCommandAfterACrash(t *testing.T) {
	dir := t.TempDir()
	must(t, open(t, dir).Intent(site, customer, echo)) // clicked, then killed
	past := open(t, dir).Past(site, customer)
	got, err := device.Select([]device.Device{kindle}, device.Request{Names: []string{"Kitchen Echo", kindle.Name}}, past)
	must(t, err)
	if len(got) != 2 || got[0].Outcome != device.AlreadyGone || got[0].Device.Key != "a1" || got[1].Outcome != "" {
		t.Errorf("%+v", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("{}\n\n{\"schema\":1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, Name), data, 0o600))
		before, _ := open(t, dir).History(time.Time{})
		must(t, open(t, dir).Intent(site, customer, echo))
		after, _ := open(t, dir).History(time.Time{})
		if len(after) != len(before)+1 {
			t.Fatalf("%d records, then %d", len(before), len(after))
		}
	})
}

// A list is written once, with the first intent on it, and is found again from any
// later intent of that run; history leaves it out.
func TestTheListOfAnAttemptIsKept(t *testing.T) {
	dir := t.TempDir()
	d := func(key string) device.Device { return device.Device{Key: key, AccountID: key, Name: "Echo " + key} }
	j := open(t, dir)
	must(t, j.Intent(site, customer, d("a0")))
	must(t, j.Outcome(site, customer, device.Result{Device: d("a0"), Outcome: device.Deregistered}))
	j = open(t, dir)
	j.Holds("devices", []string{"a1", "a2", "a3"})
	must(t, j.Intent(site, customer, d("a1")))
	must(t, j.Outcome(site, customer, device.Result{Device: d("a1"), Outcome: device.Deregistered}))
	must(t, j.Intent(site, customer, d("a2")))
	data, err := os.ReadFile(filepath.Join(dir, Name))
	if err != nil || strings.Count(string(data), "listed") != 1 {
		t.Errorf("the list is there %d times, %v", strings.Count(string(data), "listed"), err)
	}

	later := open(t, dir)
	tr := later.Trace(site, customer, d("a2"))
	if tr.Proven || tr.Listed == nil || tr.Listed.Call != "devices" || len(tr.Listed.Keys) != 3 {
		t.Errorf("the open one: %+v", tr)
	}
	var touched []string
	for _, o := range tr.Touched {
		touched = append(touched, o.Key)
	}
	if got := strings.Join(touched, " "); got != "a1 a1 a2" {
		t.Errorf("touched since that run began: %s", got)
	}
	if tr := later.Trace(site, customer, d("a1")); !tr.Proven {
		t.Errorf("the proven one: %+v", tr)
	}
	if tr := later.Trace(site, customer, d("a0")); tr.Listed != nil {
		t.Errorf("a run that kept no list has that of another: %+v", tr)
	}
	if tr := later.Trace(site, "C2", d("a2")); tr.Listed != nil || tr.Proven {
		t.Errorf("another customer's: %+v", tr)
	}
	all, err := later.History(time.Time{})
	must(t, err)
	for _, e := range all {
		if e.Listed != nil {
			t.Errorf("history shows the list: %+v", e)
		}
	}
}
