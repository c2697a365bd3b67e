package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/report"
)

func (a *app) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "check",
		GroupID: groupPages,
		Short:   "see whether Amazon's pages still look as expected",
		Long: `Goes from the home page to the menu of the first device, then through the Alexa portal to the page of a device. For each screen and element it says how it was found: by its first choice, by a fallback, or not at all. Deregister is looked at but never clicked; nothing on the account changes.

Exit code 0: everything was found by its first choice; 1: something was found only by a fallback; 6: something is lost. In GitHub Actions (GITHUB_ACTIONS=true) the job is annotated. When something is lost, see "unecho help when-amazon-changes-a-page".`,
		Example: `unecho check
unecho check --json | jq '.findings[] | select(.verdict != "found")'
unecho check --replay ./my-pages           # recorded pages
unecho check --selectors fix.toml          # does my fix find it?`,
		Args:              nothing("check takes no arguments"),
		ValidArgsFunction: noNames,
		RunE:              a.runs(func(ctx context.Context, _ []string) int { return a.check(ctx) }),
	}
	s := newSection("Which pages")
	a.viaFlag(s.flags, "`auto|mycd|alexa`: mycd checks the devices page, alexa the Alexa portal, auto both; a retired portal counts as lost only with alexa")
	a.add(cmd, s)
	a.browserFlags(cmd)
	return cmd
}

// check goes the way to the devices, and tells of every screen and element how it was
// found. It changes nothing on the account.
func (a *app) check(ctx context.Context) int {
	if a.o.csv {
		return a.usage("check", "check has no CSV; use --json")
	}
	s, err := a.prepare(ctx, false)
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	defer s.close()
	s.takeVia()
	if err := s.start(ctx, false); err != nil {
		return a.fail(ctx, s, err)
	}
	s.later(s.deadline(a.o.timeout))
	found, err := s.run.Check(ctx, a.o.replay != "")
	code := found.Code()
	a.hideIn(found)
	var f *report.Fault
	switch {
	case err != nil:
		stop := s.explain(ctx, err)
		code = stop.Code
		f = a.fault(s, stop)
	case code == flows.CodeUnusable:
		f = a.fault(s, &flows.Stop{Code: code, Screen: lastScreen(found), Message: "no longer found: " + strings.Join(lost(found), ", "), Unfamiliar: true,
			Hint: "look at the evidence, then see `unecho help when-amazon-changes-a-page`"})
	}
	if werr := a.printCheck(s, found, f); werr != nil {
		return flows.CodeInternal
	}
	if a.getenv("GITHUB_ACTIONS") == "true" {
		annotate(a.Err, found, f)
	}
	a.tellEnd(f, "")
	defer func() {
		if f == nil && (code != 0 || found.Odd != "") {
			a.handOver()
		}
	}()
	if f == nil && found.Odd != "" {
		words := "unknown page at the Alexa portal's address: " + found.Odd
		a.warn(a.red.String(words + "; evidence: " + s.keepEvidence(&flows.Stop{Code: code, Screen: "unknown", Message: words})))
	}
	return code
}

// hideIn takes secrets out of what pages say of themselves; names of screens and
// elements and our own CSS are no such thing.
func (a *app) hideIn(c *flows.Checkup) {
	for i := range c.Findings {
		x := &c.Findings[i]
		x.Words = a.red.String(x.Words)
		for k := range x.Failed {
			x.Failed[k].Why = a.red.String(x.Failed[k].Why)
		}
	}
	for i := range c.Unknown {
		c.Unknown[i] = a.red.String(c.Unknown[i])
	}
}

func lastScreen(c *flows.Checkup) string {
	for i := len(c.Findings) - 1; i >= 0; i-- {
		if c.Findings[i].Verdict == flows.FoundNone {
			return c.Findings[i].Screen
		}
	}
	return ""
}

func lost(c *flows.Checkup) (names []string) {
	for _, f := range c.Findings {
		if f.Verdict == flows.FoundNone {
			names = append(names, f.Name+" on "+f.Screen)
		}
	}
	return names
}

func (a *app) printCheck(s *session, c *flows.Checkup, f *report.Fault) error {
	if a.o.json {
		m := a.meta(s)
		out := struct {
			Schema   int             `json:"schema"`
			Site     string          `json:"site"`
			Account  string          `json:"account,omitempty"`
			Findings []flows.Finding `json:"findings"`
			Unknown  []string        `json:"unknown,omitempty"`
			Summary  map[string]int  `json:"summary"`
			Error    *report.Fault   `json:"error,omitempty"`
		}{1, m.Site, m.Account, c.Findings, c.Unknown, map[string]int{}, f}
		if out.Findings == nil {
			out.Findings = []flows.Finding{}
		}
		for _, x := range c.Findings {
			out.Summary[x.Verdict]++
		}
		return report.Encode(a.Out, out)
	}
	if a.o.quiet && c.Code() == 0 && f == nil {
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "VERDICT\tWHAT\tON\tBY\tGRADE\tCANDIDATE")
	for _, x := range c.Findings {
		by, cand := "-", x.CSS
		if x.By > 0 {
			by = fmt.Sprint(x.By)
		}
		if x.Text != "" {
			cand += " with the words of " + x.Text
		}
		name := x.Name
		if x.Kind == "screen" {
			name, cand = "screen "+x.Name, x.Words
		}
		if x.Verdict == flows.FoundNone || cand == "" {
			cand = x.Words
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", x.Verdict, name, x.Screen, by, cmp.Or(x.Grade, "-"), device.Printable(clip(cand, 90)))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, x := range c.Findings {
		if x.Verdict != flows.FoundFallback && x.Verdict != flows.FoundNone || len(x.Failed) == 0 {
			continue
		}
		fmt.Fprintf(a.Out, "\n%s on %s: these found nothing:\n", x.Name, x.Screen)
		for _, fc := range x.Failed {
			fmt.Fprintf(a.Out, "  %d. %s: %s\n", fc.By, device.Printable(candidateWords(fc.CSS, fc.Text)), device.Printable(fc.Why))
		}
	}
	for _, u := range c.Unknown {
		fmt.Fprintf(a.Out, "\nan unknown screen: %s\n", device.Printable(u))
	}
	return nil
}

func candidateWords(css, text string) string {
	if text != "" {
		return css + " with the words of " + text
	}
	return css
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// annotate writes what GitHub shows beside a job. Stdout stays what it is.
func annotate(w io.Writer, c *flows.Checkup, f *report.Fault) {
	esc := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	prop := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	told := false
	for _, x := range c.Findings {
		level := ""
		switch x.Verdict {
		case flows.FoundFallback:
			level = "warning"
		case flows.FoundNone:
			level = "error"
		default:
			continue
		}
		msg := fmt.Sprintf("%s on %s: %s", x.Name, x.Screen, x.Verdict)
		if x.By > 0 {
			msg += fmt.Sprintf(", found by candidate %d (%s)", x.By, device.Printable(candidateWords(x.CSS, x.Text)))
		}
		for _, fc := range x.Failed {
			msg += fmt.Sprintf("\n%d. %s: %s", fc.By, device.Printable(candidateWords(fc.CSS, fc.Text)), device.Printable(fc.Why))
		}
		fmt.Fprintf(w, "::%s title=%s::%s\n", level, prop.Replace("unecho check: "+x.Name), esc.Replace(msg))
		told = told || level == "error"
	}
	if f != nil && !told {
		fmt.Fprintf(w, "::error title=%s::%s\n", prop.Replace("unecho check"), esc.Replace(device.Printable(f.Message)))
	}
}
