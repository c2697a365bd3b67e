package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/unecho/unecho/flows/account"
)

// cookies netscape|playwright FILE: what another tool would have exported of the
// session that this script has kept, with cookies of other sites among them.
func exportCookies(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cookies netscape|playwright FILE")
	}
	found, _ := filepath.Glob(filepath.Join(ts.Getenv("XDG_STATE_HOME"), "unecho", "replay", "http-*", "amazon.com", "default", "session.json"))
	if len(found) != 1 {
		ts.Fatalf("%d saved sessions", len(found))
	}
	data, err := os.ReadFile(found[0])
	ts.Check(err)
	var s account.Session
	ts.Check(json.Unmarshal(data, &s))
	s.Cookies = append(s.Cookies, account.Cookie{Name: "id", Value: "ELSEWHERE", Domain: ".example.org", Path: "/"},
		account.Cookie{Name: "x-main", Value: "ELSEWHERE", Domain: ".notamazon.com", Path: "/"})
	var out []byte
	switch args[0] {
	case "netscape":
		var b strings.Builder
		b.WriteString("# Netscape HTTP Cookie File\n\n")
		for _, c := range s.Cookies {
			if c.HTTPOnly {
				b.WriteString("#HttpOnly_")
			}
			expires := int64(0)
			if !c.Expires.IsZero() {
				expires = c.Expires.Unix()
			}
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", c.Domain, yes(strings.HasPrefix(c.Domain, ".")), c.Path, yes(c.Secure), expires, c.Name, c.Value)
		}
		out = []byte(b.String())
	case "playwright":
		var list []map[string]any
		for _, c := range s.Cookies {
			expires := -1.0
			if !c.Expires.IsZero() {
				expires = float64(c.Expires.UnixMilli()) / 1000
			}
			list = append(list, map[string]any{"name": c.Name, "value": c.Value, "domain": c.Domain, "path": c.Path, "expires": expires,
				"httpOnly": c.HTTPOnly, "secure": c.Secure, "sameSite": "Lax"})
		}
		out, err = json.Marshal(map[string]any{"cookies": list, "origins": []any{}})
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out, 0o600))
}

func yes(b bool) string { return strings.ToUpper(fmt.Sprint(b)) }
