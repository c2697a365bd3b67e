package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/report"
)

// deviceTime is what each chosen device adds to the default of --timeout.
const deviceTime = 10 * time.Second

// nothingDone is what an interruption says as long as nothing was clicked.
const nothingDone = "nothing was deregistered"

type deregisterOptions struct {
	patterns
	serials, keys, files, keep, keepFiles         []string
	keepMissingOK, missingOK, dryRun, yes, maxSet bool

	max    int
	pace   time.Duration
	report string // a page of HTML
}

func (a *app) deregisterCommand() *cobra.Command {
	o := &deregisterOptions{}
	cmd := &cobra.Command{
		Use:     "deregister [NAME...]",
		GroupID: groupDaily,
		Short:   "deregister devices and prove that they are gone",

		SuggestFor: []string{"remove", "delete", "rm", "unregister"},
		Long: `Shows what will be lost, asks, deregisters the devices one by one, and proves by a fresh list that they are gone. On a terminal, with nothing named, it shows the list to pick from.

Nothing is clicked unless every device you asked for was found and cannot be confused with another. Names compare exactly; a serial number or key may be written with spaces, dashes or small letters. What is on a keep-list always stays.

Deregistering does not reset a device: give an Echo a factory reset before you give it away.`,
		Example: `unecho deregister "Kitchen Echo" --dry-run              # what would happen
unecho deregister                                       # pick from the list
unecho deregister "Kitchen Echo" "Old Kindle"           # asks first
unecho deregister --serial G090LF1234567890 --yes       # for scripts
unecho deregister --file sold.txt --yes --json > record.json
unecho deregister "Kitchen Echo" --report done.html     # a page to keep
unecho deregister --all --keep-file stays.txt --max 40 --yes
unecho deregister "Kitchen Echo" --replay standin --yes # on built-in pages`,
		ValidArgsFunction: noNames,
		RunE:              a.runs(func(ctx context.Context, names []string) int { return a.deregister(ctx, o, names) }),
		PreRun:            func(cmd *cobra.Command, _ []string) { o.maxSet = cmd.Flags().Changed("max") },
	}
	s := newSection("Choosing (these and names add up)")
	s.flags.StringArrayVar(&o.serials, "serial", nil, "the device with this serial `number`")
	s.flags.StringArrayVar(&o.keys, "key", nil, "the device with this `key`, as the list shows it")
	s.flags.StringArrayVar(&o.files, "file", nil, "devices listed in this `file`: a name, serial number or key per line, or what list printed with --csv or --json; - is stdin")
	a.add(cmd, s)
	a.patternFlags(cmd, &o.patterns)
	s = newSection("Keeping and limits")
	s.flags.StringArrayVar(&o.keep, "keep", nil, "never touch these devices: a `glob`, serial number or key")
	s.flags.StringArrayVar(&o.keepFiles, "keep-file", nil, "never touch the devices in this `file`; one that is empty or cannot be read ends the run")
	s.flags.BoolVar(&o.keepMissingOK, "keep-missing-ok", false, "go on although something to keep is not on the account")
	s.flags.BoolVar(&o.missingOK, "missing-ok", false, "go on although a device (or family) is not on the account")
	s.flags.IntVar(&o.max, "max", 10, "refuse to deregister more than this `number` of devices chosen by --match, --family or --all")
	a.add(cmd, s)
	s = newSection("Acting")
	s.flags.BoolVar(&o.dryRun, "dry-run", false, "show what would be deregistered, click nothing")
	s.flags.BoolVar(&o.yes, "yes", false, "do not ask (needed where there is no terminal)")
	s.flags.DurationVar(&o.pace, "pace", 2*time.Second, "pause for this `time` between two devices")
	s.flags.StringVar(&o.report, "report", "", "also write a page to keep, print or show to this `file`, which ends in .html: what was asked for and what became of each device, with small pictures; a dry run or a failure gets one too")
	a.viaFlag(s.flags, "`auto|mycd|alexa`: mycd acts on the devices page, alexa on the Alexa portal; auto takes the portal where it offers the device, else the devices page")
	a.add(cmd, s)
	a.browserFlags(cmd)
	cmd.Flags().Lookup("timeout").Usage = "end the run after this `time`, and 10s more per device; waiting for a person does not count"
	return cmd
}

// deregister is the main job: choose, show what will be lost, ask, act, prove.
func (a *app) deregister(ctx context.Context, o *deregisterOptions, names []string) int {
	a.ifEnded.Store(nothingDone)
	a.dryRun = o.dryRun
	req, err := o.request(a, names)
	picks := a.picks(o, names)
	if err == nil && !picks {
		err = req.Validate()
	}
	if err != nil {
		return a.fail(ctx, nil, selectionStop(err))
	}
	prompt := a.Terminal && !slices.Contains(o.files, "-") && !slices.Contains(o.keepFiles, "-")
	if !o.yes && !o.dryRun && !prompt {
		return a.fail(ctx, nil, &flows.Stop{Code: flows.CodeUsage, Message: "there is no terminal to ask on, so nothing is deregistered without --yes",
			Hint: "look first with --dry-run, then add --yes"})
	}
	if a.html, err = a.openReport(o, names, req); err != nil {
		return a.fail(ctx, nil, err)
	}
	s, err := a.prepare(ctx, false)
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	defer s.close()
	s.config.Pace, s.config.Begins = o.pace, a.progress.begins
	a.html.follow(s)
	s.takeVia()
	l, err := s.look(ctx, false)
	if err != nil {
		return a.fail(ctx, s, err)
	}
	if picks {
		resume := s.clock.pause()
		req.Keys, err = a.pick(ctx, l.Devices)
		resume()
		if err == nil {
			err = req.Validate()
		}
		if err != nil {
			return a.fail(ctx, nil, selectionStop(err))
		}
	}
	choices, err := device.Select(l.Devices, req, s.journal.Past(s.site, s.run.Customer()))
	if err == nil {
		err = a.unsaid(l.Devices)
	}
	if err == nil {
		err = a.unsaidOf(undone(choices)) // words that were asked for are among them
	}
	if err != nil {
		return a.fail(ctx, nil, a.notHere(s, err))
	}
	a.tellUnmatched(req, l.Devices)
	if !req.Pattern() && !picks {
		for _, c := range choices {
			if c.Reason == device.ReasonKeep {
				a.notice(device.Quote(c.Device.Name) + " is asked for and is to be kept: it stays")
			}
		}
	}
	choices, noWay := s.run.Plan(s.run.Past(l, choices, s.journal))
	if o.dryRun {
		return a.wouldDo(s, choices, noWay)
	}
	if noWay != nil {
		results := undone(choices)
		forgive(results, req)
		return a.finish(ctx, s, results, noWay)
	}
	todo := toDo(choices)
	if len(todo) > 0 && !a.o.quiet && !a.o.logJSON() {
		if err := report.Preview(a.aside(), a.meta(s), choices); err != nil {
			return flows.CodeInternal
		}
	}
	if len(todo) > 0 && !o.yes {
		resume := s.clock.pause()
		err := a.confirmed(ctx, len(todo))
		resume()
		if err != nil {
			return a.fail(ctx, nil, err)
		}
	}
	if !a.o.timeoutSet {
		s.clock.more(time.Duration(len(todo)) * deviceTime)
	}
	a.ifEnded.Store("run the same command again: what is already gone is reported as already-gone")
	a.progress.of(len(todo))
	results, err := s.run.Deregister(ctx, l, choices, func(r device.Result) {
		one := []device.Result{r}
		forgive(one, req)
		a.html.done(one[0])
		a.tellResult(one[0])
	})
	forgive(results, req)
	return a.finish(ctx, s, results, err)
}

func toDo(choices []device.Choice) (out []device.Choice) {
	for _, c := range choices {
		if c.Outcome == "" {
			out = append(out, c)
		}
	}
	return out
}

// notHere is the Stop of what a request asks for and an account has not.
func (a *app) notHere(s *session, err error) *flows.Stop {
	stop := selectionStop(err)
	if stop.Code == flows.CodeNotFound {
		stop.Message += fmt.Sprintf(" (looked at %s, account %s)", s.site, s.account())
	}
	return stop
}

// selectionStop gives a selection error its exit code and its nearest misses.
func selectionStop(err error) *flows.Stop {
	var stop *flows.Stop
	if errors.As(err, &stop) {
		return stop
	}
	var se *device.SelectError
	if errors.As(err, &se) {
		return &flows.Stop{Code: se.Code, Message: se.Message, Hint: se.Hint, Err: err}
	}
	var conflict *device.ConflictError
	if errors.As(err, &conflict) {
		return flows.Explain(context.Background(), err)
	}
	return config("%v", err)
}

// confirmed is nil when a person has typed YES.
func (a *app) confirmed(ctx context.Context, n int) error {
	things := "this device"
	if n > 1 {
		things = fmt.Sprintf("these %d devices", n)
	}
	answer, err := a.ask(ctx, fmt.Sprintf("Type YES, in capitals, to deregister %s: ", things))
	if err == nil && answer != "YES" {
		stop := &flows.Stop{Code: flows.CodeNotAll, Message: "not confirmed: " + nothingDone}
		if answer != "" {
			stop.Hint = "only YES, in capitals, confirms; run the same command again"
		}
		return stop
	}
	return err
}

// forgive: under a pattern, a device that offers no Deregister is skipped; only
// one that was asked for by name is an outcome to fail on.
func forgive(results []device.Result, req device.Request) {
	if !req.Pattern() {
		return
	}
	for i := range results {
		if results[i].Outcome == device.NotOffered {
			results[i].Outcome = device.Skipped
		}
	}
}

// tellResult is the one line a device that a run says by default.
func (a *app) tellResult(r device.Result) {
	if a.o.quiet {
		return
	}
	if a.o.logJSON() {
		a.logger(false).Log(context.Background(), flows.LevelNotice, "device", "key", r.Key, "name", r.Name, "serial", r.Serial,
			"outcome", r.Outcome, "reason", r.Reason, "ms", r.Took.Milliseconds())
		return
	}
	line := fmt.Sprintf("  %s: %s", device.Printable(r.Name), a.paint(report.StyleOf(r.Outcome), string(r.Outcome)))
	if r.Reason != "" {
		line += " (" + device.Printable(r.Reason) + ")"
	}
	fmt.Fprintln(a.Err, line)
}

func (a *app) wouldDo(s *session, choices []device.Choice, noWay error) int {
	results := undone(choices)
	for i, c := range choices {
		if c.Outcome == "" {
			results[i].Outcome = device.WouldDeregister
		}
	}
	todo := toDo(choices)
	code := a.finish(noContext, s, results, noWay)
	if len(todo) == 0 || code != 0 || a.o.quiet || a.o.logJSON() {
		return code
	}
	if err := report.Meaning(a.aside(), a.meta(s), todo); err != nil {
		return flows.CodeInternal
	}
	a.notice("to deregister: " + a.without("--dry-run"))
	return code
}

// undone are the results of choices that nothing was done about.
func undone(choices []device.Choice) []device.Result {
	results := make([]device.Result, len(choices))
	for i, c := range choices {
		results[i] = device.Result{Device: c.Device, Outcome: c.Outcome, Reason: c.Reason}
	}
	return results
}

// finish prints the results and decides the exit code: that of the error that
// ended the run, else that of the outcomes.
func (a *app) finish(ctx context.Context, s *session, results []device.Result, err error) int {
	a.progress.end()
	code := device.ExitCode(results)
	var f *report.Fault
	if err != nil {
		stop := s.explain(ctx, err)
		// Time that was up after a device was attempted left devices undone;
		// Amazon was usable (contract: exit codes 1 and 6).
		if strings.HasPrefix(stop.Message, "time is up") && attempted(results) {
			stop.Code = flows.CodeNotAll
		}
		f = a.fault(s, stop)
		code = stop.Code
	} else if code != 0 {
		f = a.fault(s, &flows.Stop{Code: code, Message: notAll(results), Unfamiliar: unfamiliar(results)})
	}
	if f = a.html.reported(results, f); f != nil {
		code = f.Code
	}
	if werr := a.printResults(s, results, f); werr != nil {
		f = &report.Fault{Code: flows.CodeInternal, Message: "the results could not be written: " + werr.Error()}
		var stop *flows.Stop
		if errors.As(werr, &stop) {
			f = &report.Fault{Code: stop.Code, Message: stop.Message, Hint: stop.Hint}
			if a.o.json {
				_ = report.FaultJSON(a.Out, a.meta(s), f) // stderr says it too
			}
		}
		code = f.Code
	}
	a.html.told()
	if a.OneTerminal && !a.o.json && !a.o.csv && !a.o.logJSON() {
		// The table above ends in the same line.
		if results = nil; f == nil {
			return code
		}
	}
	a.tellEnd(f, report.Summary(a.meta(s), results, f))
	return code
}

func (a *app) printResults(s *session, results []device.Result, f *report.Fault) error {
	m := a.meta(s)
	if err := a.unsaidOf(results); err != nil {
		return err
	}
	switch {
	case a.o.json:
		return report.RunJSON(a.Out, m, results, f)
	case a.o.csv:
		return report.RunCSV(a.Out, m, results, f)
	case a.o.quiet && f == nil:
		return nil
	}
	return report.RunTable(a.Out, m, results, f)
}

func attempted(results []device.Result) bool {
	return slices.ContainsFunc(results, func(r device.Result) bool { return r.Took > 0 })
}

func notAll(results []device.Result) string {
	var names []string
	for _, r := range results {
		if device.ExitCode([]device.Result{r}) != 0 {
			names = append(names, device.Printable(r.Name))
		}
	}
	if len(names) > 3 {
		names = append(names[:3], fmt.Sprintf("%d more", len(names)-3))
	}
	return "not deregistered: " + strings.Join(names, ", ")
}
