package account

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hbollon/go-edlib"
	"github.com/joho/godotenv"
)

// A line that begins one of our settings. Group 1 is the name, 2 what follows it.
var ourLine = regexp.MustCompile(`^[ \t]*(?:export[ \t]+)?([Aa][Mm][Aa][Zz][Oo][Nn]_[A-Za-z0-9_]*)[ \t]*(.*)$`)

// A line of anybody's that opens a quoted value. Group 1 is the quote and the rest.
var opensQuote = regexp.MustCompile(`^[ \t]*(?:export[ \t]+)?[A-Za-z0-9_.]+[ \t]*[=:][ \t]*(["'].*)$`)

// parseEnvFile reads the AMAZON_* settings out of an env file and leaves the rest
// alone: the file may belong to another project, with lines that we need not
// understand.
//
// Each of our lines is given to godotenv by itself. What godotenv would change on
// the way ("$HOME" is expanded, " #" begins a comment, "\" escapes) is refused
// before that: a password that arrives altered is a rejected sign-in, and those
// are counted by Amazon. The value is then compared with what stands in the file.
// godotenv's own errors quote the file, so none of them is passed on.
func parseEnvFile(path, text string) (map[string]entry, []string, error) {
	if problem, fix := notText(text); problem != "" {
		return nil, nil, &ConfigError{Where: path, Problem: problem, Fix: fix}
	}
	text = strings.TrimPrefix(text, "\ufeff")
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	found := map[string]entry{}
	first := map[string]int{}
	var warn []string
	for i := 0; i < len(lines); i++ {
		line, where := lines[i], fmt.Sprintf("%s:%d", path, i+1)
		m := ourLine.FindStringSubmatch(line)
		if m == nil {
			if o := ourLine.FindStringSubmatch(visible(line)); o != nil && isKey(o[1]) {
				return nil, warn, &ConfigError{Where: where, Key: o[1], Problem: "has an invisible character (" + cmp.Or(invisible(line), unusualSpace(line)) + ") before its name or in it",
					Fix: "type the line again instead of pasting it"}
			}
			last, err := skipForeign(path, lines, i)
			if err != nil {
				return nil, warn, err
			}
			i = last
			continue
		}
		key, rest := m[1], m[2]
		if !isKey(key) {
			if near := nearestKey(key); near != "" {
				warn = append(warn, fmt.Sprintf("%s: %s is not a setting of unecho; did you mean %s?", where, printable(key), near))
			}
			last, err := skipForeign(path, lines, i)
			if err != nil {
				return nil, warn, err
			}
			i = last
			continue
		}
		bad := func(problem, fix string) (map[string]entry, []string, error) {
			return nil, warn, &ConfigError{Where: where, Key: key, Problem: problem, Fix: fix}
		}
		if rest == "" || (rest[0] != '=' && rest[0] != ':') {
			return bad("has no = after its name", "write "+key+"='value'")
		}
		if at, ok := first[key]; ok {
			return bad(fmt.Sprintf("is set twice, in line %d too", at), "keep one of them")
		}
		first[key] = i + 1
		raw := strings.Trim(rest[1:], " \t")
		quoted := strings.HasPrefix(raw, "'") || strings.HasPrefix(raw, `"`)
		literal, problem, fix := literalValue(key, raw)
		if problem != "" {
			return bad(problem, fix)
		}
		parsed, err := godotenv.Unmarshal(line)
		if err != nil {
			return bad("cannot be read", singleQuotes(key))
		}
		if parsed[key] != literal {
			return bad("would be changed by the syntax of the file", singleQuotes(key))
		}
		found[key] = entry{value: literal, quoted: quoted, where: where, file: path, dir: filepath.Dir(path)}
	}
	return found, warn, nil
}

func singleQuotes(key string) string {
	return fmt.Sprintf("write it in single quotes (%s='…')", key)
}

// literalValue is the value as it stands in the file, or what is wrong with it.
func literalValue(key, raw string) (value, problem, fix string) {
	// A value with a single quote and a character that needs single quotes cannot
	// be written in such a file at all.
	quotes := singleQuotes(key)
	if strings.Contains(strings.Trim(raw, `'"`), "'") {
		quotes = fmt.Sprintf("put it into a file of its own and set %s_FILE", strings.TrimSuffix(key, "_FILE"))
	}
	if raw == "" {
		return "", "", ""
	}
	switch quote := raw[0]; quote {
	case '\'':
		body, after, closed := strings.Cut(raw[1:], "'")
		if !closed {
			return "", "has a quote that is not closed in its line", "close it, or remove it"
		}
		if strings.HasSuffix(body, `\`) {
			return "", "has a \\ before its closing quote, which then does not close it",
				fmt.Sprintf("put it into a file of its own and set %s_FILE", strings.TrimSuffix(key, "_FILE"))
		}
		if !onlyComment(after) {
			return "", "goes on after its closing quote", "put the whole value between two quotes of the kind that it does not hold"
		}
		return body, "", ""
	case '"':
		body, after, closed := strings.Cut(raw[1:], `"`)
		if !closed {
			return "", "has a quote that is not closed in its line", "close it, or remove it"
		}
		if c := changed(body); c != "" {
			return "", "holds " + c + ", which double quotes do not protect", quotes
		}
		if !onlyComment(after) {
			return "", "goes on after its closing quote", "put the whole value between two quotes of the kind that it does not hold"
		}
		return body, "", ""
	}
	if i := commentAt(raw); inCurlyQuotes(raw) || i >= 0 && inCurlyQuotes(raw[:i]) {
		return "", "is in curly quotes, which would be taken as part of it", "write straight ones: " + key + "='…'"
	}
	if c := changed(raw); c != "" {
		return "", "holds " + c + ", which is not taken literally", quotes
	}
	if raw[0] == '#' {
		return "", "begins with #", quotes
	}
	if i := commentAt(raw); i >= 0 {
		if key != KeyEmail && key != KeySite {
			return "", "is cut at the space and # in it", quotes
		}
		// Neither an address nor a marketplace holds " #": a comment is meant.
		raw = strings.TrimRight(raw[:i], " \t")
	}
	return raw, "", ""
}

// changed is the character that env files give a meaning to, for the message.
func changed(s string) string {
	switch {
	case strings.Contains(s, "$"):
		return "a $"
	case strings.Contains(s, `\`):
		return `a \`
	}
	return ""
}

func commentAt(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == '#' && (s[i-1] == ' ' || s[i-1] == '\t') {
			return i
		}
	}
	return -1
}

func onlyComment(after string) bool {
	t := strings.TrimLeft(after, " \t")
	return t == "" || (t[0] == '#' && len(t) < len(after))
}

// skipForeign is the index of the last line of the statement at i that is not
// ours. A quoted value may go over several lines (a key in PEM, say); if one of
// ours would be inside it, the quote is a mistake that would hide the setting.
func skipForeign(path string, lines []string, i int) (int, error) {
	m := opensQuote.FindStringSubmatch(lines[i])
	if m == nil || closes(m[1][1:], m[1][0]) {
		return i, nil
	}
	for j := i + 1; j < len(lines); j++ {
		if o := ourLine.FindStringSubmatch(lines[j]); o != nil && isKey(o[1]) {
			return 0, &ConfigError{Where: fmt.Sprintf("%s:%d", path, i+1), Problem: fmt.Sprintf("a quote opened here is not closed before %s in line %d", o[1], j+1),
				Fix: "close it"}
		}
		if closes(lines[j], m[1][0]) {
			return j, nil
		}
	}
	return i, nil
}

// closes: s holds the quote, not escaped.
func closes(s string, quote byte) bool {
	for i := range len(s) {
		if s[i] == quote && (i == 0 || s[i-1] != '\\') {
			return true
		}
	}
	return false
}

// nearestKey is the setting that a name was probably meant to be.
func nearestKey(name string) string {
	best, near := 3, ""
	for _, k := range keys {
		for _, full := range []string{k, k + "_FILE"} {
			if d := edlib.OSADamerauLevenshteinDistance(strings.ToUpper(name), full); d < best {
				best, near = d, full
			}
		}
	}
	return near
}
