package flows_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/device"
)

// No id tells the rows apart, the list has the name once, and the page shows it a second
// time in a part that is not loaded yet: whose row it is, nobody knows.
func TestANameThatStandsAgainFurtherDownIsNobodys(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"show-more", "grow-on-scroll"} {
		t.Run(more, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: "keyless+" + more, Request: named(kitchen), SignedIn: true, Step: 4 * time.Second, Before: func(next http.Handler) http.Handler {
				pages := &backEnd{next: next, rows: func(rows []map[string]any) []map[string]any {
					at := slices.IndexFunc(rows, func(row map[string]any) bool { return row["deviceAccountName"] == kitchen })
					rows[0], rows[at] = rows[at], rows[0]
					rows[len(rows)-5]["deviceAccountName"] = kitchen
					return rows
				}}
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Standin-Page") != "" {
						pages.ServeHTTP(w, r)
						return
					}
					next.ServeHTTP(w, r)
				})
			}})
			if e.outcomes() != each(device.Failed, kitchen) || e.Stop != nil && !strings.Contains(e.Stop.Message, "more often") || !strings.Contains(e.Results[0].Reason, "the page shows this name more often than the list does") {
				t.Errorf("%s, exit %d, %v", e.outcomes(), e.Code, e.Stop)
			}
			if len(e.Record.Deregistered)+len(e.Record.Refused) > 0 {
				t.Errorf("something was clicked: %v", e.gone())
			}
		})
	}
}
