package page

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/unecho/unecho/selectors"
)

// A page that arrives in two parts: the first alone is another screen.
func TestHalfAPageIsNotJudged(t *testing.T) {
	rest := make(chan struct{})
	w := openWith(t, "", map[string]http.HandlerFunc{
		"/parts": func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", "text/html")
			fmt.Fprint(rw, "<title>x</title><form><input id=first>")
			rw.(http.Flusher).Flush()
			select {
			case <-rest:
			case <-r.Context().Done():
			}
			fmt.Fprint(rw, "<img id=second width=9 height=9></form>")
		},
	}, func(o *Options) {
		o.Selectors.Screens = []selectors.Screen{{Name: "captcha", Visible: []string{"#second"}}, {Name: "password", Visible: []string{"#first"}}}
	})
	if err := w.Goto(w.ctx, w.base+"/parts"); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(700*time.Millisecond, func() { close(rest) })
	seen, err := w.See(w.ctx)
	if err != nil || seen.Screen != "captcha" || seen.Half {
		t.Errorf("%+v, %v", seen, err)
	}
	seen, err = w.Look(w.ctx)
	if err != nil || seen.Screen != "captcha" {
		t.Errorf("%+v, %v", seen, err)
	}
	if told, err := w.Explain(w.ctx); err != nil || told.Rule != "captcha" || len(told.Matched) != 1 {
		t.Errorf("%+v, %v", told, err)
	}
}
