package browser_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// names makes a name server of this test the system's.
func names(t *testing.T, hosts map[string][]string) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			addresses, known := hosts[strings.TrimSuffix(q.Name.String(), ".")]
			m.Response, m.Additionals = true, nil
			if !known {
				m.RCode = dnsmessage.RCodeNameError
			}
			for _, a := range addresses {
				if q.Type == dnsmessage.TypeA {
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
						Body: &dnsmessage.AResource{A: [4]byte(net.ParseIP(a).To4())}})
				}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	was := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	t.Cleanup(func() { net.DefaultResolver = was; conn.Close() })
}

func TestHowFarAnAddressIs(t *testing.T) {
	names(t, map[string][]string{"chrome.test": {"172.18.0.3"}, "here.test": {"127.0.0.1"}, "far.test": {"192.0.2.1"}, "both.test": {"10.0.0.1", "192.0.2.1"}, "mixed.test": {"127.0.0.1", "10.0.0.1"}})
	for address, want := range map[string]string{
		"ws://127.0.0.1:9222": "loopback", "ws://[::1]:9222/": "loopback", "ws://localhost": "loopback", "ws://[::ffff:127.0.0.1]:1": "loopback", "ws://0.0.0.0:9222": "loopback",
		"ws://10.1.2.3": "private", "ws://192.168.0.9:3000": "private", "ws://[fd00::1]:9222": "private", "ws://100.101.102.103": "private", "ws://169.254.1.1": "private",
		"ws://192.0.2.1": "public", "ws://[2001:db8::1]:9222": "public", "ws://100.128.0.1": "public", "ws://172.32.0.1": "public",
		"ws://chrome.test:9222": "private", "ws://here.test": "loopback", "ws://far.test": "public", "ws://both.test": "public", "ws://mixed.test": "private",
		"wss://far.test": "public", "wss://here.test/x": "loopback",
		"ws://nowhere.test:9222": "error",
	} {
		a, err := browser.ParseAddress(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		got := "public"
		switch err := a.Resolve(context.Background()); {
		case err != nil:
			got = "error"
			if want == "error" && err.Error() != "the browser at nowhere.test:9222 cannot be found: its name does not resolve" {
				t.Errorf("%s: %v", address, err)
			}
		case a.Loopback():
			got = "loopback"
		case a.Private():
			got = "private"
		}
		if got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}

// Chromium serves nobody who calls it by a name, and a container is called by one.
func TestARemoteBrowserBehindAName(t *testing.T) {
	elsewhere := browsertest.SharedElsewhere(t)
	names(t, map[string][]string{"chrome.test": {"127.0.0.2", "127.0.0.1"}}) // at the first nothing listens
	address := strings.Replace(elsewhere.WS, "127.0.0.1", "chrome.test", 1)
	_, path, _ := strings.Cut(address, "/devtools")
	for _, address := range []string{address, strings.TrimSuffix(address, "/devtools"+path)} {
		a, err := browser.ParseAddress(address)
		if err == nil {
			err = a.Resolve(context.Background())
		}
		if err != nil {
			t.Fatal(err)
		}
		if found, err := browser.Ask(context.Background(), a, false); err != nil || found.Version == "" {
			t.Errorf("%s: %+v, %v", address, found, err)
		}
	}
}

func TestWhatOfAnAddressIsSecret(t *testing.T) {
	for address, want := range map[string][]string{
		"ws://127.0.0.1:9222":                                nil,
		"ws://127.0.0.1:9222/devtools/browser/0f0f0f0f-1111": {"0f0f0f0f-1111"},
		"wss://a.example/chromium?token=short&stealth=true":  {"short", "token=short&stealth=true"},
		"wss://tok@a.example":                                {"tok"},
		"wss://unecho:word@a.example":                        {"word"}, // the name is no secret and stands in every line
		"wss://a.example?x=a%2Fb-long-enough":                {"a/b-long-enough", "x=a%2Fb-long-enough"},
	} {
		a, err := browser.ParseAddress(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		got := a.Secrets()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: secrets %q, want %q", address, got, want)
		}
		for _, shown := range []string{a.String(), a.Where(), fmt.Sprintf("%v %+v %#v %s %q %d", a, a, a, a, a, a), fmt.Sprintf("%v %+v", browser.Options{Remote: a}, &browser.Options{Remote: a})} {
			for _, s := range want {
				if strings.Contains(shown, s) {
					t.Errorf("%s: shown as %s", address, shown)
				}
			}
		}
	}
}
