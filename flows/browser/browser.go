package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto"
	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Browser is a running browser. All methods may be called from any goroutine.
type Browser struct {
	dir    *runDir
	out    *tail
	path   string
	images bool
	cmd    *exec.Cmd        // read after the start only
	exit   *os.ProcessState // after end: how the first process ended, nil if that is unknown
	remote *elsewhere       // the browser is not ours: no dir, no cmd

	parent context.Context // Start's
	ctx    context.Context
	kill   context.CancelFunc // kills the group and does not wait
	cancel context.CancelFunc // kills and waits; chromedp allows it once: in end

	endOnce   sync.Once
	closeOnce sync.Once
	closeErr  error

	mu        sync.Mutex
	ending    bool // we are ending it ourselves
	stopAfter func() bool
	cause     error
	died      chan struct{}
}

// ErrDied is what errors.Is finds in Cause and in whatever follows from it.
var ErrDied = errors.New("the browser died")

// Context is the chromedp context of the first tab. It ends with the browser.
func (b *Browser) Context() context.Context { return b.ctx }

// NewTab opens a tab that shares no cookie and no storage with the others, in the
// same window size and under the same rules. It ends with its cancel function, which
// waits until it is gone, or with the browser.
func (b *Browser) NewTab() (context.Context, context.CancelFunc, error) {
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(b.private))
	err := chromedp.Do(ctx)
	if err == nil {
		err = b.setUpTab(ctx)
	}
	if err != nil {
		cancel()
		if cause := b.Cause(); cause != nil {
			err = cause
		}
		return nil, nil, fmt.Errorf("browser: cannot open a tab: %w", err)
	}
	return ctx, cancel, nil
}

// blockedImages is what is not fetched unless images are asked for, fonts and media
// too: on the article's page images are three quarters of the loading time. Patterns are URLPattern strings:
// case counts in the path, and any search part matches.
var blockedImages = func() []*network.BlockPattern {
	var out []*network.BlockPattern
	for _, ext := range []string{"png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "bmp",
		"woff", "woff2", "ttf", "otf", "eot", "mp4", "webm", "mp3", "m4a", "ogg"} {
		for _, ext := range []string{ext, strings.ToUpper(ext)} {
			out = append(out, &network.BlockPattern{URLPattern: "*://*:*/*." + ext, Block: true})
		}
	}
	return out
}()

// setUpTab applies to a fresh tab what cannot be said on the command line.
func (b *Browser) setUpTab(ctx context.Context) error {
	if b.remote != nil {
		if err := b.setUpRemoteTab(ctx); err != nil {
			return err
		}
	}
	if b.images {
		return nil
	}
	err := chromedp.Do(ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: blockedImages})
		return chromedp.Void{}, err
	})
	var refused *cdproto.Error
	if b.remote != nil && errors.As(err, &refused) {
		// Older than these patterns: it costs time, nothing else.
		if b.remote.warn != nil {
			b.remote.warn("the browser at " + b.remote.where + " is too old to leave images out: they are loaded")
		}
		return nil
	}
	return err
}

// PID is the process id of the browser's first process, 0 where it is not ours.
func (b *Browser) PID() int {
	if b.remote != nil {
		return 0
	}
	return b.cmd.Process.Pid
}

// Died is closed when the browser is gone or no longer answers to us, for whatever
// reason, Close included.
func (b *Browser) Died() <-chan struct{} { return b.died }

// Cause says in one line why the browser is gone: how its process ended and the last
// thing it said. It is nil while the browser lives and when we ended it ourselves;
// otherwise errors.Is(err, ErrDied).
func (b *Browser) Cause() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cause
}

// Output is the last lines that the browser wrote to its stdout and stderr.
func (b *Browser) Output() []string { return b.out.lines(50) }

// watch waits for the connection to end and finds the words for it.
func (b *Browser) watch() {
	defer close(b.died)
	<-chromedp.FromContext(b.ctx).Browser.LostConnection
	if b.endedByUs() {
		return
	}
	if b.remote != nil {
		b.mu.Lock()
		b.cause = fmt.Errorf("%w, or the connection to it at %s was lost", ErrDied, b.remote.where)
		b.mu.Unlock()
		return
	}
	// A call on the dead browser waits shortly for its process and returns how that
	// ended, if it ended by itself.
	_, err := chromedp.CallBrowser(b.ctx, cdpbrowser.GetVersion, cdp.Empty{})
	how := "the connection to it was lost"
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		how = exit.ProcessState.String()
	}
	cause := fmt.Errorf("%w (%s)", ErrDied, how)
	if full(b.dir.path) {
		cause = fmt.Errorf("%w (%s): %w", ErrDied, how, &DirError{Dir: filepath.Dir(b.dir.path)})
	} else if words := b.out.lines(1); len(words) == 1 {
		cause = fmt.Errorf("%w (%s), its last words: %s", ErrDied, how, words[0])
	}
	if b.endedByUs() {
		return // it was on its way out while we looked
	}
	b.mu.Lock()
	b.cause = cause
	b.mu.Unlock()
}

// endedByUs reports whether Close or the end of Start's context ended the browser.
func (b *Browser) endedByUs() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ending || b.parent.Err() != nil
}

// endPatience bounds the wait for chromedp to let go after everything was killed.
const endPatience = 5 * time.Second

// end ends every process of the browser and waits for them. It must not run while the
// start is still under way.
//
// They are killed at once. A polite Browser.close first would only make the browser
// save what we throw away in the next moment: the data directory is this run's own,
// and cookies are kept by us. chromedp.Cancel would be the polite way; it costs the
// browser's whole shutdown and panics when it is called twice.
func (b *Browser) end() {
	b.endOnce.Do(func() {
		b.mu.Lock()
		b.ending = true
		b.mu.Unlock()
		if b.remote != nil {
			b.leave()
			return
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.kill() // by prepare's cmd.Cancel
			b.cancel()
		}()
		reaped := true
		select {
		case <-done:
		case <-time.After(100 * time.Millisecond):
			// Something that left the group holds the browser's output open, and
			// chromedp waits for the end of that.
			endProcessesOf(b.dir.path)
			select {
			case <-done:
			case <-time.After(endPatience):
				reaped = false
			}
		}
		if reaped && b.cmd != nil {
			b.exit = b.cmd.ProcessState
		}
		endProcessesOf(b.dir.path)
		if b.exit != nil {
			reapOrphans(b.exit.Pid())
		}
	})
}

// Close ends the browser, all its processes, and removes its run directory; in a remote
// browser it ends the tabs of this run and nothing else. It may
// be called at any time, by anyone, as often as one likes; each call returns when it
// is done. The error is about a directory that could not be removed.
func (b *Browser) Close() error {
	b.closeOnce.Do(func() {
		b.end()
		b.mu.Lock()
		if b.stopAfter != nil {
			b.stopAfter()
		}
		b.mu.Unlock()
		if b.remote == nil {
			b.closeErr = b.dir.remove()
		}
	})
	return b.closeErr
}
