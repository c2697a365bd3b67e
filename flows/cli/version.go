package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
)

// Version is for builds from sources without their history, such as the Dockerfile's:
// -ldflags "-X github.com/unecho/unecho/flows/cli.Version=v1.2.3". Everything else is
// told by what Go itself writes into the program, from the tag or the module's version.
var Version = ""

const development = "development build"

// built is what this program was made of. What is not known is "".
type built struct {
	version  string // v1.2.3, or Go's name for a commit between two
	commit   string // full, or its first 12 digits where only the version tells it
	date     string // of the commit, RFC 3339
	modified bool   // the sources were not those of the commit
	goes     string // go1.26.8
	chromedp string
}

func thisBuild() built {
	info, _ := debug.ReadBuildInfo()
	b := buildOf(info)
	if Version != "" {
		b.version = Version
	}
	return b
}

// pseudo is the end of a version that Go makes up for a commit without a tag.
var pseudo = regexp.MustCompile(`[-.](\d{14})-([0-9a-f]{12})$`)

func buildOf(info *debug.BuildInfo) built {
	b := built{version: development, goes: runtime.Version()}
	if info == nil { // a build without modules
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.version = v
	}
	for _, d := range info.Deps {
		if d.Path == "github.com/chromedp/chromedp" {
			b.chromedp = d.Version
			if d.Replace != nil {
				b.chromedp = strings.TrimSpace(d.Replace.Path + " " + d.Replace.Version)
			}
		}
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.time":
			b.date = s.Value
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	// `go install …@latest` has no repository at hand, but the version may tell.
	if m := pseudo.FindStringSubmatch(strings.TrimSuffix(b.version, "+dirty")); b.commit == "" && m != nil {
		b.commit = m[2]
	}
	return b
}

// line is what a person copies into a report.
func (b built) line() string {
	var parts []string
	if b.commit != "" {
		c := "commit " + b.commit[:min(12, len(b.commit))]
		if b.modified {
			c += " with changes"
		}
		parts = append(parts, c)
	}
	parts = append(parts, b.goes, "chromedp "+cmp.Or(b.chromedp, "unknown"), runtime.GOOS+"/"+runtime.GOARCH)
	return fmt.Sprintf("unecho %s (%s)", b.version, strings.Join(parts, ", "))
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "version",
		GroupID:           groupTool,
		Short:             "print the version",
		Long:              "Prints the version of unecho, its commit, and the versions of Go and chromedp it was built with.",
		Example:           "unecho version\nunecho version --json | jq -r .commit",
		Args:              nothing("version takes no arguments"),
		ValidArgsFunction: noNames,
		RunE:              a.runs(func(context.Context, []string) int { return a.version() }),
	}
}

func (a *app) version() int {
	b := thisBuild()
	if !a.o.json {
		fmt.Fprintln(a.Out, b.line())
		return 0
	}
	out := struct {
		Schema   int    `json:"schema"`
		Version  string `json:"version"`
		Commit   string `json:"commit,omitempty"`
		Date     string `json:"date,omitempty"`
		Modified bool   `json:"modified,omitempty"`
		Go       string `json:"go"`
		Chromedp string `json:"chromedp,omitempty"`
		OS       string `json:"os"`
		Arch     string `json:"arch"`
	}{1, b.version, b.commit, b.date, b.modified, b.goes, b.chromedp, runtime.GOOS, runtime.GOARCH}
	if err := json.NewEncoder(a.Out).Encode(out); err != nil {
		return flows.CodeInternal
	}
	return 0
}
