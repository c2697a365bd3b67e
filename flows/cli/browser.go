package cli

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/report"
)

// browserCommand shows which browser a run would use, or installs one.
func (a *app) browserCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "browser [install]",
		GroupID: groupTool,
		Short:   "show which browser is used and why, or install one",
		Long:    `Shows the browser that runs use, its version, and why that one. "install" gets one: from the system's packages where it can, else Chrome for Testing. See "unecho help engines".`,
		Example: `unecho browser
unecho browser install
unecho browser install --headed          # one that can show a window`,
		ValidArgs: []string{"install\tinstall a browser"},
		RunE:      a.runs(a.useBrowser),
	}
	s := newSection("Browser")
	a.browserPathFlag(s.flags)
	s.flags.BoolVar(&a.o.headed, "headed", false, "look for, or install, one that can show a window")
	a.add(cmd, s)
	return cmd
}

func (a *app) useBrowser(ctx context.Context, args []string) int {
	switch {
	case len(args) == 0:
	case len(args) == 1 && args[0] == "install":
		w := browser.Want{Headed: a.o.headed}
		found, err := a.installBrowser(ctx, w)
		if err != nil {
			return a.fail(noContext, nil, err) // with its own words for an interruption
		}
		return a.printBrowsers([]use{{"installed", found}})
	default:
		return a.usage("browser", fmt.Sprintf("browser knows only `install`, not %q", strings.Join(args, " ")))
	}
	if a.namesRemote() {
		return a.remoteBrowser(ctx)
	}
	path := cmp.Or(a.o.browser, a.getenv("UNECHO_BROWSER"))
	var uses []use
	wants := []struct {
		name string
		w    browser.Want
	}{{"live", browser.Want{Path: path, Headed: a.o.headed}}, {"replay", browser.Want{Path: path, Headed: a.o.headed, Replay: true}}}
	for _, k := range wants {
		found, err := browser.Find(ctx, k.w)
		if err != nil {
			return a.fail(ctx, nil, noBrowser(err))
		}
		uses = append(uses, use{k.name, found})
	}
	return a.printBrowsers(uses)
}

// use is a browser and the kind of run that takes it.
type use struct {
	For   string
	Found browser.Found
}

func (a *app) printBrowsers(uses []use) int {
	var err error
	switch {
	case a.o.json:
		type row struct {
			For     string `json:"for"`
			Path    string `json:"path"`
			Version string `json:"version"`
			Kind    string `json:"kind"`
			Why     string `json:"why"`
		}
		out := struct {
			Schema   int   `json:"schema"`
			Browsers []row `json:"browsers"`
		}{Schema: 1}
		for _, u := range uses {
			out.Browsers = append(out.Browsers, row{u.For, u.Found.Path, u.Found.Version, string(u.Found.Kind), u.Found.Why})
		}
		enc := json.NewEncoder(a.Out)
		enc.SetIndent("", "  ")
		err = enc.Encode(out)
	case a.o.csv:
		w := csv.NewWriter(a.Out)
		w.Write([]string{"for", "path", "version", "kind", "why"})
		for _, u := range uses {
			w.Write([]string{u.For, report.Cell(u.Found.Path), report.Cell(u.Found.Version), string(u.Found.Kind), u.Found.Why})
		}
		w.Flush()
		err = w.Error()
	default:
		for _, u := range uses {
			_, err = fmt.Fprintf(a.Out, "%-9s  %s\n           %s, %s\n           %s\n", u.For+":", u.Found.Path, u.Found.Version, u.Found.Kind, u.Found.Why)
		}
	}
	if err != nil {
		return flows.CodeInternal
	}
	return 0
}

// findBrowser finds the browser of a run. When there is none, demo installs one
// and says so; a person at a terminal is asked; everybody else is told how.
func (a *app) findBrowser(ctx context.Context, replayed, installs bool) (browser.Found, error) {
	if a.remote != nil {
		return foundRemote(a.remote), nil
	}
	w := browser.Want{Path: cmp.Or(a.o.browser, a.getenv("UNECHO_BROWSER")), Headed: a.o.headed, Replay: replayed, NoVersion: true}
	found, err := browser.Find(ctx, w)
	var none *browser.NotFoundError
	var here *browser.MachineError
	if !errors.As(err, &none) || errors.As(err, &here) {
		if err != nil {
			return found, noBrowser(err)
		}
		return found, nil
	}
	if !installs && a.Terminal {
		answer, err := a.ask(ctx, "unecho needs a browser and found none. Install one now? [y/N] ")
		if err != nil {
			return found, err
		}
		answer = strings.ToLower(answer)
		installs = answer == "y" || answer == "yes"
	}
	if !installs {
		return found, noBrowser(err)
	}
	a.notice("no browser found: installing one")
	return a.installBrowser(ctx, w)
}

// installBrowser installs a browser; an interruption leaves nothing.
func (a *app) installBrowser(ctx context.Context, w browser.Want) (browser.Found, error) {
	found, err := browser.Install(ctx, w, browser.InstallOptions{Out: a.Err, Terminal: a.Terminal, URL: a.getenv("UNECHO_BROWSER_URL")})
	var stop *flows.Stop
	switch {
	case err == nil:
		return found, nil
	case ctx.Err() != nil && errors.As(context.Cause(ctx), &stop):
		return found, &flows.Stop{Code: stop.Code, Message: stop.Message, Hint: "nothing was installed or left behind; run `unecho browser install` again"}
	}
	return found, noBrowser(err)
}

// startHint is what to do about a browser that did not start.
func startHint(err error) string {
	if errors.Is(err, browser.ErrNoScreen) {
		return "run it in a desktop session, or under xvfb-run, or without --headed"
	}
	return "try another browser with --browser PATH; `unecho browser` shows which is used"
}

func noBrowser(err error) *flows.Stop {
	s := &flows.Stop{Code: flows.CodeNoBrowser, Message: err.Error(), Err: err}
	var none *browser.NotFoundError
	var install *browser.InstallError
	switch {
	case errors.As(err, &install):
		s.Message, s.Hint = "cannot install a browser: "+install.Words, install.Command
	case errors.As(err, &none) && none.Err == nil && none.Command != "":
		s.Hint = "`unecho browser install` installs one; or " + none.Command
	}
	return s
}

func (a *app) savePicture(s *session, ctx context.Context, path string) error {
	png, err := s.tab.Screenshot(ctx)
	if err != nil {
		return err
	}
	return os.WriteFile(path, png, 0o600)
}
