package browsertest

import (
	"os"
	"strconv"
	"testing"
)

// Number reads a number from the environment: how many random trials a test plays, or
// the seed that they come from. Without it the test plays the few that otherwise says,
// the same each time, so that whoever breaks one knows that it was their change.
func Number(t testing.TB, name string, otherwise uint64) uint64 {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
