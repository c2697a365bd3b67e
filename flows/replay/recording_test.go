package replay

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A parameter that is another one at each visit asks for nothing, even if somebody
// wrote it into an exchange.
func TestVolatileParametersAskForNothing(t *testing.T) {
	c, _ := cassette(t, `volatile = ["qid", "pf_rd_*"]
[[exchange]]
name = "a"
path = "/a"
query = { qid = "1", pf_rd_p = "2", tab = "x" }
text = "answer"
`)
	srv := httptest.NewServer(c.Handler())
	defer srv.Close()
	for query, want := range map[string]int{"qid=77&tab=x": 200, "tab=x": 200, "qid=1&pf_rd_p=2&tab=y": DeclinedStatus} {
		res, err := srv.Client().Get(srv.URL + "/a?" + query)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", query, res.StatusCode, want)
		}
	}
}

// What a recording says about itself is still there when it is opened again.
func TestWhatARecordingSaysIsKept(t *testing.T) {
	about := Cassette{Kind: Recording, About: "a test", Date: "2026-01-31", Marketplace: "amazon.com", Account: "x@example.com", Hosts: []string{"amazon.com"},
		Browser: "Chrome 156", Generation: "console", Deregisters: "Kitchen Echo", Scripts: ScriptsRemoved, Volatile: []string{"ref_"},
		Redacted: map[string]int{"e-mail addresses": 3}, Pages: []Page{{Screen: "home-signed-in", Path: "/", Status: 200, File: "page-01.html"}},
		Files: map[string][]byte{"page-01.html": []byte("<html>")}}
	taken := NewRecorder(nil, Matters{})
	taken.Add(Exchange{Host: "www.amazon.com", Path: "/", Status: 200}, []byte("hello"))
	dir := filepath.Join(t.TempDir(), "c")
	if err := Write(dir, taken.Cassette(about)); err != nil {
		t.Fatal(err)
	}
	c, err := OpenCassette(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if c.Browser != about.Browser || c.Generation != about.Generation || c.Deregisters != about.Deregisters || c.Scripts != about.Scripts ||
		c.Redacted["e-mail addresses"] != 3 || len(c.Pages) != 1 || c.Pages[0] != about.Pages[0] || string(c.Files["page-01.html"]) != "<html>" {
		t.Errorf("%+v", c)
	}
	if odd, err := c.Lint(os.DirFS(dir)); err != nil || len(odd) > 0 {
		t.Errorf("%v %v", odd, err)
	}
	os.Remove(filepath.Join(dir, "page-01.html"))
	if _, err := OpenCassette(os.DirFS(dir)); err == nil || !strings.Contains(err.Error(), "page 1: file") {
		t.Errorf("%v", err)
	}
}
