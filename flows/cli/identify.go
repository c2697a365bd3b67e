package cli

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/report"
	"github.com/unecho/unecho/selectors"
)

// maxPage is the largest file that is looked at. A page of Amazon's has up to 3 MB.
const maxPage = 64 << 20

func (a *app) identifyCommand() *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:     "identify FILE",
		GroupID: groupPages,
		Short:   "name the screen that a saved page shows, and say why",
		Long: `Prints the name of the screen, or "unknown"; the exit code is 0 either way. The page is loaded in a real browser as if from its own address. Its scripts run, but whatever else it asks for gets no answer, and nothing leaves this machine.

With --json it also says which rule decided, what of that rule matched and what did not, and what it passed over because it was hidden.`,
		Example: `unecho identify saved.html
unecho identify saved.html --url https://www.amazon.de/ap/mfa
unecho identify page.html --json | jq .rule
unecho identify page.html --selectors mine.toml -v`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return errors.New("identify takes one FILE")
			}
			return nil
		},
		RunE: a.runs(func(ctx context.Context, args []string) int { return a.identify(ctx, args[0], address) }),
	}
	s := newSection("The page")
	s.flags.StringVar(&address, "url", "", "the `address` it was saved from (default what the recording beside it says, else the marketplace's home page)")
	a.selectorsFlag(s.flags)
	a.add(cmd, s)
	return cmd
}

// identify names a saved page. It is 0 whatever the name: the name is the result.
func (a *app) identify(ctx context.Context, file, address string) int {
	l, address, err := a.prepareIdentify(file, address)
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	defer l.close()
	if err := a.startIdentify(ctx, l); err != nil {
		return a.fail(ctx, nil, err)
	}
	v, scripts, err := l.name(ctx, address)
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	if err := a.printIdentity(file, address, v, scripts); err != nil {
		return a.fail(ctx, nil, &flows.Stop{Code: flows.CodeInternal, Message: "the result could not be written: " + err.Error(), Err: err})
	}
	return 0
}

// prepareIdentify does what can fail without a browser. Its errors are exit 2.
func (a *app) prepareIdentify(file, address string) (*looker, string, error) {
	site := "amazon.com"
	if s := a.getenv("AMAZON_SITE"); s != "" {
		known, err := account.Site(s)
		if err != nil {
			return nil, "", config("AMAZON_SITE: %v", err)
		}
		site = known
	}
	path := file
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.Dir, path)
	}
	if address == "" {
		address = cmp.Or(recordedAt(path), "https://www."+site+"/")
	}
	u, err := pageURL(address)
	if err != nil {
		shown := firstWords(address)
		if strings.Contains(address, "@") {
			shown = "(an address with a user name)" // and perhaps a password
		}
		return nil, "", config("--url %s: %v", shown, err)
	}
	if s, ok := siteOf(u.Hostname()); ok {
		site = s
	}
	data, err := readPage(path)
	if err != nil {
		return nil, "", config("%s: %v", file, err)
	}
	sel, err := selectors.Default()
	if err == nil && a.o.selectors != "" {
		if sel, err = sel.Overlay(a.o.selectors); err != nil {
			return nil, "", config("%v", err)
		}
	}
	if err != nil {
		return nil, "", err
	}
	page := &onePage{data: data}
	l, err := newLooker(sel, site, page)
	if err != nil {
		return nil, "", &flows.Stop{Code: flows.CodeInternal, Message: "the local server did not start: " + err.Error(), Err: err}
	}
	l.again = page.again
	return l, u.String(), nil
}

// recordedAt is the address of a page of a recording, as the manifest beside it says; ""
// if there is none.
func recordedAt(path string) string {
	c, err := replay.OpenDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	for _, p := range c.Pages {
		if p.File != filepath.Base(path) {
			continue
		}
		host := "www." + c.Marketplace
		if m, ok := account.MarketplaceOf(c.Marketplace); ok && strings.HasPrefix(p.Screen, "alexa-") {
			host = m.Alexa
		}
		return "https://" + host + p.Path
	}
	return ""
}

func firstWords(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// pageURL is an address that a page can have been saved from. http is looked at
// as https, as nothing that tells a screen depends on it.
func pageURL(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil:
		return nil, errors.New("not an address")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("an address begins with https://")
	case u.Hostname() == "" || strings.ContainsAny(u.Hostname(), " %_"):
		return nil, errors.New("no host in it")
	case u.User != nil:
		return nil, errors.New("it carries a user name")
	}
	u.Scheme = "https"
	u.Host = strings.ToLower(u.Hostname())
	if strings.Contains(u.Host, ":") {
		u.Host = "[" + u.Host + "]"
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// siteOf is the marketplace that a host belongs to.
func siteOf(host string) (string, bool) {
	for _, s := range account.Sites() {
		if host == s || strings.HasSuffix(host, "."+s) {
			return s, true
		}
	}
	return "", false
}

func readPage(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err == nil {
		switch {
		case st.IsDir():
			return nil, errors.New("is a directory, not a saved page")
		case !st.Mode().IsRegular():
			return nil, errors.New("is not a regular file")
		case st.Size() > maxPage:
			return nil, fmt.Errorf("too large: %d MB; pages of up to %d MB are read", st.Size()>>20, maxPage>>20)
		}
	}
	var data []byte
	if err == nil {
		data, err = readUpTo(path, maxPage)
	}
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be read: %w", err)
	case len(data) > maxPage:
		return nil, fmt.Errorf("too large; pages of up to %d MB are read", maxPage>>20)
	}
	return data, pageFile(data)
}

// readUpTo reads one byte more than limit at most: some files (/proc) have no size, and
// no end.
func readUpTo(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// identity is the JSON form.
type identity struct {
	Schema  int    `json:"schema"`
	File    string `json:"file"`
	URL     string `json:"url"`
	Site    string `json:"site,omitempty"`
	Screen  string `json:"screen"`
	Variant string `json:"variant,omitempty"`
	Person  bool   `json:"person"`
	Title   string `json:"title"`
	Lang    string `json:"lang,omitempty"`
	Scripts bool   `json:"scripts"` // false: identified without the page's own scripts
	// What told it.
	Rule    string           `json:"rule,omitempty"`
	Grade   string           `json:"grade,omitempty"`
	Note    string           `json:"note,omitempty"`
	Matched []page.Condition `json:"matched"`
	Missed  []page.Condition `json:"missed"`
	Nearest []page.Rule      `json:"nearest,omitempty"` // rules that held in part
	Decoys  []page.Decoy     `json:"decoys"`
	Why     []string         `json:"why,omitempty"`
}

func (a *app) printIdentity(file, address string, v flows.Verdict, scripts bool) error {
	switch {
	case a.o.json:
		out := identity{Schema: 1, File: file, URL: address, Screen: v.Screen, Variant: v.Variant, Person: v.Person, Title: v.Title, Lang: v.Lang,
			Scripts: scripts, Matched: []page.Condition{}, Missed: []page.Condition{}, Decoys: []page.Decoy{}, Nearest: v.Told.Nearest}
		if v.Screen == "unknown" {
			out.Why = v.Why
		} else {
			out.Rule, out.Grade, out.Note = v.Told.Rule, v.Told.Grade, v.Told.Note
			out.Matched, out.Missed = append(out.Matched, v.Told.Matched...), append(out.Missed, v.Told.Missed...)
		}
		out.Decoys = append(out.Decoys, v.Told.Decoys...)
		if s, ok := siteOf(hostOf(address)); ok {
			out.Site = s
		}
		return report.Encode(a.Out, out)
	case a.o.csv:
		w := csv.NewWriter(a.Out)
		w.Write([]string{"file", "url", "screen", "variant"})
		w.Write([]string{report.Cell(file), report.Cell(address), v.Screen, v.Variant})
		w.Flush()
		return w.Error()
	}
	if _, err := io.WriteString(a.Out, v.Screen+"\n"); err != nil {
		return err
	}
	if v.Screen == "unknown" && !a.o.verbose {
		a.notice("-v says why")
	}
	if a.o.verbose {
		tell := func(format string, args ...any) { fmt.Fprintf(a.Err, "    "+format+"\n", args...) }
		if v.Screen != "unknown" && v.Told.Rule != "" {
			tell("rule %s (%s)", v.Told.Rule, v.Told.Grade)
		}
		for _, w := range v.Why {
			tell("%s", w)
		}
		for _, d := range v.Told.Decoys {
			tell("passed over %s: %s", d.Element, d.Hidden)
		}
		if !scripts {
			tell("identified without the page's own scripts")
		}
	}
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
