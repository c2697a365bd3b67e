package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// write puts a file into dir, mode 0600 unless told otherwise.
func write(t testing.TB, dir, name, text string, mode ...os.FileMode) string {
	t.Helper()
	m := os.FileMode(0o600)
	if len(mode) > 0 {
		m = mode[0]
	}
	p := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), m); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(p, m); err != nil { // the umask
		t.Fatal(err)
	}
	return p
}

const totpSecret = "MZXW6YTBOI7Q MZXW6YTBOI7Q"

func TestLoad(t *testing.T) {
	type want struct{ email, password, otp, site string }
	cases := []struct {
		name   string
		env    []string
		dotenv string            // ./.env
		config string            // the config directory's env
		files  map[string]string // further files in the directory
		explicit,
		noFiles string
		want want
		err  []string // all of them in the one-line error
		warn []string // one substring for each warning, in order
	}{
		// the environment
		{name: "nothing set"},
		{name: "environment", env: []string{"AMAZON_EMAIL=ann@example.org", "AMAZON_PASSWORD=p$1 \\x #y", "AMAZON_SITE=amazon.de", "AMAZON_OTP_SECRET=" + totpSecret},
			want: want{"ann@example.org", `p$1 \x #y`, totpSecret, "amazon.de"}},
		{name: "a phone number signs in too", env: []string{"AMAZON_EMAIL=+49 151 2345678"}, want: want{email: "+49 151 2345678"}},
		{name: "password keeps its spaces, with a warning", env: []string{"AMAZON_PASSWORD= pw "}, want: want{password: " pw "}, warn: []string{"begins or ends with a space"}},
		{name: "e-mail loses its spaces", env: []string{"AMAZON_EMAIL= ann@example.org "}, want: want{email: "ann@example.org"}},
		{name: "docker keeps the quotes", env: []string{"AMAZON_PASSWORD='hunter2'"}, want: want{password: "'hunter2'"}, warn: []string{"quote"}},
		{name: "site as a person types it", env: []string{"AMAZON_SITE=https://www.Amazon.co.uk/"}, want: want{site: "amazon.co.uk"}},
		{name: "site with a typing mistake", env: []string{"AMAZON_SITE=amazon.cmo"}, err: []string{"the environment", "AMAZON_SITE", "did you mean amazon.com"}},
		{name: "site of somebody else", env: []string{"AMAZON_SITE=amazon.com.evil.example"}, err: []string{"AMAZON_SITE", "not an Amazon marketplace"}},
		{name: "empty", env: []string{"AMAZON_PASSWORD="}, err: []string{"the environment", "AMAZON_PASSWORD", "is empty"}},
		{name: "blank", env: []string{"AMAZON_OTP_SECRET=  "}, err: []string{"AMAZON_OTP_SECRET", "is empty"}},
		{name: "placeholder changeme", env: []string{"AMAZON_PASSWORD=ChangeMe"}, err: []string{"placeholder"}},
		{name: "placeholder your-password", env: []string{"AMAZON_PASSWORD=your-password"}, err: []string{"placeholder"}},
		{name: "placeholder in angle brackets", env: []string{"AMAZON_PASSWORD=<password>"}, err: []string{"placeholder"}},
		{name: "placeholder xxxx", env: []string{"AMAZON_PASSWORD=xxxxxxxx"}, err: []string{"placeholder"}},
		{name: "placeholder e-mail", env: []string{"AMAZON_EMAIL=you@example.com"}, err: []string{"AMAZON_EMAIL", "placeholder"}},
		{name: "a password that looks a little like one is one", env: []string{"AMAZON_PASSWORD=changeme7!"}, want: want{password: "changeme7!"}},
		{name: "carriage return of a Windows file", env: []string{"AMAZON_PASSWORD=hunter2\r"}, err: []string{"AMAZON_PASSWORD", "carriage return"}},
		{name: "line break", env: []string{"AMAZON_PASSWORD=hunter2\nmore"}, err: []string{"line break"}},
		{name: "not UTF-8", env: []string{"AMAZON_PASSWORD=hunter2\xff"}, err: []string{"UTF-8"}},
		{name: "e-mail that is none", env: []string{"AMAZON_EMAIL=hunter2"}, err: []string{"AMAZON_EMAIL", "neither an e-mail"}},
		{name: "one-time secret that is a code", env: []string{"AMAZON_OTP_SECRET=123456"}, err: []string{"AMAZON_OTP_SECRET", "one-time code"}},
		{name: "one-time secret that is not base32", env: []string{"AMAZON_OTP_SECRET=hunter2hunter2hunter2!"}, err: []string{"base32"}},
		{name: "names are exact", env: []string{"amazon_password=hunter2", "AMAZON_PASSWORDX=hunter2"}},
		// NAME_FILE
		{name: "file", env: []string{"AMAZON_PASSWORD_FILE=pw"}, files: map[string]string{"pw": "hunter2$x #1\r\n\n"}, want: want{password: "hunter2$x #1"}},
		{name: "file with a byte order mark", env: []string{"AMAZON_PASSWORD_FILE=pw"}, files: map[string]string{"pw": "\ufeffhunter2\n"}, want: want{password: "hunter2"}},
		{name: "file and value", env: []string{"AMAZON_PASSWORD_FILE=pw", "AMAZON_PASSWORD=x"}, files: map[string]string{"pw": "hunter2"}, err: []string{"AMAZON_PASSWORD and AMAZON_PASSWORD_FILE are both set"}},
		{name: "file that is not there", env: []string{"AMAZON_PASSWORD_FILE=none"}, err: []string{"AMAZON_PASSWORD_FILE", "none", "no such file"}},
		{name: "file that is a directory", env: []string{"AMAZON_PASSWORD_FILE=."}, err: []string{"AMAZON_PASSWORD_FILE", "directory"}},
		{name: "file that is empty", env: []string{"AMAZON_PASSWORD_FILE=pw"}, files: map[string]string{"pw": "\n"}, err: []string{"pw", "AMAZON_PASSWORD", "is empty"}},
		{name: "file with two lines", env: []string{"AMAZON_PASSWORD_FILE=pw"}, files: map[string]string{"pw": "hunter2\nhunter3\n"}, err: []string{"line break"}},
		{name: "file given with a tilde", env: []string{"AMAZON_PASSWORD_FILE=~/pw"}, err: []string{"~", "whole path"}},
		{name: "file name empty", env: []string{"AMAZON_PASSWORD_FILE="}, err: []string{"AMAZON_PASSWORD_FILE", "is empty"}},
		{name: "every setting as a file", env: []string{"AMAZON_EMAIL_FILE=e", "AMAZON_PASSWORD_FILE=p", "AMAZON_OTP_SECRET_FILE=o", "AMAZON_SITE_FILE=s"},
			files: map[string]string{"e": "ann@example.org\n", "p": "hunter2\n", "o": totpSecret + "\n", "s": "amazon.fr\n"}, want: want{"ann@example.org", "hunter2", totpSecret, "amazon.fr"}},
		// the env file
		{name: "plain", dotenv: "AMAZON_EMAIL=ann@example.org\nAMAZON_PASSWORD=hunter2\n", want: want{email: "ann@example.org", password: "hunter2"}},
		{name: "single quotes protect", dotenv: `AMAZON_PASSWORD='Tr0ub4dor&$HOME \n #1'`, want: want{password: `Tr0ub4dor&$HOME \n #1`}},
		{name: "double quotes around plain text", dotenv: `AMAZON_PASSWORD="it's a #1 day" # mine`, want: want{password: "it's a #1 day"}},
		{name: "export, colon, spaces, Windows line ends, byte order mark", dotenv: "\ufeffexport AMAZON_EMAIL = ann@example.org\r\nAMAZON_PASSWORD: hunter2\r\n", want: want{email: "ann@example.org", password: "hunter2"}},
		{name: "comment after an address is a comment", dotenv: "AMAZON_EMAIL=ann@example.org # me\nAMAZON_SITE=amazon.it # Italy\n", want: want{email: "ann@example.org", site: "amazon.it"}},
		{name: "# without a space belongs to it", dotenv: "AMAZON_PASSWORD=hunter#2\n", want: want{password: "hunter#2"}},
		{name: "dollar", dotenv: "# mine\n\nAMAZON_PASSWORD=Tr0ub4dor&$HOME\n", err: []string{".env:3", "AMAZON_PASSWORD", "a $", "AMAZON_PASSWORD='…'"}},
		{name: "dollar in double quotes", dotenv: `AMAZON_PASSWORD="p$1x"`, err: []string{".env:1", "double quotes do not protect", "single quotes"}},
		{name: "dollar before lower case", dotenv: `AMAZON_PASSWORD=pa$word`, err: []string{"a $"}},
		{name: "backslash", dotenv: `AMAZON_PASSWORD=hunter\2`, err: []string{`a \`}},
		{name: "backslash in double quotes", dotenv: `AMAZON_PASSWORD="hunter\n2"`, err: []string{`a \`}},
		{name: "backslash before the closing single quote", dotenv: "AMAZON_PASSWORD='hunter2\\'\nAMAZON_SITE='amazon.de'\n", err: []string{".env:1", "AMAZON_PASSWORD_FILE"}},
		{name: "space and #", dotenv: `AMAZON_PASSWORD=hunter2 #1`, err: []string{"space and #", "single quotes"}},
		{name: "begins with #", dotenv: `AMAZON_PASSWORD= #hunter2`, err: []string{"begins with #"}},
		{name: "single quote inside and a dollar", dotenv: `AMAZON_PASSWORD=it's$5`, err: []string{"a $", "AMAZON_PASSWORD_FILE"}},
		{name: "quote not closed", dotenv: "AMAZON_PASSWORD='hunter2\nAMAZON_SITE=amazon.de\n", err: []string{".env:1", "AMAZON_PASSWORD", "not closed"}},
		{name: "double quote not closed", dotenv: "AMAZON_PASSWORD=\"hunter2", err: []string{"not closed"}},
		{name: "goes on after the quote", dotenv: "AMAZON_PASSWORD='hunter'2'\n", err: []string{"after its closing quote"}},
		{name: "no-break space at the end", dotenv: "AMAZON_PASSWORD=hunter2\u00a0\n", err: []string{".env:1", "changed by the syntax"}},
		{name: "no equals sign", dotenv: "AMAZON_PASSWORD hunter2\n", err: []string{".env:1", "AMAZON_PASSWORD", "has no ="}},
		{name: "set twice", dotenv: "AMAZON_PASSWORD=hunter2\nX=1\nAMAZON_PASSWORD=hunter3\n", err: []string{".env:3", "twice", "line 1"}},
		{name: "empty in the file", dotenv: "AMAZON_EMAIL=ann@example.org\nAMAZON_PASSWORD=\n", err: []string{".env:2", "AMAZON_PASSWORD", "is empty"}},
		{name: "empty quotes in the file", dotenv: "AMAZON_PASSWORD=''\n", err: []string{".env:1", "is empty"}},
		{name: "not text", dotenv: "AMAZON_PASSWORD=h\x00unter2\n", err: []string{"UTF-8"}},
		{name: "name misspelt", dotenv: "AMAZON_PASWORD=hunter2\nAMAZON_SITE=amazon.de\n", want: want{site: "amazon.de"}, warn: []string{".env:1: AMAZON_PASWORD is not a setting of unecho; did you mean AMAZON_PASSWORD?"}},
		{name: "other projects' lines do not matter", dotenv: "KEY=\"-----BEGIN\nabc$def\n-----END\"\nthis is nonsense 'é\nPATH=$PATH:/x\nAMAZON_SITE=amazon.de\nAMAZON_AWS_REGION_NAME=x\n", want: want{site: "amazon.de"}},
		{name: "another project's open quote would swallow ours", dotenv: "A=1\nFOO='bar\nAMAZON_SITE=amazon.de\nB='x'\n", err: []string{".env:2", "quote", "AMAZON_SITE in line 3"}},
		{name: "file named in the env file", dotenv: "AMAZON_PASSWORD_FILE=pw", files: map[string]string{"pw": "hunter2\n"}, want: want{password: "hunter2"}},
		{name: "both in the env file", dotenv: "AMAZON_PASSWORD_FILE=pw\nAMAZON_PASSWORD=x\n", files: map[string]string{"pw": "hunter2\n"}, err: []string{"both set"}},
		// which source counts
		{name: "environment wins", env: []string{"AMAZON_PASSWORD=mine"}, dotenv: "AMAZON_EMAIL=ann@example.org\nAMAZON_PASSWORD=hunter2\n", want: want{email: "ann@example.org", password: "mine"}},
		{name: "environment's value wins over the file's _FILE", env: []string{"AMAZON_PASSWORD=mine"}, dotenv: "AMAZON_PASSWORD_FILE=none\n", want: want{password: "mine"}},
		{name: "config directory without .env", config: "AMAZON_SITE=amazon.nl\n", want: want{site: "amazon.nl"}},
		{name: ".env wins as a whole", dotenv: "AMAZON_EMAIL=ann@example.org\n", config: "AMAZON_EMAIL=bob@example.org\nAMAZON_PASSWORD=bobs\n", want: want{email: "ann@example.org"}},
		{name: ".env of another project leaves the config directory's", dotenv: "PORT=3000\n", config: "AMAZON_SITE=amazon.nl\n", want: want{site: "amazon.nl"}},
		{name: "explicit is the only one", dotenv: "AMAZON_EMAIL=ann@example.org\n", explicit: "other", files: map[string]string{"other": "AMAZON_SITE=amazon.se\n"}, want: want{site: "amazon.se"}},
		{name: "explicit and not there", explicit: "gone", err: []string{"gone", "no such file", "--env-file"}},
		{name: "no files", noFiles: "yes", dotenv: "AMAZON_EMAIL=ann@example.org\n", config: "AMAZON_SITE=amazon.nl\n"},
		{name: "no files but an explicit one", noFiles: "yes", explicit: "other", files: map[string]string{"other": "AMAZON_SITE=amazon.se\n"}, want: want{site: "amazon.se"}},
	}
	if len(cases) < 40 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			dir, conf := t.TempDir(), t.TempDir()
			if tc.dotenv != "" {
				write(t, dir, ".env", tc.dotenv)
			}
			if tc.config != "" {
				write(t, conf, "env", tc.config)
			}
			for n, text := range tc.files {
				write(t, dir, n, text)
			}
			src := Source{Environ: tc.env, Dir: dir, ConfigDir: conf, NoFiles: tc.noFiles != ""}
			if tc.explicit != "" {
				src.EnvFile = filepath.Join(dir, tc.explicit)
			}
			s, warn, err := Load(src)
			said := strings.Join(warn, "\n")
			if err != nil {
				said += "\n" + err.Error()
			}
			for _, planted := range []string{"hunter2", "hunter3", "Tr0ub4dor", "p$1x", "123456"} {
				if strings.Contains(said, planted) {
					t.Errorf("a value is echoed: %q", said)
				}
			}
			if len(tc.err) > 0 {
				var ce *ConfigError
				if !errors.As(err, &ce) {
					t.Fatalf("got %v, want a *ConfigError", err)
				}
				for _, w := range tc.err {
					if !strings.Contains(err.Error(), w) {
						t.Errorf("%q lacks %q", err, w)
					}
				}
				if strings.Contains(err.Error(), "\n") {
					t.Errorf("more than one line: %q", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := (want{s.Email, s.Password.Reveal(), s.OTPSecret.Reveal(), s.Site}); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
			if len(warn) != len(tc.warn) {
				t.Fatalf("warnings %q, want %q", warn, tc.warn)
			}
			for i, w := range tc.warn {
				if !strings.Contains(warn[i], w) {
					t.Errorf("warning %q lacks %q", warn[i], w)
				}
			}
		})
	}
}

func TestFromNamesThePlace(t *testing.T) {
	dir := t.TempDir()
	env := write(t, dir, ".env", "AMAZON_EMAIL=ann@example.org\n")
	s, _, err := Load(Source{Environ: []string{"AMAZON_SITE=amazon.de"}, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if s.From[KeyEmail] != env || s.From[KeySite] != "the environment" {
		t.Errorf("From = %v", s.From)
	}
	if err := s.Complete(); err == nil || !strings.Contains(err.Error(), KeyPassword) || strings.Contains(err.Error(), KeyEmail) {
		t.Errorf("Complete says %v", err)
	}
}

func TestFilesThatOthersCanRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes mean nothing here")
	}
	dir := t.TempDir()
	write(t, dir, "a b/pw", "hunter2", 0o640)
	write(t, dir, "a b/.env", "AMAZON_PASSWORD_FILE=pw\n", 0o604)
	_, warn, err := Load(Source{Dir: filepath.Join(dir, "a b")})
	if err != nil {
		t.Fatal(err)
	}
	if len(warn) != 2 || !strings.HasSuffix(warn[0], "run: chmod 600 '"+filepath.Join(dir, "a b", ".env")+"'") || !strings.Contains(warn[1], "pw") {
		t.Errorf("warnings %q", warn)
	}
	// Another project's .env is none of our business, and a mounted secret cannot be changed.
	write(t, dir, "a b/.env", "PORT=1\n", 0o644)
	k8s := write(t, dir, "..2026_01_02/pw", "hunter2", 0o644)
	_, warn, err = Load(Source{Dir: filepath.Join(dir, "a b"), Environ: []string{"AMAZON_PASSWORD_FILE=" + k8s}})
	if err != nil || len(warn) != 0 {
		t.Errorf("warnings %q, %v", warn, err)
	}
}

func TestUnreadableEnvFileIsOneLine(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".env"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, err := Load(Source{Dir: dir})
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "directory") {
		t.Errorf("got %v", err)
	}
	write(t, dir, "big", strings.Repeat("x", maxFile+1))
	if _, _, err = Load(Source{Dir: dir, EnvFile: filepath.Join(dir, "big")}); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("got %v", err)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	s := Settings{Password: "hunter2", OTPSecret: totpSecret}
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&b, verb+" "+verb+"\n", s, s.Password)
	}
	j, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	b.Write(j)
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "pw", s.Password, "all", s)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "pw", s.Password, "all", s)
	for _, planted := range []string{"hunter2", fmt.Sprintf("%x", "hunter2"), "MZXW"} {
		if strings.Contains(b.String(), planted) {
			t.Errorf("%q is in\n%s", planted, b.String())
		}
	}
	if s.Password.Reveal() != "hunter2" {
		t.Error("Reveal does not")
	}
	for _, want := range []string{"hunter2", totpSecret, "MZXW6YTBOI7QMZXW6YTBOI7Q"} {
		found := false
		for _, got := range s.Secrets() {
			found = found || got == want
		}
		if !found {
			t.Errorf("the redactor is not told %q", want)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"ann@example.com": "a***@example.com", "a@example.com": "***@example.com", "": "", " ann@example.com ": "a***@example.com",
		"äöü@example.com": "ä***@example.com", "+491512345678": "***78", "12345": "***", "x@y@z.org": "x***@z.org", "@z.org": "***@z.org",
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDirectories(t *testing.T) {
	env := func(kv ...string) func(string) string {
		m := map[string]string{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i]] = kv[i+1]
		}
		return func(k string) string { return m[k] }
	}
	cases := []struct {
		goos string
		env  func(string) string
		want string // "" for an error
	}{
		{"linux", env("HOME", "/home/a"), "/home/a/.local/state/unecho"},
		{"linux", env("HOME", "/home/a", "XDG_STATE_HOME", "/s"), "/s/unecho"},
		{"linux", env("HOME", "/home/a", "XDG_STATE_HOME", "relative"), "/home/a/.local/state/unecho"},
		{"linux", env(), ""},
		{"linux", env("HOME", "relative"), ""},
		{"darwin", env("HOME", "/Users/a"), "/Users/a/Library/Application Support/unecho"},
		{"windows", env("LocalAppData", "/c/l"), "/c/l/unecho"},
		{"windows", env("HOME", "/home/a"), ""},
	}
	for _, tc := range cases {
		got, err := userDir(tc.goos, tc.env, "XDG_STATE_HOME", ".local/state", "LocalAppData")
		if filepath.ToSlash(got) != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%s: %q, %v; want %q", tc.goos, got, err, tc.want)
		}
	}
}

// Whatever stands in an env file: no panic, an error is one line without the
// value, and a value that is taken stands in the file letter by letter.
func FuzzEnvFile(f *testing.F) {
	for _, s := range []string{"AMAZON_PASSWORD=hunter2", "AMAZON_PASSWORD='a\\'", "FOO=\"x\nAMAZON_PASSWORD: \"a b\" # c", "export AMAZON_PASSWORD = x#y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, warn, err := parseEnvFile("env", text)
		for _, s := range warn {
			if strings.Contains(s, "\n") {
				t.Errorf("warning of two lines: %q", s)
			}
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n") {
			t.Errorf("error of two lines: %q", err)
		}
		for k, e := range found {
			if !isKey(k) || !strings.Contains(text, e.value) {
				t.Errorf("%s = %q is not in the file", k, e.value)
			}
		}
	})
}
