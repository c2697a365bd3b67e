package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"sort"
	"strings"
)

// harEntry is what is read of an entry; whatever else stands there is let be. What is
// not needed may have any type: exporters differ in it, and private fields (_…) are
// theirs to fill.
type harEntry struct {
	Started loose `json:"startedDateTime"`
	Request struct {
		Method  string     `json:"method"`
		URL     string     `json:"url"`
		Headers heads      `json:"headers"`
		Cookies looseHeads `json:"cookies"`
		Post    *harPost   `json:"postData"`
	} `json:"request"`
	Response struct {
		Status   int        `json:"status"`
		Headers  heads      `json:"headers"`
		Cookies  looseHeads `json:"cookies"`
		Redirect loose      `json:"redirectURL"`
		Content  struct {
			Size     looseSize `json:"size"`
			Mime     loose     `json:"mimeType"`
			Text     *string   `json:"text"`
			Encoding loose     `json:"encoding"`
			File     loose     `json:"_file"`
		} `json:"content"`
	} `json:"response"`
	Kind   loose           `json:"_resourceType"`
	Socket json.RawMessage `json:"_webSocketMessages"`
}

// loose is a text, or a number as one. Anything else is none.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	switch c := b[0]; {
	case c == '"':
		_ = json.Unmarshal(b, &s)
	case c == '-' || c >= '0' && c <= '9':
		s = string(b)
	}
	*l = loose(s)
	return nil
}

// looseSize is a number, or a number as a text.
type looseSize float64

func (n *looseSize) UnmarshalJSON(b []byte) error {
	var f float64
	if json.Unmarshal(bytes.Trim(b, `"`), &f) == nil {
		*n = looseSize(f)
	}
	return nil
}

// heads are names and values: a list of them as the format wants it, or an object as
// some tools write it.
type heads []Header

func (p *heads) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case 'n':
		return nil
	case '[':
		var list []json.RawMessage
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
		for _, e := range list {
			var h struct{ Name, Value loose }
			if e[0] == '{' && json.Unmarshal(e, &h) == nil {
				*p = append(*p, Header{string(h.Name), string(h.Value)})
			}
		}
	case '{':
		var m map[string]json.RawMessage
		if err := json.Unmarshal(b, &m); err != nil {
			return err
		}
		names := make([]string, 0, len(m))
		for name := range m {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			values := []json.RawMessage{m[name]}
			if m[name][0] == '[' {
				_ = json.Unmarshal(m[name], &values)
			}
			for _, raw := range values {
				var v loose
				if raw[0] == '{' { // {"value": "…", "secure": true}
					var o struct{ Value loose }
					_ = json.Unmarshal(raw, &o)
					v = o.Value
				} else {
					_ = json.Unmarshal(raw, &v)
				}
				*p = append(*p, Header{name, string(v)})
			}
		}
	default:
		return &json.UnmarshalTypeError{Value: "text or number", Type: reflect.TypeFor[[]Header]()}
	}
	return nil
}

// looseHeads are heads that nobody needs: they are only looked through for what must
// be taken out.
type looseHeads []Header

func (p *looseHeads) UnmarshalJSON(b []byte) error {
	var have heads
	if json.Unmarshal(b, &have) == nil {
		*p = looseHeads(have)
	}
	return nil
}

// harPost is what was sent.
type harPost struct {
	Mime, Text, File string
	Params           []Header
}

func (p *harPost) UnmarshalJSON(b []byte) error {
	var x struct {
		Mime   loose      `json:"mimeType"`
		Text   loose      `json:"text"`
		Params looseHeads `json:"params"`
		File   loose      `json:"_file"`
	}
	if b[0] != '{' || json.Unmarshal(b, &x) != nil {
		var text loose
		_ = json.Unmarshal(b, &text)
		p.Text = string(text)
		return nil
	}
	*p = harPost{Mime: string(x.Mime), Text: string(x.Text), File: string(x.File), Params: x.Params}
	return nil
}

// socket says whether websocket messages are there; some tools write null or an empty
// list with every request.
func (e *harEntry) socket() bool {
	b := bytes.TrimSpace(e.Socket)
	return len(b) > 2 && (b[0] == '[' || b[0] == '{') && len(bytes.TrimSpace(b[1:len(b)-1])) > 0
}

// take makes an item of an entry, or counts why it cannot be used.
func (x *harReader) take(n int, e *harEntry) {
	it := Item{Method: strings.ToUpper(e.Request.Method), URL: e.Request.URL, RequestHeaders: e.Request.Headers, Status: e.Response.Status,
		Headers: e.Response.Headers, Type: string(e.Response.Content.Mime), Where: fmt.Sprintf("entry %d", n)}
	for _, c := range append(e.Request.Cookies[:len(e.Request.Cookies):len(e.Request.Cookies)], e.Response.Cookies...) {
		it.RequestHeaders = append(it.RequestHeaders, Header{"Cookie", c.Name + "=" + c.Value})
	}
	it.At, it.zoned = startedAt(string(e.Started))
	scheme, _, _ := strings.Cut(strings.ToLower(it.URL), ":")
	left := func(why string) { x.h.Left.add(why, it.URL) }
	switch {
	case scheme == "data", scheme == "blob", scheme == "about", strings.HasSuffix(scheme, "-extension"), scheme == "file":
		left(leftOutside)
		return
	case scheme == "ws", scheme == "wss", e.socket(), e.Kind == "websocket", it.Status == 101:
		left(leftSocket)
		return
	case scheme != "https" && scheme != "http":
		left(leftNoURL)
		return
	case it.Status <= 0 || it.Status < 200:
		left(leftNoAnswer)
		return
	case it.Status > 598:
		left(leftNoAnswer)
		return
	}
	if it.Method == "" {
		it.Method = "GET"
	}
	if it.header("Content-Type") == "" && it.Type != "" && it.Type != "x-unknown" {
		it.Headers = append(it.Headers, Header{"Content-Type", it.Type})
	}
	if it.header("Location") == "" && e.Response.Redirect != "" && it.Status/100 == 3 {
		it.Headers = append(it.Headers, Header{"Location", string(e.Response.Redirect)})
	}
	if p := e.Request.Post; p != nil {
		it.RequestBody = x.post(p.Text, p.Params, p.File)
		if p.Mime != "" {
			it.RequestHeaders = append(it.RequestHeaders, Header{"Content-Type", p.Mime})
		}
	}
	if it.content() == picture {
		left(leftPicture)
		return
	}
	c := e.Response.Content
	var why string
	it.Body, why = x.body(c.Text, string(c.Encoding), string(c.File))
	if why == "" {
		it.Body, why = inflate(it.Body, it.header("Content-Encoding"))
	}
	if x.held += int64(len(it.Body)); x.held > maxHeld && why == "" {
		x.held -= int64(len(it.Body))
		why = leftTooMuch
	}
	if why != "" {
		left(why)
		return
	}
	if c.Encoding == "" && len(it.Body) > 0 && cutOff(it.Body, float64(c.Size)) {
		left(leftCut)
		if it.content() != page { // half a page still shows its beginning; half a list is none
			return
		}
	}
	switch {
	case it.Status == http.StatusNotModified && len(it.Body) > 0:
		it.Status = http.StatusOK // the exporter took the body from the browser's cache
	case it.Body == nil && it.Status/100 != 3 && it.Status != http.StatusNoContent && it.Method != "HEAD" && (c.Size != 0 || c.Text == nil && it.Status == 200):
		it.NoBody = true
	}
	x.h.Items = append(x.h.Items, it)
}
