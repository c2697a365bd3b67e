package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/standin"
)

// Secrets are planted and then searched for in everything that a run leaves or shows:
// its output, every file it wrote, the command lines and the environments of all its
// children while they run. The session's own file is the one place that holds cookies,
// and no place holds the password.
func TestPlantedSecretsAreNowhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scenario string
		code     int
		args     []string
	}{
		{"", 0, []string{"deregister", "Kitchen Echo", "--yes", "-v"}},
		{"otp+unified", 0, []string{"list", "-v", "--json", "--log-format", "json"}},
		{"wrong-password", 5, []string{"list", "-v"}},
		{"captcha", 4, []string{"deregister", "Kitchen Echo", "--yes", "-v"}},
		{"otp-rejected", 5, []string{"list", "-v", "--log-format", "json", "--json"}},
		{"echo-secrets+unknown-page", 6, []string{"list", "-v", "--step-timeout", "3s"}},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			if c.scenario == "otp-rejected" || c.scenario == "captcha" { // waits for a second one-time code; deregisters as the first does, and stops as the last
				browsertest.OnlyInFull(t)
			}
			echo := strings.HasPrefix(c.scenario, "echo-secrets+")
			site, err := standin.New(standin.Options{Files: os.DirFS(pages(t)), Scenario: strings.TrimPrefix(c.scenario, "echo-secrets+")})
			if err != nil {
				t.Fatal(err)
			}
			email, password, otp := site.Credentials()
			needles := map[string]string{"password": password}
			if otp != "" {
				needles["one-time secret"] = otp
			}
			// An answer that gives back what was sent: in the page, in its title, in its
			// console and in an address.
			h := http.Handler(site)
			if echo {
				h = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if !strings.HasPrefix(r.URL.Path, "/hz/") {
						site.ServeHTTP(w, r)
						return
					}
					w.Header().Set("Content-Type", "text/html; charset=UTF-8")
					fmt.Fprintf(w, `<!doctype html><title>%s</title><p>%s<input value="%s"><script>console.log(%q); fetch("/gp/x?p=%s#%s"); throw new Error(%q)</script>`,
						html.EscapeString(password), html.EscapeString(password), html.EscapeString(password), password, url.QueryEscape(password), url.PathEscape(password), password)
				})
			}
			srv := httptest.NewServer(h)
			defer srv.Close()

			state := t.TempDir()
			secret := filepath.Join(t.TempDir(), "password")
			if err := os.WriteFile(secret, []byte(password), 0o600); err != nil {
				t.Fatal(err)
			}
			env := []string{"AMAZON_EMAIL=" + email, "AMAZON_PASSWORD_FILE=" + secret}
			if otp != "" {
				env = append(env, "AMAZON_OTP_SECRET="+otp)
			}
			args := append(c.args, "--replay", srv.URL)
			if args[0] == "deregister" {
				args = append(args, "--report", filepath.Join(state, "report.html"))
			}
			cmd := tool(t, state, env, args...)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			watch := watchChildren(cmd.Process.Pid)
			cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Fatalf("exit code %d, want %d\n%s", code, c.code, &out)
			}
			seen, children := watch()
			if len(children) < 3 {
				t.Fatalf("only %d children were seen, so this shows nothing about them", len(children))
			}
			haystacks := map[string][]byte{"its output": out.Bytes(), "a child's command line or environment": seen}
			files := 0
			err = filepath.WalkDir(state, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				files++
				b, err := os.ReadFile(path)
				haystacks[path] = b
				if filepath.Base(path) == "session.json" {
					return err
				}
				// What signs somebody in is in the session's file alone.
				if i := bytes.Index(b, []byte("Atza|")); i >= 0 {
					t.Errorf("%s holds a session cookie: %.80s", path, b[i:])
				}
				return err
			})
			if err != nil || files < 4 {
				t.Fatalf("%d files, %v", files, err)
			}
			for place, hay := range haystacks {
				for what, needle := range needles {
					for form, text := range forms(needle) {
						if i := bytes.Index(hay, []byte(text)); i >= 0 {
							t.Errorf("%s holds the %s (%s): …%s…", place, what, form, hay[max(0, i-60):min(len(hay), i+len(text)+20)])
						}
					}
				}
			}
		})
	}
}

// forms are the ways in which a secret turns up: whole, and the middle of it, so that
// one that was only cut is found as well.
func forms(secret string) map[string]string {
	f := map[string]string{"plain": secret, "in an address": url.QueryEscape(secret), "in a path": url.PathEscape(secret),
		"in HTML": html.EscapeString(secret), "base64": base64.StdEncoding.EncodeToString([]byte(secret)), "hex": hex.EncodeToString([]byte(secret)),
		"quoted": strings.Trim(strconv.Quote(secret), `"`)}
	r := []rune(secret)
	if len(r) >= 16 {
		f["a part"] = string(r[:10])
		f["another part"] = string(r[len(r)-10:])
	}
	return f
}

// watchChildren collects the command lines and environments of a process's children,
// and theirs, until the function it returns is called.
func watchChildren(root int) (stop func() (shown []byte, children map[int]bool)) {
	var all []byte
	seen := map[int]bool{}
	done, ended := make(chan struct{}), make(chan struct{})
	look := func() {
		own, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", root))
		mine := map[int]bool{root: true}
		dirs, _ := filepath.Glob("/proc/[0-9]*")
		for range 4 { // generations
			for _, d := range dirs {
				pid, _ := strconv.Atoi(filepath.Base(d))
				st, err := os.ReadFile(d + "/stat")
				i := bytes.LastIndexByte(st, ')')
				if err != nil || i < 0 {
					continue
				}
				var state string
				var parent int
				fmt.Sscan(string(st[i+1:]), &state, &parent)
				if mine[parent] {
					mine[pid] = true
				}
			}
		}
		for pid := range mine {
			files := []string{"cmdline", "environ"}
			if pid == root {
				files = files[:1] // its own environment is where the secrets were given to it
			} else {
				seen[pid] = true
			}
			for _, f := range files {
				b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, f))
				if err != nil {
					continue
				}
				all = append(all, b...)
				if pid != root && f == "cmdline" && bytes.Equal(b, own) {
					break // it has not become what it is started for: what it shows is still its parent's
				}
			}
		}
	}
	go func() {
		defer close(ended)
		for {
			look()
			select {
			case <-done:
				return
			case <-time.After(30 * time.Millisecond):
			}
		}
	}()
	return func() ([]byte, map[int]bool) {
		close(done)
		<-ended
		return all, seen
	}
}
