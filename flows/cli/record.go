package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/record"
	"github.com/unecho/unecho/flows/replay"
)

type recordOptions struct {
	from, device           string
	byHand, keepNames, yes bool
}

func (a *app) recordCommand() *cobra.Command {
	o := &recordOptions{}
	cmd := &cobra.Command{
		Use:     "record DIR",
		GroupID: groupPages,
		Short:   "record the pages, without personal data, to replay or send them",
		Long: `Signs in, lists the devices, goes on until a Deregister is in view, and writes what it saw to DIR as a cassette that every command can replay. Deregister is not clicked, and nothing on the account changes, unless you add --deregister.

Whatever is personal is replaced everywhere by made-up data of the same shape, in whatever form URLs, HTML, scripts, JSON or base64 write it: cookies, tokens, passwords, customer and account ids, serial numbers, e-mail addresses, names, telephone numbers, postal, MAC and IP addresses, names of devices and networks. This cannot be turned off. The report says what was replaced, what still looks personal, and what came of playing the recording once: read it, and look through the files, before you send them. Only your user can read DIR.`,
		Example: `unecho record my-pages                   # sign in, list the devices
unecho record my-pages --by-hand         # you click, it records
unecho record my-pages --deregister "Old Echo"
unecho record my-pages --from amazon.har # exported by a browser
unecho list --replay ./my-pages          # try what was recorded`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("record takes one directory to write to")
			}
			return nil
		},
		PreRunE: func(*cobra.Command, []string) error {
			if o.yes && o.device == "" {
				return errors.New("--yes goes with --deregister: nothing else asks")
			}
			return nil
		},
		RunE: a.runs(func(ctx context.Context, args []string) int { return a.record(ctx, o, args[0]) }),
	}
	s := newSection("What to record")
	s.flags.BoolVar(&o.byHand, "by-hand", false, "open a window and record while you click; close it to end")
	s.flags.StringVar(&o.from, "from", "", "make the recording from this HAR `file` of a browser or a proxy (.har, .har.gz, .zip)")
	s.flags.StringVar(&o.device, "deregister", "", "record the whole job: deregister the device of this `name`, after asking")
	s.flags.BoolVar(&o.yes, "yes", false, "with --deregister: do not ask (needed where there is no terminal)")
	s.flags.BoolVar(&o.keepNames, "keep-names", false, "keep the names of devices, except people's names in them")
	a.viaFlag(s.flags, "`auto|mycd|alexa`: mycd records the devices page, alexa the Alexa portal, auto whichever is used")
	a.add(cmd, s)
	exclusive(cmd, "from", "by-hand", "deregister")
	a.browserFlags(cmd)
	return cmd
}

// record makes a cassette: of a journey (list, or the whole job with --deregister),
// of what a person does in a window (--by-hand), or of a HAR file (--from).
func (a *app) record(ctx context.Context, o *recordOptions, dir string) int {
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.Dir, dir)
	}
	// Looked at before anything else: nobody signs in for a recording that cannot be kept.
	if err := emptyDir(dir); err != nil {
		return a.fail(ctx, nil, config("%v", err))
	}
	if o.from != "" {
		return a.recordFile(ctx, o, dir)
	}
	r := &recording{a: a, o: o, dir: dir}
	a.rec = r
	// The journey's own result is no result of this command: it goes to where
	// everything but results goes.
	out, asJSON := a.Out, a.o.json
	a.Out, a.o.json, a.o.csv = a.aside(), false, false
	var code int
	switch {
	case o.byHand:
		code = a.recordAttended(ctx)
	case o.device != "":
		code = a.deregister(ctx, &deregisterOptions{max: 1, yes: o.yes}, []string{o.device})
	default:
		code = a.list(ctx, &listOptions{})
	}
	a.Out, a.o.json = out, asJSON
	if r.tap == nil {
		return code // it ended before there was anything to record; why is said already
	}
	if wrote := r.write(ctx, code); wrote != 0 {
		return wrote
	}
	return code
}

func emptyDir(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("cannot look into %s: %v", dir, errors.Unwrap(err))
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty; name a directory that does not exist yet", dir)
	}
	return nil
}

// recordFile makes a cassette of a HAR file.
func (a *app) recordFile(ctx context.Context, o *recordOptions, dir string) int {
	name := o.from
	if !filepath.IsAbs(name) {
		name = filepath.Join(a.Dir, name)
	}
	// A large file takes its time, and nothing is written before its end: a signal need
	// not wait for it.
	type made struct {
		c   replay.Cassette
		rep record.Report
		err error
	}
	done := make(chan made, 1)
	go func() {
		var m made
		m.c, m.rep, m.err = a.fromHAR(o, name)
		done <- m
	}()
	select {
	case m := <-done:
		if m.err != nil {
			return a.fail(ctx, nil, m.err)
		}
		return a.writeCassette(ctx, o, dir, m.c, m.rep, nil)
	case <-ctx.Done():
		return a.fail(ctx, nil, context.Cause(ctx))
	}
}

// fromHAR makes a cassette of a HAR file. Its errors are exit 2.
func (a *app) fromHAR(o *recordOptions, name string) (c replay.Cassette, rep record.Report, err error) {
	h, err := record.ReadHAR(name)
	if err != nil {
		return c, rep, config("%s", strings.Replace(err.Error(), name, o.from, 1))
	}
	site := ""
	if a.o.site != "" {
		if site, err = account.Site(a.o.site); err != nil {
			return c, rep, config("--site: %v", err)
		}
	} else {
		site = record.SiteOf(h.Items)
	}
	if site == "" && h.Entries == 0 {
		return c, rep, config("%s: nothing here can be replayed: it holds no request", o.from)
	}
	if site == "" && len(h.Items) == 0 { // what was left out may tell it
		site = h.Left.Site()
	}
	if site == "" {
		return c, rep, config("%s holds no request to an Amazon marketplace (%d have an answer); name one with --site", o.from, len(h.Items))
	}
	about := record.About{Site: site, Account: record.AccountOf(h.Items), Browser: strings.TrimSpace(h.Creator + " (HAR)"), Date: time.Now(), KeepNames: o.keepNames,
		Words: fmt.Sprintf("Recording of %s, from a HAR file. Personal data was replaced by fakes.", site)}
	c, rep, err = record.Build(h.Items, nil, h.Left, about)
	if err != nil {
		return c, rep, config("%s: %v", o.from, err)
	}
	rep.Notes = append(rep.Notes, h.Notes...)
	return c, rep, nil
}

// writeCassette writes it and tells what was taken out, and what to look at. r is the
// journey that it shows; nil: it is of a file.
func (a *app) writeCassette(ctx context.Context, o *recordOptions, dir string, c replay.Cassette, rep record.Report, r *recording) int {
	if err := replay.Write(dir, c); err != nil {
		return a.fail(noContext, nil, &flows.Stop{Code: flows.CodeInternal, Message: "the cassette was not written: " + err.Error(), Err: err})
	}
	played := r.tryOut(ctx, dir, &c)
	for _, note := range rep.Notes {
		if !a.o.quiet {
			fmt.Fprintln(a.Err, "unecho: warning: "+device.Printable(note))
		}
	}
	if a.o.json {
		return a.recordJSON(dir, c, rep)
	}
	if a.o.quiet {
		return 0
	}
	fmt.Fprintf(a.Out, "Written to %s: %d %s of the site, %d %s as the browser showed %s; the pages' scripts were %s.\n", dir,
		rep.Exchanges, plural(rep.Exchanges, "answer", "answers"), rep.Pages, plural(rep.Pages, "page", "pages"), plural(rep.Pages, "it", "them"), c.Scripts)
	if r != nil && r.wasSignedIn() {
		fmt.Fprintln(a.Out, "The sign-in pages are not in it, as you were signed in already. For these: `"+r.s.logout()+"`, then record into another folder.")
	}
	fmt.Fprintln(a.Out, "\nReplaced by fakes, everywhere:")
	if len(rep.Replaced) == 0 {
		fmt.Fprintln(a.Out, "    nothing: no personal data was found")
	}
	for _, class := range record.Classes {
		if n := rep.Replaced[class]; n > 0 {
			fmt.Fprintf(a.Out, "    %5d × %s\n", n, class)
		}
	}
	if o.keepNames {
		fmt.Fprintln(a.Out, "    names of devices were kept (--keep-names)")
	}
	if lines := rep.Left.Lines(); len(lines) > 0 {
		fmt.Fprintln(a.Out, "\nLeft out:")
		for _, l := range lines {
			fmt.Fprintln(a.Out, "    "+device.Printable(l))
		}
	}
	if len(rep.Suspicious) > 0 {
		fmt.Fprintln(a.Out, "\nStill looks personal (check before you send it):")
		for _, l := range rep.Suspicious {
			fmt.Fprintln(a.Out, "    "+device.Printable(a.red.String(l)))
		}
	}
	for _, line := range append(played, a.nextSteps(dir, c)...) {
		fmt.Fprintln(a.Out, device.Printable(line))
	}
	return 0
}

// nextSteps are what to do with a recording: look through it, then send it.
func (a *app) nextSteps(dir string, c replay.Cassette) []string {
	shown, last := shellWord(dir), ""
	if rel, err := filepath.Rel(a.Dir, dir); err == nil && filepath.IsLocal(rel) {
		shown = shellWord("./" + filepath.ToSlash(rel))
	}
	if n := len(c.Pages); n > 0 {
		last = "    unecho identify " + shown + "/" + c.Pages[n-1].File + "   # the page where it ended"
	}
	lines := []string{
		"",
		"Look through it before you send it; no program finds everything:",
		"    grep -riE 'your name|your street|your phone' " + shown,
		last,
		"    unecho list --replay " + shown,
		"    unecho check --json --replay " + shown + "   # the form asks for it",
		"Then zip the folder and send it: " + issueForm,
	}
	if c.Deregisters != "" {
		lines = slices.Insert(lines, 5, "    unecho deregister "+shellWord(c.Deregisters)+" --yes --replay "+shown)
	}
	if last == "" {
		lines = slices.Delete(lines, 3, 4)
	}
	return lines
}

// tryOut plays a recording of a journey once, puts what it came to into the manifest, and
// says it in a few lines.
func (r *recording) tryOut(ctx context.Context, dir string, c *replay.Cassette) []string {
	if r == nil {
		return nil
	}
	found, err := r.a.playBack(ctx, dir, c.Marketplace)
	if found == nil {
		return []string{"", fmt.Sprintf("It was not played back: %v.", err)}
	}
	e, words := replay.Expect{Check: found.Code(), Devices: max(found.Listed, 0)}, ""
	var stop *flows.Stop
	switch errors.As(err, &stop); {
	case stop != nil && found.Listed < 0:
		e.List, e.Check = stop.Code, stop.Code
		words = "it ends with exit code " + fmt.Sprint(stop.Code) + ": " + stop.Message
	case stop != nil:
		e.Check = stop.Code
		words = fmt.Sprintf("%d %s, then exit code %d: %s", found.Listed, plural(found.Listed, "device", "devices"), stop.Code, stop.Message)
	case e.Check == flows.CodeUnusable:
		words = fmt.Sprintf("%d %s; not found: %s", found.Listed, plural(found.Listed, "device", "devices"), strings.Join(lost(found), ", "))
	default:
		words = fmt.Sprintf("%d %s, and a Deregister, which was not pressed", found.Listed, plural(found.Listed, "device", "devices"))
	}
	if err := replay.SetExpect(dir, c, e); err != nil {
		r.a.warn("the manifest does not say what the recording comes to: " + err.Error())
	}
	lines := []string{"", "Played back here: " + r.a.red.String(words) + "."}
	if r.shown && e.Check == flows.CodeUnusable {
		lines = append(lines, "The run itself got further: say so when you send it.")
	}
	return lines
}

func (a *app) recordJSON(dir string, c replay.Cassette, rep record.Report) int {
	enc := json.NewEncoder(a.Out)
	enc.SetIndent("", "  ")
	left := map[string]int{}
	for why, o := range rep.Left {
		left[why] = o.Count
	}
	err := enc.Encode(map[string]any{"schema": 1, "dir": dir, "site": c.Marketplace, "browser": c.Browser, "generation": c.Generation, "scripts": c.Scripts,
		"exchanges": rep.Exchanges, "pages": rep.Pages, "replaced": c.Redacted, "left_out": left, "suspicious": append([]string{}, rep.Suspicious...), "notes": append([]string{}, rep.Notes...)})
	if err != nil {
		return flows.CodeInternal
	}
	return 0
}

// recordAttended opens a window and records until it is closed, or until Enter is
// pressed at the terminal.
func (a *app) recordAttended(ctx context.Context) int {
	if a.o.replay == "" {
		a.o.headed = true
	}
	s, err := a.prepareAs(ctx, &session{a: a, personSignsIn: true}, false)
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	defer s.close()
	if err := s.start(ctx, false); err != nil {
		return a.fail(ctx, s, err)
	}
	if err := s.tab.Goto(ctx, "https://www."+s.site+"/"); err != nil {
		return a.fail(ctx, s, err)
	}
	fmt.Fprintln(a.Err, "Recording. Sign in and click as you always do: Account & Lists, Content & Devices, Devices.")
	fmt.Fprintln(a.Err, "Every page you pass is kept. Close the window when you are done, or press Enter here.")
	done := make(chan struct{})
	go func() {
		if _, err := a.ask(ctx, ""); err == nil {
			close(done)
		}
	}()
	tick := time.NewTicker(400 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			var stop *flows.Stop
			// Closing the window is how it ends; a signal ends it as well, and what was
			// seen until then is kept.
			if errors.As(context.Cause(ctx), &stop) && stop.Code == flows.CodeNoBrowser {
				return 0
			}
			return flows.Explain(ctx, ctx.Err()).Code
		case <-s.browser.Died():
			return 0
		case <-done:
			return 0
		case <-tick.C:
			a.rec.keepPage()
		}
	}
}
