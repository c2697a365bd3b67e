// Package cli is the command line of unecho: commands, flags, help, exit codes.
// It wires the other packages together, one file a command. How pages look and
// what is clicked is not decided here.
//
// Rules of the interface: results go to stdout, everything else to stderr; an
// error is one line with what, where and, in a line of its own, what to do;
// nothing is asked when nobody can answer.
package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/redact"
)

// Env is what a process gives to a command: its streams, its environment, and
// the files that are built in.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	Environ  []string
	Dir      string // working directory
	Pages    fs.FS  // testdata/standin
	// Terminal tells whether a person sits at In and Err.
	Terminal bool
	// Width of the terminal behind Out in columns, 0 when Out is none.
	Width int
	// Screen is the width of the terminal behind Err, 0 when Err is none.
	Screen int
	// OneTerminal: Out and Err are read in one place, so that nothing need be said on both.
	OneTerminal bool
}

// Process is the Env of this process.
func Process(pages fs.FS) Env {
	e := Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Pages: pages}
	e.Dir, _ = os.Getwd()
	e.Terminal = term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd()))
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		e.Width = w
		e.OneTerminal = term.IsTerminal(int(os.Stderr.Fd()))
	}
	if w, _, err := term.GetSize(int(os.Stderr.Fd())); err == nil {
		if e.Screen = w; w == 0 {
			e.Screen = 80 // a terminal that does not know its size
		}
	}
	return e
}

func (e Env) getenv(key string) string {
	v := ""
	for _, kv := range e.Environ {
		if k, val, ok := strings.Cut(kv, "="); ok && k == key {
			v = val
		}
	}
	return v
}

// app is one invocation.
type app struct {
	Env
	o   shared
	red *redact.Redactor
	// The command that runs, its exit code, and the sections of every command's flags.
	cmd      *cobra.Command
	code     int
	sections map[*cobra.Command][]section
	dryRun   bool // deregister --dry-run
	progress *progress
	// plainErr is Err without the redactor, for what is a result and must not be
	// altered, as the list of what is about to go. See unsaid.
	plainErr io.Writer
	ifEnded  atomic.Value // string: the hint of an interruption, as far as the run has come
	cancel   context.CancelCauseFunc
	why      func() error     // what cancelled the run
	ended    <-chan struct{}  // closed when the run was cancelled: a signal, the end of its time
	args     []string         // as they were given
	remote   *browser.Address // the browser runs elsewhere
	rec      *recording       // record: what is kept of the journey
	html     *htmlReport      // --report
}

// Main runs one invocation and returns the exit code. A panic inside is an
// internal error (9), not Go's own exit code 2, which would read as "usage".
func Main(args []string, env Env) (code int) {
	red := redact.New()
	a := &app{Env: env, red: red, progress: &progress{screen: env.Err, clean: red.String}}
	a.plainErr = a.progress.over(env.Err)
	a.Err = red.Writer(a.plainErr)
	if env.OneTerminal {
		a.Out = a.progress.over(env.Out)
	}
	defer a.progress.end()
	defer func() { flush(a.Err) }()
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(a.Err, "unecho: internal error: %v\n", p)
			if a.o.verbose {
				a.Err.Write(debug.Stack())
			}
			fmt.Fprintln(a.Err, "unecho: hint: run it again with -v and report what it prints")
			code = flows.CodeInternal
		}
	}()
	ctx, stop := a.signals(context.Background())
	defer stop()
	return a.dispatch(ctx, args)
}

func flush(w io.Writer) {
	if f, ok := w.(interface{ Flush() error }); ok {
		f.Flush() // nothing can be told about a stream that is gone
	}
}

// signals ends the run gracefully on the first SIGINT, SIGTERM, SIGQUIT (Ctrl-\, which
// would leave the browser and tell Go's stacks) or SIGHUP (a terminal that was closed) and
// at once on the second. Whoever reads our output and goes away
// ends nothing: a device in hand is brought to its end.
func (a *app) signals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	a.cancel, a.ended, a.why = cancel, ctx.Done(), func() error { return context.Cause(ctx) }
	ch := make(chan os.Signal, 2)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(ch, syscall.SIGHUP)
	}
	gone := make(chan os.Signal, 1) // unheeded; without it the first line to nobody kills us
	signal.Notify(gone, syscall.SIGPIPE)
	done := make(chan struct{})
	go func() {
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			case sig := <-ch:
				code, name := flows.CodeInterrupted, "interrupted"
				switch sig {
				case syscall.SIGTERM:
					code, name = 143, "terminated"
				case syscall.SIGQUIT:
					code, name = 143, "ended by Ctrl-\\ (SIGQUIT)"
				case syscall.SIGHUP:
					code, name = 143, "the terminal was closed"
				}
				if n > 0 {
					atExit.run()
					os.Exit(code)
				}
				hint, _ := a.ifEnded.Load().(string)
				cancel(&flows.Stop{Code: code, Message: name, Hint: hint})
			}
		}
	}()
	return ctx, func() {
		signal.Stop(ch)
		signal.Stop(gone)
		close(done)
		cancel(nil)
	}
}

// over tells whether the run was cancelled.
func (a *app) over() bool {
	select {
	case <-a.ended: // never where there are no signals
		return true
	default:
		return false
	}
}

// heard reads what may be a pipe: it hears a signal while nobody writes there.
func heard[T any](a *app, read func() (T, error)) (T, error) {
	type answer struct {
		got T
		err error
	}
	done := make(chan answer, 1) // an abandoned read ends with the program
	go func() {
		got, err := read()
		done <- answer{got, err}
	}()
	select {
	case r := <-done:
		return r.got, r.err
	case <-a.ended: // never where there are no signals
		var none T
		return none, a.why()
	}
}
