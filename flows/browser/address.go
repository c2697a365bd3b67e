package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Address is where a browser listens that runs already: ws://HOST:PORT, or wss:// with
// whatever path and query its service wants. Path, query and user name may be tokens, so
// no verb of fmt shows them.
type Address struct {
	u    *url.URL
	near nearness
	ips  []netip.Addr // what a host name of ws:// resolved to; empty: it is dialled as it is
}

// nearness is how far a connection to an address travels.
type nearness int

const (
	public   nearness = iota // or not known
	private                  // a network of one's own: containers, a home, a VPN
	loopback                 // this machine
)

// IsAddress tells an address from the path of a browser on this machine.
func IsAddress(s string) bool { return strings.Contains(s, "://") }

// plainHost is a host name or an IPv4 address; an IPv6 address is told by its brackets.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?\.?$`)

// ParseAddress reads an address. Its errors show nothing of it but host and port.
func ParseAddress(s string) (*Address, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil: // not shown: url's own errors quote everything
		return nil, errors.New("is not a valid address: ws://HOST:PORT or wss://HOST:PORT/PATH is; what is special in a token is written as %XX")
	case u.Scheme == "http" || u.Scheme == "https":
		return nil, fmt.Errorf("takes ws:// or wss://, not %s://", u.Scheme)
	case u.Scheme != "ws" && u.Scheme != "wss":
		return nil, errors.New("takes the path of a browser on this machine, or an address that begins with ws:// or wss://")
	case u.Fragment != "" || strings.HasSuffix(s, "#"):
		return nil, errors.New("has a # in its address, which would cut it there: write it as %23")
	case u.Hostname() == "":
		return nil, errors.New("has an address without a host: ws://HOST:PORT")
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" {
			return nil, errors.New("has an address with a zone, which browsers do not accept")
		}
	} else if !plainHost.MatchString(host) {
		return nil, errors.New("has an address whose host is neither a name nor an IP address")
	}
	port := u.Port()
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n < 1 || n > 65535) {
		return nil, fmt.Errorf("has an address with an invalid port: %.10s", port)
	}
	if port == "" {
		port = map[string]string{"ws": "80", "wss": "443"}[u.Scheme]
	}
	u.Host = net.JoinHostPort(host, port)
	a := &Address{u: u}
	if ip, err := netip.ParseAddr(host); err == nil {
		a.near = nearnessOf(ip)
	} else if name := strings.ToLower(strings.TrimSuffix(host, ".")); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		a.near = loopback
	}
	return a, nil
}

// Where is host:port.
func (a *Address) Where() string { return a.u.Host }

// String is the address without what may be secret.
func (a *Address) String() string { return a.u.Scheme + "://" + a.u.Host }

// Format is String for every verb.
func (a *Address) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.String()) }

// Encrypted reports whether nobody on the way can read along.
func (a *Address) Encrypted() bool { return a.u.Scheme == "wss" }

// Loopback reports whether the address is this machine's own. Call Resolve before.
func (a *Address) Loopback() bool { return a.near == loopback }

// Private reports whether every address of the host is of a private network (or of
// this machine): the usual place of a container. Call Resolve before.
func (a *Address) Private() bool { return a.near >= private }

// longSecret is the length from which a piece of an address is taken for a secret
// whatever it is called. Shorter ones are words such as "chrome" or "headless", which
// would be taken out of every line.
const longSecret = 12

var secretName = regexp.MustCompile(`(?i)token|key|secret|pass|auth|sig`)

// Secrets are the pieces of the address that nothing may show.
func (a *Address) Secrets() []string {
	var out []string
	if a.u.User != nil {
		password, has := a.u.User.Password()
		if has {
			out = append(out, password)
		}
		if name := a.u.User.Username(); !has || len(name) >= longSecret {
			out = append(out, name)
		}
	}
	for _, part := range strings.Split(a.u.Path, "/") {
		if len(part) >= longSecret {
			out = append(out, part)
		}
	}
	if len(a.u.RawQuery) >= longSecret {
		out = append(out, a.u.RawQuery)
	}
	for name, values := range a.u.Query() {
		for _, v := range values {
			if len(v) >= longSecret || secretName.MatchString(name) {
				out = append(out, v)
			}
		}
	}
	return out
}

// resolvePatience bounds the look-up of a host name.
const resolvePatience = 10 * time.Second

// Resolve finds out how near a host is that was given by its name. What an unencrypted
// address resolved to is what is dialled later: another answer then would be another
// place. The error is a *RemoteError.
func (a *Address) Resolve(ctx context.Context) error {
	if _, err := netip.ParseAddr(a.u.Hostname()); err == nil || a.near == loopback {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, resolvePatience)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", a.u.Hostname())
	if err != nil || len(ips) == 0 {
		return a.problem(err)
	}
	a.near = loopback
	for _, ip := range ips {
		a.near = min(a.near, nearnessOf(ip))
	}
	if !a.Encrypted() { // an encrypted one is held to its name by its certificate
		a.ips = ips
	}
	return nil
}

// carrierNAT is where VPNs such as Tailscale give out addresses; it is not routed on
// the internet.
var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

func nearnessOf(ip netip.Addr) nearness {
	ip = ip.Unmap()
	switch {
	case ip.IsLoopback(), ip.IsUnspecified(): // 0.0.0.0 is dialled as this machine
		return loopback
	case ip.IsPrivate(), ip.IsLinkLocalUnicast(), carrierNAT.Contains(ip):
		return private
	}
	return public
}
