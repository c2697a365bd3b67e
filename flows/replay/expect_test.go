package replay

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// A page that is understood less well than its manifest says must not pass, whoever sent
// the recording; one that is understood better must not fail.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name          string
		kind          string
		expect        Expect
		played        Played
		wrong, better string // words of the one line, "" for none
	}{
		{"as it was", Recording, Expect{Devices: 7}, Played{Devices: 7}, "", ""},
		{"nothing said, and all is well", Recording, Expect{}, Played{Devices: 3}, "", ""},
		{"nothing said, and no device", Recording, Expect{}, Played{}, "no device", ""},
		{"two devices are not seen any more", Recording, Expect{Devices: 7}, Played{Devices: 5}, "devices: 5", ""},
		{"the list is lost", Recording, Expect{}, Played{List: 6, Check: 0}, "list: 6", ""},
		{"check found a fallback", Recording, Expect{Devices: 7}, Played{Check: 1, Devices: 7}, "check: 1", ""},
		{"check lost what was a fallback", Recording, Expect{Check: 1}, Played{Check: 6, Devices: 7}, "check: 6", ""},
		{"check found again what was lost", Recording, Expect{Check: 6}, Played{Check: 1, Devices: 7}, "", "check: 1"},
		{"check does not get there", Recording, Expect{Check: 6}, Played{Check: 4, Devices: 7}, "check: 4", ""},
		{"a page that stopped a run is understood", Recording, Expect{List: 6, Check: 6}, Played{Check: 6, Devices: 7}, "", "list: 0"},
		{"another stop", Recording, Expect{List: 6, Check: 6}, Played{List: 4, Check: 6}, "list: 4", ""},
		{"a stop of its own that is none", Reconstruction, Expect{Check: 6}, Played{Devices: 7}, "check: 0", ""},
	} {
		wrong, better := (&Cassette{Kind: c.kind, Expect: c.expect}).Judge(c.played)
		for _, is := range []struct {
			got  []string
			want string
		}{{wrong, c.wrong}, {better, c.better}} {
			if (is.want == "") != (len(is.got) == 0) || len(is.got) > 1 || !strings.Contains(strings.Join(is.got, ""), is.want) {
				t.Errorf("%s: wrong %q, better %q", c.name, wrong, better)
			}
		}
	}
}

func TestWhatACassetteExpectsIsKeptAndChecked(t *testing.T) {
	c := Cassette{Kind: Recording, About: "a test", Date: "2026-01-31", Marketplace: "amazon.com", Hosts: []string{"amazon.com"},
		Exchanges: []Exchange{{Name: "a", Path: "/", Text: "x"}}, Expect: Expect{Check: 1, Devices: 7}}
	dir := filepath.Join(t.TempDir(), "c")
	if err := Write(dir, c); err != nil {
		t.Fatal(err)
	}
	got, err := OpenCassette(os.DirFS(dir))
	if err != nil || got.Expect != c.Expect {
		t.Errorf("%v: %+v", err, got)
	}
	for line, want := range map[string]string{
		"expect = { list = 130 }":            "manifest.toml:7: expect holds 130",
		"expect = { list = 4, devices = 7 }": "manifest.toml:7: expect names 7 devices",
		"expect = { ckeck = 1 }":             "ckeck is not a key",
	} {
		_, err := OpenCassette(fstest.MapFS{ManifestName: {Data: []byte(head + line + "\n[[exchange]]\nname = \"a\"\npath = \"/\"\n")}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
