package selectors

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/andybalholm/cascadia"
)

// CSS and regular expressions are run by the browser, but judged here, before
// there is one. Both judges must agree, so what only one of them knows is
// refused: the data keep to what Chromium and cascadia read alike, and to what
// JavaScript and Go read alike.

// onlyCascadia are its own inventions, which Chromium does not know.
var onlyCascadia = regexp.MustCompile(`(?i):(contains|containsown|matches|matchesown|haschild|input)\b|[!#]=`)

// relative is :has(> x), which Chromium knows and cascadia does not.
var relative = regexp.MustCompile(`(?i):has\(\s*[>+~]`)

func checkCSS(css string) error {
	bare, err := withoutStrings(css)
	if err != nil {
		return err
	}
	if m := onlyCascadia.FindString(bare); m != "" {
		return fmt.Errorf("browsers do not know %q; words are looked for with text", m)
	}
	if relative.MatchString(bare) {
		return errors.New("a selector in :has() cannot begin with >, + or ~ here")
	}
	if hasInHas(bare) {
		return errors.New("browsers know no :has() inside :has()")
	}
	_, err = cascadia.ParseGroup(css)
	return err
}

// withoutStrings empties quoted strings, so that what is asked about the rest
// is not answered by an attribute's value.
func withoutStrings(css string) (string, error) {
	var b strings.Builder
	var quote byte
	for i := 0; i < len(css); i++ {
		c := css[i]
		switch {
		case quote == 0:
			b.WriteByte(c)
			if c == '\'' || c == '"' {
				quote = c
			}
		case c == '\\':
			i++
		case c == quote:
			b.WriteByte(c)
			quote = 0
		}
	}
	if quote != 0 {
		return "", fmt.Errorf("the quote %c is not closed", quote)
	}
	return b.String(), nil
}

func hasInHas(css string) bool {
	depth, inside := 0, []int{}
	for i := 0; i < len(css); i++ {
		switch css[i] {
		case '(':
			depth++
			if i >= 4 && strings.EqualFold(css[i-4:i], ":has") {
				if len(inside) > 0 {
					return true
				}
				inside = append(inside, depth)
			}
		case ')':
			if n := len(inside); n > 0 && inside[n-1] == depth {
				inside = inside[:n-1]
			}
			depth--
		}
	}
	return false
}

// onlyGo are spellings of a regular expression that JavaScript reads as
// something else, or not at all.
var onlyGo = regexp.MustCompile(`\(\?[imsU-]+[:)]|\(\?P<|\\[AzQECapP]|\[\[:`)

func checkPattern(s string) error {
	if m := onlyGo.FindString(s); m != "" {
		return fmt.Errorf("browsers do not know %q", m)
	}
	if _, err := regexp.Compile(s); err != nil {
		return errors.New(strings.TrimPrefix(firstLine(err.Error()), "error parsing regexp: "))
	}
	return nil
}
