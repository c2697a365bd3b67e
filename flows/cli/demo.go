package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/report"
)

// demoDevice is the device of the stand-in's account that the demo lets go.
const demoDevice = "Kitchen Echo"

func (a *app) demoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "demo",
		GroupID: groupDaily,
		Short:   "watch the whole job on built-in pages; no account needed",
		Long: `Signs in to a built-in imitation of Amazon, lists its devices, deregisters one, proves that it is gone, and saves a picture of the page. Installs a browser if there is none.

No account is touched, and nothing leaves this machine.`,
		Example: `unecho demo
unecho demo --headed
unecho demo --replay standin:otp+unified`,
		Args:              nothing("demo takes no arguments"),
		ValidArgsFunction: noNames,
		RunE:              a.runs(func(ctx context.Context, _ []string) int { return a.demo(ctx) }),
	}
	a.browserFlags(cmd)
	return cmd
}

// demo does the whole job on the built-in pages and tells it as it happens.
func (a *app) demo(ctx context.Context) int {
	if a.o.replay == "" {
		a.o.replay = "standin"
	} else if a.o.replay != "standin" && !strings.HasPrefix(a.o.replay, "standin:") {
		return a.usage("demo", "demo runs on the stand-in only: --replay standin[:SCENARIO]")
	}
	// No account is touched: settings of a real one are not even read.
	a.Environ = slices.DeleteFunc(slices.Clone(a.Environ), func(kv string) bool { return strings.HasPrefix(kv, "AMAZON_") })
	started := time.Now()
	say := func(format string, v ...any) {
		if a.o.logJSON() {
			a.notice(strings.TrimSpace(fmt.Sprintf(format, v...)))
		} else if !a.o.quiet {
			fmt.Fprintf(a.Err, format+"\n", v...)
		}
	}
	say("This is the whole job on built-in pages that imitate Amazon's. Nothing leaves this")
	say("machine and no account is touched.\n")
	s, err := a.prepareAs(ctx, &session{a: a, fresh: true}, true)
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	defer s.close()
	say("1. Sign in and find the devices")
	before, err := s.look(ctx, true)
	if err != nil {
		return a.fail(ctx, s, err)
	}
	say("  %d devices are registered to %s\n", len(before.Devices), s.account())
	choices, err := device.Select(before.Devices, device.Request{Names: []string{demoDevice}, Max: 10}, s.journal.Past(s.site, s.run.Customer()))
	if err != nil {
		return a.fail(ctx, s, selectionStop(err))
	}
	say("2. Deregister %s, and prove that it is gone", demoDevice)
	results, err := s.run.Deregister(ctx, before, choices, a.tellResult)
	if err != nil {
		return a.finish(ctx, s, results, err)
	}
	if code := device.ExitCode(results); code != 0 {
		return a.finish(ctx, s, results, nil)
	}
	after, err := s.run.Devices(ctx)
	if err != nil {
		return a.fail(ctx, s, err)
	}
	picture := filepath.Join(s.state, "replay", "demo.png")
	if err := a.savePicture(s, ctx, picture); err != nil {
		return a.fail(ctx, s, &flows.Stop{Code: flows.CodeInternal, Message: "the picture could not be saved: " + err.Error(), Err: err})
	}
	if a.o.json || a.o.csv {
		if err := a.printResults(s, results, nil); err != nil {
			return flows.CodeInternal
		}
		return 0
	}
	m := a.meta(s)
	fmt.Fprintln(a.Out, "\nBefore:")
	if err := report.ListTable(a.Out, m, before.Devices, nil); err != nil {
		return flows.CodeInternal
	}
	fmt.Fprintln(a.Out, "\nAfter:")
	if err := report.ListTable(a.Out, m, after.Devices, nil); err != nil {
		return flows.CodeInternal
	}
	fmt.Fprintf(a.Out, "\nGone: %s. The page as it is now: %s\n", demoDevice, picture)
	say("\nThat took %.1f s. With your own account: `unecho login`, then `unecho list`, then", time.Since(started).Seconds())
	say("`unecho deregister NAME --dry-run`, which clicks nothing.")
	return 0
}
