package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/proof"
)

// A Listing is one fresh, complete look at the devices of an account: the call
// behind the page and the page itself agreed about it.
type Listing struct {
	Devices  []device.Device
	Customer string // customer id, "" when nothing tells it: then the run is bound to the set of its customers
	Via      string // "mycd"
	// Empty: there is no device, and the page itself says so.
	Empty bool
	// read is the reading as package proof judges it, but for what Devices and
	// Empty say.
	read proof.List
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
	// unfamiliar: there was an answer, and it is none that unecho can read.
	unfamiliar bool
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
	if (!token) return {problem: "the page carries no csrf token", token: true};
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
	Token   bool   `json:"token"` // the problem is that the page has none
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
		return device.List{}, &callFailed{words: a.Problem, again: true, unfamiliar: a.Token}
	case strings.HasPrefix(a.Path, "/ap/"), strings.HasPrefix(a.Path, "/ax/"), a.Status == 401, a.Status == 403:
		return device.List{}, &callFailed{words: "the list call was answered with a sign-in page", signIn: true}
	case a.Status != 200:
		return device.List{}, &callFailed{words: fmt.Sprintf("the list call was answered with HTTP %d", a.Status), again: true, after: page.ParseRetryAfter(a.After, time.Now())}
	}
	l, err := parse([]byte(a.Text))
	if err != nil {
		f := &callFailed{words: "the list call: " + err.Error(), again: true}
		f.signIn = errors.Is(err, device.ErrAuthentication)
		f.unfamiliar = errors.Is(err, device.ErrNoList) || errors.Is(err, device.ErrShape)
		return l, f
	}
	return l, nil
}

// proof is the listing as package proof judges it.
func (l Listing) proof() proof.List {
	p := l.read
	p.Devices, p.Page.SaysEmpty = l.Devices, l.Empty
	return p
}

// A listHistory is what a run knows of its lists, for package proof to judge the next one.
type listHistory struct {
	customer string          // of this run, once a list told it
	told     string          // the customer that a page of this run told last
	signIns  int             // the sign-ins passed by then: another one may be another customer's
	last     *proof.List     // the last list that was read whole
	touched  []device.Device // whose Deregister was clicked, or may have been
	byName   []string        // keys of those whose row showed no id: there, their name tells them
	mixed    bool            // another customer than the run's turned up
	foreign  bool            // it was not the profile's, from the first list on
}

// learn asks the page that stands there who is signed in, and remembers it: any page
// may tell, and the page of the devices need not.
func (r *Run) learn(ctx context.Context) (string, error) {
	var told string
	if err := r.Tab.Call(ctx, customerOnPage, nil, &told); err != nil {
		return "", err
	}
	if told != "" {
		r.lists.told, r.lists.signIns = told, r.signIn.count
	}
	return told, nil
}

// own makes a listing of a call and finds out whose it is, with the page of the
// devices still there. It is a *Stop if that is not the customer of the run.
func (r *Run) own(ctx context.Context, l *Listing, source string, call device.List) error {
	told, err := r.learn(ctx)
	if err != nil {
		return err
	}
	l.Devices, l.read = call.Devices, proof.Of(source, call)
	l.read.Customer = told
	if l.Customer, err = r.owner(l.proof()); err != nil {
		return err
	}
	for i := range l.Devices {
		l.Devices[i].Household = proof.Household(l.Customer, l.Devices[i])
	}
	return nil
}

// owner is the customer of a list, "" if only the set of them is known.
func (r *Run) owner(l proof.List) (string, error) {
	if r.lists.last != nil {
		if why := proof.SameOwner(*r.lists.last, l, r.lists.touched); why != "" {
			r.lists.mixed = true
			return "", &Stop{Code: CodeUnusable, Message: why + "; nothing more was clicked",
				Hint: "make sure that nobody else uses this session, then run the same command again"}
		}
		return r.lists.customer, nil
	}
	told := l.Customer
	if told == "" && r.lists.signIns == r.signIn.count {
		told = r.lists.told
	}
	o := proof.Whose(r.Bound, told, l)
	if o.Why == "" {
		return o.Customer, nil
	}
	r.lists.mixed = true
	r.lists.foreign = o.Foreign || len(l.Customers()) > 0
	if o.Foreign {
		return "", &Stop{Code: CodeUsage, Message: o.Why, Hint: "use another --profile for another account"}
	}
	return "", &Stop{Code: CodeUnusable, Message: o.Why + "; nothing was clicked", Unfamiliar: true}
}

// accept takes a listing for one to go by, unless it is not complete: then it says
// why. The first one binds the run.
func (r *Run) accept(l Listing) (why string, err error) {
	p := l.proof()
	if why := proof.Complete(p); why != "" {
		return why, nil
	}
	if r.lists.last == nil {
		r.lists.customer = l.Customer
		if r.Bound == "" && r.lists.customer != "" && r.Bind != nil {
			if err := r.Bind(r.lists.customer); err != nil {
				return "", err
			}
		}
	}
	if p.Customer == "" { // so that a page that tells somebody else later is noticed
		p.Customer = r.lists.customer
	}
	r.lists.last = &p
	return "", nil
}

// find returns the device of the list that is the same as d.
func (l Listing) find(d device.Device) (device.Device, bool) {
	for _, o := range l.Devices {
		if proof.Same(o, d) {
			return o, true
		}
	}
	return device.Device{}, false
}
