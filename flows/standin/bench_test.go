package standin

import (
	"net/http/httptest"
	"testing"
)

// What the stand-in adds to a cold run: reading its pages and answering the first one.
func BenchmarkNewAndFirstPage(b *testing.B) {
	for b.Loop() {
		site, err := New(Options{Files: files})
		if err != nil {
			b.Fatal(err)
		}
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest("GET", "https://www.amazon.com/", nil))
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
