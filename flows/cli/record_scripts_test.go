package cli

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
)

// A harMaker notes what a site answers as a browser exports it that kept no body of a
// script: in the pages, the scripts that make them work are files that are not there.
type harMaker struct {
	h http.Handler

	mu      sync.Mutex
	entries []map[string]any
}

func (m *harMaker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	rec := httptest.NewRecorder()
	m.h.ServeHTTP(rec, r)
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.Code)
	w.Write(rec.Body.Bytes())

	lines := func(h http.Header) (out []map[string]string) {
		for k, vs := range h {
			for _, v := range vs {
				out = append(out, map[string]string{"name": strings.ToLower(k), "value": v})
			}
		}
		return out
	}
	request := map[string]any{"method": r.Method, "url": "https://" + r.Host + r.URL.RequestURI(), "headers": lines(r.Header)}
	if len(body) > 0 {
		request["postData"] = map[string]any{"mimeType": r.Header.Get("Content-Type"), "text": string(body)}
	}
	text := working.ReplaceAllString(rec.Body.String(), `<script src="https://m.media-amazon.com/page.js"></script>`)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = append(m.entries, map[string]any{"request": request, "response": map[string]any{"status": rec.Code, "headers": lines(rec.Header()), "redirectURL": rec.Header().Get("Location"),
		"content": map[string]any{"size": len(text), "mimeType": rec.Header().Get("Content-Type"), "text": text}}})
}

// working are the stand-in's scripts that do something; those that hold data stay.
var working = regexp.MustCompile(`(?s)<script>[^<]*(window\.(standinMyx|\$Nav) =).*?</script>`)

// A recording without the scripts of its pages is replayed by the shim, in the real
// browser: the list, the deregistration that was recorded, and no other one.
func TestARecordingWithoutScriptsIsReplayed(t *testing.T) {
	browsertest.OnlyInFull(t) // records, lists and deregisters: the script of record does with scripts
	t.Parallel()
	site, err := standin.New(standin.Options{Files: os.DirFS(pages(t))})
	if err != nil {
		t.Fatal(err)
	}
	m := &harMaker{h: site}
	srv := httptest.NewServer(m)
	defer srv.Close()
	email, password, _ := site.Credentials()
	run := func(code int, args ...string) string {
		t.Helper()
		cmd := tool(t, t.TempDir(), []string{"AMAZON_EMAIL=" + email, "AMAZON_PASSWORD=" + password, "GITHUB_ACTIONS=", "UNECHO_BROWSER=" + sharedBrowser(t)}, args...)
		out, err := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Fatalf("%q: exit code %d, want %d (%v)\n%s", args, got, code, err, out)
		}
		return string(out)
	}
	run(0, "deregister", "Kitchen Echo", "--yes", "--via", "mycd", "--replay", srv.URL)

	har, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "entries": m.entries}})
	if err != nil {
		t.Fatal(err)
	}
	file, dir := filepath.Join(t.TempDir(), "amazon.har"), filepath.Join(t.TempDir(), "Recorded Pages")
	if err := os.WriteFile(file, har, 0o600); err != nil {
		t.Fatal(err)
	}
	run(0, "record", dir, "--from", file, "--keep-names")
	c, err := replay.OpenCassette(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if c.Scripts != replay.ScriptsRemoved || !strings.Contains(c.About, "not Amazon's") {
		t.Fatalf("the manifest does not say it: scripts %q, about %q", c.Scripts, c.About)
	}
	email, password = c.Account, "replayed-password"
	if out := run(0, "deregister", "Kitchen Echo", "--yes", "--replay", dir); !strings.Contains(out, "deregistered") {
		t.Errorf("%s", out)
	}
	if out := run(6, "deregister", "Bedroom Echo Dot", "--yes", "--replay", dir); !strings.Contains(out, "nothing-was-recorded-for-this-device") {
		t.Errorf("%s", out)
	}
	if out := run(0, "check", "--replay", dir); !strings.Contains(out, "drawn by unecho") || strings.Contains(out, "deregister-item") {
		t.Errorf("%s", out)
	}
}
