package account

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// shared is a small input of ../shared/cases, which is no part of the project.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "cases", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs %s, which is not part of the project", path)
	}
	return path
}

// Settings that a word processor, a web page or a phone has altered on their way are
// refused by name: typed as they are, they are a rejected sign-in.
func TestAlteredSettingsAreRefusedByName(t *testing.T) {
	const fix = "straight quotes"
	for _, c := range []struct {
		name, env, dotenv, file string
		says                    []string // nil: accepted
	}{
		{name: "curly quotes, env file", dotenv: "AMAZON_PASSWORD=“hunter2”\n", says: []string{".env:1", "AMAZON_PASSWORD", "curly quotes", "AMAZON_PASSWORD='…'"}},
		{name: "curly quotes, environment", env: "AMAZON_PASSWORD=“hunter2”", says: []string{"the environment", "curly quotes", fix}},
		{name: "curly quotes, file of its own", file: "“hunter2”\n", says: []string{"curly quotes", fix}},
		{name: "single curly quotes", env: "AMAZON_PASSWORD=‘hunter2’", says: []string{"curly quotes"}},
		{name: "German quotes", env: "AMAZON_PASSWORD=„hunter2“", says: []string{"curly quotes"}},
		{name: "French quotes", env: "AMAZON_PASSWORD=«hunter2»", says: []string{"curly quotes"}},
		{name: "one curly, one straight", dotenv: "AMAZON_PASSWORD=“hunter2\"\n", says: []string{"curly quotes"}},
		{name: "before a comment", dotenv: "AMAZON_EMAIL=“ann@example.org” # mine\n", says: []string{".env:1", "AMAZON_EMAIL", "curly quotes"}},
		{name: "the e-mail", env: "AMAZON_EMAIL=“ann@example.org”", says: []string{"AMAZON_EMAIL", "curly quotes"}},
		{name: "the marketplace", env: "AMAZON_SITE=“amazon.de”", says: []string{"AMAZON_SITE", "curly quotes"}},
		{name: "the secret of the codes", env: "AMAZON_OTP_SECRET=“" + totpSecret + "”", says: []string{"AMAZON_OTP_SECRET", "curly quotes"}},
		{name: "the name of a file", env: "AMAZON_PASSWORD_FILE=“pw”", says: []string{"AMAZON_PASSWORD_FILE", "curly quotes"}},
		{name: "quoted, they are meant", dotenv: "AMAZON_PASSWORD='“hunter2”'\n"},
		{name: "in the middle", env: "AMAZON_PASSWORD=it’s“hunter2"},

		{name: "zero width space", env: "AMAZON_PASSWORD=hunter2\u200b", says: []string{"AMAZON_PASSWORD", "invisible character (U+200B, zero width space)", "type it"}},
		{name: "in an e-mail", env: "AMAZON_EMAIL=\u200eann@example.org", says: []string{"AMAZON_EMAIL", "U+200E"}},
		{name: "in the secret of the codes", env: "AMAZON_OTP_SECRET=MZXW6YTB\u2060OI7QMZXW6YTBOI7Q", says: []string{"AMAZON_OTP_SECRET", "U+2060"}},
		{name: "byte order mark inside", dotenv: "AMAZON_PASSWORD=\ufeffhunter2\n", says: []string{".env:1", "U+FEFF"}},
		{name: "soft hyphen", env: "AMAZON_PASSWORD=hun\u00adter2", says: []string{"U+00AD, soft hyphen"}},
		{name: "line separator", env: "AMAZON_PASSWORD=hunter2\u2028", says: []string{"line break"}},
		{name: "before the name", dotenv: "\u200bAMAZON_PASSWORD=hunter2\n", says: []string{".env:1", "AMAZON_PASSWORD", "invisible character (U+200B"}},
		{name: "no-break space before the name", dotenv: "AMAZON_SITE=amazon.de\n\u00a0AMAZON_PASSWORD=hunter2\n", says: []string{".env:2", "AMAZON_PASSWORD", "U+00A0"}},
		{name: "what joins emoji is a part of them", env: "AMAZON_PASSWORD=👩\u200d👧❤\ufe0f"},

		{name: "export of Google Authenticator", env: "AMAZON_OTP_SECRET=otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8", says: []string{"Google Authenticator", "otpauth-migration", "Amazon"}},
		{name: "the same in capitals, without slashes", env: "AMAZON_OTP_SECRET=OTPAUTH-MIGRATION:offline?data=CjEKCkhlbGxvId6tvu8", says: []string{"Google Authenticator"}},
		{name: "a counter's URL", env: "AMAZON_OTP_SECRET=otpauth://hotp/x?secret=MZXW6YTBOI7QMZXW6YTBOI7Q", says: []string{"another kind than totp"}},

		{name: "UTF-16, env file", dotenv: utf16Text("AMAZON_PASSWORD=hunter2\r\n"), says: []string{".env", "UTF-16", "save it as UTF-8"}},
		{name: "UTF-16 without a mark", dotenv: utf16Text("AMAZON_PASSWORD=hunter2\r\n")[2:], says: []string{"UTF-16"}},
		{name: "UTF-16, file of its own", file: utf16Text("hunter2\r\n"), says: []string{"AMAZON_PASSWORD", "UTF-16"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			src := Source{Dir: dir, NoFiles: c.dotenv == ""}
			if c.env != "" {
				src.Environ = []string{c.env}
			}
			if c.dotenv != "" {
				write(t, dir, ".env", c.dotenv)
			}
			if c.file != "" {
				src.Environ = []string{"AMAZON_PASSWORD_FILE=" + write(t, dir, "pw", c.file)}
			}
			s, warn, err := Load(src)
			if c.says == nil {
				if err != nil || s.Password == "" || len(warn) > 0 {
					t.Errorf("not taken: %v, %q", err, warn)
				}
				return
			}
			if err == nil {
				t.Fatalf("taken as it is: %q %q", s.Email, s.Password.Reveal())
			}
			for _, w := range c.says {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q lacks %q", err, w)
				}
			}
			if strings.Contains(err.Error(), "hunter2") || strings.ContainsAny(err.Error(), "\n\u200b") {
				t.Errorf("the message is %q", err)
			}
		})
	}
	_, _, err := Load(Source{EnvFile: shared(t, "curly-quotes.env")})
	if err == nil || !strings.Contains(err.Error(), "curly-quotes.env:2: AMAZON_PASSWORD is in curly quotes") {
		t.Errorf("curly-quotes.env: %v", err)
	}
}

func utf16Text(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// A space that no keyboard types may belong to a password: it is named and kept.
func TestAnUnusualSpaceIsNamed(t *testing.T) {
	s, warn, err := Load(Source{NoFiles: true, Environ: []string{"AMAZON_PASSWORD=hunter\u00a02"}})
	if err != nil || s.Password.Reveal() != "hunter\u00a02" || len(warn) != 1 || !strings.Contains(warn[0], "U+00A0") {
		t.Errorf("%v, %q", err, warn)
	}
	if _, _, err := Load(Source{NoFiles: true, Environ: []string{"AMAZON_OTP_SECRET=MZXW\u20096YTB\u00a0OI7Q–MZXW 6YTB OI7Q"}}); err != nil {
		t.Errorf("spaces in a secret of codes: %v", err)
	}
}
