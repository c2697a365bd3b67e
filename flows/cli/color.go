package cli

import (
	"runtime"

	"github.com/unecho/unecho/flows/report"
)

// colors tells whether a stream is to have colours, by the conventions that other
// tools keep (no-color.org, bixense.com/clicolors).
func (e Env) colors(terminal bool) bool {
	switch {
	case e.getenv("NO_COLOR") != "":
		return false
	case e.getenv("CLICOLOR_FORCE") != "" && e.getenv("CLICOLOR_FORCE") != "0":
		return true
	case e.getenv("CLICOLOR") == "0" || e.dumb():
		return false
	}
	return terminal
}

// dumb: the terminal, if it is one, takes nothing but text.
func (e Env) dumb() bool {
	term := e.getenv("TERM")
	return term == "dumb" || term == "" && runtime.GOOS != "windows"
}

// paint colours a word on stderr.
func (a *app) paint(style, s string) string {
	if s == "" || !a.colors(a.Screen > 0) {
		return s
	}
	return report.Paint(style, s)
}
