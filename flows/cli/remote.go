package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser"
)

// This file is about a browser that runs elsewhere: --browser ws://… or wss://….

// browserNamed is what --browser or UNECHO_BROWSER says, and which of them.
func (a *app) browserNamed() (value, by string) {
	if a.o.browser != "" {
		return a.o.browser, "--browser"
	}
	return a.getenv("UNECHO_BROWSER"), "UNECHO_BROWSER"
}

// hideAddress feeds the redactor with what may be a token in the browser's address,
// before anything is said.
func (a *app) hideAddress() {
	for _, value := range []string{a.o.browser, a.getenv("UNECHO_BROWSER")} {
		if !browser.IsAddress(value) {
			continue
		}
		address, err := browser.ParseAddress(value)
		if err != nil {
			a.red.Add(value)
			continue
		}
		for _, secret := range address.Secrets() {
			a.red.Add(secret)
		}
	}
}

// findRemote reads the address of a browser elsewhere and decides whether the run may go
// there; a.remote stays nil where the browser is this machine's. Errors are *flows.Stop.
func (a *app) findRemote(ctx context.Context, replayed bool) error {
	value, by := a.browserNamed()
	if !browser.IsAddress(value) {
		return nil
	}
	address, err := browser.ParseAddress(value)
	if err != nil {
		return config("%s %v", by, err)
	}
	if a.rec != nil {
		// What a recording listens to is the whole browser's.
		return &flows.Stop{Code: flows.CodeUsage, Message: "record does not work in a browser that runs elsewhere: it would see what all its users load",
			Hint: "give --browser PATH"}
	}
	if err := address.Resolve(ctx); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return startStop(err)
	}
	switch {
	case replayed && !address.Loopback():
		return &flows.Stop{Code: flows.CodeUsage, Message: "a replay comes from this machine's 127.0.0.1, which the browser at " + address.Where() + " does not reach",
			Hint: "give --browser PATH, or the address of a browser on this machine"}
	case replayed, address.Encrypted(), address.Loopback():
	case !address.Private():
		return &flows.Stop{Code: flows.CodeUsage, Message: "ws:// to " + address.Where() + " is not encrypted, and the password and the session would travel over it",
			Hint: "give wss://, or ws://127.0.0.1:PORT at the end of an SSH tunnel"}
	default:
		a.warn("ws:// to " + address.Where() + " is not encrypted: whoever can listen in that network reads the password and the session")
	}
	if a.o.noSandbox {
		a.warn("--no-sandbox has no effect on the browser at " + address.Where() + ", which is already running")
	}
	a.remote = address
	return nil
}

// foundRemote is the browser elsewhere as the rest of the program knows browsers.
func foundRemote(address *browser.Address) browser.Found {
	return browser.Found{Path: address.String(), Kind: browser.Remote, Why: "already running there; named by --browser or UNECHO_BROWSER"}
}

// noRoom: our own files cannot be written; the browser is not to blame.
func noRoom(err error) bool {
	var dir *browser.DirError
	return errors.As(err, &dir)
}

const roomHint = "free some disk space or check the permissions of the state directory"

// startStop is the end of a run that got no browser.
func startStop(err error) *flows.Stop {
	stop := &flows.Stop{Code: flows.CodeNoBrowser, Message: err.Error(), Err: err, Hint: startHint(err)}
	var elsewhere *browser.RemoteError
	var local *browser.StartError
	switch {
	case errors.As(err, &elsewhere):
		stop.Hint = elsewhere.Hint
	case noRoom(err):
		stop.Code, stop.Hint = flows.CodeInternal, roomHint
	case errors.As(err, &local) && local.Hint != "":
		// Another browser would end in the same way.
		said := *local
		said.Hint = ""
		stop.Message, stop.Hint = said.Error(), local.Hint
	}
	return stop
}

// remoteBrowser is `unecho browser` for a browser elsewhere: it asks that one.
func (a *app) remoteBrowser(ctx context.Context) int {
	if err := a.findRemote(ctx, false); err != nil {
		return a.fail(ctx, nil, err)
	}
	found, err := browser.Ask(ctx, a.remote, a.o.headed)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		} else {
			err = startStop(err)
		}
		return a.fail(ctx, nil, err)
	}
	found.Why = foundRemote(a.remote).Why
	uses := []use{{"live", found}}
	if a.remote.Loopback() {
		uses = append(uses, use{"replay", found})
	}
	return a.printBrowsers(uses)
}

// namesRemote tells whether the run's browser is elsewhere.
func (a *app) namesRemote() bool {
	value, _ := a.browserNamed()
	return browser.IsAddress(strings.TrimSpace(value))
}
