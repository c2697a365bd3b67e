package selectors

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// called names an entry in a message; key is its name, or name and variant.
func called(kind, key string) string {
	name, variant, _ := strings.Cut(key, "\x00")
	switch {
	case name == "":
		return kind
	case variant != "":
		return fmt.Sprintf("%s %q (%s)", kind, name, variant)
	}
	return fmt.Sprintf("%s %q", kind, name)
}

// meant proposes the name that a misspelt one may stand for, "" if none is near.
func meant[T any](name string, known map[string]T) string {
	best, found := 3, ""
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if d := distance(name, k); d < best {
			best, found = d, k
		}
	}
	if found == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", found)
}

// distance is how many letters must be put in, left out or changed.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
