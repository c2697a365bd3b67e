package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
)

// A job is what every contender does: sign in, go to the devices, deregister some of
// them, and verify by a list that they are gone.
type job struct {
	Name     string
	Console  bool
	Of, Take int // so many devices, of which so many go
}

var jobs = []job{
	{"list", false, 25, 0},
	{"article-20", false, 25, 20},
	{"console-20", true, 30, 20}, // some of each family stay, so that none of its views is that of one device only,
	{"article-100", false, 105, 100},
	{"console-100", true, 110, 100},
	{"article-2000", false, 2000, 20},
	{"console-2000", true, 2000, 20},
}

func (j job) scenario() string {
	s := fmt.Sprintf("instant+devices:%d", j.Of)
	if j.Console {
		s = "console+" + s
	}
	return s
}

// A target is a device to deregister, as a script of a peer needs it.
type target struct {
	Name   string `json:"name"`
	Key    string `json:"key"`
	Family string `json:"family"`
}

// task is what a contender is told, as JSON in BENCH_TASK.
type task struct {
	Browser  string   `json:"browser"`
	Args     []string `json:"args"` // of the browser
	Email    string   `json:"email"`
	Password string   `json:"password"`
	Console  bool     `json:"console"`
	Targets  []target `json:"targets"`
}

// stage is the stand-in of one run, and the servers before it.
type stage struct {
	job  job
	site *standin.Site
	tls  *replay.Server
	task task
}

// raise sets up an account of its own for one run.
func raise(j job, browser string, root bool) (*stage, error) {
	site, err := standin.New(standin.Options{Files: os.DirFS("../standin"), Scenario: j.scenario()})
	if err != nil {
		return nil, err
	}
	s := &stage{job: j, site: site}
	if s.tls, err = replay.Serve(site, replay.Options{Hosts: []string{"amazon.com"}}); err != nil {
		return nil, err
	}
	s.task = task{Browser: browser, Console: j.Console, Targets: []target{}, Args: []string{
		"--host-resolver-rules=MAP * " + s.tls.Addr(), "--ignore-certificate-errors-spki-list=" + s.tls.SPKI(),
		"--window-size=1280,900", "--disable-background-networking", "--no-first-run", "--disable-quic",
	}}
	if root {
		s.task.Args = append(s.task.Args, "--no-sandbox")
	}
	s.task.Email, s.task.Password, _ = site.Credentials()
	devices := site.Record().Devices
	for i := range j.Take { // spread over the whole list
		d := devices[i*j.Of/j.Take]
		s.task.Targets = append(s.task.Targets, target{d.Name, d.Key, family(d.Name)})
	}
	if j.Console { // as whoever writes a script by hand would: family by family
		slices.SortStableFunc(s.task.Targets, func(a, b target) int { return strings.Compare(a.Family, b.Family) })
	}
	return s, nil
}

func family(name string) string {
	switch {
	case strings.Contains(name, "Kindle"):
		return "KINDLE"
	case strings.Contains(name, "Fire TV"):
		return "FIRE_TV"
	}
	return "ECHO"
}

// verdict says what the stand-in holds against a run, "" if it was done right.
func (s *stage) verdict() string {
	r := s.site.Record()
	want := map[string]bool{}
	for _, t := range s.task.Targets {
		want[t.Key] = true
	}
	for _, d := range r.Deregistered {
		if !want[d.Key] {
			return fmt.Sprintf("%s was deregistered, and should not be or was already", d.Name)
		}
		if !d.Trusted {
			return d.Name + " was deregistered by a script"
		}
		delete(want, d.Key)
	}
	switch {
	case len(want) > 0:
		return fmt.Sprintf("%d devices were not deregistered", len(want))
	case len(r.Doubles)+len(r.Dangers)+len(r.ContentDeleted)+len(r.Refused) > 0:
		return fmt.Sprintf("doubles %v, dangers %v, content %v, refused %v", r.Doubles, r.Dangers, r.ContentDeleted, r.Refused)
	case r.SignIns != 1:
		return fmt.Sprintf("%d sign-ins", r.SignIns)
	}
	return ""
}

// files writes what unecho is told: the devices and the credentials.
func (s *stage) files(dir string) (list, env string, err error) {
	var b strings.Builder
	for _, t := range s.task.Targets {
		b.WriteString(t.Name + "\n")
	}
	list, env = filepath.Join(dir, "list"), filepath.Join(dir, "env")
	if err := os.WriteFile(list, []byte(b.String()), 0o600); err != nil {
		return "", "", err
	}
	quoted := strings.ReplaceAll(s.task.Password, "'", `'\''`)
	return list, env, os.WriteFile(env, []byte("AMAZON_EMAIL="+s.task.Email+"\nAMAZON_PASSWORD='"+quoted+"'\n"), 0o600)
}

// told is the task of this process.
func told() (t task) {
	check(json.Unmarshal([]byte(os.Getenv("BENCH_TASK")), &t))
	return t
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
