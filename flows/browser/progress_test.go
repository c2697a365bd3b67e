package browser

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestProgressIsABarOnATerminalAndLinesInALog(t *testing.T) {
	clock := time.Unix(0, 0)
	run := func(terminal bool, total int64) string {
		var out bytes.Buffer
		p := &progress{out: &out, terminal: terminal, now: func() time.Time { return clock }}
		for i := int64(0); i <= 1000; i++ {
			clock = clock.Add(10 * time.Millisecond) // 10 s, 150 MB: 15 MB/s
			p.at(i*150_000, total)
		}
		p.end()
		return out.String()
	}
	bar := run(true, 150_000_000)
	if n := strings.Count(bar, "\r"); n < 50 || n > 101 || !strings.HasSuffix(bar, "150.0 of 150.0 MB, 15.0 MB/s\n") || strings.Count(bar, "\n") != 1 {
		t.Errorf("drawn %d times, ending %q", n, bar[max(0, len(bar)-120):])
	}
	if !strings.Contains(bar, "[##########..........]  50%") || !strings.Contains(bar, " left") {
		t.Errorf("no bar in %q", bar)
	}
	for _, line := range strings.Split(bar, "\r\x1b[K") {
		if len(line) > 79 {
			t.Errorf("longer than a line: %q", line)
		}
	}
	log := run(false, 150_000_000)
	if strings.Count(log, "\n") != 10 || strings.ContainsAny(log, "\r\x1b") || !strings.Contains(log, " 50%, 75.0 MB of 150.0 MB\n") {
		t.Errorf("in a log: %q", log)
	}
	if log := run(false, -1); strings.Count(log, "\n") != 7 || strings.Contains(log, "%") {
		t.Errorf("of unknown size: %q", log)
	}
	if bar := run(true, -1); !strings.Contains(bar, "150.0 MB") || strings.Contains(bar, "%") {
		t.Errorf("of unknown size, drawn: %q", bar)
	}
}
