package page

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser/browsertest"
)

// BenchmarkClick compares, on a page of 20 rows and in turns, a verified click
// with chromedp's own unverified one and with bare protocol commands (one evaluate
// for the point, press, release; no move). It reports medians of at least 200
// clicks each and how many times chromedp's own a verified click costs:
//
//	go test ./flows/page -run - -bench Click
func BenchmarkClick(b *testing.B) {
	w := open(b, "/rows.html")
	w.knows(echoes(20, 100)...)
	blind, raw := browsertest.Tab(b), browsertest.Tab(b)
	for _, ctx := range []func() error{
		func() error { return chromedp.Do(blind, chromedp.Navigate(w.base+"/rows.html")) },
		func() error { return chromedp.Do(raw, chromedp.Navigate(w.base+"/rows.html")) },
	} {
		if err := ctx(); err != nil {
			b.Fatal(err)
		}
	}
	ways := []struct {
		name  string
		click func(i int) error
		took  []time.Duration
	}{
		{name: "verified", click: func(i int) error { _, err := w.Click(w.ctx, echo(i)); return err }},
		{name: "chromedp", click: func(i int) error {
			return chromedp.Do(blind, chromedp.Click(chromedp.CSS(fmt.Sprintf("#row_G0SERIAL%d button", 100+i))))
		}},
		{name: "raw", click: func(i int) error {
			p, err := chromedp.Run(raw, chromedp.Evaluate[[]float64](fmt.Sprintf(
				`(() => { const r = document.querySelector('#row_G0SERIAL%d button').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`, 100+i)))
			if err != nil {
				return err
			}
			return chromedp.Do(raw, chromedp.MouseClickXY(p[0], p[1]))
		}},
	}
	round := func(n int, measure bool) {
		for j := range ways {
			way := &ways[(n+j)%len(ways)] // nobody is always first
			start := time.Now()
			if err := way.click(n%20 + 1); err != nil {
				b.Fatalf("%s: %v", way.name, err)
			}
			if measure {
				way.took = append(way.took, time.Since(start))
			}
		}
	}
	for n := range 20 {
		round(n, false)
	}
	n := 0
	for b.Loop() {
		round(n, true)
		n++
	}
	for ; n < 200; n++ {
		round(n, true)
	}
	if clicks := js[int](w, "got.length"); clicks != n+20 {
		b.Fatalf("%d verified clicks made, %d arrived", n+20, clicks)
	}
	median := func(d []time.Duration) float64 {
		slices.Sort(d)
		return float64(d[len(d)/2]) / 1e6
	}
	verified, own, bare := median(ways[0].took), median(ways[1].took), median(ways[2].took)
	b.ReportMetric(verified, "verified-ms")
	b.ReportMetric(own, "chromedp-ms")
	b.ReportMetric(bare, "raw-ms")
	b.ReportMetric(verified/own, "verified/blind")
}
