package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/report"
)

// progress is the line that says on a terminal how far a run has come: device 3 of
// 20, the step, the time. It stands below everything else and is taken away before
// anything is written there, so that neither a log nor a scrolled-back screen has it.
type progress struct {
	screen io.Writer // the terminal
	width  int
	clean  func(string) string // takes out secrets

	mu      sync.Mutex
	on      bool
	held    int // how many ask a person: their question is the last line
	drawn   bool
	started time.Time
	step    string
	total   int
	begun   map[string]bool // keys of the devices that were begun
	done    chan struct{}
}

// start shows the line until end is called.
func (p *progress) start(width int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.on {
		return
	}
	p.on, p.width, p.started, p.begun, p.done = true, width, time.Now(), map[string]bool{}, make(chan struct{})
	go func(done chan struct{}) {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				p.mu.Lock()
				p.draw()
				p.mu.Unlock()
			}
		}
	}(p.done)
}

func (p *progress) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.on {
		p.clear()
		p.on = false
		close(p.done)
	}
}

func (p *progress) running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.on
}

// hold takes the line away while a person is asked.
func (p *progress) hold() (release func()) {
	if p == nil {
		return func() {}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	p.held++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.held--
	}
}

// says names the step that is under way.
func (p *progress) says(step string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step = step
	p.draw()
}

// of says how many devices there are to do.
func (p *progress) of(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = n
}

// begins: a device's turn has come; one that is tried again is the same one.
func (p *progress) begins(d device.Device) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begun != nil {
		p.begun[d.Key+"\n"+d.Serial+"\n"+d.Name] = true
	}
	p.draw()
}

func (p *progress) clear() {
	if p.drawn {
		io.WriteString(p.screen, "\r\x1b[K")
		p.drawn = false
	}
}

func (p *progress) draw() {
	if !p.on || p.held > 0 {
		return
	}
	p.clear()
	io.WriteString(p.screen, p.line(time.Since(p.started)))
	p.drawn = true
}

func (p *progress) line(took time.Duration) string {
	var parts []string
	if len(p.begun) > 0 && p.total > 0 {
		parts = append(parts, fmt.Sprintf("device %d of %d", min(len(p.begun), p.total), p.total))
	}
	if p.step != "" {
		parts = append(parts, device.Printable(p.clean(p.step)))
	}
	clock := fmt.Sprintf("%d:%02d", int(took.Minutes()), int(took.Seconds())%60)
	return "  " + report.Shorten(strings.Join(append([]string{clock}, parts...), ", "), max(p.width-3, 20))
}

// over is a writer to the same terminal, which the line makes way for.
func (p *progress) over(w io.Writer) io.Writer { return &overLine{w, p} }

type overLine struct {
	w io.Writer
	p *progress
}

func (o *overLine) Write(b []byte) (int, error) {
	o.p.mu.Lock()
	defer o.p.mu.Unlock()
	o.p.clear()
	return o.w.Write(b)
}

// steps tells the progress what a run says of itself, shown in the log or not.
type steps struct {
	slog.Handler
	p *progress
}

func (s steps) Enabled(ctx context.Context, l slog.Level) bool {
	return s.Handler.Enabled(ctx, l) || l >= slog.LevelInfo && s.p.running()
}

func (s steps) Handle(ctx context.Context, r slog.Record) error {
	if r.Level == slog.LevelInfo && s.p.running() {
		s.p.says(r.Message)
	}
	if !s.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return s.Handler.Handle(ctx, r)
}
