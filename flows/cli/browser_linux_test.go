package cli

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// forTesting is a server like Chrome for Testing's whose browser is a shell script.
// before is called ahead of each answer with the archive.
func forTesting(t *testing.T, before func(w http.ResponseWriter, r *http.Request, archive []byte) bool) (url, program string) {
	t.Helper()
	platform := map[string]string{"amd64": "linux64", "arm64": "linux-arm64"}[runtime.GOARCH]
	if platform == "" {
		t.Skip("Chrome for Testing has no build for " + runtime.GOARCH)
	}
	program = "chrome-" + platform + "/chrome"
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	add := func(name, text string) {
		h := &zip.FileHeader{Name: name}
		h.SetMode(0o755)
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	add(program, "#!/bin/sh\necho Google Chrome for Testing 156.0.8078.79\n")
	add("chrome-"+platform+"/noise", rand.Text()+strings.Repeat("x", 300_000))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	mux.HandleFunc("/last-known-good-versions-with-downloads.json", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"channels":{"Stable":{"version":"156.0.8078.79","downloads":{"chrome":[{"platform":%q,"url":"chrome.zip"}]}}}}`, platform)
	})
	mux.HandleFunc("/chrome.zip", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"one"`)
		if before == nil || before(w, r, buf.Bytes()) {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(buf.Bytes()))
		}
	})
	return srv.URL, program
}

func TestBrowserInstallFromTheWeb(t *testing.T) {
	url, program := forTesting(t, nil)
	home := t.TempDir()
	cmd := tool(t, home, []string{"UNECHO_BROWSER_URL=" + url, "UNECHO_BROWSER=", "XDG_CACHE_HOME="}, "browser", "install", "--json")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	want := filepath.Join(home, ".cache/unecho/browsers/156.0.8078.79", program)
	var doc struct {
		Browsers []struct{ Path, Version, Kind string }
	}
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil || len(doc.Browsers) != 1 || doc.Browsers[0].Path != want || doc.Browsers[0].Version != "156.0.8078.79" {
		t.Errorf("%v: %s", err, stdout.String())
	}
	if !strings.Contains(stderr.String(), " MB to download\n") {
		t.Errorf("it said %s", stderr.String())
	}
}

func TestBrowserInstallAfterAnInterruption(t *testing.T) {
	interrupted := make(chan *os.Process, 1)
	requests := 0
	url, program := forTesting(t, func(w http.ResponseWriter, r *http.Request, archive []byte) bool {
		if requests++; requests > 1 {
			return true
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(archive)))
		w.Write(archive[:len(archive)/2])
		w.(http.Flusher).Flush()
		(<-interrupted).Signal(os.Interrupt)
		<-r.Context().Done()
		return false
	})
	home := t.TempDir()
	run := func(code int) string {
		cmd := tool(t, home, []string{"UNECHO_BROWSER_URL=" + url, "UNECHO_BROWSER=", "XDG_CACHE_HOME="}, "browser", "install")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if code != 0 {
			interrupted <- cmd.Process
		}
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Fatalf("exit code %d, want %d: %s", got, code, stderr.String())
		}
		return stderr.String()
	}
	if said := run(130); !strings.Contains(said, "unecho: interrupted\n") || !strings.Contains(said, "nothing was installed") {
		t.Errorf("interrupted, it said %s", said)
	}
	cache := filepath.Join(home, ".cache/unecho/browsers")
	if left, _ := filepath.Glob(cache + "/*"); len(left) != 1 || filepath.Base(left[0]) != ".lock" {
		t.Errorf("interrupted, it left %q", left)
	}
	run(0)
	if _, err := os.Stat(filepath.Join(cache, "156.0.8078.79", program)); err != nil {
		t.Error(err)
	}
}

func TestBrowserInstallWithoutANetwork(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	cmd := tool(t, home, []string{"UNECHO_BROWSER_URL=https://browsers.invalid", "UNECHO_BROWSER=", "XDG_CACHE_HOME="}, "browser", "install")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != 8 || !strings.Contains(stderr.String(), "unecho: cannot install a browser: could not reach browsers.invalid (") ||
		!strings.Contains(stderr.String(), "unecho: hint: check the network") {
		t.Errorf("exit code %d: %s", got, stderr.String())
	}
}
