package browser

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// fakeApt is a package system in memory. Its commands are recorded.
type fakeApt struct {
	packages  map[string]string // name -> candidate version
	depends   map[string]string
	afterward map[string]string // what update brings
	noApt     bool
	noSudo    bool
	password  bool // sudo asks for one
	fails     string
	installed []string
	commands  []string
}

func (f *fakeApt) apt(root bool) apt {
	return apt{
		root: root,
		look: func(name string) (string, error) {
			if name == "apt-get" && f.noApt || name == "sudo" && f.noSudo {
				return "", errors.New("not found")
			}
			return "/usr/bin/" + name, nil
		},
		run: func(_ context.Context, say func(string), argv ...string) (string, error) {
			line := strings.Join(argv, " ")
			if line == "sudo -n true" {
				if f.password {
					return "", errors.New("exit status 1")
				}
				return "", nil
			}
			last := argv[len(argv)-1]
			switch {
			case strings.Contains(line, "apt-cache show"):
				if v, ok := f.packages[last]; ok {
					return "Package: " + last + "\nVersion: " + v + "\nDepends: libc6, " + f.depends[last] + "\n", nil
				}
				return "", errors.New("exit status 100")
			}
			f.commands = append(f.commands, line)
			if f.fails != "" && strings.Contains(line, f.fails) {
				say("E: it went wrong")
				return "", errors.New("exit status 100")
			}
			if last == "update" {
				f.packages = f.afterward
			} else {
				f.installed = append(f.installed, last)
				say("Setting up " + last)
			}
			return "", nil
		},
		find: func(_ context.Context, w Want) (Found, error) {
			for _, p := range f.installed {
				if p == "chromium-headless-shell" && w.Headed {
					continue
				}
				return Found{Path: "/usr/lib/" + p, Version: "156.0.0.1", Kind: kindOf(p)}, nil
			}
			return Found{}, &NotFoundError{}
		},
	}
}

func TestInstallTakesTheRealPackage(t *testing.T) {
	debian := map[string]string{"chromium": "156.0-1~deb12u1", "chromium-headless-shell": "156.0-1~deb12u1"}
	ubuntu := map[string]string{"chromium-browser": "2:1snap1-0ubuntu2"}
	for _, c := range []struct {
		name string
		apt  fakeApt
		root bool
		want Want
		pkg  string // "" for an error
		say  string // in the output or the error
	}{
		{"replay", fakeApt{packages: debian}, true, Want{Replay: true}, "chromium-headless-shell", "installing chromium-headless-shell"},
		{"live", fakeApt{packages: debian}, true, Want{}, "chromium", "installing chromium"},
		{"headed replay", fakeApt{packages: debian}, true, Want{Headed: true, Replay: true}, "chromium", "is installed"},
		{"lists missing", fakeApt{afterward: debian}, true, Want{Replay: true}, "chromium-headless-shell", "(apt-get update)"},
		{"a release without headless-shell", fakeApt{packages: map[string]string{"chromium": "100"}}, true, Want{Replay: true}, "chromium", ""},
		{"by sudo", fakeApt{packages: debian}, false, Want{}, "chromium", ""},
		{"sudo asks for a password", fakeApt{packages: debian, password: true}, false, Want{}, "", "sudo asks for a password"},
		{"no sudo", fakeApt{packages: debian, noSudo: true}, false, Want{}, "", "needs root"},
		{"no apt", fakeApt{noApt: true}, true, Want{}, "", "no apt-get"},
		{"Ubuntu's snap", fakeApt{packages: ubuntu, afterward: ubuntu}, true, Want{}, "", "stub for a snap"},
		{"a stub that hides in its dependencies", fakeApt{packages: map[string]string{"chromium": "1:85"}, afterward: map[string]string{"chromium": "1:85"}, depends: map[string]string{"chromium": "snapd"}}, true, Want{}, "", "stub for a snap"},
		{"nothing offered", fakeApt{}, true, Want{}, "", "apt offers no package chromium"},
		{"update fails", fakeApt{fails: "update"}, true, Want{}, "", "E: it went wrong"},
		{"install fails", fakeApt{packages: debian, afterward: debian, fails: " install "}, true, Want{}, "", "E: it went wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			f, err := c.apt.apt(c.root).install(context.Background(), &out, c.want)
			if c.pkg == "" {
				var e *InstallError
				if !errors.As(err, &e) || e.Command == "" {
					t.Fatalf("%+v, %v, want an *InstallError with a command", f, err)
				}
				if !strings.Contains(err.Error(), c.say) || strings.Contains(err.Error(), "\n") {
					t.Errorf("error is %q, want one line with %q", err, c.say)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(c.apt.installed, []string{c.pkg}) || f.Path != "/usr/lib/"+c.pkg {
				t.Errorf("installed %v and found %+v, want %s", c.apt.installed, f, c.pkg)
			}
			if !strings.Contains(out.String(), c.say) {
				t.Errorf("it said %q, want %q", out.String(), c.say)
			}
			for _, line := range c.apt.commands {
				if !strings.Contains(line, "DEBIAN_FRONTEND=noninteractive") || c.root == strings.HasPrefix(line, "sudo -n ") {
					t.Errorf("ran %q", line)
				}
			}
		})
	}
}

func TestStaleListsAreFetchedAgain(t *testing.T) {
	debian := map[string]string{"chromium": "156.0"}
	f := fakeApt{packages: debian, afterward: debian}
	a := f.apt(true)
	run, first := a.run, true
	a.run = func(ctx context.Context, say func(string), argv ...string) (string, error) {
		if slices.Contains(argv, "install") && first {
			first = false
			say("E: Failed to fetch chromium.deb 404 Not Found")
			return "", errors.New("exit status 100")
		}
		return run(ctx, say, argv...)
	}
	if _, err := a.install(context.Background(), new(bytes.Buffer), Want{}); err != nil {
		t.Error(err)
	}
	if len(f.commands) != 2 || !strings.Contains(f.commands[0], "update") {
		t.Errorf("ran %v, want update and install after the failure", f.commands)
	}
}

func TestAnotherAptIsWaitedFor(t *testing.T) {
	debian := map[string]string{"chromium": "156.0"}
	f := fakeApt{afterward: debian}
	a := f.apt(true)
	run, busy := a.run, 2
	a.run = func(ctx context.Context, say func(string), argv ...string) (string, error) {
		if slices.Contains(argv, "update") && busy > 0 {
			busy--
			say("E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)")
			return "", errors.New("exit status 100")
		}
		return run(ctx, say, argv...)
	}
	if _, err := a.install(context.Background(), new(bytes.Buffer), Want{}); err != nil || busy != 0 {
		t.Error(err, busy)
	}
}

func TestTheEndOfTheOutputIsKept(t *testing.T) {
	var o tail
	for range 10000 {
		o.Write([]byte("noise noise noise\n"))
	}
	o.Write([]byte("\x1b[31mthe reason\xff\n\n"))
	if len(o.buf) > keptOutput || cap(o.buf) > 4*keptOutput {
		t.Errorf("kept %d of %d bytes", len(o.buf), cap(o.buf))
	}
	if got := o.lines(1); len(got) != 1 || got[0] != "[31mthe reason?" {
		t.Errorf("last line is %q", got)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
