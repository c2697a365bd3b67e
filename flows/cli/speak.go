package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/journal"
	"github.com/unecho/unecho/flows/report"
)

// noContext is for errors that happen before there is anything to cancel.
var noContext context.Context

// logger writes what happens to stderr, in a person's words or, with --log-format
// json, one object a line. The level decides how much: -q errors only, nothing given
// notices, -v the story and every step.
func (a *app) logger(story bool) *slog.Logger {
	level := flows.LevelNotice
	switch {
	case a.o.quiet:
		level = slog.LevelError
	case a.o.verbose:
		level = slog.LevelDebug
	case story:
		level = slog.LevelInfo
	}
	if a.o.logJSON() {
		return slog.New(slog.NewJSONHandler(a.Err, &slog.HandlerOptions{Level: level, ReplaceAttr: namedLevel}))
	}
	h := slog.Handler(&talker{w: a.Err, level: level})
	if a.progress != nil && !story && !a.o.quiet && !a.o.verbose {
		h = steps{h, a.progress}
	}
	return slog.New(h)
}

// namedLevel calls our level between INFO and WARN by its name.
func namedLevel(_ []string, at slog.Attr) slog.Attr {
	if l, ok := at.Value.Any().(slog.Level); ok && at.Key == slog.LevelKey && l == flows.LevelNotice {
		return slog.String(slog.LevelKey, "NOTICE")
	}
	return at
}

// warn tells what the user should know although all may be well.
func (a *app) warn(w string) {
	switch {
	case a.o.quiet:
	case a.o.logJSON():
		a.logger(false).Warn(w)
	default:
		fmt.Fprintln(a.Err, "unecho: warning:", device.Printable(w))
	}
}

// notice tells a line of the story that a user sees unless told to be quiet.
func (a *app) notice(line string) {
	switch {
	case a.o.quiet:
	case a.o.logJSON():
		a.logger(false).Log(context.Background(), flows.LevelNotice, line)
	default:
		fmt.Fprintln(a.Err, "unecho: "+device.Printable(line))
	}
}

// tellSettled says what became of a device that an earlier run left open.
func (a *app) tellSettled(e journal.Entry, r device.Result) {
	a.notice(fmt.Sprintf("%s: %s (%s)", e.Name, r.Outcome, r.Reason))
}

// talker is a slog.Handler for people: the message, then what belongs to it.
type talker struct {
	mu    sync.Mutex
	w     io.Writer
	level slog.Level
}

func (t *talker) Enabled(_ context.Context, l slog.Level) bool { return l >= t.level }
func (t *talker) WithAttrs([]slog.Attr) slog.Handler           { return t }
func (t *talker) WithGroup(string) slog.Handler                { return t }

func (t *talker) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	switch {
	case r.Level >= slog.LevelWarn:
		b.WriteString("unecho: ")
	case r.Level < slog.LevelInfo:
		b.WriteString("    ")
	default:
		b.WriteString("  ")
	}
	b.WriteString(r.Message)
	r.Attrs(func(at slog.Attr) bool {
		fmt.Fprintf(&b, " (%s: %s)", at.Key, at.Value)
		return true
	})
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := io.WriteString(t.w, device.Printable(b.String())+"\n")
	return err
}

// fail tells a Stop on stderr and, as the contract wants it, as JSON on stdout;
// it returns the exit code.
func (a *app) fail(ctx context.Context, s *session, err error) int {
	stop := s.explain(ctx, err)
	f := a.html.reported(nil, a.fault(s, stop))
	summary := ""
	if s != nil {
		summary = report.Summary(a.meta(s), nil, f)
	}
	a.html.told()
	a.tellEnd(f, summary)
	if a.o.json {
		if werr := report.FaultJSON(a.Out, a.meta(s), f); werr != nil {
			return flows.CodeInternal
		}
	}
	return stop.Code
}

// fault is a Stop as reports show it, with the evidence kept for it.
func (a *app) fault(s *session, stop *flows.Stop) *report.Fault {
	f := &report.Fault{Code: stop.Code, Screen: stop.Screen, Message: stop.Message, Hint: a.byHandToo(stop, stop.Hint)}
	if s != nil {
		f.Evidence = s.keepEvidence(stop)
		f.Hint = strings.Replace(f.Hint, "unecho login", s.command("login"), 1)
		if a.o.replay != "" && strings.HasPrefix(f.Hint, "sign in once by hand") {
			f.Hint = "these are pages of a replay; with your account: " + f.Hint
		}
		if s.standin != nil && stop.Screen == "signin-rejected" {
			f.Hint = s.sendAgain() // its password is not the user's to correct
		} else if stop.Screen == "signin-rejected" {
			f.Hint = s.whereFrom(f.Hint)
		}
		if stop.Unfamiliar && a.rec != nil {
			f.Hint = "recorded up to the page that unecho does not know: this recording is what to send"
		}
	}
	if stop.Unfamiliar {
		a.teach(f)
	}
	f.Message, f.Hint, f.Teach = a.red.String(f.Message), a.red.String(f.Hint), a.red.String(f.Teach)
	return f
}

// command is a command for the profile of this run.
func (s *session) command(name string) string {
	cmd := "unecho " + name
	if s.site != "amazon.com" && s.site != "" {
		cmd += " --site " + s.site
	}
	if s.a.o.profile != "default" {
		cmd += " --profile " + s.a.o.profile
	}
	return cmd
}

// sendAgain says how a replay sends once more what it rejected. Live, only another
// password is sent.
func (s *session) sendAgain() string {
	again := "to have the same e-mail and password sent again, run `" + s.logout() + "` first"
	if s.standin != nil {
		return "with your account, correct the password; the stand-in has its own: " + again
	}
	return again
}

// logout is the command that forgets the session of this run.
func (s *session) logout() string {
	cmd := s.command("logout")
	if s.a.o.replay != "" {
		cmd += " --replay " + shellWord(s.a.o.replay)
	}
	return cmd
}

// whereFrom says beside a setting that a hint names where it was read.
func (s *session) whereFrom(hint string) string {
	from := s.settings.From[account.KeyPassword]
	if from == "" {
		return hint
	}
	if file, err := filepath.Rel(s.a.Dir, from); err == nil && filepath.IsLocal(file) && filepath.IsAbs(from) {
		from = "./" + filepath.ToSlash(file)
	}
	return strings.Replace(hint, account.KeyPassword, account.KeyPassword+" (read from "+from+")", 1)
}

// tellEnd ends a run's words: the fault if there is one, the summary that fits the
// subject of a mail, and in the last line where the evidence is.
func (a *app) tellEnd(f *report.Fault, summary string) {
	if a.o.logJSON() {
		log := a.logger(false)
		if f != nil {
			attrs := []any{"code", f.Code}
			for _, at := range [][2]string{{"screen", f.Screen}, {"hint", f.Hint}, {"summary", summary}, {"evidence", f.Evidence}} {
				if at[1] != "" {
					attrs = append(attrs, at[0], at[1])
				}
			}
			log.Error(f.Message, attrs...)
		} else if summary != "" {
			log.Log(context.Background(), flows.LevelNotice, summary)
		}
		return
	}
	if f != nil {
		fmt.Fprintf(a.Err, "%s %s\n", a.paint("red", "unecho:"), device.Printable(f.Message))
		// A hint may have several lines: the devices that an ambiguous name means.
		hint := f.Hint
		if f.Teach != "" && (a.o.quiet || a.handsOver()) {
			hint = f.Advice()
		}
		for i, line := range strings.Split(hint, "\n") {
			if i == 0 && line != "" {
				fmt.Fprintf(a.Err, "unecho: hint: %s\n", device.Printable(line))
			} else if line != "" {
				fmt.Fprintf(a.Err, "              %s\n", device.Printable(line))
			}
		}
	}
	if summary != "" && (f != nil || !a.o.quiet) {
		fmt.Fprintln(a.Err, summary)
	}
	if f != nil && f.Evidence != "" {
		fmt.Fprintf(a.Err, "unecho: evidence: %s\n", device.Printable(f.Evidence))
	}
	if f != nil && f.Teach != "" {
		a.handOver()
	}
}

func (a *app) meta(s *session) report.Meta {
	m := report.Meta{DryRun: a.dryRun, Width: a.Width, Color: a.colors(a.Width > 0)}
	if s != nil {
		m.Site, m.Account, m.Via = s.site, s.account(), "mycd"
		if s.run != nil {
			m.Customer = s.run.Customer()
			m.Via = cmp.Or(s.config.Via, m.Via)
		}
	}
	return m
}
