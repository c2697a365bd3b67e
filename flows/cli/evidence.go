package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/unecho/unecho/flows"
)

// keepEvidence saves what was on the page when the run ended: a picture with
// emptied inputs, the page's source without typed values, and the steps. It
// returns the folder, or "" when there is nothing to keep. It is kept once a
// run, and only when there is a page: a wrong flag needs no picture.
func (s *session) keepEvidence(stop *flows.Stop) string {
	if s.evidence != "" || s.tab == nil {
		return s.evidence
	}
	base := s.a.o.evidence
	if base == "" {
		base = filepath.Join(s.profile.Dir, "evidence")
	}
	if !filepath.IsAbs(base) {
		base = filepath.Join(s.a.Dir, base)
	}
	name := time.Now().UTC().Format("20060102T150405.000Z") + "-" + slug(or(stop.Screen, fmt.Sprintf("exit-%d", stop.Code)))
	dir := filepath.Join(base, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		s.run.Log.Warn("no evidence was kept: " + err.Error())
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "exit %d, screen %s\n%s\n%s\n\n", stop.Code, or(stop.Screen, "-"), stop.Message, stop.Hint)
	for _, st := range s.tab.Log() {
		fmt.Fprintf(&b, "%s  %s %s: %s (%d ms)\n", st.When.UTC().Format(time.RFC3339Nano), st.Do, st.What, st.Result, st.Took.Milliseconds())
	}
	s.save(dir, "steps.txt", []byte(s.a.red.String(b.String())))
	// The browser may be gone, or the page may hang: evidence waits for neither.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if alive(s) {
		s.capture(ctx, dir)
	}
	s.evidence = dir
	return dir
}

func (s *session) capture(ctx context.Context, dir string) {
	if png, err := s.tab.Screenshot(ctx); err == nil {
		s.save(dir, "page.png", png)
	} else {
		s.run.Log.Debug("no picture: " + err.Error())
	}
	if html, err := s.tab.HTML(ctx); err == nil {
		s.save(dir, "page.html", []byte(s.a.red.String(html)))
	}
}

func alive(s *session) bool {
	select {
	case <-s.browser.Died():
		return false
	default:
		return true
	}
}

func (s *session) save(dir, name string, data []byte) {
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		s.run.Log.Warn("evidence: " + err.Error())
	}
}
