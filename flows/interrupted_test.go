package flows_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/unecho/unecho/flows/device"
)

// A signal that comes while the fresh list is read, after the click, still leaves the time
// to read it: what became of the device can be known, and is.
func TestARunThatIsEndedWhileItProvesStillProves(t *testing.T) {
	t.Parallel()
	var end func()
	var clicked, ended atomic.Bool
	e := play(t, trial{Scenario: "article", Request: asking("Kitchen Echo"), End: &end, Before: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			switch {
			case strings.Contains(string(body), "DeregisterDevice"):
				clicked.Store(true)
			case clicked.Load() && !ended.Swap(true):
				end()
			}
			next.ServeHTTP(w, r)
		})
	}})
	if !ended.Load() {
		t.Fatal("the run was not ended")
	}
	if len(e.Results) != 1 || e.Results[0].Outcome != device.Deregistered {
		t.Errorf("%+v", e.Results)
	}
}
