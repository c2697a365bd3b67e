package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/report"
)

type listOptions struct{ patterns }

func (a *app) listCommand() *cobra.Command {
	o := &listOptions{}
	cmd := &cobra.Command{
		Use:     "list",
		GroupID: groupDaily,
		Short:   "show the devices registered to the account",

		SuggestFor: []string{"devices", "ls", "show"},
		Example: `unecho list
unecho list --match '*Echo*' --csv > devices.csv
unecho list --json | jq -r '.devices[].serial'
unecho list --replay standin            # on built-in pages, no account needed`,
		Args:              nothing("list takes no names; narrow it with --match or --family"),
		ValidArgsFunction: noNames,
		RunE:              a.runs(func(ctx context.Context, _ []string) int { return a.list(ctx, o) }),
	}
	a.patternFlags(cmd, &o.patterns)
	s := newSection("Which list")
	a.viaFlag(s.flags, "`auto|mycd|alexa`: auto and mycd read the devices page, the list of record; alexa reads the Alexa portal")
	a.add(cmd, s)
	a.browserFlags(cmd)
	return cmd
}

// list shows the devices of the account.
func (a *app) list(ctx context.Context, o *listOptions) int {
	req := device.Request{Match: o.match, Families: o.families, All: o.all}
	if err := req.ValidateFilter(); err != nil {
		return a.fail(ctx, nil, selectionStop(err))
	}
	s, err := a.prepare(ctx, false)
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	defer s.close()
	look := s.look
	if a.o.via == "alexa" {
		look = s.lookAtPortal
	}
	l, err := look(ctx, false)
	if err != nil {
		return a.fail(ctx, s, err)
	}
	if err := req.CheckFamilies(l.Devices); err != nil {
		return a.fail(ctx, nil, a.notHere(s, err))
	}
	a.tellUnmatched(req, l.Devices)
	devices := req.Filter(l.Devices)
	if err := a.unsaid(devices); err != nil {
		return a.fail(ctx, nil, err)
	}
	if err := a.printList(s, devices, len(l.Devices)); err != nil {
		return a.fail(ctx, nil, &flows.Stop{Code: flows.CodeInternal, Message: "the list could not be written: " + err.Error(), Err: err})
	}
	if a.rec != nil { // nobody sees a device's own view in the list
		return a.rec.views(ctx, l)
	}
	return 0
}

// look starts the browser, goes to the devices and reads them.
func (s *session) look(ctx context.Context, installs bool) (flows.Listing, error) {
	if err := s.start(ctx, installs); err != nil {
		return flows.Listing{}, err
	}
	s.later(s.deadline(s.a.o.timeout))
	// The portal comes first: there is one page to load where it is retired, and
	// the sign-in on it is good for all that follows.
	if s.config.Via != "" {
		if err := s.run.LookAtPortal(ctx); err != nil {
			return flows.Listing{}, err
		}
	}
	if _, err := s.run.ToDevices(ctx); err != nil {
		return flows.Listing{}, err
	}
	l, err := s.run.Devices(ctx)
	if err != nil {
		return l, err
	}
	families := make([]string, len(l.Devices))
	for i := range l.Devices {
		l.Devices[i].Via = cmp.Or(l.Devices[i].Via, l.Via)
		families[i] = l.Devices[i].Family
	}
	s.rememberFamilies(families)
	return s.run.Settle(ctx, l, s.journal, s.a.tellSettled)
}

// tellUnmatched says which patterns match nothing: no error, as the same command
// may be run again, but perhaps not what was meant.
func (a *app) tellUnmatched(req device.Request, devices []device.Device) {
	for _, line := range req.Unmatched(devices) {
		a.notice(line)
	}
}

// printList prints devices, which are those of all that the request leaves.
func (a *app) printList(s *session, devices []device.Device, all int) error {
	m := a.meta(s)
	m.Of = all
	switch {
	case a.rec != nil && a.o.quiet:
		return nil // the list is no result of record
	case a.o.json:
		return report.ListJSON(a.Out, m, devices, nil)
	case a.o.csv:
		return report.ListCSV(a.Out, m, devices, nil)
	}
	return report.ListTable(a.Out, m, devices, nil)
}
