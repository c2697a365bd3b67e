package replay

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// lineIndex knows in which line of a manifest a table begins and a key stands, for
// errors. It is empty for a cassette that is not from a file.
type lineIndex struct {
	lines  []string
	tables map[string][]int // "exchange", "ignore", "page": line of each [[…]]
}

var tableLine = regexp.MustCompile(`^\s*\[\[\s*(exchange|ignore|page)\s*\]\]`)

func manifestLines(text []byte) lineIndex {
	x := lineIndex{lines: strings.Split(string(text), "\n"), tables: map[string][]int{}}
	multi := ""
	for i, l := range x.lines {
		// A text of several lines may hold what looks like a table.
		for _, q := range []string{`'''`, `"""`} {
			if (multi == "" || multi == q) && strings.Count(l, q)%2 == 1 {
				if multi == "" {
					multi = q
				} else {
					multi = ""
				}
				break
			}
		}
		if m := tableLine.FindStringSubmatch(l); m != nil && multi == "" {
			x.tables[m[1]] = append(x.tables[m[1]], i+1)
		}
	}
	return x
}

// at is the line where exchange i begins, 0 if unknown.
func (x lineIndex) at(i int) int { return x.begin("exchange", i) }

func (x lineIndex) begin(table string, i int) int {
	if t := x.tables[table]; i < len(t) {
		return t[i]
	}
	return 0
}

func (x lineIndex) exchange(i int, key, format string, args ...any) error {
	return x.in("exchange", i, key, format, args...)
}

func (x lineIndex) in(table string, i int, key, format string, args ...any) error {
	begin := x.begin(table, i)
	line := begin
	if key != "" && begin > 0 {
		if found := x.find(key, begin); found > 0 {
			line = found
		}
	}
	what := fmt.Sprintf("%s %d", table, i+1)
	if key != "" {
		what += ": " + key
	}
	return x.err(line, what, format, args...)
}

// top is an error about a key before the first table.
func (x lineIndex) top(key, format string, args ...any) error {
	return x.err(x.find(key, 0), key, format, args...)
}

func (x lineIndex) err(line int, what, format string, args ...any) error {
	where := ManifestName
	if line > 0 {
		where += fmt.Sprintf(":%d", line)
	}
	return fmt.Errorf("%s: %s %s", where, what, fmt.Sprintf(format, args...))
}

// find is the line of a key between line `from` and the next table, 0 if it is not there.
func (x lineIndex) find(key string, from int) int {
	re := regexp.MustCompile(`^\s*(\[?[A-Za-z]*\.?)?"?` + regexp.QuoteMeta(key) + `"?\s*(=|\.|\])`)
	for i := from; i < len(x.lines); i++ {
		if tableLine.MatchString(x.lines[i]) {
			return 0
		}
		if re.MatchString(x.lines[i]) {
			return i + 1
		}
	}
	return 0
}

// decodeError puts what the TOML reader found into our one line.
func decodeError(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		row, _ := strict.Errors[0].Position()
		return fmt.Errorf("%s:%d: %s is not a key of a cassette manifest", ManifestName, row, strings.Join(strict.Errors[0].Key(), "."))
	}
	var de *toml.DecodeError
	if errors.As(err, &de) {
		row, _ := de.Position()
		key := strings.Join(de.Key(), ".")
		if key != "" {
			key += ": "
		}
		return fmt.Errorf("%s:%d: %s%s", ManifestName, row, key, strings.ReplaceAll(strings.TrimPrefix(de.Error(), "toml: "), "\n", " "))
	}
	return fmt.Errorf("%s: %s", ManifestName, strings.ReplaceAll(err.Error(), "\n", " "))
}
