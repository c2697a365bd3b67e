package record

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/unecho/unecho/flows/replay"
)

// This file finds what tells one recorded request from another: the parts of its address
// and body that a replay must ask for.

// volatileNames are parameters whose value is another one at each visit.
var volatileNames = []string{"ref", "ref_", "qid", "_", "ts", "t", "time", "timestamp", "rand", "cb", "nonce", "pf_rd_*", "pd_rd_*", "_encoding",
	"openid.*", "arb", "clientContext", "metadata1", "*csrf*", "*Csrf*", "*CSRF*", "*token*", "*Token*", "*session*", "*Session*", "appAction*", "prevRID", "workflowState", "siteState", "rid"}

var (
	moment  = later(`^1[0-9]{9}([0-9]{3})?(\.[0-9]+)?$`)
	machine = later(`^[A-Za-z0-9+/=_-]{24,}$`)
)

func volatile(name, value string) bool {
	for _, p := range volatileNames {
		if ok, _ := path.Match(p, name); ok {
			return true
		}
	}
	switch classOf(name) {
	case Password, Token, Session, Cookie:
		return true
	}
	return moment().MatchString(value) || machine().MatchString(value) && random(value)
}

// asked is an exchange on its way into a cassette.
type asked struct {
	x     replay.Exchange
	body  []byte
	query url.Values
	form  url.Values
	words []string // pieces of the request's body
}

// conditions decides what of each request tells it from the others. A parameter
// counts only where requests to the same address differ in it; what a call is for
// (its activity, the names in its JSON) always counts, so that a call that was not
// recorded is not answered with another's answer.
func conditions(items []Item) []asked {
	all := make([]asked, len(items))
	groups := map[string][]int{}
	var order []string
	for i, it := range items {
		u, _ := url.Parse(it.URL)
		a := &all[i]
		a.x = replay.Exchange{Host: strings.ToLower(u.Hostname()), Path: cmp.Or(u.Path, "/"), Status: it.Status, Headers: headerMap(it)}
		if it.Method != http.MethodGet {
			a.x.Method = it.Method
		}
		a.body, a.query = it.Body, u.Query()
		a.form, a.words = posted(it)
		key := it.Method + " " + a.x.Host + a.x.Path
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	for _, key := range order {
		is := groups[key]
		a := func(i int) *asked { return &all[i] }
		tell(is, func(i int) url.Values { return a(i).query }, func(i int, k, v string) { put(&a(i).x.Query, k, v) })
		tell(is, func(i int) url.Values { return a(i).form }, func(i int, k, v string) { put(&a(i).x.Form, k, v) })
		for _, i := range is {
			all[i].x.Body = all[i].words
		}
	}
	return all
}

func put(m *map[string]string, k, v string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[k] = v
}

// tell keeps the parameters in which requests differ.
func tell(is []int, of func(int) url.Values, keep func(i int, k, v string)) {
	names := map[string]bool{}
	for _, i := range is {
		for k := range of(i) {
			names[k] = true
		}
	}
	for _, k := range sortedKeys(names) {
		differ, moving := false, false
		for _, i := range is {
			differ = differ || of(i).Get(k) != of(is[0]).Get(k) || of(i).Has(k) != of(is[0]).Has(k)
			moving = moving || volatile(k, of(i).Get(k))
		}
		for _, i := range is {
			if v := of(i).Get(k); of(i).Has(k) && (differ && !moving || k == "activity") && len(v) < 300 && !strings.ContainsAny(v, "{[") {
				keep(i, k, v)
			}
		}
	}
}

// posted reads a request's body: its form, and the pieces of JSON that say what the
// call is for.
func posted(it Item) (url.Values, []string) {
	if len(it.RequestBody) == 0 {
		return nil, nil
	}
	mime := ""
	for _, h := range it.RequestHeaders {
		if strings.EqualFold(h.Name, "Content-Type") {
			mime = strings.ToLower(h.Value)
		}
	}
	if strings.Contains(mime, "json") || bytes.HasPrefix(bytes.TrimSpace(it.RequestBody), []byte("{")) {
		return nil, purpose(it.RequestBody)
	}
	if !strings.Contains(mime, "urlencoded") {
		return nil, nil
	}
	form, _ := url.ParseQuery(string(it.RequestBody))
	var words []string
	for _, k := range sortedKeys(form) {
		if v := form.Get(k); strings.HasPrefix(strings.TrimSpace(v), "{") {
			words = append(words, purpose([]byte(v))...)
			delete(form, k)
		}
	}
	return form, words
}

// purpose are the names of what a JSON call asks for, and the ids in it.
func purpose(b []byte) []string {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return nil
	}
	var words []string
	var walk func(v any, key string, depth int)
	walk = func(v any, key string, depth int) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range sortedKeys(v) {
				if depth < 2 && len(k) > 0 && k[0] >= 'A' && k[0] <= 'Z' {
					words = append(words, k)
				}
				walk(v[k], k, depth+1)
			}
		case []any:
			for _, e := range v {
				walk(e, key, depth+1)
			}
		case string:
			switch classOf(key) {
			case Serial, Account, Customer:
				if len(v) >= 6 {
					words = append(words, v)
				}
			}
			if k := strings.ToLower(key); k == "operation" || k == "activity" || k == "action" || k == "operationname" {
				words = append(words, v)
			}
		}
	}
	walk(v, "", 0)
	sort.Strings(words)
	words = slices.Compact(words)
	return words[:min(len(words), 8)]
}
