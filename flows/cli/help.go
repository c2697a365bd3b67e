package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/standin"
)

const overviewText = `unecho deregisters Alexa and other Amazon devices from an Amazon account by
driving a real browser, and proves that they are gone.

Examples:
    $ unecho demo                                 # see it work; no account needed
    $ unecho list                                 # what is registered
    $ unecho deregister "Kitchen Echo" --dry-run  # what would happen
    $ unecho deregister "Kitchen Echo"            # asks, acts, proves
    $ unecho deregister --serial G090LF1234567890 --yes     # for cron
    $ unecho deregister --match 'Room 12*' --keep '*TV' --yes

Commands:
%s
Flags follow the command. ` + "`unecho help COMMAND`" + ` explains one; topics are
%s.
`

func overview() string {
	var b strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&b, "    %-11s %s\n", c.name, c.summary)
	}
	return fmt.Sprintf(overviewText, b.String(), strings.Join(topicNames(), ", "))
}

const outputFlags = `
Output:
    --json, --csv       results for programs instead of a table
    -q, --quiet         say nothing when all is well
    -v, --verbose       tell every step
    --log-format text|json   what goes to stderr: words, or one object a line
`

const profileFlagsText = `
Whose:
    --profile NAME      the profile (default "default")
    --site SITE         the marketplace (AMAZON_SITE, else amazon.com)
    --replay SOURCE     the profile of a replay source
    --env-file FILE     settings, for AMAZON_SITE
`

const browserFlagsText = `
Account and pages:
    --site SITE         marketplace (AMAZON_SITE, else amazon.com)
    --profile NAME      separate lock, journal and account (default "default")
    --env-file FILE     settings instead of ./.env or the config directory's env
    --replay SOURCE     pages instead of Amazon: standin[:SCENARIO], a cassette
                        directory, or http://127.0.0.1:PORT
    --selectors FILE    teach unecho how a changed page looks
    --evidence DIR      where pictures and logs of a failure go
    --wait 5m           wait for another run of this profile to end

Browser and time:
    --browser PATH      which browser (UNECHO_BROWSER), or ws://… or wss://…
                        for one that runs elsewhere (unecho help browser)
    --headed            with a visible window; what only a person can answer
                        is waited for there
    --approve-wait 3m   wait so long for an approval on the phone (on a
                        terminal; otherwise not at all)
    --no-sandbox        without Chromium's sandbox
    --load-images       load images too
    --timeout 10m       for the whole run; deregister adds 10 s a device. Time
                        that a person takes to answer does not count
    --step-timeout 30s  for one page or click
`

const bulkFlagsText = `
Choosing many (they narrow each other; not together with names):
    --match GLOB        names; * is any run of characters; case counts
    --family FAMILY     a family as ` + "`list`" + ` shows it; one that no device has
                        is refused
    --all               every device
`

// topics are the texts of `unecho help TOPIC`, examples first.
var topics = map[string]string{
	"list": `unecho list [flags]: show the devices registered to the account

Examples:
    $ unecho list
    $ unecho list --match '*Echo*' --csv > devices.csv
    $ unecho list --json | jq -r '.devices[].serial'
    $ unecho list --replay standin
` + bulkFlagsText + `
    --via WAY           portal: what the Alexa portal lists; auto and content:
                        the devices page, which is the list of record
` + outputFlags + browserFlagsText,

	"deregister": `unecho deregister [NAME...] [flags]: deregister devices, prove they are gone

Examples:
    $ unecho deregister "Kitchen Echo" --dry-run
    $ unecho deregister "Kitchen Echo" "Old Kindle"
    $ unecho deregister --serial G090LF1234567890 --yes
    $ unecho deregister --file sold.txt --yes --json > record.json
    $ unecho deregister "Kitchen Echo" --report done.html
    $ unecho deregister --all --keep-file stays.txt --max 40 --yes
    $ unecho deregister "Kitchen Echo" --replay standin --yes

Nothing is done unless every device that was asked for is found and can be told
from the others. Names compare exactly; a serial or key may have spaces, dashes
or small letters. What is on a keep-list always stays.

Choosing (names and these add up):
    --serial S          by serial number
    --key KEY           by the key that ` + "`list`" + ` shows
    --file LIST         a name, serial or key a line, without comments; or what
                        ` + "`list`" + ` prints with --csv or --json, taken by key;
                        - is standard input
` + bulkFlagsText + `
Keeping and limits:
    --keep WHAT         a glob, serial or key that stays; may be repeated
    --keep-file LIST    a list as for --file; unreadable or empty ends the run
    --keep-missing-ok   a keep entry that matches nothing is no error
    --missing-ok        a device that is not there is no error (nor a family).
                        Neither forgives another spelling of what is there
    --max N             refuse more than N devices (10 with the flags above)

Acting:
    --dry-run           show what would be deregistered, touch nothing
    --via WAY           auto: the Alexa portal where it offers the device, else
                        the devices page, which also proves it; portal or
                        content: only that one. A portal that is retired is not
                        looked at again for 30 days
    --yes               do not ask (needed where nobody can answer)
    --pace 2s           between two devices
    --report FILE.html  a page to keep, print or show: what was asked for, what
                        became of each device, with small pictures; also of a
                        dry run or a failure
` + outputFlags + browserFlagsText,

	"identify": `unecho identify FILE [flags]: name a saved page, and say what told it

Examples:
    $ unecho identify saved.html
    $ unecho identify saved.html --url https://www.amazon.de/ap/mfa
    $ unecho identify page.html --json | jq .rule
    $ unecho identify page.html --selectors mine.toml -v

Prints the name of the screen, or "unknown"; both are exit 0. The page is loaded
in the real browser at its address, its scripts run, and nothing leaves the
machine: whatever else it asks for is answered with nothing. --json adds which
rule told it, what of that rule matched and missed, and the decoys: things that a
rule asks for and that are in the page unseen.

    --url URL           where the page was saved (default: the marketplace's home
                        page; AMAZON_SITE, else amazon.com)
    --selectors FILE    teach unecho how a changed page looks
` + outputFlags,

	"login": `unecho login [flags]: sign in by hand in a window, and keep the session
unecho login --import FILE: take over the session of another browser

Examples:
    $ unecho login
    $ unecho login --profile grandma --site amazon.de
    $ unecho login --import cookies.txt

A window opens at Amazon; sign in with whatever it asks for. What is set in
AMAZON_EMAIL and AMAZON_PASSWORD is typed for you, once. When the list of devices
shows for whom it is, the session is kept (mode 0600) and the window closes.
Amazon asks for the password again when a session is older than an hour, so runs
on a schedule need the settings as well; ` + "`login`" + ` gets them past the first
captcha, code or approval. Whoever signs in as somebody else than AMAZON_EMAIL is
told so (exit 2), and nothing is kept. Imported cookies show the customer, not the
e-mail address: the next run with AMAZON_EMAIL compares it by signing in.

    --import FILE       a Netscape cookies.txt (curl, wget, yt-dlp, extensions),
                        or JSON of a cookie extension, Playwright, Puppeteer or
                        Selenium; only the marketplace's cookies are taken
` + outputFlags + browserFlagsText,

	"logout": `unecho logout [flags]: forget the session and for whom it is

Examples:
    $ unecho logout
    $ unecho logout --profile grandma --site amazon.de

Removes the cookies, the binding to an account, and what is remembered of
rejected passwords and used codes. The journal and the evidence stay: they are
records. Amazon is not told; sign out there to end the session for good.
` + profileFlagsText + `    --wait 5m           wait for a run of this profile to end
` + outputFlags,

	"history": `unecho history [flags]: what was done, from the journal

Examples:
    $ unecho history
    $ unecho history --since 24h --json
    $ unecho history --since 2026-05-01 --csv > done.csv

Every attempt is in the journal before the first click, so a run that was killed
leaves it "open"; the next run looks at a fresh list and settles it.

    --since TIME        2026-05-01, 2026-05-01T12:00:00Z, 24h or 7d ago
` + profileFlagsText + outputFlags,

	"completion": `unecho completion bash|zsh|fish: print what the shell needs to complete

Examples:
    $ source <(unecho completion bash)
    $ unecho completion zsh > ~/.zfunc/_unecho
    $ unecho completion fish > ~/.config/fish/completions/unecho.fish
`,

	"record": `unecho record DIR [flags]: record pages as a cassette, with fakes for whatever
is personal, so that they can be replayed and sent to somebody else

Examples:
    $ unecho record my-pages                   # sign in, list the devices
    $ unecho record my-pages --by-hand         # you click, it records
    $ unecho record my-pages --deregister "Old Echo"
    $ unecho record my-pages --from amazon.har # exported by a browser
    $ unecho list --replay ./my-pages          # try what was recorded

Cookies, tokens, passwords, customer and account ids, serial numbers, e-mail
addresses, names, telephone numbers, postal, MAC and IP addresses and the names
of devices and networks are replaced by fakes of the same shape, everywhere and
in every encoding. This cannot be turned off. A report says what was replaced,
and what still looks personal: read it, and look into the files, before you send
them. DIR can be read by you only.

    --by-hand           open a window and record while you click; close it to end
    --from FILE         a HAR file of a browser or a proxy (.har, .har.gz, .zip)
    --keep-names        leave the names of devices, but for people's names in them
    --deregister NAME   the whole job, confirmed like the job itself: on a terminal
                        it asks, elsewhere it wants --yes
    --yes               do not ask; only together with --deregister
    --via WAY          auto, mycd or alexa
` + outputFlags + browserFlagsText,

	"check": `unecho check: look whether the pages still are what unecho expects

Examples:
    $ unecho check
    $ unecho check --json | jq '.findings[] | select(.verdict != "found")'
    $ unecho check --replay ./my-pages
    $ unecho check --selectors fix.toml        # does my fix find it?

Goes from the home page to the menu of the first device, then through the Alexa
portal to the page of a device, and says of each screen and element what found
it: its first choice, a fallback, or nothing. Deregister is looked at and never
clicked; nothing on the account changes. In GitHub Actions (GITHUB_ACTIONS=true)
it annotates the job.

Exit codes: 0 all by first choice, 1 something by a fallback, 6 something lost.

    --via WAY          content: not the portal; portal: the portal alone; auto: both
                        (a portal that is retired or out of order is no loss then)
` + outputFlags + browserFlagsText,

	"browser": `unecho browser: show which browser runs take, its version, and why
unecho browser install: install one

Examples:
    $ unecho browser
    $ unecho browser install
    $ unecho browser install --headed    # one that can show a window

Where it comes from: on Debian and its like from the packages, if they hold a real
one (Ubuntu's is a stub for a snap) and the rights allow (root, or sudo without a
password); else Chrome for Testing is downloaded into unecho/browsers in the user's
cache directory, checked and whole or not at all. Run it again for a newer version of
a downloaded one; nobody else updates that.

Which one runs take: the one that is named; else what the system has; else what was
downloaded. For replay headless-shell before full Chromium, live the other way
round, with --headed full Chromium only.

A browser elsewhere (a container's, a service's, one with --remote-debugging-port):
    $ export UNECHO_BROWSER='wss://browsers.example/chromium?token=…'
    $ unecho browser && unecho list
The run gets a context of its own there, which that browser throws away when the
connection ends; its other tabs are left alone. An address with a token belongs
into UNECHO_BROWSER: everybody on this machine can read --browser. ws:// is not
encrypted and is refused beyond this machine and private networks. record does not
work there, a replay only in a browser on this machine, --headed and login only in
one that has a window.

    --browser PATH      judge this one (UNECHO_BROWSER); also ws:// and wss://
    --headed            one that can show a window
` + outputFlags,

	"demo": `unecho demo: the whole job on built-in pages, told step by step

Examples:
    $ unecho demo
    $ unecho demo --headed
    $ unecho demo --replay standin:otp+unified

Signs in to a stand-in for Amazon, lists its devices, deregisters one, proves
that it is gone, and saves a picture of the page. Installs a browser if there is
none. No account is touched and nothing leaves the machine.
` + outputFlags + browserFlagsText,

	"version": "unecho version: print the version, of Go and of chromedp too\n",
	"help":    "unecho help [COMMAND|TOPIC]: explain a command or a topic\n",

	"settings": `Settings come from the environment, else from ./.env, else from the file "env"
in the config directory (~/.config/unecho). Only AMAZON_* is read from a file.

Example .env (single quotes keep a password as it is):
    AMAZON_EMAIL=ada@example.com
    AMAZON_PASSWORD='correct horse $ battery'
    AMAZON_OTP_SECRET=JBSWY3DPEHPK3PXP
    AMAZON_SITE=amazon.de

    AMAZON_EMAIL        the account
    AMAZON_PASSWORD     its password
    AMAZON_OTP_SECRET   secret of its authenticator app: base32 or otpauth://…
    AMAZON_SITE         the marketplace
    …_FILE              each of them from a file instead, e.g. AMAZON_PASSWORD_FILE
    UNECHO_BROWSER      path of the browser, or ws:// or wss:// of one elsewhere
    UNECHO_BROWSER_URL  a mirror of Chrome for Testing: install takes it from there
    XDG_STATE_HOME      profiles, journal and evidence go below it, in unecho/

Marketplaces: ` + wrap(strings.Join(account.Sites(), " "), 65, "    ") + "\n",

	"exit-codes": `Exit codes:
      0  done
      1  at least one device is not deregistered
      2  usage or configuration
      3  a named device (or keep entry) is not on the account
      4  a person is needed (captcha, code, approval)
      5  sign-in rejected or account locked
      6  Amazon not usable: errors, unknown page, no network, time up
      7  another run holds this profile or account
      8  no browser, or it died
      9  internal error, or own files not writable
    130  interrupted (143: terminated)

Outcomes of a device:
    deregistered, already-gone, would-deregister          0
    skipped (kept; under a pattern: not offered or        0
      another household member's)
    not-offered (asked for by name, no Deregister)        1
    failed, unknown (asked to go, absence not proven)     1
`,

	"safety": `What unecho holds to:
  - Success is what a fresh, complete list shows, never what a click returned.
  - A click is sent only if the thing under the mouse, at that instant, belongs
    to the device that was asked for. Any doubt ends the run.
  - Nothing is clicked that wipes, locks or resets a device, enrols a passkey,
    buys, or creates an account.
  - Captchas, puzzles and approvals are for people: the run ends with exit 4.
  - A rejected password is not sent again until it changes.
  - The password is typed only on https at the configured marketplace, and is in
    no log, picture, process list or browser environment.

Deregistering removes content from Kindles and tablets, and signs app entries
out. An Echo still has to be reset by hand before it is given away.
`,
}

func topicNames() []string { return []string{"settings", "exit-codes", "safety", "replay"} }

func (a *app) help(args []string) int {
	if len(args) == 0 {
		io.WriteString(a.Out, overview())
		return 0
	}
	name := args[0]
	if len(args) > 1 {
		return a.usage("", "help explains one command or topic at a time")
	}
	if name == "replay" {
		io.WriteString(a.Out, replayTopic())
		return 0
	}
	text, ok := topics[name]
	if !ok {
		all := topicNames()
		for _, c := range commands() {
			all = append(all, c.name)
		}
		slices.Sort(all)
		return a.usage("", fmt.Sprintf("no command or topic %q; there are %s", name, strings.Join(all, ", ")))
	}
	io.WriteString(a.Out, text)
	return 0
}

func replayTopic() string {
	var b strings.Builder
	b.WriteString(`--replay SOURCE puts something in the place of Amazon: real host names, real
cookies, a real browser, no packet leaves the machine.

Examples:
    $ unecho list --replay standin
    $ unecho deregister "Kitchen Echo" --replay standin:no-popup --yes
    $ unecho list --replay testdata/cassettes/article
    $ unecho list --replay http://127.0.0.1:8080

A directory named standin is given as ./standin. Scenarios combine with "+":
standin:otp+unified. They are:

`)
	for _, sc := range standin.Scenarios() {
		fmt.Fprintf(&b, "    %-22s %s\n", sc.Name, sc.About)
	}
	return b.String()
}

// wrap breaks words into lines of at most n columns after the first.
func wrap(s string, n int, indent string) string {
	var b strings.Builder
	col := 14
	for i, w := range strings.Fields(s) {
		if i > 0 && col+1+len(w) > n+len(indent) {
			b.WriteString("\n" + indent)
			col = len(indent)
		} else if i > 0 {
			b.WriteByte(' ')
			col++
		}
		b.WriteString(w)
		col += len(w)
	}
	return b.String()
}
