package cli

import (
	"bytes"
	"cmp"
	"flag"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
)

var update = flag.Bool("update", false, "write testdata/cassettes, and what the documents show, anew")

// reconstructions are the cassettes that are written from the stand-in: no
// public copy of the devices page exists to record.
var reconstructions = []reconstruction{
	{dir: "article", job: "Kitchen Echo", about: "sign in, list the devices, deregister Kitchen Echo, list without it, on the page the article describes."},
	{dir: "portal", scenario: "portal", via: "auto", job: "Kitchen Echo", about: "the Alexa portal as it was until 2023: sign in, Settings, Kitchen Echo, Deregister; then a list without it."},
	{dir: "portal-retired", scenario: "portal-retired", via: "auto", job: "Kitchen Echo", about: "the Alexa portal is a farewell page; Kitchen Echo goes on the page the article describes."},
	{dir: "console", scenario: "console", job: "Kitchen Echo", about: "today's page: sign in, the tiles of the device families, Kitchen Echo, Deregister, list without it."},
	{dir: "signin-unified", scenario: "unified", about: "sign-in asks for the e-mail address on the newer page; then the list."},
	{dir: "signin-code", scenario: "otp", about: "sign-in asks for a one-time code; then the list."},
	{dir: "captcha", scenario: "captcha", code: 4, check: 4, about: "a picture with letters after the password, which ends a run."},
	{dir: "error-503", scenario: "service-error-always", code: 6, check: 6, about: "every page is answered with the 503 page, which ends a run."},
	{dir: "drift-class", change: [2]string{"listViewIconPosition_myx", "listViewIconPlace_myx"},
		about: "the class of the \"...\" buttons has changed: what the list says of a device still finds them."},
	{dir: "drift-label", check: 6, change: [2]string{`"deregister":"Deregister"`, `"deregister":"Remove from account"`},
		about: "Deregister is called something that nobody has seen: nothing finds it."},
}

// reconstruction is one of them: what is played, and what is done while it is written.
type reconstruction struct {
	dir, scenario, about string
	via                  string    // --via, content unless set
	job                  string    // the device that is deregistered; "": list
	code                 int       // exit code of that
	check                int       // exit code of check on it
	change               [2]string // in every answer, what is replaced by what
}

// changed is a handler whose answers read otherwise.
func changed(h http.Handler, from, to string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		for k, v := range rec.Header() {
			if k != "Content-Length" {
				w.Header()[k] = v
			}
		}
		w.WriteHeader(rec.Code)
		w.Write(bytes.ReplaceAll(rec.Body.Bytes(), []byte(from), []byte(to)))
	})
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
			var h http.Handler = site
			if c.change[0] != "" {
				h = changed(site, c.change[0], c.change[1])
			}
			rec := replay.NewRecorder(h, replay.Matters{Query: []string{"pageType"}, Body: whichCall})
			srv := httptest.NewServer(rec)
			defer srv.Close()
			email, password, otp := site.Credentials()
			args := []string{"list", "--replay", srv.URL}
			if c.job != "" {
				args = []string{"deregister", c.job, "--replay", srv.URL, "--yes", "--via", cmp.Or(c.via, "mycd")}
			}
			env := []string{"AMAZON_EMAIL=" + email, "AMAZON_PASSWORD=" + password}
			if otp != "" {
				env = append(env, "AMAZON_OTP_SECRET="+otp)
			}
			cmd := tool(t, t.TempDir(), env, args...)
			out, err := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != c.code {
				t.Fatalf("exit code %d, %v\n%s", got, err, out)
			}
			made := rec.Cassette(replay.Cassette{Schema: 1, Kind: replay.Reconstruction, About: "Reconstruction, not a recording: " + c.about,
				Date: "2026-11-22", Marketplace: "amazon.com", Account: email, Hosts: []string{"amazon.com"}, Deregisters: c.job, Expect: replay.Expect{List: c.code, Check: c.check}})
			if c.change[0] != "" && !bytes.Contains(bytes.Join(slices.Collect(maps.Values(made.Files)), nil), []byte(c.change[1])) {
				t.Fatalf("%q does not occur any more", c.change[0])
			}
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
