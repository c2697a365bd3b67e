package selectors

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hbollon/go-edlib"
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
		if d := edlib.OSADamerauLevenshteinDistance(name, k); d < best {
			best, found = d, k
		}
	}
	if found == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", found)
}
