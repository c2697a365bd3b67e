package browser_test

import (
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// BenchmarkStartAndClose is what each command pays for having a browser of its own:
//
//	go test ./flows/browser -run '^$' -bench StartAndClose
func BenchmarkStartAndClose(b *testing.B) {
	var start, end time.Duration
	for b.Loop() {
		began := time.Now()
		br := browsertest.Start(b, browser.Options{})
		started := time.Now()
		if err := br.Close(); err != nil {
			b.Fatal(err)
		}
		start += started.Sub(began)
		end += time.Since(started)
	}
	b.ReportMetric(float64(start.Milliseconds())/float64(b.N), "start-ms/op")
	b.ReportMetric(float64(end.Milliseconds())/float64(b.N), "close-ms/op")
}
