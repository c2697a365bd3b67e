package cli

import (
	"bytes"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
)

var update = flag.Bool("update", false, "write testdata/cassettes anew from the stand-in")

// reconstructions are the cassettes that are written from the stand-in: no
// public copy of the devices page exists to record.
var reconstructions = []struct{ dir, scenario, about string }{
	{"article", "", "Reconstruction, not a recording: sign in, list the devices, deregister Kitchen Echo, list without it, on the page the article describes."},
}

// TestUpdateCassettes writes them: go test ./flows/cli -run UpdateCassettes -update
func TestUpdateCassettes(t *testing.T) {
	if !*update {
		t.Skip("only with -update")
	}
	for _, c := range reconstructions {
		t.Run(c.dir, func(t *testing.T) {
			site, err := standin.New(standin.Options{Files: os.DirFS(pages(t)), Scenario: c.scenario})
			if err != nil {
				t.Fatal(err)
			}
			rec := replay.Recorder(site, replay.Matters{Query: []string{"pageType"}, Body: whichCall})
			srv := httptest.NewServer(rec)
			defer srv.Close()
			email, password, _ := site.Credentials()
			if out, err := tool(t, t.TempDir(), []string{"AMAZON_EMAIL=" + email, "AMAZON_PASSWORD=" + password},
				"deregister", "Kitchen Echo", "--replay", srv.URL, "--yes").CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			made := rec.Cassette(replay.Cassette{Schema: 1, Kind: replay.Reconstruction, About: c.about, Date: "2026-11-22",
				Marketplace: "amazon.com", Account: email, Hosts: []string{"amazon.com"}})
			dir := filepath.Join("../../testdata/cassettes", c.dir)
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			if err := replay.Write(dir, lasting(made)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// whichCall tells the calls to one address apart by what they ask for.
func whichCall(_ *http.Request, body []byte) []string {
	for _, what := range []string{"DeregisterDevice", "GetDevicesOverview", "GetDevices"} {
		if bytes.Contains(body, []byte(what)) {
			// A deregistration is of one device: another one has no answer.
			return append([]string{what}, accountID.FindAllString(string(body), 1)...)
		}
	}
	return nil
}

var accountID = regexp.MustCompile(`amzn1\.account\.[A-Z0-9]+`)

// lasting takes the dates out of cookies: a cassette is replayed for years.
func lasting(c replay.Cassette) replay.Cassette {
	for _, x := range c.Exchanges {
		switch v := x.Headers["Set-Cookie"].(type) {
		case string:
			x.Headers["Set-Cookie"] = expires.ReplaceAllString(v, "")
		case []string:
			for i := range v {
				v[i] = expires.ReplaceAllString(v[i], "")
			}
		case []any:
			for i := range v {
				v[i] = expires.ReplaceAllString(v[i].(string), "")
			}
		}
	}
	return c
}

var expires = regexp.MustCompile(`; Expires=[^;]*`)

// tool is the real command as a process of its own, with its own state.
func tool(t *testing.T, state string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(link(t, must(os.Executable())), args...)
	cmd.Env = append(os.Environ(), pagesEnv+"="+pages(t), "UNECHO_BROWSER="+browsertest.Found(t).Path, "HOME="+state, "XDG_STATE_HOME="+state)
	cmd.Env = append(cmd.Env, env...)
	return cmd
}
