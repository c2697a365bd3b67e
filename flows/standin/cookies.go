package standin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Cookies are named as on the real site: session-id and ubid prove nothing, x-… makes a visitor known, at-… and sess-at-…
// hold the sign-in. A session carries its own time, so that a profile saved by one run is good in the next, for as long as
// the site's clock allows; it also carries a mark of the scenario, so that a sign-in under one is not found under another.

const maxAge = time.Hour // how fresh a sign-in the pages of the devices ask for

// cookieSuffix is the part of a cookie's name that tells the marketplace: main for .com, acbde for .de.
func cookieSuffix(domain string) string {
	end := domain[strings.LastIndex(domain, ".")+1:]
	if end == "com" {
		return "main"
	}
	return "acb" + end
}

// mark is short and the same for the same scenario.
func mark(set map[string]bool) string {
	var names []string
	for n := range set {
		names = append(names, n)
	}
	sort.Strings(names)
	sum := sha256.Sum256([]byte("standin " + strings.Join(names, "+")))
	return hex.EncodeToString(sum[:5])
}

func (s *Site) setCookie(v *visit, name, value string, hidden bool, keep bool) {
	bare := strings.Trim(value, `"`)
	c := &http.Cookie{Name: name, Value: bare, Quoted: bare != value, Domain: "." + v.domain, Path: "/", Secure: true, HttpOnly: hidden}
	if keep {
		c.Expires = s.now().Add(365 * 24 * time.Hour)
	}
	http.SetCookie(v.w, c)
}

// greet gives a visitor a session id.
func (s *Site) greet(v *visit) {
	if c, err := v.r.Cookie("session-id"); err == nil && c.Value != "" {
		v.session = c.Value
		return
	}
	s.mu.Lock()
	s.ids++
	n := s.ids
	s.mu.Unlock()
	v.fresh = true
	v.session = fmt.Sprintf("131-%07d-%07d", s.now().Unix()%10_000_000, n)
	s.setCookie(v, "session-id", v.session, false, true)
	s.setCookie(v, "ubid-"+cookieSuffix(v.domain), fmt.Sprintf("132-%07d-0000007", n), false, true)
}

// signedIn gives a visitor the cookies of a sign-in at this moment; s.mu is held.
func (s *Site) signedIn(v *visit, keep bool) {
	s.ids++
	token := fmt.Sprintf("Atza|%d.%d.%s", s.now().UnixMilli(), s.ids, s.mark)
	end := cookieSuffix(v.domain)
	s.setCookie(v, "x-"+end, "standin-"+s.mark, false, keep)
	s.setCookie(v, "at-"+end, token, true, keep)
	s.setCookie(v, "sess-at-"+end, `"standin"`, true, keep) // with its quotes, as on the real site
	s.rec.SignIns++
}

// Welcome signs a visitor in at once: for what is to begin behind the sign-in.
func (s *Site) Welcome(w http.ResponseWriter, r *http.Request, domain string) {
	v := &visit{w: w, r: r, domain: domain}
	s.greet(v)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signedIn(v, true)
}

// recognised says whether the visitor is known, which is less than signed in.
func (s *Site) recognised(v *visit) bool {
	c, err := v.r.Cookie("x-" + cookieSuffix(v.domain))
	return err == nil && c.Value == "standin-"+s.mark
}

// freshSignIn says whether the visitor signed in within the last hour; s.mu is held.
func (s *Site) freshSignIn(v *visit) bool {
	c, err := v.r.Cookie("at-" + cookieSuffix(v.domain))
	if err != nil || s.revoked[c.Value] {
		return false
	}
	rest, ok := strings.CutPrefix(c.Value, "Atza|")
	parts := strings.Split(rest, ".")
	if !ok || len(parts) != 3 || parts[2] != s.mark {
		return false
	}
	ms, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return false
	}
	age := s.now().Sub(time.UnixMilli(ms))
	return age < maxAge && age > -maxAge
}

// endSession makes the visitor's sign-in worthless; s.mu is held.
func (s *Site) endSession(v *visit) {
	if c, err := v.r.Cookie("at-" + cookieSuffix(v.domain)); err == nil {
		s.revoked[c.Value] = true
	}
}

// csrf is the token of a visitor's session for the calls behind the page. It holds "+" and "/" and "=", so that a caller
// who does not encode it is found out.
func (s *Site) csrf(v *visit) string {
	at := ""
	if c, err := v.r.Cookie("at-" + cookieSuffix(v.domain)); err == nil {
		at = c.Value
	}
	sum := sha256.Sum256([]byte(v.session + "\x00" + at))
	return "gNf+s/" + base64.StdEncoding.EncodeToString(sum[:22])
}

// formToken belongs to the sign-in forms of one session id.
func formToken(v *visit) string {
	sum := sha256.Sum256([]byte("form " + v.session))
	return "j2F" + hex.EncodeToString(sum[:16])
}
