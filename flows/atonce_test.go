package flows_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
)

// actsAtOnce makes the opener of each row deregister its device without asking; says is what
// is written on it, and what it is called.
func actsAtOnce(says string) string {
	return `<script>
addEventListener('click', function (e) {
  var opener = e.target.closest('.myx-popover-trigger'), row = opener && opener.closest('.contentTableListRow_myx');
  if (!row) return;
  e.stopImmediatePropagation();
  var x = new XMLHttpRequest();
  x.open('POST', '/hz/mycd/ajax');
  x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
  x.onload = function () { if (JSON.parse(x.responseText).DeregisterDevice.success) row.remove(); };
  x.send('data=' + encodeURIComponent(JSON.stringify({param: {DeregisterDevice: {deviceAccountId: row.querySelector('[name]').getAttribute('name').slice('contentTabList_'.length), trusted: e.isTrusted}}})) + '&csrfToken=' + encodeURIComponent(window.csrfToken));
}, true);
new MutationObserver(function () {
  document.querySelectorAll('.myx-popover-trigger').forEach(function (o) {
    if (o.dataset.said) return;
    o.dataset.said = 1;
    o.removeAttribute('aria-label');
    o.querySelector('span span').textContent = '` + says + `';
  });
}).observe(document, {childList: true, subtree: true});
</script>`
}

// What opens a row on every page known may be what deregisters on the next one. Pressed for the
// device that is to go it did what was asked for: the intent is on disk before, the fresh list
// is the proof, and no other device is tried on a page that asks nothing.
func TestAnOpenerThatDeregistersAtOnce(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{"dots": "…", "icon": "◌"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: "article", SignedIn: true, Request: named(kitchen, bedroom), Step: 4 * time.Second, Before: func(next http.Handler) http.Handler { return dressed(next, actsAtOnce(says)) }})
			if gone := e.gone(); len(gone) != 1 || !strings.Contains(e.outcomes(), gone[0]+": deregistered") || e.Code != 1 {
				t.Errorf("gone %v, %s, exit %d, %v", gone, e.outcomes(), e.Code, e.Stop)
			}
		})
	}
}

// To check may not deregister anything: an icon of which nothing says what it does stays
// unpressed, and the first request that deregisters is the last.
func TestCheckOnAPageThatDeregistersAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		says   string
		most   int32
		reason string
	}{
		"dots": {"…", 1, "request that deregisters"},
		"icon": {"◌", 0, "an icon without words"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int32
			var up *flows.Checkup
			e := play(t, trial{Scenario: "article", SignedIn: true, Step: 4 * time.Second,
				Instead: func(ctx context.Context, r *flows.Run) (err error) { up, err = r.Check(ctx, false); return err },
				Before: func(next http.Handler) http.Handler {
					return dressed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						body, _ := io.ReadAll(r.Body)
						r.Body = io.NopCloser(strings.NewReader(string(body)))
						if strings.Contains(string(body), "DeregisterDevice") { // nobody asked for it: the account keeps it
							sent.Add(1)
							io.WriteString(w, `{"DeregisterDevice":{"success":true}}`)
							return
						}
						next.ServeHTTP(w, r)
					}), actsAtOnce(c.says))
				}})
			said := ""
			for _, f := range up.Findings {
				said += f.Words + "\n"
			}
			if e.Stop != nil {
				said += e.Stop.Message
			}
			if sent.Load() != c.most || e.Code == 0 && up.Code() == 0 || !strings.Contains(said, c.reason) {
				t.Errorf("%d requests, exit %d or %d, %s", sent.Load(), e.Code, up.Code(), said)
			}
		})
	}
}

// A tile of a family that deregisters what it counts is the only one that is pressed.
func TestATileThatDeregistersItsFamily(t *testing.T) {
	t.Parallel()
	var sent atomic.Int32
	e := play(t, trial{Scenario: "console+console-div-tiles", SignedIn: true, Step: 4 * time.Second,
		Instead: func(ctx context.Context, r *flows.Run) error { _, err := r.Check(ctx, false); return err },
		Before: func(next http.Handler) http.Handler {
			return dressed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(strings.NewReader(string(body)))
				if strings.Contains(string(body), "DeregisterDevice") {
					sent.Add(1)
					io.WriteString(w, `{"success":true}`)
					return
				}
				next.ServeHTTP(w, r)
			}), `<script>addEventListener('click', function (e) {
  if (!e.target.closest('.standin-tile')) return;
  e.stopImmediatePropagation();
  fetch('/hz/mycd/digital-console/ajax', {method: 'POST', body: 'activity=DeregisterDevice'});
}, true);</script>`)
		}})
	if sent.Load() != 1 || e.Code == 0 || e.Stop == nil || !strings.Contains(e.Stop.Message, "request that deregisters") {
		t.Errorf("%d requests, exit %d, %v", sent.Load(), e.Code, e.Stop)
	}
}
