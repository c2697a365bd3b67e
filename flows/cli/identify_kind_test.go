package cli

import (
	"strings"
	"testing"
)

// A file that is no page is said to be what it is, with what to do; a page is let through
// whatever it talks about.
func TestAFileThatIsNoPageSaysWhatItIs(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"MHTML of Chrome":            {"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.amazon.com/\r\nSubject: Amazon Sign-In\r\nDate: Thu, 26 Nov 2026 10:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----MultipartBoundary--x----\"\r\n\r\n\r\n------MultipartBoundary--x----\r\nContent-Type: text/html\r\n", "MHTML"},
		"MHTML of others":            {"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n<html>", "MHTML"},
		"source view of Chrome":      {`<html><head><meta name="color-scheme" content="light dark"></head><body><div class="line-gutter-backdrop"></div><form autocomplete="off"><label class="line-wrap-control">Line wrap<input type="checkbox"></label></form><table><tbody><tr><td class="line-number" value="1"></td><td class="line-content"><span class="html-doctype">&lt;!doctype html&gt;</span>`, "view-source"},
		"source view of old Chrome":  {`<html><body><table><tbody><tr><td class="line-number" value="1"></td><td class="line-content">`, "view-source"},
		"source view of Firefox":     {`<html><head><title>https://www.amazon.com/</title><link rel="stylesheet" type="text/css" href="resource://content-accessible/viewsource.css"></head><body id="viewsource" class="highlight"><pre id="line1">`, "view-source"},
		"web archive of Safari":      {"bplist00\xd1\x01\x02_\x10\x0fWebMainResource", "Safari"},
		"PDF":                        {"%PDF-1.7\n", "PDF"},
		"picture":                    {"\x89PNG\r\n\x1a\n", "picture"},
		"packed":                     {"\x1f\x8b\x08", "gzip"},
		"HAR":                        {"\ufeff{\"log\": {\"version\": \"1.2\", \"creator\": {}, \"entries\": []}}", "record DIR --from"},
		"nothing":                    {" \n", "empty"},
		"a page":                     {"<!doctype html><title>x</title>", ""},
		"a page about MHTML":         {"<p>\nMIME-Version: 1.0\nContent-Type: multipart/related; x</p>", ""},
		"a page with numbered lines": {"<html><body>" + strings.Repeat("x", 20<<10) + `<table><td class="line-number">`, ""},
		"text":                       {"From here on it is a page", ""},
	} {
		err := pageFile([]byte(c.data))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
