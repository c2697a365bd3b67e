package flows_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/journal"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
	"github.com/unecho/unecho/selectors"
)

// BenchmarkDevice has 20 devices of a list deregistered and proven, and tells what one of
// them costs: time, processor time of the browser, protocol messages and bytes both ways;
// and the same of reading a list.
//
//	go test ./flows -run - -bench Device -benchtime 3x
func BenchmarkDevice(b *testing.B) {
	for _, c := range []struct {
		name, form string
		of         int
	}{
		{"article-25", "", 25}, {"article-2000", "", 2000}, {"console-30", "console+", 30}, {"console-2000", "console+", 2000},
	} {
		b.Run(c.name, func(b *testing.B) {
			var total cost
			const take = 20
			for b.Loop() {
				total.add(deregisterSome(b, c.form+fmt.Sprintf("instant+devices:%d", c.of), take))
			}
			n := float64(b.N * take)
			b.ReportMetric(total.wall.Seconds()*1000/n, "ms/device")
			b.ReportMetric(total.cpu*1000/n, "browser-cpu-ms/device")
			b.ReportMetric(float64(total.wire.Sent+total.wire.Got)/n, "messages/device")
			b.ReportMetric(float64(total.wire.SentBytes+total.wire.GotBytes)/n/1000, "kB/device")
			b.ReportMetric(total.list.Seconds()*1000/float64(b.N), "list-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

type cost struct {
	wall, list time.Duration
	cpu        float64
	wire       browsertest.Counts
}

func (c *cost) add(o cost) {
	c.wall += o.wall
	c.list += o.list
	c.cpu += o.cpu
	c.wire.Sent += o.wire.Sent
	c.wire.SentBytes += o.wire.SentBytes
	c.wire.Got += o.wire.Got
	c.wire.GotBytes += o.wire.GotBytes
}

// deregisterSome signs in to an account of its own and deregisters every so-manieth device.
func deregisterSome(b *testing.B, scenario string, take int) (c cost) {
	must := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	site, err := standin.New(standin.Options{Files: os.DirFS("../testdata/standin"), Scenario: scenario})
	must(err)
	server, err := replay.Serve(site, replay.Options{Hosts: []string{"amazon.com"}})
	must(err)
	defer server.Close()
	wire, err := browsertest.NewWire(b.TempDir(), browsertest.Found(b).Path)
	must(err)
	found := browsertest.Found(b)
	found.Path = wire.Path()
	chrome, err := browser.Start(context.Background(), browser.Options{Found: found, RunBase: browsertest.RunBase(b), MapTo: server.Addr(), SPKI: server.SPKI()})
	must(err)
	defer chrome.Close()
	set, err := selectors.Default()
	must(err)
	var log io.Writer = io.Discard
	if name := os.Getenv("UNECHO_BENCH_LOG"); name != "" {
		f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		must(err)
		defer f.Close()
		log = f
	}
	tab, err := page.Attach(chrome.Context(), page.Options{Selectors: set, Site: "amazon.com", OnStep: func(s page.Step) {
		fmt.Fprintf(log, "%s %s: %s, %d ms\n", s.Do, s.What, s.Result, s.Took.Milliseconds())
	}})
	must(err)
	jrn, err := journal.Open(b.TempDir())
	must(err)
	email, password, _ := site.Credentials()
	run := flows.New(flows.Config{Tab: tab, Sel: set, Site: "amazon.com", Log: slog.New(slog.DiscardHandler), Journal: jrn,
		Login: flows.Login{Email: email, Password: func() string { return password }}})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	_, err = run.ToDevices(ctx)
	must(err)
	started := time.Now()
	l, err := run.Devices(ctx)
	must(err)
	c.list = time.Since(started)
	var choices []device.Choice
	for i := range take {
		choices = append(choices, device.Choice{Device: l.Devices[i*len(l.Devices)/take]})
	}
	before, err := wire.Counts()
	must(err)
	cpu := cpuOfGroup(chrome.PID())
	started = time.Now()
	results, err := run.Deregister(ctx, l, choices, nil)
	c.wall = time.Since(started)
	must(err)
	c.cpu = cpuOfGroup(chrome.PID()) - cpu
	after, err := wire.Counts()
	must(err)
	c.wire = after.Less(before)
	if got := len(site.Record().Deregistered); got != take || device.ExitCode(results) != 0 {
		b.Fatalf("%d devices were deregistered: %+v", got, results)
	}
	return c
}

// cpuOfGroup is the time that the processes of a group have had so far, in seconds.
func cpuOfGroup(group int) (seconds float64) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(raw), ") ")
		f := strings.Fields(rest) // from the state on: pgrp is the 3rd, utime to cstime the 12th to 15th
		if len(f) < 15 || f[2] != strconv.Itoa(group) {
			continue
		}
		for _, ticks := range f[11:15] {
			n, _ := strconv.ParseFloat(ticks, 64)
			seconds += n / 100
		}
	}
	return seconds
}
