package browser

import (
	"strings"
	"sync"
)

// keptOutput is how much of the browser's stdout and stderr is kept, in bytes: the
// end of it, because the last words tell why a browser died.
const keptOutput = 16 << 10

// tail is a writer that keeps the last keptOutput bytes. A browser that floods its
// stderr for hours costs no more memory than a silent one.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - keptOutput; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

// lines returns the last n lines that are not empty, oldest first, each cut to 300
// bytes and free of control characters.
func (t *tail) lines(n int) []string {
	t.mu.Lock()
	text := string(t.buf)
	t.mu.Unlock()
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(line, "?")))
		if line == "" {
			continue
		}
		if len(line) > 300 {
			line = strings.ToValidUTF8(line[:300], "") + "…"
		}
		out = append(out, line)
	}
	return out[max(0, len(out)-n):]
}

// words is the last lines for an error message, or "" for a silent browser.
func (t *tail) words() string { return strings.Join(t.lines(3), " | ") }
