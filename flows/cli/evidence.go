package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows"
)

// Evidence is for the person who looks after a failure, perhaps days later. It is
// kept for as long as that is likely, and no longer: it shows an account's devices.
const (
	keepFolders = 20
	keepFor     = 30 * 24 * time.Hour
)

// evidencePlace is a fault if --evidence names something that holds no files: it is
// told before the run, as after a failure it would be too late.
func (a *app) evidencePlace() error {
	if a.o.evidence == "" {
		return nil
	}
	dir := a.o.evidence
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.Dir, dir)
	}
	if st, err := os.Stat(dir); err == nil && !st.IsDir() {
		return config("--evidence %s: is a file; name a directory", a.o.evidence)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return config("--evidence %s: %v", a.o.evidence, err)
	}
	return nil
}

// evidenceName is what a folder of ours is called: nothing else in a directory that
// the user named is ever removed.
var evidenceName = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}\.[0-9]{3}Z-[A-Za-z0-9-]+$`)

const evidenceTime = "20060102T150405.000Z"

// keepEvidence saves what there was when the run ended: a picture with emptied inputs
// and a masked bar, the page's source without typed values, the steps, what the page
// said and loaded, and which versions met. It returns the folder, or "" when there is
// nothing to keep. It is kept once a run, and only when there is a page: a wrong flag
// needs no picture.
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
	if st, err := os.Lstat(base); err == nil && s.a.o.evidence == "" && st.Mode()&os.ModeSymlink != 0 {
		s.config.Log.Warn("no evidence was kept: " + base + " is a link; name the directory it leads to with --evidence")
		return ""
	}
	now := time.Now().UTC()
	dir, root, err := newFolder(base, now, cmp.Or(slug(stop.Screen), fmt.Sprintf("exit-%d", stop.Code)))
	if err != nil {
		s.config.Log.Warn("no evidence was kept: " + err.Error())
		return ""
	}
	s.evidence = dir
	defer root.Close()
	save := func(name, text string) { s.save(root, name, text) }
	var b strings.Builder
	fmt.Fprintf(&b, "exit %d, screen %s\n%s\n%s\n\n", stop.Code, cmp.Or(stop.Screen, "-"), stop.Message, stop.Hint)
	for _, st := range s.tab.Log() {
		fmt.Fprintf(&b, "%s  %s %s: %s (%d ms)\n", st.When.UTC().Format(time.RFC3339Nano), st.Do, st.What, st.Result, st.Took.Milliseconds())
	}
	save("steps.txt", b.String())
	save("versions.txt", s.versions())
	save("console.txt", s.traffic.Console())
	save("network.txt", s.traffic.Network())
	// The browser may be gone, or the page may hang: evidence waits for neither.
	// Whose time is up, or who was interrupted, has waited enough.
	const short = 1500 * time.Millisecond
	patience := 5 * time.Second
	if s.clock != nil {
		patience = max(short, min(patience, s.clock.remaining()))
	}
	if s.a.over() {
		patience = short
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if alive(s) {
		s.capture(ctx, root)
	}
	if err := retire(base, now); err != nil {
		s.config.Log.Debug("old evidence was not removed: " + err.Error())
	}
	return dir
}

// newFolder makes a folder of the time and the reason; two runs of one instant, of
// two profiles with one --evidence, get two. It is held as a root: --evidence may name
// a directory in which others write, and a link that is put in its place leads nowhere.
func newFolder(base string, now time.Time, reason string) (string, *os.Root, error) {
	if err := os.MkdirAll(base, 0o700); err != nil {
		return "", nil, err
	}
	in, err := os.OpenRoot(base)
	if err != nil {
		return "", nil, err
	}
	defer in.Close()
	for n := 1; ; n++ {
		name := now.Format(evidenceTime) + "-" + reason
		if n > 1 {
			name += fmt.Sprintf("-%d", n)
		}
		err := in.Mkdir(name, 0o700)
		if errors.Is(err, os.ErrExist) && n <= 100 {
			continue
		}
		if err != nil {
			return "", nil, err
		}
		root, err := in.OpenRoot(name)
		return filepath.Join(base, name), root, err
	}
}

// retire removes old evidence: what is older than keepFor, and of the rest all but
// the newest keepFolders.
func retire(base string, now time.Time) error {
	entries, err := os.ReadDir(base)
	if err != nil {
		return err
	}
	var ours []string // oldest first: the names begin with the time
	for _, e := range entries {
		if e.IsDir() && evidenceName.MatchString(e.Name()) {
			ours = append(ours, e.Name())
		}
	}
	slices.Sort(ours)
	for i, name := range ours {
		at, err := time.Parse(evidenceTime, name[:len(evidenceTime)])
		if err != nil || len(ours)-i <= keepFolders && now.Sub(at) <= keepFor {
			continue
		}
		if err := os.RemoveAll(filepath.Join(base, name)); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) versions() string {
	f := s.found
	if f.Version == "" && alive(s) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		f.Version = s.browser.Product(ctx)
	}
	b := thisBuild()
	return fmt.Sprintf("unecho %s\ncommit %s\ngo %s\nchromedp %s\nbrowser %s (%s), %s\nsystem %s/%s\n", b.version, cmp.Or(b.commit, "unknown"), b.goes, b.chromedp, f.Version, f.Kind, f.Path, runtime.GOOS, runtime.GOARCH)
}

func (s *session) capture(ctx context.Context, root *os.Root) {
	if png, err := s.tab.Screenshot(ctx); err == nil {
		s.saveBytes(root, "page.png", png)
	} else {
		s.config.Log.Debug("no picture: " + err.Error())
	}
	if html, err := s.tab.HTML(ctx); err == nil {
		s.save(root, "page.html", withoutTokens(html))
	}
}

// token is the value of what a page carries so that its requests are believed.
var token = regexp.MustCompile(`(?i)((?:csrf|anti-csrf|appAction|session)[-_]?token["']?\s*[:=]\s*["']?|"sessionId"\s*:\s*"|name="(?:anti-)?csrf[^"]*"\s+content=")[^"'\s<>&;]{8,}`)

// withoutTokens takes such values out of a page's source. They are good for nothing
// without the session's cookies, which no page holds; they need not be kept all the same.
func withoutTokens(html string) string { return token.ReplaceAllString(html, "${1}[token]") }

func alive(s *session) bool {
	select {
	case <-s.browser.Died():
		return false
	default:
		return true
	}
}

// save writes text of the evidence, without the secrets.
func (s *session) save(root *os.Root, name, text string) {
	s.saveBytes(root, name, []byte(s.a.red.String(text)))
}

func (s *session) saveBytes(root *os.Root, name string, data []byte) {
	if s.evidenceFailed {
		return // said once is enough: on a full disk each file fails
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.Write(data)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		s.evidenceFailed = true
		s.config.Log.Warn("the evidence is not complete: " + strings.ReplaceAll(err.Error(), "\n", " "))
	}
}
