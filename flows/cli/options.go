package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/unecho/unecho/flows/device"
)

// options are the flags of all commands; each command takes the groups that
// its row in the command table names.
type options struct {
	site, profile, replay, browser, selectors, envFile, evidence, url string

	headed, noSandbox, loadImages bool
	timeout, stepTimeout, wait    time.Duration
	timeoutSet                    bool
	approveWait                   time.Duration // -1: not given

	json, csv, quiet, verbose bool
	logFormat                 string // text or json

	since, importFile  string
	from, recordDevice string // record
	byHand, keepNames  bool
	via                string // auto, mycd or alexa

	serials, keys, files, match, families, keep, keepFiles []string

	all, keepMissingOK, missingOK, dryRun, yes bool

	max    int
	maxSet bool
	pace   time.Duration
	report string // a page of HTML
}

var errHelp = errors.New("help asked for")

// group is a set of flags that belongs together.
type group int

const (
	browserFlags  group = iota // commands that start a browser
	browserPath                // `browser` itself
	bulkFlags                  // --match --family --all
	actFlags                   // the rest of deregister
	loginFlags                 // --import
	profileFlags               // commands that look into a profile and start no browser
	waitFlag                   // --wait, where browserFlags are not taken
	historyFlags               // --since
	identifyFlags              // those of identify
	viaFlags                   // --via
	recordFlags                // those of record
)

func (o *options) flagSet(cmd *command) *pflag.FlagSet {
	fs := pflag.NewFlagSet(cmd.name, pflag.ContinueOnError)
	fs.SetOutput(discard{})
	fs.SortFlags = false
	fs.BoolVar(&o.json, "json", false, "")
	fs.BoolVar(&o.csv, "csv", false, "")
	fs.BoolVarP(&o.quiet, "quiet", "q", false, "")
	fs.BoolVarP(&o.verbose, "verbose", "v", false, "")
	fs.StringVar(&o.logFormat, "log-format", "text", "")
	for _, g := range cmd.groups {
		switch g {
		case browserFlags:
			fs.StringVar(&o.site, "site", "", "")
			fs.StringVar(&o.profile, "profile", "default", "")
			fs.StringVar(&o.replay, "replay", "", "")
			fs.StringVar(&o.browser, "browser", "", "")
			fs.BoolVar(&o.headed, "headed", false, "")
			fs.BoolVar(&o.noSandbox, "no-sandbox", false, "")
			fs.BoolVar(&o.loadImages, "load-images", false, "")
			fs.DurationVar(&o.timeout, "timeout", 10*time.Minute, "")
			fs.DurationVar(&o.stepTimeout, "step-timeout", 30*time.Second, "")
			fs.StringVar(&o.selectors, "selectors", "", "")
			fs.StringVar(&o.envFile, "env-file", "", "")
			fs.StringVar(&o.evidence, "evidence", "", "")
			fs.DurationVar(&o.wait, "wait", 0, "")
			fs.DurationVar(&o.approveWait, "approve-wait", -1, "")
		case viaFlags:
			fs.StringVar(&o.via, "via", "auto", "")
		case loginFlags:
			fs.StringVar(&o.importFile, "import", "", "")
		case profileFlags:
			fs.StringVar(&o.site, "site", "", "")
			fs.StringVar(&o.profile, "profile", "default", "")
			fs.StringVar(&o.replay, "replay", "", "")
			fs.StringVar(&o.envFile, "env-file", "", "")
		case waitFlag:
			fs.DurationVar(&o.wait, "wait", 0, "")
		case historyFlags:
			fs.StringVar(&o.since, "since", "", "")
		case browserPath:
			fs.StringVar(&o.browser, "browser", "", "")
			fs.BoolVar(&o.headed, "headed", false, "")
		case recordFlags:
			fs.StringVar(&o.from, "from", "", "")
			fs.BoolVar(&o.byHand, "by-hand", false, "")
			fs.BoolVar(&o.keepNames, "keep-names", false, "")
			fs.StringVar(&o.recordDevice, "deregister", "", "")
			fs.BoolVar(&o.yes, "yes", false, "")
		case identifyFlags:
			fs.StringVar(&o.url, "url", "", "")
			fs.StringVar(&o.selectors, "selectors", "", "")
		case bulkFlags:
			fs.StringArrayVar(&o.match, "match", nil, "")
			fs.StringArrayVar(&o.families, "family", nil, "")
			fs.BoolVar(&o.all, "all", false, "")
		case actFlags:
			fs.StringArrayVar(&o.serials, "serial", nil, "")
			fs.StringArrayVar(&o.keys, "key", nil, "")
			fs.StringArrayVar(&o.files, "file", nil, "")
			fs.StringArrayVar(&o.keep, "keep", nil, "")
			fs.StringArrayVar(&o.keepFiles, "keep-file", nil, "")
			fs.BoolVar(&o.keepMissingOK, "keep-missing-ok", false, "")
			fs.BoolVar(&o.missingOK, "missing-ok", false, "")
			fs.IntVar(&o.max, "max", 10, "")
			fs.BoolVar(&o.dryRun, "dry-run", false, "")
			fs.BoolVar(&o.yes, "yes", false, "")
			fs.DurationVar(&o.pace, "pace", 2*time.Second, "")
			fs.StringVar(&o.report, "report", "", "")
		}
	}
	return fs
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// parse reads the flags of a command and returns its other arguments.
func (o *options) parse(cmd *command, args []string) ([]string, error) {
	fs := o.flagSet(cmd)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil, errHelp
		}
		return nil, err
	}
	o.maxSet = fs.Changed("max")
	o.timeoutSet = fs.Changed("timeout")
	switch {
	case o.json && o.csv:
		return nil, errors.New("--json and --csv exclude each other")
	case o.via != "" && o.via != "auto" && o.via != "alexa" && o.via != "mycd":
		return nil, fmt.Errorf("--via is auto, mycd or alexa, not %q", o.via)
	case o.logFormat != "text" && o.logFormat != "json":
		return nil, errors.New("--log-format is text or json")
	case o.quiet && o.verbose:
		return nil, errors.New("-q and -v exclude each other")
	case fs.Lookup("timeout") != nil && (o.timeout <= 0 || o.stepTimeout <= 0):
		return nil, errors.New("--timeout and --step-timeout must be longer than 0")
	case fs.Changed("approve-wait") && o.approveWait < 0:
		return nil, errors.New("--approve-wait cannot be negative")
	case o.wait < 0 || o.pace < 0:
		return nil, errors.New("--wait and --pace cannot be negative")
	case o.max < 0:
		return nil, errors.New("--max cannot be negative")
	}
	for _, name := range []string{"site", "profile", "replay", "browser", "selectors", "env-file", "evidence", "via", "url", "import", "since", "from", "deregister", "report"} {
		if f := fs.Lookup(name); f != nil && f.Changed && strings.TrimSpace(f.Value.String()) == "" {
			return nil, fmt.Errorf("--%s is empty", name)
		}
	}
	return fs.Args(), nil
}

// logJSON: what is said on stderr is for programs.
func (o *options) logJSON() bool { return o.logFormat == "json" }

// request is the selection that the flags ask for; files are read here.
func (o *options) request(a *app, names []string) (device.Request, error) {
	r := device.Request{Names: names, Serials: o.serials, Keys: o.keys, Match: o.match, Families: o.families,
		All: o.all, Keep: o.keep, KeepMissingOK: o.keepMissingOK, MissingOK: o.missingOK, Max: o.max, MaxSet: o.maxSet}
	stdin := 0
	for _, f := range slices.Concat(o.files, o.keepFiles) {
		if f == "-" {
			stdin++
		}
	}
	if stdin > 1 {
		return r, errors.New("stdin can be read only once: give one --file or --keep-file as - and the others as files")
	}
	for _, f := range o.files {
		l, err := a.readList(f)
		if err != nil {
			return r, err
		}
		// The record of a run also has what the run left alone: that was not to go.
		todo := slices.DeleteFunc(slices.Clone(l.Records), func(r device.Record) bool { return r.Outcome == device.Skipped })
		if len(l.Lines)+len(todo) == 0 {
			return r, fmt.Errorf("%s: every device in it was skipped by the run that wrote it, so there is none to deregister", device.Printable(f))
		}
		r.Entries, r.Records = append(r.Entries, l.Lines...), append(r.Records, todo...)
	}
	for _, f := range o.keepFiles {
		l, err := a.readList(f)
		if err != nil {
			return r, err
		}
		r.KeepEntries, r.KeepRecords = append(r.KeepEntries, l.Lines...), append(r.KeepRecords, l.Records...)
	}
	return r, r.Validate()
}

func (a *app) readList(file string) (device.Listed, error) {
	l, err := device.ReadList(file, a.In)
	if err == nil {
		err = plausible(file, l.Lines)
	}
	return l, err
}

// plausible: no device has a name of several pages; it is another file that was meant.
func plausible(file string, entries []string) error {
	const most = 4096
	for i, e := range entries {
		if len(e) > most {
			return fmt.Errorf("%s: entry %d has %d bytes, which is no name, serial or key of a device: is this the right file?", device.Printable(file), i+1, len(e))
		}
	}
	return nil
}
