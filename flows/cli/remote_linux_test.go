package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/standin"
)

// A run in a browser that somebody else has started: it does what it does everywhere,
// and leaves that browser as it was.

// remoteRun runs the command in the browser at an address, on a stand-in of this
// process; do is called at the first list call.
func remoteRun(t *testing.T, state, address, scenario string, do func(*os.Process), args ...string) ran {
	t.Helper()
	site, err := standin.New(standin.Options{Files: os.DirFS(pages(t)), Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan *os.Process, 1)
	h := &at{next: site, where: listCall, n: 1, do: func() {
		if do != nil {
			do(<-started)
		}
	}}
	srv := httptest.NewServer(h)
	defer srv.Close()
	email, password, _ := site.Credentials()
	cmd := tool(t, state, []string{"AMAZON_EMAIL=" + email, "AMAZON_PASSWORD=" + password, "UNECHO_BROWSER=" + address}, append(args, "--replay", srv.URL)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started <- cmd.Process
	guard := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer guard.Stop()
	code := 0
	var ee *exec.ExitError
	if errors.As(cmd.Wait(), &ee) {
		code = ee.ExitCode()
	}
	return ran{code, stdout.String(), stderr.String(), site, state}
}

func TestARunInABrowserElsewhere(t *testing.T) {
	t.Parallel()
	elsewhere := browsertest.StartElsewhere(t)
	const token = "tok-4f1c9e27b85d-planted"
	state := t.TempDir()

	r := remoteRun(t, state, "ws://"+elsewhere.Where+"?token="+token, "", nil, "deregister", "Kitchen Echo", "--yes", "--json", "-v")
	if r.code != 0 || len(r.site.Record().Deregistered) != 1 {
		t.Errorf("exit code %d, deregistered: %v\n%s", r.code, r.site.Record().Deregistered, r.stderr)
	}
	r.tidy(t)
	elsewhere.Emptied(t)
	said := []string{r.stdout, r.stderr}

	// What it leaves for the reader of a failure names neither token nor path.
	r = remoteRun(t, state, strings.Replace(elsewhere.WS, "ws://", "ws://"+token+"@", 1)+"?token="+token, "captcha", nil, "list", "-v", "--log-format", "json")
	if r.code != 4 || strings.Contains(r.stderr, "--headed") {
		t.Errorf("exit code %d, want 4 and no advice for a window that is not there\n%s", r.code, r.stderr)
	}
	elsewhere.Emptied(t)
	said = append(said, r.stdout, r.stderr)
	cmd := tool(t, state, []string{"UNECHO_BROWSER=" + elsewhere.WS + "?token=" + token}, "browser")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), elsewhere.Where) {
		t.Errorf("browser: %v\n%s", err, out)
	}
	said = append(said, string(out))
	cmd = tool(t, state, nil, "list", "--replay", "standin", "--headed", "--browser", elsewhere.WS+"?token="+token)
	if out, _ = cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 8 || !strings.Contains(string(out), "has no window") {
		t.Errorf("--headed in a browser without windows: exit code %d\n%s", cmd.ProcessState.ExitCode(), out)
	}
	said = append(said, string(out))
	// Were it to come back from somewhere, it would be taken out.
	cmd = tool(t, state, []string{"UNECHO_BROWSER=" + elsewhere.WS + "?token=" + token}, "browser", token)
	if out, _ = cmd.CombinedOutput(); !strings.Contains(string(out), "[redacted]") {
		t.Errorf("the redactor does not know the token: %s", out)
	}
	said = append(said, string(out))
	evidence := 0
	err = filepath.WalkDir(state, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		said = append(said, path+": "+string(b))
		if strings.Contains(string(b), elsewhere.Where) {
			evidence++
		}
		return err
	})
	if err != nil || evidence == 0 {
		t.Errorf("%d files say where the browser was, %v: the search below shows nothing", evidence, err)
	}
	_, id, _ := strings.Cut(elsewhere.WS, "/devtools/browser/")
	for _, text := range said {
		for _, secret := range []string{token, id} {
			for form, needle := range forms(secret) {
				if i := strings.Index(text, needle); i >= 0 {
					t.Errorf("the address's secret is shown (%s): …%.200s", form, text[max(0, i-100):])
				}
			}
		}
	}
}

func TestABrowserElsewhereIsEmptyAfterSIGKILL(t *testing.T) {
	t.Parallel()
	elsewhere := browsertest.StartElsewhere(t)
	var contexts, tabs []string
	r := remoteRun(t, t.TempDir(), elsewhere.WS, "", func(p *os.Process) {
		contexts, tabs = elsewhere.Holds(t)
		p.Kill()
	}, "list")
	if r.code != -1 || len(contexts) != 1 || len(tabs) == 0 {
		t.Fatalf("exit code %d, contexts %q, tabs %q: nothing was there to be left", r.code, contexts, tabs)
	}
	elsewhere.Emptied(t)
}

func TestABrowserElsewhereThatDiesEndsTheRun(t *testing.T) {
	t.Parallel()
	elsewhere := browsertest.StartElsewhere(t)
	r := remoteRun(t, t.TempDir(), elsewhere.WS, "", func(*os.Process) { elsewhere.Kill() }, "deregister", "Kitchen Echo", "--yes", "--json")
	if r.code != 8 || !strings.Contains(r.stderr, "unecho: the browser died, or the connection to it at "+elsewhere.Where+" was lost\n") {
		t.Errorf("exit code %d, want 8 and words about the browser", r.code)
	}
	r.tidy(t)
}

// Ctrl-C does not wait for a browser that never answers.
func TestCtrlCWhileABrowserElsewhereIsSilent(t *testing.T) {
	t.Parallel()
	asked, done := make(chan struct{}, 8), make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-done
	}))
	defer silent.Close()
	defer close(done)
	cmd := tool(t, t.TempDir(), nil, "list", "--replay", "standin", "--browser", "ws"+strings.TrimPrefix(silent.URL, "http"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	began := time.Now()
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if took := time.Since(began); cmd.ProcessState.ExitCode() != 130 || took > 10*time.Second {
		t.Errorf("exit code %d after %v\n%s", cmd.ProcessState.ExitCode(), took, &stderr)
	}
}
