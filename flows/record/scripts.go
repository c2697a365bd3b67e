package record

import (
	"bytes"
	_ "embed"
	"net/url"
	"regexp"
	"strings"
)

// Recorded pages run their own scripts when they are replayed. A source that lacks
// some of them (an export without bodies) would leave pages half alive, so then all
// are made data, and shim.js does what the way to the devices needs.

//go:embed shim.js
var shim string

var (
	scriptTag = regexp.MustCompile(`(?is)<script\b([^>]*)>`)
	scriptSrc = regexp.MustCompile(`(?i)\bsrc\s*=\s*["']?([^"'\s>]+)`)
	scriptTyp = regexp.MustCompile(`(?i)\btype\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)`)
	preload   = regexp.MustCompile(`(?is)<link\b[^>]*\bas=["']?script[^>]*>`)
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
		for _, tag := range scriptTag.FindAllSubmatch(it.Body, -1) {
			m := scriptSrc.FindSubmatch(tag[1])
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
	for _, it := range items {
		switch it.content() {
		case code:
			if !strings.Contains(it.mime(), "css") && !strings.HasSuffix(pathOf(it.URL), ".css") {
				left.add(leftCode, it.URL)
				continue
			}
		case page:
			it.Body = inert(it.Body)
		}
		kept = append(kept, it)
	}
	return kept
}

func inert(b []byte) []byte {
	b = preload.ReplaceAll(b, nil)
	b = scriptTag.ReplaceAllFunc(b, func(tag []byte) []byte {
		rest := scriptTag.FindSubmatch(tag)[1]
		rest = scriptTyp.ReplaceAll(rest, nil)
		rest = bytes.ReplaceAll(scriptSrc.ReplaceAllFunc(rest, func(m []byte) []byte {
			return append([]byte("data-"), m...)
		}), []byte("data-data-"), []byte("data-"))
		return append(append([]byte(`<script type="text/x-recorded"`), rest...), '>')
	})
	ours := []byte("<script>" + strings.TrimSpace(shim) + "</script>")
	if i := bytes.LastIndex(bytes.ToLower(b), []byte("</body>")); i >= 0 {
		return append(append(append([]byte{}, b[:i]...), ours...), b[i:]...)
	}
	return append(append([]byte{}, b...), ours...)
}
