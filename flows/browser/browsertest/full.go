package browsertest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The default suite has to fit into minutes, so it plays a set chosen by hand: what must
// never happen first, then one of each kind. UNECHO_FULL=1 plays everything; .ci/run does.

var leftOut struct {
	mu    sync.Mutex
	names []string
}

// Full: everything is played.
func Full() bool { return os.Getenv("UNECHO_FULL") != "" }

// LeftOut notes what the default suite leaves out, and is false where everything is
// played. At the end of the process all of it is said by name; go test shows that with -v.
func LeftOut(name string) bool {
	if Full() {
		return false
	}
	leftOut.mu.Lock()
	defer leftOut.mu.Unlock()
	leftOut.names = append(leftOut.names, name)
	return true
}

// OnlyInFull skips a test that the default suite leaves out.
func OnlyInFull(t testing.TB) {
	t.Helper()
	if LeftOut(t.Name()) {
		t.Skip("left out of the default suite; UNECHO_FULL=1 plays it, and so does .ci/run")
	}
}

func sayLeftOut() {
	leftOut.mu.Lock()
	defer leftOut.mu.Unlock()
	if len(leftOut.names) > 0 {
		slices.Sort(leftOut.names)
		fmt.Printf("%d tests were left out, which UNECHO_FULL=1 plays:\n  %s\n", len(leftOut.names), strings.Join(leftOut.names, "\n  "))
	}
}
