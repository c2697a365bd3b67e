package browsertest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// Elsewhere is a browser that somebody else has started with a debugging port: for the
// tests of a run in a browser that is not its own.
type Elsewhere struct {
	WS    string // ws://127.0.0.1:PORT/devtools/browser/ID
	Where string // 127.0.0.1:PORT

	cmd   *exec.Cmd
	dir   string
	ended chan struct{}
	stop  context.CancelFunc // ends the owner's connection
	once  sync.Once
	own   context.Context // a tab of its owner, with which the test looks at it
}

var (
	sharedElseMu sync.Mutex
	sharedElse   *Elsewhere
)

// StartElsewhere starts the tests' browser with a port, as its owner would. It ends
// with the test.
func StartElsewhere(t testing.TB) *Elsewhere {
	t.Helper()
	e, err := startElsewhere(Found(t).Path)
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}
	t.Cleanup(e.Kill)
	return e
}

// SharedElsewhere is one for all tests of this process that leave it as it was.
func SharedElsewhere(t testing.TB) *Elsewhere {
	t.Helper()
	path := Found(t).Path
	sharedElseMu.Lock()
	defer sharedElseMu.Unlock()
	if sharedElse == nil {
		e, err := startElsewhere(path)
		if err != nil {
			t.Fatalf("browsertest: %v", err)
		}
		sharedElse = e
	}
	return sharedElse
}

func startElsewhere(path string) (*Elsewhere, error) {
	dir, err := os.MkdirTemp("", "ube-") // short: a socket of Chromium's lies in it
	if err != nil {
		return nil, err
	}
	e := &Elsewhere{dir: dir, ended: make(chan struct{})}
	e.cmd = exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", "--user-data-dir="+dir, "about:blank")
	e.cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	group(e.cmd)
	out, err := e.cmd.StderrPipe()
	if err == nil {
		err = e.cmd.Start()
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	found := make(chan string, 1)
	var said []string // read after ended only
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			said = append(said[max(0, len(said)-20):], lines.Text())
			if _, ws, ok := strings.Cut(lines.Text(), "DevTools listening on "); ok {
				found <- strings.TrimSpace(ws)
			}
		}
		_, _ = io.Copy(io.Discard, out)
		_ = e.cmd.Wait()
		close(e.ended)
	}()
	select {
	case e.WS = <-found:
	case <-e.ended:
		err = errors.New("it ended at once")
	case <-time.After(20 * time.Second):
		err = errors.New("it opened no port within 20 s")
	}
	if err == nil {
		e.Where = strings.Split(e.WS, "/")[2]
		alloc, cancel := remote.NewAllocator(context.Background(), e.WS, remote.NoModifyURL)
		quiet := func(string, ...any) {}
		e.stop = cancel
		e.own, _ = chromedp.NewContext(alloc, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))
		err = chromedp.Do(e.own)
	}
	if err != nil {
		e.Kill()
		return nil, fmt.Errorf("the browser elsewhere did not start: %w; it said: %s", err, strings.Join(said, "\n"))
	}
	return e, nil
}

// Kill ends it at once, with all its processes.
func (e *Elsewhere) Kill() {
	e.once.Do(func() {
		killGroup(e.cmd)
		<-e.ended
		if e.stop != nil {
			e.stop()
		}
		for range 50 { // its children may still be writing
			if os.RemoveAll(e.dir) == nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
}

// Tab is a tab of its owner's, in the owner's own browser context.
func (e *Elsewhere) Tab() context.Context { return e.own }

// Holds is what is in it besides the owner's tabs: browser contexts, and tabs and
// workers in them.
func (e *Elsewhere) Holds(t testing.TB) (contexts, targets []string) {
	t.Helper()
	res, err := chromedp.CallBrowser(e.own, target.GetBrowserContexts, cdp.Empty{})
	if err != nil {
		t.Fatalf("the browser elsewhere does not live any more: %v", err)
	}
	theirs := map[cdp.BrowserContextID]bool{}
	for _, id := range res.BrowserContextIDs {
		if id != res.DefaultBrowserContextID {
			contexts = append(contexts, string(id))
			theirs[id] = true
		}
	}
	infos, err := chromedp.Targets(e.own)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		if theirs[i.BrowserContextID] {
			targets = append(targets, i.Type+" "+i.URL)
		}
	}
	return contexts, targets
}

// Emptied waits until nothing is in it besides the owner's tabs.
func (e *Elsewhere) Emptied(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		contexts, targets := e.Holds(t)
		if len(contexts)+len(targets) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("left in the browser elsewhere: contexts %q, targets %q", contexts, targets)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
