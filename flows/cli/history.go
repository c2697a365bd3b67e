package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/journal"
	"github.com/unecho/unecho/flows/report"
)

func (a *app) historyCommand() *cobra.Command {
	var since string
	cmd := &cobra.Command{
		Use:     "history",
		GroupID: groupDaily,
		Short:   "show what was done, from the journal",
		Long:    `Every attempt is written to the journal before the first click. A run that was killed leaves its device "open"; the next run looks at a fresh list and settles it.`,
		Example: `unecho history
unecho history --since 24h --json
unecho history --since 2026-05-01 --csv > done.csv`,
		Args:              nothing("history takes no names; narrow it with --since, --site or --profile"),
		ValidArgsFunction: noNames,
		RunE:              a.runs(func(ctx context.Context, _ []string) int { return a.history(ctx, since) }),
	}
	s := newSection("Which part")
	s.flags.StringVar(&since, "since", "", "only what came after this `time`: 2026-05-01, 2026-05-01T12:00:00Z, or 24h or 7d ago")
	a.add(cmd, s)
	a.profileFlags(cmd, false)
	return cmd
}

// history shows what a profile's journal says was done, at all its marketplaces or
// at the one that --site names.
func (a *app) history(ctx context.Context, sinceText string) int {
	since, err := parseSince(sinceText, time.Now())
	if err != nil {
		return a.usage("history", err.Error())
	}
	if err := account.CheckName(a.o.profile); err != nil {
		return a.fail(ctx, nil, profileStop(err))
	}
	s := &session{a: a}
	base, namespace, err := s.place()
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	sites := account.Sites()
	if a.o.site != "" {
		sites = []string{s.site}
	}
	var all []journal.Entry
	for _, site := range sites {
		j, err := journal.Open(filepath.Join(base, namespace, site, a.o.profile))
		if err != nil {
			return a.fail(ctx, nil, &flows.Stop{Code: flows.CodeInternal, Message: err.Error(), Err: err})
		}
		if lines, torn := j.Damaged(); lines > 0 || torn {
			a.warn(fmt.Sprintf("the journal of %s has %s; the rest is shown", site, damage(lines, torn)))
		}
		entries, err := j.History(since)
		if err != nil {
			return a.fail(ctx, nil, &flows.Stop{Code: flows.CodeInternal, Message: err.Error(), Err: err})
		}
		all = append(all, entries...)
	}
	slices.SortStableFunc(all, func(x, y journal.Entry) int { return x.Time.Compare(y.Time) })
	if err := a.printHistory(all); err != nil {
		return a.fail(ctx, nil, &flows.Stop{Code: flows.CodeInternal, Message: "the history could not be written: " + err.Error(), Err: err})
	}
	return 0
}

func damage(lines int, torn bool) string {
	var parts []string
	if lines > 0 {
		parts = append(parts, fmt.Sprintf("%d lines that cannot be understood", lines))
	}
	if torn {
		parts = append(parts, "a last line that was cut short")
	}
	return strings.Join(parts, " and ")
}

// parseSince reads the time of --since: a moment (RFC 3339), a day, or how long ago.
func parseSince(s string, now time.Time) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return t, nil
		}
	}
	d, err := time.ParseDuration(s)
	if days, found := strings.CutSuffix(s, "d"); found {
		if d, err = time.ParseDuration(days + "h"); d > math.MaxInt64/24 {
			d = -1 // more than a duration holds
		}
		d *= 24
	}
	if err != nil || d < 0 {
		return time.Time{}, fmt.Errorf("--since %q is not a time; write 2026-05-01, 2026-05-01T12:00:00Z, 24h or 7d", device.Printable(s))
	}
	return now.Add(-d), nil
}

func (a *app) printHistory(all []journal.Entry) error {
	switch {
	case a.o.json:
		if all == nil {
			all = []journal.Entry{}
		}
		return report.Encode(a.Out, struct {
			Schema  int             `json:"schema"`
			Entries []journal.Entry `json:"entries"`
		}{1, all})
	case a.o.csv:
		w := csv.NewWriter(a.Out)
		w.Write([]string{"time", "kind", "site", "customer", "key", "name", "serial", "type", "outcome", "reason", "run"})
		for _, e := range all {
			row := []string{e.Time.Format(time.RFC3339), string(e.Kind), e.Site, e.Customer, e.Key, e.Name, e.Serial, e.Type, string(e.Outcome), e.Reason, e.Run}
			for i, cell := range row {
				row[i] = report.Cell(cell)
			}
			w.Write(row)
		}
		w.Flush()
		return w.Error()
	}
	rows := attempts(all)
	if len(rows) == 0 {
		_, err := fmt.Fprintln(a.Out, "Nothing in the journal.")
		return err
	}
	return columns(a, append([][]string{{"TIME", "OUTCOME", "NAME", "SERIAL", "SITE", "REASON"}}, rows...))
}

// attempts are the records as a person reads them: each attempt once, with its
// outcome; an intent alone only where none followed.
func attempts(all []journal.Entry) (rows [][]string) {
	for i, e := range all {
		outcome := string(e.Outcome)
		if e.Kind == journal.KindIntent {
			followed := slices.ContainsFunc(all[i+1:], func(o journal.Entry) bool {
				return o.Kind == journal.KindOutcome && o.Site == e.Site && o.Customer == e.Customer && o.Key == e.Key
			})
			if followed {
				continue
			}
			outcome = "open"
			e.Reason = "Deregister may have been clicked; the next run settles it"
		}
		rows = append(rows, []string{e.Time.Local().Format("2006-01-02 15:04:05"), outcome, e.Name, e.Serial, e.Site, e.Reason})
	}
	return rows
}

// columns writes rows under their heads, aligned by what a terminal shows.
func columns(a *app, rows [][]string) error {
	cells := make([][]string, len(rows[0])) // by column
	for _, r := range rows {
		for i := range r {
			r[i] = strings.TrimSpace(device.Printable(r[i]))
			cells[i] = append(cells[i], r[i])
		}
	}
	widths := make([]int, len(cells))
	for i, c := range cells {
		widths[i] = report.ColumnWidth("", c, false)
	}
	for _, r := range rows {
		var b strings.Builder
		for i, cell := range r {
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", max(0, widths[i]-report.Width(cell))+2))
		}
		if _, err := fmt.Fprintln(a.Out, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}
