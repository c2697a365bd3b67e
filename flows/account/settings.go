package account

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The settings, as they are called in the environment and in an env file. Each
// also exists as NAME_FILE, the path of a file that holds the value.
const (
	KeyEmail     = "AMAZON_EMAIL"
	KeyPassword  = "AMAZON_PASSWORD"
	KeyOTPSecret = "AMAZON_OTP_SECRET"
	KeySite      = "AMAZON_SITE"
)

var keys = []string{KeyEmail, KeyPassword, KeyOTPSecret, KeySite}

const (
	environment = "the environment"
	maxFile     = 1 << 20
)

// Settings are who signs in, and where. What was not set is empty; Site then is
// for the caller to choose.
type Settings struct {
	Email     string
	Password  Secret
	OTPSecret Secret // base32 or an otpauth:// URL, checked to give codes
	Site      string // one of Sites
	// From says for each setting (AMAZON_EMAIL …) where it came from:
	// "the environment" or the path of a file.
	From map[string]string
}

// Source is where settings are read from. Nothing else is looked at: no process
// environment, no working directory, unless the caller puts them here.
type Source struct {
	Environ   []string // as os.Environ gives it; wins over files
	EnvFile   string   // --env-file: the only env file then, and it must be there
	Dir       string   // looked into for ".env", base of relative paths; "" is the working directory
	ConfigDir string   // looked into for "env"; "" is none
	NoFiles   bool     // neither .env nor the config directory's env (EnvFile still counts)
}

// ConfigError is a setting that cannot be used: exit 2. It never holds a value.
type ConfigError struct {
	Where   string // "the environment", a path, or path:line
	Key     string // AMAZON_PASSWORD; "" if no single one is meant
	Problem string
	Fix     string // what to do, or ""
}

// Error is one line: where, what, what to do.
func (e *ConfigError) Error() string {
	var b strings.Builder
	if e.Where != "" {
		b.WriteString(e.Where + ": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + " ")
	}
	b.WriteString(e.Problem)
	if e.Fix != "" {
		b.WriteString("; " + e.Fix)
	}
	return b.String()
}

// entry is one setting as it was found.
type entry struct {
	value  string
	where  string // for messages: "the environment" or path:line
	file   string // the env file it is from, "" for the environment
	quoted bool   // written in quotes: it is meant as it is
	dir    string // base of a relative NAME_FILE
}

// Load reads the settings. The environment wins over the env file, setting by
// setting (AMAZON_PASSWORD in one replaces AMAZON_PASSWORD_FILE in the other).
// The env file is EnvFile, else Dir/.env, else ConfigDir/env; of the last two the
// first that holds any of the settings, so that e-mail and password never come
// from two of them. Errors are *ConfigError; the strings are warnings, one line each.
func Load(src Source) (Settings, []string, error) {
	var warn []string
	env := fromEnviron(src)
	file, w, err := fromEnvFile(src)
	warn = append(warn, w...)
	if err != nil {
		return Settings{}, warn, err
	}
	s := Settings{From: map[string]string{}}
	for _, key := range keys {
		for _, from := range []map[string]entry{env, file} {
			e, w, err := pick(from, key)
			warn = append(warn, w...)
			if err != nil {
				return Settings{}, warn, err
			}
			if e.where == "" {
				continue
			}
			w, err = s.set(key, e)
			warn = append(warn, w...)
			if err != nil {
				return Settings{}, warn, err
			}
			break
		}
	}
	return s, warn, nil
}

// Complete is nil if there is what a sign-in needs, else a *ConfigError that
// names what is missing.
func (s Settings) Complete() error {
	var missing []string
	if s.Email == "" {
		missing = append(missing, KeyEmail)
	}
	if s.Password == "" {
		missing = append(missing, KeyPassword)
	}
	if missing == nil {
		return nil
	}
	is, it := "is", "it"
	if len(missing) > 1 {
		is, it = "are", "them"
	}
	return &ConfigError{Key: strings.Join(missing, " and "), Problem: is + " not set",
		Fix: "set " + it + " in the environment or in an env file (./.env, --env-file)"}
}

// Secrets is every form of the secrets that could turn up somewhere, for the redactor.
func (s Settings) Secrets() []string {
	var all []string
	if s.Password != "" {
		all = append(all, s.Password.Reveal())
	}
	if s.OTPSecret != "" {
		all = append(all, s.OTPSecret.Reveal())
		if o, err := parseOTP(s.OTPSecret.Reveal()); err == nil {
			all = append(all, o.secret, strings.ToLower(o.secret))
		}
	}
	return all
}

func fromEnviron(src Source) map[string]entry {
	found := map[string]entry{}
	for _, kv := range src.Environ {
		k, v, ok := strings.Cut(kv, "=")
		if ok && isKey(k) {
			found[k] = entry{value: v, where: environment, dir: src.Dir}
		}
	}
	return found
}

func isKey(k string) bool {
	k = strings.TrimSuffix(k, "_FILE")
	for _, known := range keys {
		if k == known {
			return true
		}
	}
	return false
}

func fromEnvFile(src Source) (map[string]entry, []string, error) {
	var candidates []string
	switch {
	case src.EnvFile != "":
		candidates = []string{src.EnvFile}
	case !src.NoFiles:
		candidates = []string{filepath.Join(src.Dir, ".env")}
		if src.ConfigDir != "" {
			candidates = append(candidates, filepath.Join(src.ConfigDir, "env"))
		}
	}
	var warn []string
	for _, path := range candidates {
		data, loose, err := readText(path, maxFile)
		if errors.Is(err, fs.ErrNotExist) && src.EnvFile == "" {
			continue
		}
		if err != nil {
			return nil, warn, &ConfigError{Where: path, Problem: "cannot be read: " + why(err),
				Fix: "name a readable file with --env-file, or none"}
		}
		found, w, err := parseEnvFile(path, data)
		warn = append(warn, w...)
		if err != nil {
			return nil, warn, err
		}
		if len(found) > 0 && loose {
			warn = append(warn, looseWarning(path))
		}
		if len(found) > 0 || src.EnvFile != "" {
			return found, warn, nil
		}
	}
	return nil, warn, nil
}

// pick is one setting in one source; its where is "" if it is not there.
func pick(from map[string]entry, key string) (found entry, warn []string, err error) {
	plain, hasPlain := from[key]
	byFile, hasFile := from[key+"_FILE"]
	switch {
	case hasPlain && hasFile:
		return entry{}, nil, &ConfigError{Where: byFile.where, Key: key, Problem: "and " + key + "_FILE are both set",
			Fix: "keep one of them"}
	case hasPlain:
		return plain, nil, nil
	case !hasFile:
		return entry{}, nil, nil
	}
	path := byFile.value
	bad := func(problem, fix string) (entry, []string, error) {
		return entry{}, nil, &ConfigError{Where: byFile.where, Key: key + "_FILE", Problem: problem, Fix: fix}
	}
	if strings.TrimSpace(path) == "" {
		return bad("is empty", "give it the path of a file, or remove it")
	}
	if inCurlyQuotes(path) && !byFile.quoted {
		return bad("is in curly quotes", "write the path without them")
	}
	if strings.HasPrefix(path, "~") {
		return bad("starts with ~, which is not expanded here", "write the whole path")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(byFile.dir, path)
	}
	data, loose, rerr := readText(path, maxFile)
	if rerr != nil {
		return bad(fmt.Sprintf("names %s, which cannot be read: %s", path, why(rerr)), "check the path and its permissions")
	}
	if loose && !mounted(path) {
		warn = append(warn, looseWarning(path))
	}
	if problem, fix := notText(data); problem != "" {
		return entry{}, warn, &ConfigError{Where: path, Key: key, Problem: problem, Fix: fix}
	}
	return entry{value: strings.TrimRight(strings.TrimPrefix(data, "\ufeff"), "\r\n"), where: path}, warn, nil
}

// set checks one value and takes it over.
func (s *Settings) set(key string, e entry) (warn []string, err error) {
	value, where := e.value, e.where
	bad := func(problem, fix string) ([]string, error) {
		return nil, &ConfigError{Where: where, Key: key, Problem: problem, Fix: fix}
	}
	if strings.TrimSpace(value) == "" {
		return bad("is empty", "set it, or remove it")
	}
	if !utf8.ValidString(value) {
		return bad("is not UTF-8 text", "save it as UTF-8")
	}
	for _, r := range value {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029':
			return bad("holds a line break", "put the value on one line by itself")
		case r == '\r':
			return bad("holds a carriage return", "save the file with Unix line endings")
		case unicode.IsControl(r):
			return bad("holds a control character", "type it again")
		}
	}
	if char := invisible(value); char != "" {
		return bad("holds an invisible character ("+char+")", "type it by hand instead of pasting it")
	}
	if inCurlyQuotes(value) && !e.quoted {
		return bad("is in curly quotes, which would be taken as part of it", fmt.Sprintf("write straight quotes or none; if they belong to it, write %s='“…”' in an env file", key))
	}
	if placeholder(value) {
		return bad("still holds the placeholder of the example", "put the real value there")
	}
	if n := len(value); n > 1 && value[0] == value[n-1] && (value[0] == '\'' || value[0] == '"') {
		// Docker's --env-file keeps quotes as part of the value.
		warn = append(warn, fmt.Sprintf("%s: %s begins and ends with a quote, which is taken as part of the value; remove both if they are not", where, key))
	}
	origin := where
	if i := strings.LastIndexByte(where, ':'); i > 1 && strings.Trim(where[i+1:], "0123456789") == "" {
		origin = where[:i] // path:line → path
	}
	switch key {
	case KeyEmail:
		value = strings.TrimSpace(value)
		if !emailOrPhone(value) {
			return bad("is neither an e-mail address nor a phone number", "write the one you sign in to Amazon with")
		}
		s.Email = value
	case KeyPassword:
		if value != strings.TrimSpace(value) {
			warn = append(warn, fmt.Sprintf("%s: %s begins or ends with a space, which is taken as part of it", where, key))
		}
		if sp := unusualSpace(value); sp != "" {
			warn = append(warn, fmt.Sprintf("%s: %s holds an unusual space (%s), which is taken as part of it; if it was pasted in, type it again", where, key, sp))
		}
		s.Password = Secret(value)
	case KeyOTPSecret:
		value = strings.TrimSpace(value)
		if _, err := parseOTP(value); err != nil {
			return bad(err.Error(), "use the secret (or otpauth:// URL) that Amazon showed when the authenticator app was added")
		}
		s.OTPSecret = Secret(value)
	case KeySite:
		site, err := Site(value)
		if err != nil {
			return bad("is wrong: "+err.Error(), "")
		}
		s.Site = site
	}
	s.From[key] = origin
	return warn, nil
}

// emailOrPhone: what Amazon's first box takes, roughly. Sorting out swapped
// settings is the aim, not checking addresses.
func emailOrPhone(s string) bool {
	if strings.ContainsFunc(s, unicode.IsSpace) && strings.Contains(s, "@") {
		return false
	}
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		return at > 0 && at < len(s)-1
	}
	return strings.Trim(s, "+-() 0123456789") == "" && strings.ContainsAny(s, "0123456789")
}

// placeholder: what example files hold where a person is to write something.
func placeholder(value string) bool {
	v := strings.ToLower(strings.TrimSpace(value))
	if len(v) > 2 && v[0] == '<' && v[len(v)-1] == '>' {
		return true
	}
	if strings.Trim(v, "x") == "" || strings.Trim(v, ".…") == "" || strings.Trim(v, "*") == "" {
		return true
	}
	flat := strings.NewReplacer("-", "", "_", "", " ", "", ".", "").Replace(v)
	switch flat {
	case "changeme", "changethis", "replaceme", "todo", "yourpassword", "youramazonpassword", "youremail", "yoursecret",
		"yourotpsecret", "yourtotpsecret", "mypassword", "passwordhere", "yourpasswordhere", "youremailhere", "yoursite":
		return true
	}
	switch v {
	case "you@example.com", "your@example.com", "your-email@example.com", "your.email@example.com", "your@email.com",
		"youremail@example.com", "name@example.com", "user@example.com", "me@example.com", "email@example.com":
		return true
	}
	return false
}
