package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/selectors"
)

const savedPages = "../../../shared/pages"

// eyes is a looker with a browser of its own, ended with the test.
func eyes(t testing.TB) *looker {
	t.Helper()
	sel, err := selectors.Default()
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLooker(sel, "amazon.com")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	l.browser = browsertest.Start(t, browser.Options{MapTo: l.server.Addr(), SPKI: l.server.SPKI()})
	return l
}

// both judges one page with its scripts and without.
func (l *looker) both(t *testing.T, url string, data []byte) (with, without flows.Verdict) {
	t.Helper()
	for _, scripts := range []bool{true, false} {
		l.page.put(data)
		if s, ok := siteOf(hostOf(url)); ok {
			l.site = s
		} else {
			l.site = "amazon.com"
		}
		started := time.Now()
		v, err := l.judge(context.Background(), url, scripts)
		if err != nil {
			t.Errorf("%s, scripts %v: %v", url, scripts, err)
		}
		if d := time.Since(started); d > 10*time.Second {
			t.Errorf("scripts %v: took %v", scripts, d)
		}
		if scripts {
			with = v
		} else {
			without = v
		}
	}
	return with, without
}

// TestEverySavedPageIsIdentified is for the collection of real pages, which is no
// part of the project.
func TestEverySavedPageIsIdentified(t *testing.T) {
	f, err := os.Open(filepath.Join(savedPages, "MANIFEST.tsv"))
	if err != nil {
		t.Skipf("no saved pages at %s", savedPages)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	l := eyes(t)
	for _, row := range rows[1:] {
		if len(row) < 3 || row[1] == "-" {
			continue
		}
		t.Run(filepath.Base(row[0]), func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(savedPages, row[0]))
			if err != nil {
				t.Fatal(err)
			}
			with, without := l.both(t, row[2], data)
			if with.Screen != row[1] || without.Screen != row[1] {
				t.Errorf("with scripts %s (%v), without %s (%v); want %s", with.Screen, with.Why, without.Screen, without.Why, row[1])
			}
			if without.Told.Rule != strings.TrimSuffix(without.Screen+"/"+without.Variant, "/") || len(without.Told.Matched) == 0 {
				t.Errorf("told by %q, %+v", without.Told.Rule, without.Told.Matched)
			}
		})
	}
}

var _ = fmt.Sprint
var _ = bytes.NewReader
