package record

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// Recorded pages run their own scripts when they are replayed. A source that lacks
// some of them (an export without bodies) would leave pages half alive, so then all
// are made data, and shim.js does what the way to the devices needs. It draws the
// article's list of devices as well, and sends what the page sent when it was
// recorded: the answers are Amazon's, the look of the list is unecho's own.

// shimWords says so in the manifest.
const shimWords = " Its scripts were not saved, and none runs: a small script of unecho's opens the menu and draws the article's list of devices from the recorded answers. The look of that list is not Amazon's."

//go:embed shim.js
var shim string

var (
	scriptTag = later(`(?is)<script\b([^>]*)>`)
	scriptSrc = later(`(?i)\bsrc\s*=\s*["']?([^"'\s>]+)`)
	scriptTyp = later(`(?i)\btype\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)`)
	preload   = later(`(?is)<link\b[^>]*\bas=["']?script[^>]*>`)
)

// scriptsMissing: at least half of the script files that the pages ask for are not
// there.
func scriptsMissing(items []Item) bool {
	have, asked, missing := map[string]bool{}, 0, 0
	for _, it := range items {
		if it.content() == code {
			have[noQuery(it.URL)] = true
		}
	}
	for _, it := range items {
		if it.content() != page {
			continue
		}
		base, err := url.Parse(it.URL)
		if err != nil {
			continue
		}
		for _, tag := range scriptTag().FindAllSubmatch(it.Body, -1) {
			m := scriptSrc().FindSubmatch(tag[1])
			if m == nil {
				continue
			}
			u, err := base.Parse(string(m[1]))
			if err != nil {
				continue
			}
			asked++
			if !have[noQuery(u.String())] {
				missing++
			}
		}
	}
	return asked > 0 && missing*2 >= asked
}

func noQuery(raw string) string {
	raw, _, _ = strings.Cut(raw, "#")
	raw, _, _ = strings.Cut(raw, "?")
	return raw
}

// withoutScripts makes the scripts of all pages data and adds the shim.
func withoutScripts(items []Item, left Left) []Item {
	var kept []Item
	data := []byte("<script>window.unechoRecorded = " + string(recordedCalls(items)) + ";</script>")
	for _, it := range items {
		switch it.content() {
		case code:
			if !strings.Contains(it.mime(), "css") && !strings.HasSuffix(pathOf(it.URL), ".css") {
				left.add(leftCode, it.URL)
				continue
			}
		case page:
			if it.Status == http.StatusAccepted {
				left.add(leftCheck, it.URL)
				continue
			}
			it.Body = inert(it.Body, data)
		}
		kept = append(kept, it)
	}
	return kept
}

// A call is a request that the page made, for the shim to make again.
type call struct {
	Path string `json:"path"`
	Type string `json:"type"`
	Body string `json:"body"`
}

// recordedCalls are the calls behind the devices page, as JSON that may stand in a
// script: the one for the list, and those that name a device, of which the shim
// makes the ones of the device that is confirmed.
func recordedCalls(items []Item) []byte {
	var calls struct {
		List *call  `json:"list"`
		Acts []call `json:"acts"`
	}
	for _, it := range items {
		p := pathOf(it.URL)
		if it.Method != http.MethodPost || !strings.HasPrefix(p, "/hz/mycd/") || len(it.RequestBody) > 1<<16 {
			continue
		}
		c := call{Path: p, Body: string(it.RequestBody)}
		for _, h := range it.RequestHeaders {
			if strings.EqualFold(h.Name, "Content-Type") {
				c.Type = h.Value
			}
		}
		if bytes.Contains(it.Body, []byte(`"GetDevices"`)) {
			if calls.List == nil {
				calls.List = &c
			}
		} else {
			calls.Acts = append(calls.Acts, c)
		}
	}
	b, err := json.Marshal(calls) // < and > are escaped, so that it may stand in a page
	if err != nil {
		return []byte("{}")
	}
	return b
}

func inert(b, data []byte) []byte {
	b = preload().ReplaceAll(b, nil)
	b = scriptTag().ReplaceAllFunc(b, func(tag []byte) []byte {
		rest := scriptTag().FindSubmatch(tag)[1]
		rest = scriptTyp().ReplaceAll(rest, nil)
		rest = bytes.ReplaceAll(scriptSrc().ReplaceAllFunc(rest, func(m []byte) []byte {
			return append([]byte("data-"), m...)
		}), []byte("data-data-"), []byte("data-"))
		return append(append([]byte(`<script type="text/x-recorded"`), rest...), '>')
	})
	ours := append(bytes.Clone(data), "<script>"+strings.TrimSpace(shim)+"</script>"...)
	if i := bytes.LastIndex(bytes.ToLower(b), []byte("</body>")); i >= 0 {
		return append(append(append([]byte{}, b[:i]...), ours...), b[i:]...)
	}
	return append(append([]byte{}, b...), ours...)
}
