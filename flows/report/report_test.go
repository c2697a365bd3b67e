package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/unecho/unecho/flows/device"
)

var (
	yes, no = true, false
	meta    = Meta{Site: "amazon.com", Account: "a***@example.com", Customer: "C1", Via: "mycd"}
	echo    = device.Device{Key: "a1", AccountID: "a1", Serial: "G0", Type: "T", Name: "Kitchen Echo", Family: "ECHO", Registered: "2021-01-02", Customer: "C1", Deregisterable: &yes, Via: "mycd"}
	app     = device.Device{Key: "a2", AccountID: "a2", Name: "This Device", Family: "ALEXA_APP", Deregisterable: &no}
	kindle  = device.Device{Key: "S/T", Serial: "S", Type: "T", Name: "Paperwhite", Family: "KINDLE"}
	bare    = device.Device{Name: "Bare"}
)

func out(t testing.TB, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// keys returns the keys of a JSON object in the order in which they stand.
func keys(t *testing.T, raw []byte) (names []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, k.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func TestListJSONIsTheContract(t *testing.T) {
	s := out(t, func(w io.Writer) error { return ListJSON(w, meta, []device.Device{echo, bare, app}, nil) })
	if got := strings.Join(keys(t, []byte(s)), " "); got != "schema site account customer via devices" {
		t.Errorf("document: %s", got)
	}
	var doc struct {
		Schema  int
		Devices []json.RawMessage
	}
	if err := json.Unmarshal([]byte(s), &doc); err != nil || doc.Schema != 1 {
		t.Fatal(err, doc.Schema)
	}
	if got := strings.Join(keys(t, doc.Devices[0]), " "); got != "key name serial type family registered deregisterable via" {
		t.Errorf("device: %s", got)
	}
	if got := strings.Join(keys(t, doc.Devices[1]), " "); got != "name" {
		t.Errorf("what was not seen is absent: %s", got)
	}
	if !strings.Contains(string(doc.Devices[2]), `"deregisterable": false`) {
		t.Errorf("not deregisterable is something seen: %s", doc.Devices[2])
	}
}

func TestRunJSONIsTheContract(t *testing.T) {
	rs := []device.Result{
		{Device: echo, Outcome: device.Deregistered, Via: "alexa", Took: 1500 * time.Millisecond},
		{Device: app, Outcome: device.Failed, Reason: "a <b> & c"},
		{Device: echo, Outcome: device.Deregistered, Took: time.Microsecond},
	}
	s := out(t, func(w io.Writer) error { return RunJSON(w, meta, rs, nil) })
	if got := strings.Join(keys(t, []byte(s)), " "); got != "schema site account customer via dry_run devices summary" {
		t.Errorf("document: %s", got)
	}
	var doc struct {
		Devices []json.RawMessage
		DryRun  *bool `json:"dry_run"`
		Summary map[string]int
	}
	if err := json.Unmarshal([]byte(s), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.DryRun == nil || *doc.DryRun || doc.Summary["deregistered"] != 2 || doc.Summary["failed"] != 1 || len(doc.Summary) != 2 {
		t.Errorf("%+v", doc)
	}
	if got := strings.Join(keys(t, doc.Devices[0]), " "); got != "key name serial type family registered deregisterable outcome via ms" {
		t.Errorf("device: %s", got)
	}
	if !strings.Contains(string(doc.Devices[0]), `"via": "alexa"`) || !strings.Contains(string(doc.Devices[0]), `"ms": 1500`) || !strings.Contains(string(doc.Devices[2]), `"via": "mycd"`) {
		t.Errorf("%s", s)
	}
	if !strings.Contains(string(doc.Devices[1]), `"a <b> & c"`) {
		t.Errorf("text is not HTML: %s", doc.Devices[1])
	}
}

func TestAFaultIsOnStdoutEvenWithoutDevices(t *testing.T) {
	f := &Fault{Code: 4, Screen: "captcha-image", Message: "a captcha", Hint: "unecho login --headed", Evidence: "/x.png"}
	for _, s := range []string{
		out(t, func(w io.Writer) error { return ListJSON(w, meta, nil, f) }),
		out(t, func(w io.Writer) error { return RunJSON(w, meta, nil, f) }),
		out(t, func(w io.Writer) error { return FaultJSON(w, Meta{}, f) }),
	} {
		var doc struct {
			Site    *string
			Devices *[]any
			Error   json.RawMessage
		}
		if err := json.Unmarshal([]byte(s), &doc); err != nil || doc.Devices == nil || len(*doc.Devices) != 0 || doc.Site == nil {
			t.Fatalf("%v: %s", err, s)
		}
		if got := strings.Join(keys(t, doc.Error), " "); got != "code screen message hint evidence" {
			t.Error(got)
		}
	}
	s := out(t, func(w io.Writer) error { return RunJSON(w, meta, nil, f) })
	if !strings.Contains(s, `"summary": {}`) || !strings.Contains(s, `"dry_run": false`) {
		t.Error(s)
	}
	// In tables it is for stderr; stdout stays empty rather than saying "no devices".
	for _, s := range []string{
		out(t, func(w io.Writer) error { return ListTable(w, meta, nil, f) }),
		out(t, func(w io.Writer) error { return RunTable(w, meta, nil, f) }),
	} {
		if s != "" {
			t.Errorf("%q", s)
		}
	}
}

func TestCSVColumns(t *testing.T) {
	read := func(s string) [][]string {
		rows, err := csv.NewReader(strings.NewReader(s)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	rows := read(out(t, func(w io.Writer) error { return ListCSV(w, meta, []device.Device{echo, app, bare}, nil) }))
	if got := strings.Join(rows[0], " "); got != "key name serial type family registered owner deregisterable via" {
		t.Error(got)
	}
	if got := strings.Join(rows[1], "|"); got != "a1|Kitchen Echo|G0|T|ECHO|2021-01-02||true|mycd" {
		t.Error(got)
	}
	if rows[2][7] != "false" || rows[3][7] != "" {
		t.Errorf("not deregisterable and not seen are two things: %q %q", rows[2][7], rows[3][7])
	}
	rows = read(out(t, func(w io.Writer) error {
		return RunCSV(w, meta, []device.Result{{Device: echo, Outcome: device.Skipped, Reason: "keep-list", Took: 2 * time.Second}}, nil)
	}))
	if got := strings.Join(rows[0], " "); got != "key name serial type family registered owner deregisterable outcome via reason ms" {
		t.Error(got)
	}
	if got := strings.Join(rows[1], "|"); got != "a1|Kitchen Echo|G0|T|ECHO|2021-01-02||true|skipped|mycd|keep-list|2000" {
		t.Error(got)
	}
	// Header only: a program that reads it finds its columns.
	if rows = read(out(t, func(w io.Writer) error { return RunCSV(w, meta, nil, &Fault{Code: 6}) })); len(rows) != 1 {
		t.Error(rows)
	}
}

func TestCSVNamesAreNoFormulas(t *testing.T) {
	for name, want := range map[string]string{
		"=1+1": "'=1+1", "+49": "'+49", "-x": "'-x", "@sum": "'@sum", "\tx": "'\tx", "\rx": "\uFFFDx", "\nx": "'\nx",
		"\x1b[2Jx\a": "\uFFFD[2Jx\uFFFD", "\u009b31m\u202etxt\u2066": "\uFFFD31m\uFFFDtxt\uFFFD", "\x7f\x00=1": "\uFFFD\uFFFD=1", "two\nlines\t.": "two\nlines\t.", "a=b": "a=b", "'x": "'x", "": "",
		`a "quoted", name`: `a "quoted", name`, "\xff": "\uFFFD",
	} {
		s := out(t, func(w io.Writer) error { return ListCSV(w, meta, []device.Device{{Name: name}}, nil) })
		rows, err := csv.NewReader(strings.NewReader(s)).ReadAll()
		if err != nil || rows[1][1] != want {
			t.Errorf("%q: %q, %v", name, rows[1][1], err)
		}
	}
}

// JSON shown on a terminal must not be obeyed by it, and stays exact.
func TestJSONHoldsNothingThatATerminalObeys(t *testing.T) {
	name := "a\x1b[2J\a\x7f\u009b31m\u202etxt\u2069 é <b>"
	s := out(t, func(w io.Writer) error { return ListJSON(w, meta, []device.Device{{Name: name}}, nil) })
	if strings.ContainsAny(s, "\x1b\a\x7f\u009b\u202e\u2069") || !strings.Contains(s, "é <b>") {
		t.Errorf("%q", s)
	}
	var doc struct{ Devices []struct{ Name string } }
	if err := json.Unmarshal([]byte(s), &doc); err != nil || doc.Devices[0].Name != name {
		t.Errorf("%q, %v", doc.Devices, err)
	}
}

// A terminal is no place for a second column that begins in its 10,000th.
func TestOneLongNameDoesNotPadEveryRow(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	devs := []device.Device{{Name: "Short", Key: "k1", Serial: "S1"}, {Name: long, Key: "k2", Serial: "S2"}}
	s := out(t, func(w io.Writer) error { return ListTable(w, meta, devs, nil) })
	for _, l := range strings.Split(s, "\n") {
		if len(l) > 200 && !strings.Contains(l, long) {
			t.Errorf("a row of %d characters: %.60q", len(l), l)
		}
	}
	if !strings.Contains(s, long+"  S2") {
		t.Error("the long name is not there in full, its serial behind it")
	}
}

func TestANarrowedListSaysOfHowMany(t *testing.T) {
	for of, want := range map[int]string{0: "No devices on amazon.com", 1: "0 of 1 device matches on amazon.com", 7: "0 of 7 devices match on amazon.com"} {
		m := meta
		m.Of = of
		if s := out(t, func(w io.Writer) error { return ListTable(w, m, nil, nil) }); !strings.HasPrefix(s, want) {
			t.Errorf("%q, want %q", s, want)
		}
	}
}

// What a run never got to is failed by the contract, and no failure of the run's.
func TestNotAttemptedIsCountedApart(t *testing.T) {
	rs := []device.Result{
		{Device: device.Device{Key: "a", Name: "A"}, Outcome: device.Deregistered},
		{Device: device.Device{Key: "b", Name: "B"}, Outcome: device.Failed},
		{Device: device.Device{Key: "c", Name: "C"}, Outcome: device.Failed, NotAttempted: true},
		{Device: device.Device{Key: "d", Name: "D"}, Outcome: device.Failed, NotAttempted: true},
	}
	if got := Counts(rs); got != "1 deregistered, 1 failed, 2 not attempted" {
		t.Error(got)
	}
	if got := Counts(rs[2:]); got != "2 not attempted" {
		t.Error(got)
	}
	if s := out(t, func(w io.Writer) error { return RunTable(w, meta, rs, nil) }); !strings.Contains(s, "\n1 deregistered, 1 failed, 2 not attempted on amazon.com") {
		t.Error(s)
	}
	var doc struct {
		Devices []struct{ Outcome string }
		Summary map[string]int
	}
	if err := json.Unmarshal([]byte(out(t, func(w io.Writer) error { return RunJSON(w, meta, rs, nil) })), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Summary["failed"] != 3 || doc.Summary["not_attempted"] != 2 || doc.Devices[3].Outcome != "failed" {
		t.Errorf("%+v", doc)
	}
	if s := out(t, func(w io.Writer) error { return RunJSON(w, meta, rs[:2], nil) }); strings.Contains(s, "not_attempted") {
		t.Error(s)
	}
}

// columnOf returns the display column at which mark begins, -1 if it does not.
func columnOf(line, mark string) int {
	i := strings.Index(line, mark)
	if i < 0 {
		return -1
	}
	return Width(line[:i])
}

func TestTablesAreAlignedAsATerminalShowsThem(t *testing.T) {
	names := []string{"Kitchen Echo", "キッチンのエコー", "👩‍👩‍👧 family", "Cafe\u0301", "הד במטבח", "🇩🇪 flag", "❤️", "a\tb\nc", "x\x1b[31m\u202ey", "", "\u200b", "\xff"}
	var devs []device.Device
	for _, n := range names {
		devs = append(devs, device.Device{Name: n, Family: "ECHO", Key: "k", AccountID: "k"})
	}
	s := out(t, func(w io.Writer) error { return ListTable(w, meta, devs, nil) })
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	if len(lines) != len(names)+2 {
		t.Fatalf("%d lines:\n%s", len(lines), s)
	}
	want := columnOf(lines[0], "FAMILY")
	for _, l := range lines[1 : len(lines)-1] {
		if got := columnOf(l, "ECHO  "); got != want {
			t.Errorf("column %d, want %d: %q", got, want, l)
		}
	}
	if strings.ContainsAny(s, "\x1b\u202e\t") || !utf8.ValidString(s) {
		t.Errorf("unfit for a terminal: %q", s)
	}
	if !strings.Contains(lines[len(lines)-1], "12 devices on amazon.com (a***@example.com)") {
		t.Error(lines[len(lines)-1])
	}
	if strings.Contains(s, "SERIAL") || strings.Contains(s, "OWNER") {
		t.Error("a column that nobody fills is there")
	}
}

func TestOnlyATerminalShortensNames(t *testing.T) {
	long := echo
	long.Name = strings.Repeat("長", 250)
	family := app
	family.Name = strings.Repeat("👩‍👩‍👧", 60)
	devs := []device.Device{long, family, kindle}
	m := meta
	for _, width := range []int{0, 60, 80, 120} {
		m.Width = width
		s := out(t, func(w io.Writer) error { return ListTable(w, m, devs, nil) })
		whole := strings.Contains(s, long.Name)
		if whole != (width == 0) {
			t.Errorf("width %d: name whole: %v", width, whole)
		}
		for _, l := range strings.Split(s, "\n") {
			if width > 0 && Width(l) > width {
				t.Errorf("width %d: line of %d: %q", width, Width(l), l)
			}
		}
		for _, d := range devs {
			if !strings.Contains(s, d.Key) {
				t.Errorf("width %d: key %s cut", width, d.Key)
			}
		}
		if width > 0 && (!strings.Contains(s, "…") || strings.Contains(s, "\u200d…")) {
			t.Errorf("width %d: not cut between characters:\n%s", width, s)
		}
	}
	// Too narrow for what may not be cut: nothing is lost.
	m.Width = 10
	if s := out(t, func(w io.Writer) error { return ListTable(w, m, devs, nil) }); !strings.Contains(s, "2021-01-02") {
		t.Error(s)
	}
}

func TestRunTable(t *testing.T) {
	s := out(t, func(w io.Writer) error {
		return RunTable(w, meta, []device.Result{
			{Device: echo, Outcome: device.Deregistered, Via: "alexa"},
			{Device: kindle, Outcome: device.Skipped, Reason: device.ReasonKeep},
		}, nil)
	})
	for _, want := range []string{"deregistered", "Kitchen Echo", "G0", "alexa", "skipped", "Paperwhite", "keep-list", "1 deregistered, 1 skipped on amazon.com"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in\n%s", want, s)
		}
	}
	if s := out(t, func(w io.Writer) error { return RunTable(w, meta, nil, nil) }); !strings.HasPrefix(s, "Nothing to do") {
		t.Error(s)
	}
}

func TestSummaryFitsTheSubjectOfAMail(t *testing.T) {
	rs := func(os ...device.Outcome) (out []device.Result) {
		for _, o := range os {
			out = append(out, device.Result{Outcome: o})
		}
		return out
	}
	dry := meta
	dry.DryRun = true
	for _, c := range []struct {
		m    Meta
		rs   []device.Result
		f    *Fault
		want string
	}{
		{meta, rs(device.Skipped, device.Deregistered, device.Deregistered), nil, "unecho: 2 deregistered, 1 skipped (amazon.com, a***@example.com)"},
		{meta, nil, nil, "unecho: nothing to do (amazon.com, a***@example.com)"},
		{dry, rs(device.WouldDeregister, device.AlreadyGone), nil, "unecho: 1 would be deregistered, 1 already gone (amazon.com, a***@example.com, dry run)"},
		{meta, rs(device.Deregistered, device.Unknown), &Fault{Code: 6, Screen: "unknown"}, "unecho: stopped with exit code 6 at unknown; 1 deregistered, 1 unknown (amazon.com, a***@example.com)"},
		{Meta{}, nil, &Fault{Code: 8}, "unecho: stopped with exit code 8"},
		{Meta{Site: "a\nb"}, rs("", device.Failed), nil, "unecho: 1 failed, 1 without outcome (a b)"},
	} {
		if got := Summary(c.m, c.rs, c.f); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestPreviewSaysWhatWillBeLost(t *testing.T) {
	m := meta
	m.Width = 80
	s := out(t, func(w io.Writer) error {
		return Preview(w, m, []device.Choice{
			{Device: echo}, {Device: app}, {Device: kindle},
			{Device: device.Device{Name: "Bedroom", Serial: "B"}, Outcome: device.Skipped, Reason: device.ReasonKeep},
		})
	})
	for _, want := range []string{"3 devices", "amazon.com", "Kitchen Echo", "G0", "factory reset", "signed out", "content", "removed", "Left alone: 1 device", "Bedroom", "keep-list"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in\n%s", want, s)
		}
	}
	for _, l := range strings.Split(s, "\n") {
		if Width(l) > 80 {
			t.Errorf("line of %d: %q", Width(l), l)
		}
	}
	if strings.Contains(s, "!") {
		t.Error("calm wording, please")
	}
	one := out(t, func(w io.Writer) error { return Preview(w, m, []device.Choice{{Device: echo}}) })
	if strings.Contains(one, "removed") || strings.Contains(one, "app, or the program") || strings.Contains(one, "Left alone") {
		t.Errorf("speaks of what is not there:\n%s", one)
	}
	none := out(t, func(w io.Writer) error { return Preview(w, m, nil) })
	if none != "Nothing to deregister on amazon.com (a***@example.com).\n" {
		t.Errorf("%q", none)
	}
}

type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

func TestAWriterThatFailsIsReported(t *testing.T) {
	rs := []device.Result{{Device: echo, Outcome: device.Failed}}
	devs := []device.Device{echo}
	for name, write := range map[string]func(io.Writer) error{
		"ListTable": func(w io.Writer) error { return ListTable(w, meta, devs, nil) },
		"ListJSON":  func(w io.Writer) error { return ListJSON(w, meta, devs, nil) },
		"ListCSV":   func(w io.Writer) error { return ListCSV(w, meta, devs, nil) },
		"RunTable":  func(w io.Writer) error { return RunTable(w, meta, rs, nil) },
		"RunJSON":   func(w io.Writer) error { return RunJSON(w, meta, rs, nil) },
		"RunCSV":    func(w io.Writer) error { return RunCSV(w, meta, rs, nil) },
		"Preview":   func(w io.Writer) error { return Preview(w, meta, []device.Choice{{Device: echo}}) },
	} {
		for _, room := range []int{0, 50} {
			if write(&full{left: room}) == nil {
				t.Errorf("%s with room for %d bytes: no error", name, room)
			}
		}
	}
}

func FuzzCSVRoundTrip(f *testing.F) {
	for _, s := range []string{"Kitchen Echo", "=cmd|' /C calc'!A0", "a\r\nb", `"`, ",", "\x00", "\xff", "\n", `\.`, " "} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, reason string) {
		d := echo
		d.Name = name
		s := out(t, func(w io.Writer) error {
			return RunCSV(w, meta, []device.Result{{Device: d, Outcome: device.Failed, Reason: reason}}, nil)
		})
		rows, err := csv.NewReader(strings.NewReader(s)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%v: %q", err, s)
		}
		// encoding/csv reads CR LF within quotes as LF: the one thing that is lost.
		for i, want := range map[int]string{1: name, 10: reason} {
			want = strings.ReplaceAll(Cell(valid(want)), "\r\n", "\n")
			if rows[1][i] != want {
				t.Fatalf("column %d: %q, want %q", i, rows[1][i], want)
			}
			if rows[1][i] != "" && strings.ContainsRune("=+-@\t\r", rune(rows[1][i][0])) {
				t.Fatalf("a formula: %q", rows[1][i])
			}
		}
	})
}

func FuzzJSONAndTable(f *testing.F) {
	f.Add("Kitchen Echo", "amazon.com", 80)
	f.Add("\xff\u202e\x1b", "</script>", 3)
	f.Add("👩‍👩‍👧", "\u2028", -1)
	f.Fuzz(func(t *testing.T, name, other string, width int) {
		d := device.Device{Key: other, Name: name, Owner: other}
		m := Meta{Site: other, Account: name, Width: min(width, 300)}
		s := out(t, func(w io.Writer) error {
			return RunJSON(w, m, []device.Result{{Device: d, Reason: other}}, &Fault{Code: 6, Message: name})
		})
		var doc struct{ Devices []struct{ Name string } }
		if err := json.Unmarshal([]byte(s), &doc); err != nil || !utf8.ValidString(s) {
			t.Fatalf("%v: %q", err, s)
		}
		if utf8.ValidString(name) && doc.Devices[0].Name != name {
			t.Fatalf("name %q became %q", name, doc.Devices[0].Name)
		}
		table := out(t, func(w io.Writer) error { return ListTable(w, m, []device.Device{d, echo}, nil) })
		if strings.Count(table, "\n") != 4 || strings.ContainsAny(table, "\x1b\x07\r\t\u202e\u2066") || !utf8.ValidString(table) {
			t.Fatalf("%q", table)
		}
	})
}

func ExampleSummary() {
	m := Meta{Site: "amazon.com", Account: "a***@example.com"}
	rs := []device.Result{{Outcome: device.Deregistered}, {Outcome: device.Deregistered}, {Outcome: device.Skipped}}
	fmt.Println(Summary(m, rs, nil))
	// Output: unecho: 2 deregistered, 1 skipped (amazon.com, a***@example.com)
}

func TestWidthIsWhatATerminalShows(t *testing.T) {
	for s, want := range map[string]int{"Echo": 4, "キッチン": 8, "Cafe\u0301": 4, "👩‍👩‍👧": 2, "🇩🇪": 2, "הד": 2, "…": 1, "": 0} {
		if got := Width(s); got != want {
			t.Errorf("%q: %d columns, want %d", s, got, want)
		}
	}
}
