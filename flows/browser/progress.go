package browser

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progress tells how far a download is: on a terminal one line that is drawn over
// itself, elsewhere (a log) a plain line for each tenth. It is for one goroutine.
type progress struct {
	out      io.Writer
	terminal bool
	now      func() time.Time

	began time.Time
	from  int64     // bytes that were there when it began
	drawn time.Time // last drawing
	open  bool      // a drawn line waits for its end
	tenth int64     // last tenth told
	told  int64     // bytes told of last where the size is unknown
}

// redraw bounds how often the line is drawn; every is the step where nobody knows
// how much there is to come, in bytes.
const (
	redraw = 100 * time.Millisecond
	every  = 20 << 20
)

// at tells that done of total bytes are here; total < 0: unknown.
func (p *progress) at(done, total int64) {
	now := p.now()
	if p.began.IsZero() {
		p.began, p.from = now, done
		if total > 0 {
			p.tenth = done * 10 / total
		}
	}
	if !p.terminal {
		switch {
		case total > 0 && done*10/total > p.tenth:
			p.tenth = done * 10 / total
			p.say("  %3d%%, %s of %s\n", done*100/total, megabytes(done), megabytes(total))
		case total <= 0 && done >= p.told+every:
			p.told = done
			p.say("  %s\n", megabytes(done))
		}
		return
	}
	if now.Sub(p.drawn) < redraw && done != total {
		return
	}
	p.drawn, p.open = now, true
	rate := ""
	if s := now.Sub(p.began).Seconds(); s >= 0.5 && done > p.from {
		perSecond := float64(done-p.from) / s
		rate = fmt.Sprintf(", %s/s", megabytes(int64(perSecond)))
		if left := time.Duration(float64(total-done)/perSecond) * time.Second; total > done && left < 24*time.Hour {
			rate += fmt.Sprintf(", %s left", left)
		}
	}
	if total <= 0 {
		p.say("\r\x1b[K  %s%s", megabytes(done), rate)
		return
	}
	const width = 20
	full := int(done * width / total)
	p.say("\r\x1b[K  [%s%s] %3d%%, %s of %s%s", strings.Repeat("#", full), strings.Repeat(".", width-full),
		done*100/total, strings.TrimSuffix(megabytes(done), " MB"), megabytes(total), rate)
}

// end ends a line that was drawn. It may be called at any time.
func (p *progress) end() {
	if p.open {
		p.open = false
		p.say("\n")
	}
	p.began = time.Time{}
}

// say writes at once: a writer that keeps back what is not a whole line is flushed.
func (p *progress) say(format string, args ...any) {
	fmt.Fprintf(p.out, format, args...)
	if f, ok := p.out.(interface{ Flush() error }); ok {
		f.Flush()
	}
}

// megabytes is a size for people, in units of 1,000,000 bytes.
func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
