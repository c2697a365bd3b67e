package flows_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
)

// No id tells the rows of these pages apart. The name that is asked for stands on them again,
// or nobody can know whether it does: whose row it is, nobody knows, and nothing is pressed.

// rowsOfThePage changes the rows that the page draws, and not those of the list call: rows[at]
// is where the kitchen stands, and rows[again], if it is not 0, gets its name, type and day, too.
func rowsOfThePage(next http.Handler, at, again int) http.Handler {
	pages := &backEnd{next: next, rows: func(rows []map[string]any) []map[string]any {
		is := slices.IndexFunc(rows, func(row map[string]any) bool { return row["deviceAccountName"] == kitchen })
		rows[at], rows[is] = rows[is], rows[at]
		if again > 0 {
			for what, value := range rows[at] { // all that a row without an id may say
				if what != "deviceAccountId" && what != "deviceSerialNumber" {
					rows[again][what] = value
				}
			}
		}
		return rows
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Standin-Page") != "" {
			pages.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refusesTheKitchen plays a page that must make the run refuse its device, in these words.
func refusesTheKitchen(t *testing.T, tr trial, words string) {
	t.Helper()
	tr.Request, tr.SignedIn, tr.Step = named(kitchen), true, 4*time.Second
	e := play(t, tr)
	if e.outcomes() != each(device.Failed, kitchen) || e.Code != 1 || !strings.Contains(e.Results[0].Reason, words) {
		t.Errorf("%s, exit %d, %v: %+v", e.outcomes(), e.Code, e.Stop, e.Results)
	}
	if len(e.Record.Deregistered)+len(e.Record.Refused) > 0 {
		t.Errorf("something was clicked: %v", e.gone())
	}
}

const moreOften = "the page shows this name more often than the list does"

// The page shows it a second time in a part that is not loaded yet.
func TestANameThatStandsAgainFurtherDownIsNobodys(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"show-more", "grow-on-scroll"} {
		t.Run(more, func(t *testing.T) {
			t.Parallel()
			refusesTheKitchen(t, trial{Scenario: "keyless+" + more, Before: func(next http.Handler) http.Handler { return rowsOfThePage(next, 0, 55) }}, moreOften)
		})
	}
}

// The part that is loaded shows it in a second column, no further down than the first.
func TestANameThatStandsAgainBesideItIsNobodys(t *testing.T) {
	t.Parallel()
	refusesTheKitchen(t, trial{Scenario: "keyless+show-more", Before: func(next http.Handler) http.Handler {
		columns := dressed(next, `<style>ul.ui-grid { display: grid; grid-template-columns: 1fr 1fr } ul.ui-grid > div { min-width: 0 }</style>`)
		return rowsOfThePage(columns, 24, 25) // 25 rows at first
	}}, moreOften)
}

// The rest of the list stays unseen, since its button cannot be pressed.
func TestANameOfAListThatCannotBeLoadedIsNobodys(t *testing.T) {
	t.Parallel()
	refusesTheKitchen(t, trial{Scenario: "keyless+show-more", Before: func(next http.Handler) http.Handler {
		shy := dressed(next, `<script>addEventListener('mouseover', (e) => { if (e.target.closest('.contentTableShowMore_myx')) e.target.closest('.contentTableShowMore_myx').querySelector('button').disabled = true })</script>`)
		return rowsOfThePage(shy, 0, 0)
	}}, "no id identifies it, and the rest of the list could not be loaded")
}

// There is always more to scroll to. Not parallel: it shortens how long a list may be.
func TestANameOfAListThatNeverEndsIsNobodys(t *testing.T) {
	defer flows.Scrolled(5)()
	refusesTheKitchen(t, trial{Scenario: "keyless", Before: func(next http.Handler) http.Handler {
		return dressed(next, `<style>#standin-view { padding-bottom: 40000px }</style>`)
	}}, "no id identifies it, and the list never ends")
}
