package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// A Listing is one fresh, complete look at the devices of an account: the call
// behind the page and the page itself agreed about it.
type Listing struct {
	Devices  []device.Device
	Customer string // customer id, "" only when neither page nor list tell it
	Via      string // "content"
	// Empty: there is no device, and the page itself says so.
	Empty bool
	seen  []string // keys of the devices that the page showed
}

// callFailed is an answer of a list call that is no list. Its kind decides
// whether the page is loaded again or the user signs in again.
type callFailed struct {
	words string
	// again: loading the page anew may help (a stale token, a 503).
	again bool
	// signIn: the session is over.
	signIn bool
	// after is how long Amazon asked to wait.
	after time.Duration
}

func (e *callFailed) Error() string { return e.words }

// fetchList posts a read-only list request from inside the page, with the
// page's own token and cookies, and hands back what came. It runs in unecho's
// isolated world: a fetch that the page replaced is not used.
//
// Source of the token and of both requests: facts/content-and-devices.md, "The
// list behind the page" (graded T).
const fetchList = `async ({path, body, ms}) => {
	let token = "";
	for (const s of document.scripts) {
		if (s.src) continue;
		const m = /\bcsrfToken\b["']?\s*[=:]\s*["']([^"']+)["']/.exec(s.textContent);
		if (m) { token = m[1]; break; }
	}
	if (!token) return {problem: "the page carries no csrf token"};
	try {
		const res = await fetch(path, {
			method: "POST", credentials: "same-origin", cache: "no-store",
			headers: {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
			body: body + "&csrfToken=" + encodeURIComponent(token),
			signal: AbortSignal.timeout(ms),
		});
		const text = await res.text();
		return {status: res.status, path: new URL(res.url).pathname, after: res.headers.get("retry-after") || "", text};
	} catch (e) { return {problem: "the list call got no answer (" + e.name + ")"}; }
}`

// customerOnPage looks for the customer id that Amazon's pages carry in inline
// JSON (seen on a saved page of 2025).
const customerOnPage = `() => {
	for (const s of document.scripts) {
		if (s.src) continue;
		const m = /["']?\bcustomer_?[iI][dD]\b["']?\s*[=:]\s*["'](A[A-Z0-9]{8,20})["']/.exec(s.textContent);
		if (m) return m[1];
	}
	return "";
}`

type listAnswer struct {
	Problem string `json:"problem"`
	Status  int    `json:"status"`
	Path    string `json:"path"`
	After   string `json:"after"` // the header Retry-After
	Text    string `json:"text"`
}

// call asks for the list behind the page.
func (r *Run) call(ctx context.Context, path, body string, parse func([]byte) (device.List, error)) (device.List, error) {
	var a listAnswer
	arg := map[string]any{"path": path, "body": body, "ms": r.stepTimeout().Milliseconds()}
	if err := r.Tab.Call(ctx, fetchList, arg, &a); err != nil {
		return device.List{}, err
	}
	switch {
	case a.Problem != "":
		return device.List{}, &callFailed{words: a.Problem, again: true}
	case strings.HasPrefix(a.Path, "/ap/"), strings.HasPrefix(a.Path, "/ax/"), a.Status == 401, a.Status == 403:
		return device.List{}, &callFailed{words: "the list call was answered with a sign-in page", signIn: true}
	case a.Status != 200:
		return device.List{}, &callFailed{words: fmt.Sprintf("the list call was answered with HTTP %d", a.Status), again: true, after: RetryAfter(a.After, time.Now())}
	}
	l, err := parse([]byte(a.Text))
	if err != nil {
		f := &callFailed{words: "the list call: " + err.Error(), again: true}
		f.signIn = errors.Is(err, device.ErrAuthentication)
		return l, f
	}
	return l, nil
}

// whose decides which customer a list belongs to: what the page itself says,
// else the customer that all devices agree on.
func whose(onPage string, devices []device.Device) (string, error) {
	if onPage != "" {
		return onPage, nil
	}
	var seen []string
	for _, d := range devices {
		if d.Customer != "" && !d.Child && !slices.Contains(seen, d.Customer) {
			seen = append(seen, d.Customer)
		}
	}
	switch len(seen) {
	case 0:
		return "", nil
	case 1:
		return seen[0], nil
	}
	return "", nil // a household, and nothing says who is signed in
}

// bind holds the run to one customer: the one the profile is bound to, then
// the one of the first list.
func (r *Run) bind(customer string) error {
	if customer == "" {
		if r.customer != "" {
			r.mixed = true
			return changed(r.customer, "nobody")
		}
		return nil
	}
	switch {
	case r.customer != "" && r.customer != customer:
		r.mixed = true
		return changed(r.customer, customer)
	case r.customer == "" && r.Bound != "" && r.Bound != customer:
		r.mixed = true
		return &Stop{Code: CodeUsage,
			Message: fmt.Sprintf("this profile belongs to customer %s, and %s is signed in", r.Bound, customer),
			Hint:    "use another --profile for another account"}
	case r.customer == "":
		r.customer = customer
		if r.Bound == "" && r.Bind != nil {
			return r.Bind(customer)
		}
	}
	return nil
}

func changed(from, to string) *Stop {
	return &Stop{Code: CodeUnusable,
		Message: fmt.Sprintf("the signed-in customer changed during the run from %s to %s; nothing more was clicked", from, to),
		Hint:    "make sure that nobody else uses this session, then run the same command again"}
}

// household marks the devices of other customers in the list.
func household(devices []device.Device, customer string) {
	for i := range devices {
		d := &devices[i]
		if customer != "" && d.Customer != "" && d.Customer != customer {
			d.Household = true
		}
	}
}

// The signs that a page layer drops from what it reads: they have no width, and
// pages insert them at will.
var (
	zeroWidth = regexp.MustCompile(`[\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}\x{2066}-\x{2069}\x{feff}\x{00ad}]`)
	spaces    = regexp.MustCompile(`[\s\p{Zs}\x{0085}\x{2028}\x{2029}]+`)
)

// clean is the form in which names of the call and of the page are compared: a
// page folds white space, a call does not. Case and everything else count.
func clean(name string) string {
	name = zeroWidth.ReplaceAllString(norm.NFC.String(name), "")
	return strings.TrimSpace(spaces.ReplaceAllString(name, " "))
}

// ident is the device as the page layer needs it.
func ident(d device.Device) page.Ident {
	id := page.Ident{Name: d.Name}
	for _, v := range []string{d.AccountID, d.Serial} {
		if v != "" {
			id.IDs = append(id.IDs, v)
		}
	}
	return id
}

func others(d device.Device, all []device.Device) []page.Ident {
	var out []page.Ident
	for _, o := range all {
		if !same(o, d) {
			out = append(out, ident(o))
		}
	}
	return out
}

// same tells whether two records of one customer's list are one device. Records
// without any key are told by their name, which must then be unique.
func same(a, b device.Device) bool {
	if a.Key == "" && b.Key == "" {
		return clean(a.Name) == clean(b.Name)
	}
	return a.Key == b.Key || a.Same(b)
}

// find returns the device of the list that is the same as d.
func (l Listing) find(d device.Device) (device.Device, bool) {
	for _, o := range l.Devices {
		if same(o, d) {
			return o, true
		}
	}
	return device.Device{}, false
}
