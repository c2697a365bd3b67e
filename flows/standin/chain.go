package standin

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// This file plays sign-ins of any order of screens: the site serves one account many shapes of sign-in, and nobody knows which
// comes when. A chain is the screens of one sign-in, one after the other; behind the last one lies the page that was wanted.
//
//	account-switcher            a scenario of that name: e-mail, password, then this screen
//	chain:otp,phone-prompt      exactly these, in this order
//	chain:4711                  up to six at random, the same for the same number

// link is one screen of a chain.
type link struct {
	name, about string
	path        string         // where the site shows it
	page        string         // template
	costs       map[string]int // answers that it needs, by the name of the screen as a visitor sees it
	stop        bool           // no way past it without a person, or at all
	plain       bool           // already a scenario or a part of every sign-in: none of its own
}

func one(screen string) map[string]int { return map[string]int{screen: 1} }

var links = []link{
	{name: "signin-email", path: "/ap/signin", costs: one("signin-email"), plain: true},
	{name: "signin-email-unified", path: "/ax/claim", costs: one("signin-email"), plain: true},
	{name: "signin-password", path: "/ap/signin", costs: one("signin-password"), plain: true},
	{name: "otp", path: "/ap/mfa", costs: one("otp"), plain: true},
	{name: "continue-shopping", path: "/ap/signin", costs: map[string]int{"continue-shopping": 2}, plain: true}, // a second one is for a person
	{name: "waf-check", path: "/ap/signin", costs: one("waf-check"), plain: true},
	{name: "service-error", path: "/ap/signin", costs: one("service-error"), plain: true},

	{name: "remembered-other", about: "the browser remembers somebody else; a link leads to another e-mail address",
		path: "/ap/signin", costs: map[string]int{"signin-email": 1, "signin-password": 2}},
	{name: "account-switcher", about: "three accounts to choose from, the configured one among them", path: "/ap/signin", page: "chain-switcher.html", costs: one("account-switcher")},
	{name: "otp-rejected-once", about: "the first one-time code is rejected", path: "/ap/mfa", costs: map[string]int{"otp": 1, "otp-rejected": 2}},
	{name: "otp-channel", about: "a choice of ways to get a code, the authenticator app among them", path: "/ap/mfa/new-otp", page: "chain-channel.html", costs: map[string]int{"otp-channel": 1, "otp": 1}},
	{name: "approval", about: "the sign-in is to be approved on the phone, and is after 1.2 s", path: "/ap/cvf/approval", page: "chain-approval.html", costs: one("approval")},
	{name: "passkey-nudge", about: "a passkey is offered, with six buttons", path: "/ax/claim/webauthn/nudge", page: "chain-nudge.html", costs: map[string]int{"passkey-nudge": 2}},
	{name: "passkey-nudge-error", about: "the same, and declining it fails at first", path: "/ax/claim/webauthn/nudge", page: "chain-nudge.html", costs: map[string]int{"passkey-nudge": 2}},
	{name: "phone-prompt", about: "a phone number is asked for, which can be skipped", path: "/ap/accountfixup", page: "chain-phone.html", costs: one("phone-prompt")},

	{name: "account-switcher-strangers", about: "three accounts to choose from, none of them the configured one", path: "/ap/signin", page: "chain-switcher.html", stop: true},
	{name: "account-switcher-twins", about: "the configured account is offered twice", path: "/ap/signin", page: "chain-switcher.html", stop: true},
	{name: "otp-channel-sms", about: "a choice of ways to get a code without the authenticator app", path: "/ap/mfa/new-otp", page: "chain-channel.html", stop: true},
	{name: "otp-channel-refused", about: "too many codes were sent today", path: "/ap/mfa/new-otp", page: "chain-channel.html", stop: true},
	{name: "otp-rejected-always", about: "every one-time code of a chain is rejected", path: "/ap/mfa", costs: map[string]int{"otp": 1, "otp-rejected": 2}, stop: true},
	{name: "approval-never", about: "the sign-in is to be approved on the phone, and nobody does", path: "/ap/cvf/approval", page: "chain-approval.html", stop: true},
	{name: "approval-code", about: "the sign-in is to be approved, or a code typed that came by e-mail", path: "/ap/cvf/approval", page: "chain-approval.html", stop: true},
	{name: "captcha-robot", about: "a picture with letters, site-wide", path: "/ap/signin", stop: true},
	{name: "captcha-cvf", about: "a picture with letters on the verification pages", path: "/ap/cvf/request", page: "chain-captcha-cvf.html", stop: true},
	{name: "captcha-in-form", about: "a picture with letters inside the sign-in form, under its password box", path: "/ap/signin", page: "chain-captcha-form.html", stop: true},
	{name: "puzzle-frame", about: "a puzzle in a frame that is drawn late", path: "/ap/cvf/request", page: "puzzle.html", stop: true},
	{name: "puzzle-page", about: "a puzzle on a page of its own", path: "/ax/aaut/verify/ap/challenge", page: "chain-challenge.html", stop: true},
	{name: "verification-choose", about: "a choice of where to send a verification code", path: "/ap/cvf/request", page: "chain-verify.html", stop: true},
	{name: "verification-type", about: "a verification code to be typed", path: "/ap/cvf/verify", page: "chain-verify.html", stop: true},
	{name: "phone-prompt-forced", about: "a phone number is asked for, and there is no way round", path: "/ap/accountfixup", page: "chain-phone.html", stop: true},
	{name: "locked", about: "the account is locked", path: "/ap/forgotpassword/reverification", page: "chain-locked.html", stop: true},
	{name: "unknown-account", about: "no account has this e-mail address; the page offers to create one", path: "/ax/claim/intent", page: "intent.html", stop: true},
	{name: "not-found-signin", about: "the sign-in leads to a page that does not exist", path: "/ap/signin", page: "not-found.html", stop: true},
	{name: "rejected", about: "the password of a chain is rejected", path: "/ap/signin", costs: one("signin-password"), stop: true},
}

func init() {
	for _, l := range links {
		if !l.plain {
			scenarios = append(scenarios, Scenario{l.name, l.about})
		}
	}
	scenarios = append(scenarios, Scenario{"chain", "sign-in by up to six screens in random order; chain:2 is another order, chain:otp,phone-prompt one of your own"})
}

// ChainScreens are the screens of chains that are scenarios of their own.
func ChainScreens() (names []string) {
	for _, l := range links {
		if !l.plain {
			names = append(names, l.name)
		}
	}
	return names
}

const chainPrefix = "chain:"

func linkOf(name string) (link, bool) {
	i := slices.IndexFunc(links, func(l link) bool { return l.name == name })
	if i < 0 {
		return link{}, false
	}
	return links[i], true
}

// isChain tells a scenario that names a chain itself.
func isChain(name string) bool { return strings.HasPrefix(name, chainPrefix) }

// chainOf is the chain of a set of scenarios, nil where there is none.
func chainOf(set map[string]bool) ([]string, error) {
	var chain []string
	if set["chain"] {
		return RandomChain(1), nil
	}
	for name := range set {
		text, ok := strings.CutPrefix(name, chainPrefix)
		if !ok {
			continue
		}
		if seed, err := strconv.ParseUint(text, 10, 64); err == nil {
			return RandomChain(seed), nil
		}
		for _, l := range strings.Split(text, ",") {
			if _, ok := linkOf(l); !ok {
				return nil, fmt.Errorf("stand-in: no screen %q for a chain; there are %s", l, strings.Join(linkNames(), ", "))
			}
			chain = append(chain, l)
		}
		return chain, nil
	}
	for _, l := range links {
		if !l.plain && set[l.name] {
			chain = append(chain, l.name)
		}
	}
	if chain == nil {
		return nil, nil
	}
	if len(chain) > 0 && chain[0] == "remembered-other" || chain[0] == "rejected" {
		return chain, nil // these begin a sign-in themselves
	}
	first := "signin-email"
	if set["unified"] {
		first += "-unified"
	}
	return append([]string{first, "signin-password"}, chain...), nil
}

func linkNames() []string {
	var names []string
	for _, l := range links {
		names = append(names, l.name)
	}
	return names
}

// RandomChain is the chain of a seed: up to six screens, no screen needing more than two answers in all, some ending with one
// that nobody gets past.
func RandomChain(seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 0xc4a1))
	var ways, ends []link
	for _, l := range links {
		if l.stop {
			ends = append(ends, l)
		} else {
			ways = append(ways, l)
		}
	}
	n := 1 + r.IntN(6)
	ending := r.IntN(5) < 2
	if ending {
		n--
	}
	costs := map[string]int{}
	var chain []string
	var last link
	fits := func(l link) bool {
		next := maps.Clone(costs)
		for screen, c := range l.costs {
			if next[screen] += c; next[screen] > 2 {
				return false
			}
		}
		costs = next
		return true
	}
	if ending { // first, as its answers count as well
		last = ends[r.IntN(len(ends))]
		fits(last)
	}
	for tries := 0; len(chain) < n && tries < 100; tries++ {
		if l := ways[r.IntN(len(ways))]; fits(l) {
			chain = append(chain, l.name)
		}
	}
	if ending {
		chain = append(chain, last.name)
	}
	return chain
}
