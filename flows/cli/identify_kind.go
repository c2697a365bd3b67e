package cli

import (
	"bytes"
	"errors"
	"regexp"
)

// People save a page in many ways, and not every one keeps it as it was. A file that is
// no page is said to be what it is: "unknown" would mean a page that nobody knows.

var (
	mhtmlHead  = regexp.MustCompile(`(?im)^(?:mime-version|content-type|snapshot-content-location|from|subject|date|x-[a-z-]+):`)
	mhtmlParts = regexp.MustCompile(`(?i)multipart/(?:related|mixed|alternative)`)
	sourceView = regexp.MustCompile(`(?i)<body[^>]+id="?viewsource|content-accessible/viewsource\.css|class="?line-gutter-backdrop|class="?line-wrap-control|<td class="?line-number"?[^>]*>`)
)

// kinds are files that are told by their first bytes.
var kinds = []struct{ sign, what string }{
	{"%PDF-", "is a PDF, not a page; save the page as “Webpage, HTML only”"},
	{"\x89PNG", "is a picture of a page; save the page as “Webpage, HTML only”"},
	{"\xff\xd8\xff", "is a picture of a page; save the page as “Webpage, HTML only”"},
	{"GIF8", "is a picture of a page; save the page as “Webpage, HTML only”"},
	{"RIFF", "is a picture of a page; save the page as “Webpage, HTML only”"},
	{"PK\x03\x04", "is a ZIP archive; unpack it and name the page in it"},
	{"\x1f\x8b", "is packed with gzip; unpack it first (gunzip)"},
	{"bplist", "is a Safari web archive; save the page as “Page Source”"},
}

// pageFile is what a file is if it is no page, nil if it may be one.
func pageFile(data []byte) error {
	head := bytes.TrimPrefix(data[:min(len(data), 16<<10)], []byte("\xef\xbb\xbf"))
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.sign)) {
			return errors.New(k.what)
		}
	}
	head = bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(head) == 0:
		return errors.New("is empty; save the page again")
	case mhtmlHead.Match(head[:min(len(head), 200)]) && head[0] != '<' && mhtmlParts.Match(head):
		return errors.New("is an MHTML archive, a page with its pictures in one file; save the page as “Webpage, HTML only”")
	case sourceView.Match(head):
		return errors.New("is the browser's view of a page's source (view-source:), not the page; save the page itself as “Webpage, HTML only”")
	case head[0] == '{' && bytes.Contains(head, []byte(`"log"`)) && bytes.Contains(head, []byte(`"creator"`)):
		return errors.New("is a HAR recording of many pages; `unecho record DIR --from FILE` makes a cassette of it")
	}
	return nil
}
