package cli

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/redact"
	"github.com/unecho/unecho/flows/report"
)

// shown is what a terminal shows after these bytes: the line is gone where it was
// taken away.
func shown(s string) string {
	var lines []string
	for _, l := range strings.Split(s, "\n") {
		if i := strings.LastIndex(l, "\r\x1b[K"); i >= 0 {
			l = l[i+len("\r\x1b[K"):]
		}
		lines = append(lines, l)
	}
	return strings.Join(lines, "\n")
}

func TestProgressMakesWay(t *testing.T) {
	var screen bytes.Buffer
	red := redact.New("hunter2-hunter2")
	p := &progress{screen: &screen, clean: red.String}
	log := slog.New(steps{&talker{w: p.over(&screen), level: slog.LevelError}, p})
	log.Info("not yet")
	if screen.Len() > 0 {
		t.Fatalf("before the run: %q", screen.String())
	}
	p.start(60)
	p.of(20)
	for _, name := range []string{"a", "b", "b", "c"} { // b is tried again
		p.begins(device.Device{Key: name})
	}
	log.Info("opening the menu of hunter2-hunter2")
	if got := shown(screen.String()); !strings.HasPrefix(got, "  0:00, device 3 of 20, opening the menu of ") || strings.Contains(got, "hunter2") || report.Width(got) > 60 {
		t.Errorf("it shows %q", got)
	}
	p.over(&screen).Write([]byte("a result\n"))
	if got := shown(screen.String()); got != "a result\n" {
		t.Errorf("after a result: %q", got)
	}
	release := p.hold()
	p.over(&screen).Write([]byte("Type YES: "))
	log.Info("another step")
	if got := shown(screen.String()); got != "a result\nType YES: " {
		t.Errorf("during a question: %q", got)
	}
	release()
	log.Info(strings.Repeat("a long step ", 20))
	if got := shown(screen.String()); report.Width(got[strings.LastIndex(got, "\n")+1:]) > 120 {
		t.Errorf("a long step: %q", got)
	}
	p.end()
	log.Info("after the end")
	if got := shown(screen.String()); strings.Contains(got, "step") {
		t.Errorf("at the end: %q", got)
	}
	if got := p.line(61*time.Minute + 5*time.Second); !strings.HasPrefix(got, "  61:05, ") {
		t.Errorf("the clock: %q", got)
	}
}

func TestColoursByConvention(t *testing.T) {
	for _, c := range []struct {
		env      string
		terminal bool
		want     bool
	}{
		{"TERM=xterm", true, true},
		{"TERM=xterm", false, false},
		{"TERM=dumb", true, false},
		{"TERM=xterm NO_COLOR=1", true, false},
		{"TERM=xterm CLICOLOR=0", true, false},
		{"TERM=xterm CLICOLOR_FORCE=1", false, true},
		{"TERM=xterm CLICOLOR_FORCE=0", false, false},
		{"TERM=dumb CLICOLOR_FORCE=1", true, true},
		{"TERM=xterm CLICOLOR_FORCE=1 NO_COLOR=1", true, false},
	} {
		if got := (Env{Environ: strings.Fields(c.env)}).colors(c.terminal); got != c.want {
			t.Errorf("%s, terminal %v: colours %v", c.env, c.terminal, got)
		}
	}
}

// A person at a terminal is offered the list only where nothing else is asked for.
func TestWhoIsOfferedTheList(t *testing.T) {
	person := Env{Terminal: true, Screen: 80, Environ: []string{"TERM=xterm"}}
	for name, c := range map[string]struct {
		env   Env
		o     deregisterOptions
		names []string
		quiet bool
		want  bool
	}{
		"a person":        {env: person, want: true},
		"no terminal":     {env: Env{Environ: person.Environ}},
		"a dumb terminal": {env: Env{Terminal: true, Screen: 80, Environ: []string{"TERM=dumb"}}},
		"a name":          {env: person, names: []string{"Kitchen Echo"}},
		"--all":           {env: person, o: deregisterOptions{patterns: patterns{all: true}}},
		"--file":          {env: person, o: deregisterOptions{files: []string{"sold.txt"}}},
		"--yes":           {env: person, o: deregisterOptions{yes: true}},
		"--quiet":         {env: person, quiet: true},
	} {
		a := &app{Env: c.env}
		a.o.quiet = c.quiet
		if got := a.picks(&c.o, c.names); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
