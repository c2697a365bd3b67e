package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// Wrong invocations, files and environments. Each ends in the exit code of the
// contract and one line that says what, where and, in a line of its own, what to do;
// no browser is started for it, and nothing that was there is lost.

// wrong is one of them. In args and env, @ stands for the working directory.
type wrong struct {
	name  string
	args  []string
	code  int
	says  string   // in the message or its hint
	env   []string // instead of the credentials; "-" alone: none
	files string   // NAME=CONTENT, separated by "|"; NAME/ is a directory
	times int      // the content of each stands there so often: each command of the suite is this program, and begins by making what is written out here
	stdin string
}

const (
	aSecret  = "hunter2-is-never-echoed"
	aliceEnv = "AMAZON_EMAIL=alice@example.com"
	passEnv  = "AMAZON_PASSWORD=" + aSecret
)

func words(s string) []string { return strings.Fields(s) }

func all(more ...string) []string {
	return append([]string{"deregister", "--all", "--yes", "--replay", "standin"}, more...)
}

func live(more ...string) []string { return append([]string{"list", "--profile", "other"}, more...) }

func creds(more ...string) []string { return append([]string{aliceEnv, passEnv}, more...) }

var wrongs = []wrong{
	// The command.
	{name: "command misspelt", args: words("lits"), code: 2, says: `no command "lits"`},
	{name: "command in capitals", args: words("LIST"), code: 2, says: `no command "LIST"`},
	{name: "command empty", args: []string{""}, code: 2, says: "no command"},
	{name: "command with a line break", args: []string{"li\nst"}, code: 2, says: `no command`},
	{name: "command of escape sequences", args: []string{"\x1b[2Jlist"}, code: 2, says: `no command`},
	{name: "flag before the command", args: words("--json list"), code: 2, says: "flags go after it"},
	{name: "two commands", args: words("list deregister"), code: 2, says: "list takes no names"},
	{name: "help on nothing known", args: words("help nonsense"), code: 2, says: "nonsense"},
	{name: "completion for no shell", args: words("completion tcsh"), code: 2, says: "tcsh"},
	{name: "completion without a shell", args: words("completion"), code: 2, says: "bash"},
	{name: "version of something", args: words("version list"), code: 2, says: "version takes no arguments"},
	{name: "browser verb misspelt", args: words("browser instal"), code: 2, says: "instal"},
	{name: "demo of a name", args: words("demo Kitchen"), code: 2, says: "demo takes no arguments"},
	{name: "demo on a live server", args: words("demo --replay http://127.0.0.1:1"), code: 2, says: "stand-in only"},
	{name: "check of a name", args: words("check Kitchen"), code: 2, says: "check takes no arguments"},
	{name: "check as CSV", args: words("check --csv --replay standin"), code: 2, says: "no CSV"},
	{name: "login with a name", args: words("login alice"), code: 2, says: "login takes no names"},
	{name: "logout with a name", args: words("logout alice"), code: 2, says: "logout takes no names"},

	// Flags.
	{name: "report that is no page", args: all("--report", "@/keep.txt"), code: 2, says: "ends in .html"},
	{name: "report in no directory", args: all("--report", "none/done.html"), code: 2, says: "--report none/done.html"},
	{name: "report below a file", args: all("--report", "keep.txt/done.html"), code: 2, says: "not a directory"},
	{name: "report that is a directory", args: all("--report", "a.html"), files: "a.html/x=1", code: 2, says: "is a directory"},
	{name: "report without a name", args: all("--report", ""), code: 2, says: "--report is empty"},
	{name: "report of a list", args: words("list --report x.html"), code: 2, says: "--report"},
	{name: "unknown flag", args: words("list --device X"), code: 2, says: "--device"},
	{name: "unknown short flag", args: words("list -z"), code: 2, says: "z"},
	{name: "another command's flag", args: words("list --serial X"), code: 2, says: "--serial"},
	{name: "value missing", args: words("list --site"), code: 2, says: "--site"},
	{name: "value empty", args: []string{"list", "--site", ""}, code: 2, says: "--site is empty"},
	{name: "value of spaces", args: []string{"list", "--profile", "  "}, code: 2, says: "--profile is empty"},
	{name: "switch with a value", args: words("list --json=perhaps"), code: 2, says: "--json"},
	{name: "duration of words", args: words("list --timeout soon"), code: 2, says: "--timeout"},
	{name: "duration without a unit", args: words("list --timeout 30"), code: 2, says: "--timeout"},
	{name: "duration zero", args: words("list --step-timeout 0s"), code: 2, says: "longer than 0"},
	{name: "duration negative", args: words("list --timeout=-5m"), code: 2, says: "longer than 0"},
	{name: "duration too long for a number", args: words("list --timeout 9999999999h"), code: 2, says: "--timeout"},
	{name: "wait negative", args: words("list --wait=-1s"), code: 2, says: "negative"},
	{name: "approve-wait negative", args: words("list --approve-wait=-1s"), code: 2, says: "negative"},
	{name: "pace negative", args: words("deregister X --pace=-1s"), code: 2, says: "negative"},
	{name: "max of words", args: words("deregister --all --max many"), code: 2, says: "--max"},
	{name: "max negative", args: words("deregister --all --max=-1"), code: 2, says: "negative"},
	{name: "max too large for a number", args: words("deregister --all --max 99999999999999999999"), code: 2, says: "--max"},
	{name: "JSON and CSV", args: words("list --json --csv"), code: 2, says: "cannot be used together"},
	{name: "quiet and verbose", args: words("list -q -v"), code: 2, says: "cannot be used together"},
	{name: "no such via", args: words("list --via motorway"), code: 2, says: "motorway"},
	{name: "no such log format", args: words("list --log-format xml"), code: 2, says: "text or json"},
	{name: "a site's address", args: words("list --site https://evil.example/"), code: 2, says: "evil.example"},
	{name: "a site misspelt", args: words("list --site amazon.cm"), code: 2, says: "amazon.com"},
	{name: "a site that only begins so", args: words("list --site amazon.com.evil.example"), code: 2, says: "evil.example"},
	{name: "a site with a path", args: words("list --site ../../etc"), code: 2, says: "--site"},
	{name: "AMAZON_SITE misspelt", args: words("list"), env: creds("AMAZON_SITE=amazon.kom"), code: 2, says: "AMAZON_SITE"},
	{name: "AMAZON_SITE misspelt, identify", args: words("identify page.html"), env: creds("AMAZON_SITE=amazon.kom"), code: 2, says: "AMAZON_SITE"},
	{name: "profile above", args: words("list --profile ../other"), code: 2, says: "--profile"},
	{name: "profile is ..", args: words("list --profile .."), code: 2, says: "--profile"},
	{name: "profile with a slash", args: words("list --profile a/b"), code: 2, says: "--profile"},
	{name: "profile too long", args: []string{"list", "--profile", strings.Repeat("p", 300)}, code: 2, says: "64"},
	{name: "profile above, logout", args: words("logout --profile ../../live/amazon.com/default"), code: 2, says: "--profile"},
	{name: "profile above, history", args: words("history --profile ../../amazon.com/default"), code: 2, says: "--profile"},
	{name: "browser that is not there", args: words("list --replay standin --browser @/chrome"), code: 8, says: "chrome"},
	{name: "browser that is a directory", args: words("list --replay standin --browser @"), code: 8, says: "directory"},
	{name: "browser that cannot be run", args: words("list --replay standin --browser @/keep.txt"), code: 8, says: "keep.txt"},
	{name: "browser at an address where nothing is", args: words("list --replay standin --browser ws://127.0.0.1:1/x?token=" + aSecret), code: 8, says: "the browser at 127.0.0.1:1 is not there: nothing listens at that port"},
	{name: "browser at an address where nothing is, asked for its version", args: words("browser --browser ws://" + aSecret + "@127.0.0.1:1"), code: 8, says: "nothing listens"},
	{name: "browser at no address", args: words("list --replay standin --browser ws://"), code: 2, says: "--browser has an address without a host"},
	{name: "browser at a web address", args: words("list --replay standin --browser http://127.0.0.1:9222/?token=" + aSecret), code: 2, says: "--browser takes ws:// or wss://, not http://"},
	{name: "browser at another scheme", args: words("browser --browser ftp://" + aSecret + "@127.0.0.1"), code: 2, says: "ws:// or wss://"},
	{name: "browser at no port", args: words("list --replay standin --browser ws://127.0.0.1:99999/" + aSecret), code: 2, says: "invalid port: 99999"},
	{name: "browser at no host", args: []string{"list", "--browser", "ws://a browser/" + aSecret}, code: 2, says: "not a valid address"},
	{name: "browser at an address with a broken escape", args: words("list --browser wss://a.example/%zz?token=" + aSecret), code: 2, says: "%XX"},
	{name: "browser at an address that is cut", args: words("list --browser wss://a.example/?token=#" + aSecret), code: 2, says: "%23"},
	{name: "browser far away, not encrypted", args: live("--browser", "ws://192.0.2.1:9222/?token="+aSecret), code: 2, says: "wss://"},
	{name: "browser far away, not encrypted, JSON", args: live("--json", "--browser", "ws://192.0.2.1:9222/?token="+aSecret), code: 2, says: "wss://"},
	{name: "browser far away, replay", args: words("list --replay standin --browser wss://192.0.2.1/?token=" + aSecret), code: 2, says: "does not reach"},
	{name: "browser elsewhere in a private network, replay", args: words("list --replay standin --browser ws://10.1.2.3:9222"), code: 2, says: "does not reach"},
	{name: "browser elsewhere, record", args: words("record new --replay standin --browser ws://127.0.0.1:1/" + aSecret), code: 2, says: "record does not work"},
	{name: "UNECHO_BROWSER that is not an address", args: live(), env: creds("UNECHO_BROWSER=wss://a b/" + aSecret), code: 2, says: "UNECHO_BROWSER is not a valid address"},
	{name: "UNECHO_BROWSER where nothing is", args: live(), env: creds("UNECHO_BROWSER=ws://127.0.0.1:1/?token=" + aSecret), code: 8, says: "nothing listens"},
	{name: "UNECHO_BROWSER where nothing is, identify", args: words("identify page.html"), env: creds("UNECHO_BROWSER=ws://127.0.0.1:1/?token=" + aSecret), code: 8, says: "nothing listens"},
	{name: "UNECHO_BROWSER that is not there", args: words("browser"), env: creds("UNECHO_BROWSER=/nowhere/chrome"), code: 8, says: "/nowhere/chrome"},

	// What is to go.
	{name: "nothing named", args: words("deregister --yes --replay standin"), code: 2, says: "no device asked for"},
	{name: "an empty name", args: []string{"deregister", "", "--yes", "--replay", "standin"}, code: 2, says: "empty"},
	{name: "names and --all", args: all("Kitchen Echo"), code: 2, says: "--all"},
	{name: "nobody to confirm", args: []string{"deregister", "Kitchen Echo", "--replay", "standin"}, code: 2, says: "without --yes"},
	{name: "keep-file missing", args: all("--keep-file", "missing.txt"), code: 2, says: "missing.txt"},
	{name: "keep-file a directory", args: all("--keep-file", "full"), code: 2, says: "full: is a directory"},
	{name: "keep-file unreadable", args: all("--keep-file", "/proc/self/mem"), code: 2, says: "/proc/self/mem: cannot read"},
	{name: "keep-file empty", args: all("--keep-file", "empty.txt"), code: 2, says: "empty.txt"},
	{name: "keep-file of blank lines", args: all("--keep-file", "blank.txt"), code: 2, says: "blank.txt", files: "blank.txt=\n \n\t\n"},
	{name: "keep-file of a BOM alone", args: all("--keep-file", "bom.txt"), code: 2, says: "bom.txt", files: "bom.txt=\ufeff\r\n"},
	{name: "keep-file in Latin-1", args: all("--keep-file", "latin.txt"), code: 2, says: "UTF-8", files: "latin.txt=K\xfcche\n"},
	{name: "keep-file in UTF-16", args: all("--keep-file", "u16.txt"), code: 2, says: "UTF-8", files: "u16.txt=\xff\xfeK\x00\n\x00"},
	{name: "keep-file with NUL", args: all("--keep-file", "nul.txt"), code: 2, says: "nul.txt", files: "nul.txt=Kitchen\x00Echo\n"},
	{name: "keep-file of one huge line", args: all("--keep-file", "wide.txt"), code: 2, says: "wide.txt", files: "wide.txt=x", times: 70_000},
	{name: "keep-file too large", args: all("--keep-file", "big.txt"), code: 2, says: "larger", files: "big.txt=xxxxxxxxx\n", times: 1 << 20},
	{name: "keep-file of JSON cut short", args: all("--keep-file", "list.json"), code: 2, says: "list.json: begins like JSON", files: `list.json={"schema":1,"devices":[{"key":"a1"`},
	{name: "keep-file of a failed list", args: all("--keep-file", "list.json"), code: 2, says: "list.json: there is no device in it", files: `list.json={"schema":1,"devices":[],"error":{"code":6}}`},
	{name: "keep-file of a history", args: all("--keep-file", "h.json"), code: 2, says: "without a list of devices", files: `h.json={"schema":1,"entries":[{"key":"a1"}]}`},
	{name: "keep-file of CSV cut short", args: all("--keep-file", "list.csv"), code: 2, says: "not a complete CSV", files: "list.csv=key,name,serial\na1,\"Kitchen\n"},
	{name: "keep-file of a CSV's header", args: all("--keep-file", "list.csv"), code: 2, says: "no device in it", files: "list.csv=key,name,serial\n"},
	{name: "file of what a run skipped", args: words("deregister --file plan.json --yes --replay standin"), code: 2, says: "skipped by the run", files: `plan.json={"schema":1,"devices":[{"key":"a1","outcome":"skipped"}]}`},
	{name: "keep empty", args: all("--keep", ""), code: 2, says: "--keep"},
	{name: "match empty", args: []string{"deregister", "--match", "", "--yes", "--replay", "standin"}, code: 2, says: "--match"},
	{name: "file missing", args: words("deregister --file missing.txt --yes --replay standin"), code: 2, says: "missing.txt"},
	{name: "file a program", args: words("deregister --file prog --yes --replay standin"), code: 2, says: "prog", files: "prog=\x7fELF\x02\x01\x01\x00\x00\xff\xfe"},
	{name: "file from an empty stdin", args: words("deregister --file - --yes --replay standin"), code: 2, says: "stdin"},
	{name: "stdin twice", args: words("deregister --file - --keep-file - --yes --replay standin"), stdin: "Kitchen Echo\n", code: 2, says: "only once"},

	// The env file.
	{name: "env file missing", args: live("--env-file", "missing.env"), code: 2, says: "missing.env"},
	{name: "env file a directory", args: live("--env-file", "full"), code: 2, says: "full"},
	{name: "env file unreadable", args: live("--env-file", "/proc/self/mem"), code: 2, says: "/proc/self/mem"},
	{name: "env file binary", args: live("--env-file", "b.env"), code: 2, says: "UTF-8", files: "b.env=\x00\x01\xff"},
	{name: "env file, quote not closed", args: live("--env-file", "b.env"), env: []string{"-"}, code: 2, says: "b.env:2", files: "b.env=AMAZON_EMAIL=a@example.org\nAMAZON_PASSWORD='" + aSecret + "\n"},
	{name: "env file, no =", args: live("--env-file", "b.env"), env: []string{"-"}, code: 2, says: "b.env:1", files: "b.env=AMAZON_PASSWORD " + aSecret + "\n"},
	{name: "env file, $ unprotected", args: live("--env-file", "b.env"), env: []string{"-"}, code: 2, says: "single quotes", files: "b.env=AMAZON_PASSWORD=" + aSecret + "$HOME\n"},
	{name: "env file, # unprotected", args: live("--env-file", "b.env"), env: []string{"-"}, code: 2, says: "single quotes", files: "b.env=AMAZON_PASSWORD=" + aSecret + " #1\n"},
	{name: "env file, set twice", args: live("--env-file", "b.env"), env: []string{"-"}, code: 2, says: "twice", files: "b.env=AMAZON_PASSWORD=" + aSecret + "\nAMAZON_PASSWORD=" + aSecret + "2\n"},
	{name: "env file, a misspelt name and thus no password", args: live("--env-file", "b.env"), env: []string{"-"}, code: 2, says: "AMAZON_PASSWORD", files: "b.env=AMAZON_EMAIL=a@example.org\nAMAZON_PASWORD=" + aSecret + "\n"},
	{name: ".env broken", args: live(), env: []string{"-"}, code: 2, says: ".env:1", files: ".env=AMAZON_PASSWORD=\"" + aSecret + "\n"},
	{name: "env file readable by others, no e-mail", args: live("--env-file", "open.env"), env: []string{"-"}, code: 2, says: "AMAZON_EMAIL", files: "open.env=AMAZON_PASSWORD=" + aSecret + "\n"},

	// Secrets.
	{name: "no credentials", args: live(), env: []string{"-"}, code: 2, says: "AMAZON_EMAIL"},
	{name: "no password", args: live(), env: []string{aliceEnv}, code: 2, says: "AMAZON_PASSWORD"},
	{name: "e-mail empty", args: live(), env: []string{"AMAZON_EMAIL=", passEnv}, code: 2, says: "AMAZON_EMAIL"},
	{name: "e-mail of the example", args: live(), env: []string{"AMAZON_EMAIL=you@example.com", passEnv}, code: 2, says: "placeholder"},
	{name: "e-mail that is none", args: live(), env: []string{"AMAZON_EMAIL=alice", passEnv}, code: 2, says: "AMAZON_EMAIL"},
	{name: "e-mail and password swapped", args: live(), env: []string{"AMAZON_EMAIL=" + aSecret, "AMAZON_PASSWORD=alice@example.org"}, code: 2, says: "AMAZON_EMAIL"},
	{name: "password of spaces", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD=   "}, code: 2, says: "AMAZON_PASSWORD"},
	{name: "password of the example", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD=changeme"}, code: 2, says: "placeholder"},
	{name: "password with a line break", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD=" + aSecret + "\nmore"}, code: 2, says: "line break"},
	{name: "password in Latin-1", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD=" + aSecret + "\xfc"}, code: 2, says: "UTF-8"},
	{name: "password twice", args: live(), env: creds("AMAZON_PASSWORD_FILE=@/keep.txt"), code: 2, says: "AMAZON_PASSWORD_FILE"},
	{name: "password file missing", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD_FILE=@/missing"}, code: 2, says: "missing"},
	{name: "password file a directory", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD_FILE=@/full"}, code: 2, says: "full"},
	{name: "password file empty", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD_FILE=@/empty.txt"}, code: 2, says: "empty"},
	{name: "password file under ~", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD_FILE=~/password"}, code: 2, says: "~"},
	{name: "password file of two lines", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD_FILE=@/two"}, code: 2, says: "line break", files: "two=" + aSecret + "\nand more\n"},
	{name: "password file too large", args: live(), env: []string{aliceEnv, "AMAZON_PASSWORD_FILE=@/big"}, code: 2, says: "larger", files: "big=x", times: 2 << 20},
	{name: "OTP secret not base32", args: live(), env: creds("AMAZON_OTP_SECRET=0189!"), code: 2, says: "AMAZON_OTP_SECRET"},
	{name: "OTP secret is a code", args: live(), env: creds("AMAZON_OTP_SECRET=123456"), code: 2, says: "AMAZON_OTP_SECRET"},
	{name: "OTP secret too short", args: live(), env: creds("AMAZON_OTP_SECRET=AB"), code: 2, says: "AMAZON_OTP_SECRET"},
	{name: "OTP address without a secret", args: live(), env: creds("AMAZON_OTP_SECRET=otpauth://totp/Amazon?issuer=Amazon"), code: 2, says: "AMAZON_OTP_SECRET"},
	{name: "OTP address of another kind", args: live(), env: creds("AMAZON_OTP_SECRET=otpauth://hotp/Amazon?secret=JBSWY3DPEHPK3PXP&counter=1"), code: 2, says: "AMAZON_OTP_SECRET"},
	{name: "OTP secret of spaces", args: live(), env: creds("AMAZON_OTP_SECRET=  "), code: 2, says: "AMAZON_OTP_SECRET"},

	// --selectors.
	{name: "overlay missing", args: words("list --replay standin --selectors missing.toml"), code: 2, says: "missing.toml"},
	{name: "overlay a directory", args: words("list --replay standin --selectors full"), code: 2, says: "full"},
	{name: "overlay binary", args: words("list --replay standin --selectors o.toml"), code: 2, says: "o.toml", files: "o.toml=\x00\x01\xff"},
	{name: "overlay no TOML", args: words("list --replay standin --selectors o.toml"), code: 2, says: "o.toml", files: "o.toml={\"json\": true}"},
	{name: "overlay, no candidates", args: words("list --replay standin --selectors o.toml"), code: 2, says: "candidates", files: "o.toml=[element.devices-tab]\ncandidates = []\n"},
	{name: "overlay, CSS that is none", args: words("list --replay standin --selectors o.toml"), code: 2, says: "o.toml", files: "o.toml=[element.devices-tab]\ncandidates = [ { css = 'a[[b', evidence = 'documented' } ]\n"},
	{name: "overlay, a key twice", args: words("list --replay standin --selectors o.toml"), code: 2, says: "o.toml", files: "o.toml=[element.devices-tab]\ncandidates = []\ncandidates = []\n"},
	{name: "overlay, a text not closed", args: words("list --replay standin --selectors o.toml"), code: 2, says: "o.toml", files: "o.toml=[element.devices-tab]\ncss = 'a\n"},
	{name: "overlay, unknown key", args: words("list --replay standin --selectors o.toml"), code: 2, says: "nonsense", files: "o.toml=[nonsense]\na = 1\n"},
	{name: "overlay, a table twice", args: words("list --replay standin --selectors o.toml"), code: 2, says: "o.toml", files: "o.toml=[element.devices-tab]\n[element.devices-tab]\n"},
	{name: "overlay, wrong type", args: words("list --replay standin --selectors o.toml"), code: 2, says: "o.toml", files: "o.toml=element = 3\n"},
	{name: "overlay, unknown element", args: words("list --replay standin --selectors o.toml"), code: 2, says: "no-such-element", files: "o.toml=[element.no-such-element]\n[[element.no-such-element.candidate]]\ncss = \"a\"\n"},
	{name: "overlay missing, identify", args: words("identify page.html --selectors missing.toml"), code: 2, says: "missing.toml"},

	// --replay.
	{name: "replay of no directory", args: words("list --replay nowhere"), code: 2, says: "no such directory"},
	{name: "replay of a file", args: words("list --replay keep.txt"), code: 2, says: "keep.txt"},
	{name: "replay of no cassette", args: words("list --replay full"), code: 2, says: "full"},
	{name: "replay of a broken cassette", args: words("list --replay c"), code: 2, says: "manifest", files: "c/=|c/manifest.json={\"schema\":"},
	{name: "replay of no scenario", args: words("list --replay standin:nonsense"), code: 2, says: `no scenario "nonsense"`},
	{name: "replay of an empty part", args: words("list --replay standin:one+"), code: 2, says: "scenario"},
	{name: "replay of a broken address", args: words("list --replay http://[::1"), code: 2, says: "--replay"},
	{name: "replay from elsewhere", args: words("list --replay http://192.0.2.1:80"), code: 2, says: "192.0.2.1"},
	{name: "replay from a name", args: words("list --replay http://localhost.evil.example:80"), code: 2, says: "evil.example"},
	{name: "replay with a password", args: words("list --replay http://a:" + aSecret + "@127.0.0.1:1"), code: 2, says: "--replay"},
	{name: "replay from elsewhere, JSON", args: words("list --json --replay http://192.0.2.1:80"), code: 2, says: "192.0.2.1"},
	{name: "replay over https", args: words("list --replay https://127.0.0.1:1"), code: 2, says: "--replay"},
	{name: "replay without a port", args: words("list --replay http://127.0.0.1"), code: 2, says: "--replay"},
	{name: "replay of another scheme", args: words("list --replay ftp://127.0.0.1:21"), code: 2, says: "--replay"},

	// record.
	{name: "record to nowhere", args: words("record --replay standin"), code: 2, says: "one directory"},
	{name: "record to two", args: words("record a b --replay standin"), code: 2, says: "one directory"},
	{name: "record over files", args: words("record full --replay standin"), code: 2, says: "full is not empty"},
	{name: "record over a file", args: words("record keep.txt --replay standin"), code: 2, says: "keep.txt"},
	{name: "record in two ways", args: words("record new --from x.har --by-hand"), code: 2, says: "cannot be used together"},
	{name: "record and deregister, nobody to confirm", args: []string{"record", "new", "--replay", "standin", "--deregister", "Kitchen Echo"}, code: 2, says: "without --yes"},
	{name: "HAR missing", args: words("record new --from missing.har"), code: 2, says: "missing.har"},
	{name: "HAR a directory", args: words("record new --from full"), code: 2, says: "full"},
	{name: "HAR empty", args: words("record new --from empty.txt"), code: 2, says: "empty.txt"},
	{name: "HAR no JSON", args: words("record new --from keep.txt"), code: 2, says: "keep.txt"},
	{name: "HAR cut short", args: words("record new --from h.har"), code: 2, says: "h.har", files: `h.har={"log":{"entries":[{"request":{"method":"GET","url":"https://www.ama`},
	{name: "HAR of wrong types", args: words("record new --from h.har"), code: 2, says: "h.har", files: `h.har={"log":{"entries":"none"}}`},
	{name: "HAR without entries", args: words("record new --from h.har"), code: 2, says: "h.har", files: `h.har={"log":{"entries":[]}}`},
	{name: "HAR of JSON that is none", args: words("record new --from h.har"), code: 2, says: "h.har", files: `h.har=[1,2,3]`},
	{name: "HAR of another site", args: words("record new --from h.har"), code: 2, says: "--site", files: `h.har={"log":{"version":"1.2","entries":[{"startedDateTime":"2026-01-01T00:00:00Z","request":{"method":"GET","url":"https://example.org/"},"response":{"status":200,"content":{"mimeType":"text/html","text":"x"}}}]}}`},
	{name: "HAR and a wrong site", args: words("record new --from h.har --site amazon.kom"), code: 2, says: "amazon.kom", files: `h.har={"log":{"version":"1.2","entries":[{"startedDateTime":"2026-01-01T00:00:00Z","request":{"method":"GET","url":"https://www.amazon.com/"},"response":{"status":200,"content":{"mimeType":"text/html","text":"x"}}}]}}`},

	// identify.
	{name: "identify nothing", args: words("identify"), code: 2, says: "one FILE"},
	{name: "identify two", args: words("identify a b"), code: 2, says: "one FILE"},
	{name: "identify an empty name", args: []string{"identify", ""}, code: 2, says: "one FILE"},
	{name: "identify what is not there", args: words("identify missing.html"), code: 2, says: "missing.html"},
	{name: "identify a directory", args: words("identify full"), code: 2, says: "is a directory"},
	{name: "identify a device", args: words("identify /dev/null"), code: 2, says: "not a regular file"},
	{name: "identify the unreadable", args: words("identify /proc/self/mem"), code: 2, says: "/proc/self/mem"},
	{name: "identify too much", args: words("identify huge.html"), code: 2, says: "too large", files: "huge.html=@huge"},
	{name: "identify without end", args: words("identify /dev/zero"), code: 2, says: "not a regular file"},
	{name: "identify an MHTML archive", args: words("identify saved.mhtml"), code: 2, says: "MHTML", files: "saved.mhtml=MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"},
	{name: "identify a source view", args: words("identify source.html"), code: 2, says: "view-source", files: "source.html=<html><body><div class=\"line-gutter-backdrop\"></div><table><tr><td class=\"line-number\" value=\"1\">"},
	{name: "identify nothing at all", args: words("identify empty.html"), code: 2, says: "is empty", files: "empty.html="},
	{name: "overlay without end, identify", args: words("identify page.html --selectors /dev/zero"), code: 2, says: "not a regular file"},
	{name: "overlay without end", args: words("list --replay standin --selectors /dev/zero"), code: 2, says: "not a regular file"},
	{name: "record from what never ends", args: words("record new --from /dev/zero"), code: 2, says: "not a regular file"},
	{name: "record from what has no entry", args: words("record new --from e.har"), code: 2, says: "holds no request", files: "e.har={\"log\":{\"entries\":[]}}"},
	{name: "record from what has no answer", args: words("record new --from e.har"), code: 2, says: "1 × no answer", files: "e.har={\"log\":{\"entries\":[{\"request\":{\"url\":\"https://www.amazon.com/\"},\"response\":{\"status\":0}}]}}"},
	{name: "identify at no address", args: []string{"identify", "page.html", "--url", "not an address"}, code: 2, says: "--url"},
	{name: "identify at a file", args: words("identify page.html --url file:///etc/passwd"), code: 2, says: "--url"},
	{name: "identify with a user name", args: words("identify page.html --url https://a:" + aSecret + "@www.amazon.com/"), code: 2, says: "user name"},
	{name: "identify, JSON", args: words("identify missing.html --json"), code: 2, says: "missing.html"},

	// history.
	{name: "history of a name", args: words("history Kitchen"), code: 2, says: "history takes no names"},
	{name: "since when", args: words("history --since yesterday"), code: 2, says: "yesterday"},
	{name: "since no day", args: words("history --since 2026-02-31"), code: 2, says: "2026-02-31"},
	{name: "since a negative time", args: words("history --since=-3d"), code: 2, says: "-3d"},
	{name: "since too long ago", args: words("history --since 999999999999d"), code: 2, says: "999999999999d"},
	{name: "since so many days that the number turns round", args: words("history --since 300000d"), code: 2, says: "300000d"},
	{name: "since escape sequences", args: []string{"history", "--since", "\x1b]0;x\x07"}, code: 2, says: "not a time"},

	// login --import.
	{name: "import missing", args: words("login --import missing.txt"), code: 2, says: "missing.txt"},
	{name: "import a directory", args: words("login --import full"), code: 2, says: "full"},
	{name: "import empty", args: words("login --import empty.txt"), code: 2, says: "empty.txt"},
	{name: "import prose", args: words("login --import keep.txt"), code: 2, says: "keep.txt"},
	{name: "import binary", args: words("login --import c.txt"), code: 2, says: "c.txt", files: "c.txt=\x00\x01\x02\xff"},
	{name: "import broken JSON", args: words("login --import c.json"), code: 2, says: "c.json", files: `c.json={"cookies":[{"name":"at-main","value":"` + aSecret + `"`},
	{name: "import JSON of wrong types", args: words("login --import c.json"), code: 2, says: "c.json", files: `c.json={"cookies":{"at-main":"` + aSecret + `"}}`},
	{name: "import JSON without cookies", args: words("login --import c.json"), code: 2, says: "c.json", files: `c.json={}`},
	{name: "import of another site", args: words("login --import c.txt"), code: 2, says: "c.txt", files: "c.txt=# Netscape HTTP Cookie File\n.example.org\tTRUE\t/\tTRUE\t4102444800\tat-main\t" + aSecret + "\n"},
	{name: "import of another marketplace", args: words("login --import c.txt"), code: 2, says: "amazon.de", files: "c.txt=# Netscape HTTP Cookie File\n.amazon.de\tTRUE\t/\tTRUE\t4102444800\tat-acbde\t" + aSecret + "\n"},
	{name: "import of an expired sign-in", args: words("login --import c.txt"), code: 2, says: "expired", files: "c.txt=# Netscape HTTP Cookie File\n.amazon.com\tTRUE\t/\tTRUE\t1000000000\tat-main\t" + aSecret + "\n"},
	{name: "import with spaces for tabs", args: words("login --import c.txt"), code: 2, says: "c.txt", files: "c.txt=# Netscape HTTP Cookie File\n.amazon.com TRUE / TRUE 4102444800 at-main " + aSecret + "\n"},

	// The environment.
	{name: "nothing set up", args: live("--site", "amazon.de"), env: []string{"-"}, code: 2, says: "sign in once, in a window:  unecho login"},
	{name: "nothing set up, JSON", args: live("--json"), env: []string{"-"}, code: 2, says: "unecho demo"},
	{name: "login without a screen", args: words("login"), env: creds("DISPLAY=", "WAYLAND_DISPLAY="), code: 8, says: "unecho login --import cookies.txt"},
	{name: "no HOME", args: words("list --replay standin"), env: creds("HOME=", "XDG_STATE_HOME="), code: 2, says: "HOME"},
	{name: "no HOME, history", args: words("history"), env: creds("HOME=", "XDG_STATE_HOME="), code: 2, says: "HOME"},
	{name: "HOME and XDG relative", args: words("list --replay standin"), env: creds("HOME=here", "XDG_STATE_HOME=there"), code: 2, says: "HOME"},
	{name: "state directory a file", args: words("list --replay standin"), env: creds("XDG_STATE_HOME=@/keep.txt"), code: 9, says: "keep.txt"},
	{name: "state directory a file, history", args: words("history"), env: creds("XDG_STATE_HOME=@/keep.txt"), code: 9, says: "keep.txt"},
	{name: "state directory a file, logout", args: words("logout"), env: creds("XDG_STATE_HOME=@/keep.txt"), code: 9, says: "keep.txt"},
	{name: "state directory that cannot be", args: words("list --replay standin"), env: creds("XDG_STATE_HOME=/proc/unecho"), code: 9, says: "/proc/unecho"},
	{name: "evidence directory a file", args: words("list --replay standin --evidence keep.txt"), code: 2, says: "is a file; name a directory"},
	{name: "evidence below a file", args: words("list --replay standin --evidence keep.txt/x"), code: 2, says: "--evidence"},
	{name: "another account than the profile's", args: words("list"), env: []string{"AMAZON_EMAIL=bob@example.org", passEnv}, code: 2, says: "--profile"},
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	if len(wrongs) < 60 {
		t.Fatalf("%d cases", len(wrongs))
	}
	var table lines
	started := time.Now()
	t.Cleanup(func() {
		t.Logf("%d cases in %d ms:\n%s", len(wrongs), time.Since(started).Milliseconds(), table.String())
	})
	half := browsertest.LeftOut("TestBadInput, every second case")
	for i, c := range wrongs {
		if half && i%2 > 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t, &table)
		})
	}
}

// lines of a table that several tests write.
type lines struct {
	mu sync.Mutex
	strings.Builder
}

func (l *lines) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(&l.Builder, format, args...)
}

func (c wrong) check(t *testing.T, table *lines) {
	dir, state := t.TempDir(), t.TempDir()
	here := func(s string) string { return strings.ReplaceAll(s, "@/", dir+"/") }
	files := map[string]string{"keep.txt": "Kitchen Echo\n", "empty.txt": "", "full/note.txt": "mine", "page.html": "<title>x</title>"}
	for _, f := range strings.Split(c.files, "|") {
		if name, text, ok := strings.Cut(f, "="); ok {
			files[name] = strings.Repeat(text, max(1, c.times))
		}
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		switch {
		case err != nil || strings.HasSuffix(name, "/"):
		case text == "@huge": // a hole: no disk is filled
			if err = os.WriteFile(path, nil, 0o600); err == nil {
				err = os.Truncate(path, 100<<20)
			}
		default:
			mode := fs.FileMode(0o600)
			if strings.HasPrefix(name, "open") {
				mode = 0o644
			}
			err = os.WriteFile(path, []byte(text), mode)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// A profile with a session and a journal, and a browser that tells of its start.
	p, err := account.OpenProfile(filepath.Join(state, "unecho"), "live", "amazon.com", "default")
	if err != nil {
		t.Fatal(err)
	}
	const token = "Atza|a-token-of-alice-that-is-long"
	if err := errors.Join(p.Bind("alice@example.com", "A2CUSTOMER"),
		p.SaveSession([]account.Cookie{{Name: "at-main", Value: token, Domain: ".amazon.com", Path: "/", Secure: true, HTTPOnly: true, Expires: time.Now().Add(time.Hour)}}),
		os.WriteFile(filepath.Join(p.Dir, "journal.jsonl"), nil, 0o600),
		os.WriteFile(filepath.Join(state, "browser"), []byte("#!/bin/sh\ntouch "+state+"/started\n"), 0o700)); err != nil {
		t.Fatal(err)
	}
	before := filesBelow(t, dir, state)

	env := []string{aliceEnv, passEnv}
	if c.env != nil {
		env = c.env
	}
	env = append([]string{"UNECHO_BROWSER=" + filepath.Join(state, "browser"), "XDG_CONFIG_HOME="}, env...)
	args := make([]string, len(c.args))
	for i := range args {
		args[i] = here(c.args[i])
		if args[i] == "@" {
			args[i] = dir
		}
	}
	for i := range env {
		env[i] = here(env[i])
	}
	cmd := tool(t, state, nil, args...)
	for _, kv := range env {
		if kv != "-" {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(c.stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer guard.Stop()
	code := 0
	var ee *exec.ExitError
	if err := cmd.Wait(); errors.As(err, &ee) {
		code = ee.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}

	if code != c.code {
		t.Errorf("exit code %d, want %d", code, c.code)
	}
	if slices.Contains(c.args[1:], "--json") && code != 0 {
		var out struct{ Error struct{ Code int } }
		if err := json.Unmarshal(stdout.Bytes(), &out); err != nil || out.Error.Code != code {
			t.Errorf("with --json, stdout is %.300q (%v)", stdout.String(), err)
		}
	} else if stdout.Len() > 0 {
		t.Errorf("on stdout: %.200q", stdout.String())
	}
	message, hint := "", ""
	for _, line := range strings.Split(strings.TrimSuffix(stderr.String(), "\n"), "\n") {
		h, isHint := strings.CutPrefix(line, "unecho: hint: ")
		m, ours := strings.CutPrefix(line, "unecho: ")
		switch {
		case strings.HasPrefix(line, "unecho: warning: "):
		case c.code == 8 && message != "" && strings.HasPrefix(line, "unecho: stopped with exit code 8"): // the summary of a run
		case isHint && hint == "" && message != "":
			hint = h
		case hint != "" && strings.HasPrefix(line, "              "): // a hint of several lines
			hint += "\n" + strings.TrimSpace(line)
		case ours && !isHint && message == "":
			message = m
		default:
			t.Errorf("a line too many: %.200q", line)
		}
	}
	if len(message) < 8 || len(message) > 400 {
		t.Errorf("the message has %d bytes: %.500q", len(message), message)
	}
	if !strings.Contains(message+"\n"+hint, c.says) {
		t.Errorf("nothing says %q", c.says)
	}
	for _, never := range []string{aSecret, token, "goroutine ", "runtime error", "internal error", ".go:", "%!", "<nil>", "\x1b", "\x00", "map["} {
		if strings.Contains(stderr.String()+stdout.String(), never) {
			t.Errorf("it prints %q", never)
		}
	}
	after := filesBelow(t, dir, state)
	for path, text := range before {
		if after[path] != text {
			t.Errorf("%s was changed or is gone", path)
		}
	}
	for path := range after {
		_, was := before[path]
		name := filepath.Base(path)
		// What a run that got as far as its profile writes into it.
		ours := strings.HasPrefix(path, filepath.Join(state, "unecho")) && (name == "lock" || name == "lock.json" || name == ".edit" || strings.Contains(path, "/accounts/") || strings.HasSuffix(name, ".lock"))
		if !was && !ours {
			t.Errorf("left behind: %s", path)
		}
	}
	if hint != "" {
		message += " → " + hint
	}
	table.add("%d  %-44s %s\n", code, c.name, message)
	if t.Failed() {
		t.Logf("stderr:\n%.2000s", stderr.String())
	}
}

// filesBelow are the files below two directories, with their content and mode.
func filesBelow(t *testing.T, roots ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			st, err := d.Info()
			if err != nil {
				return err
			}
			text := fmt.Sprint(st.Mode(), st.Size(), st.ModTime().UnixNano())
			found[path] = text
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
