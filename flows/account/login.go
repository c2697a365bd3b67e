package account

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// This file knows that one login may be written in several ways: an e-mail address in
// any case, a phone number with its country code or as it is dialled at home.

// SameLogin tells whether two texts are one login of Amazon's. A phone number without a
// country code is the one with it: a marketplace has one country, nearly always.
func SameLogin(a, b string) bool {
	a, b = plainLogin(a), plainLogin(b)
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	x, abroadX := phone(a)
	y, abroadY := phone(b)
	if len(x) < shortestPhone || len(y) < shortestPhone {
		return false
	}
	if x == y {
		return true
	}
	if len(x) > len(y) {
		x, y, abroadX = y, x, abroadY
	}
	// Only a country code may be missing, never a part of the number itself; Italy's and
	// San Marino's numbers keep the zero after it.
	return !abroadX && strings.HasSuffix(y, x) && len(y)-len(x) <= 4
}

// IsPhone tells whether a text is a phone number long enough to be a login.
func IsPhone(s string) bool {
	d, _ := phone(strings.TrimSpace(s))
	return len(d) >= shortestPhone
}

// shortestPhone is the fewest digits that are a phone number.
const shortestPhone = 7

// loginKey is the same text for each way to write a login, to be hashed. Numbers are
// told by their end, the only part that is there in each of them: two numbers of one
// end are held for one login, which costs a wait for a lock at most.
func loginKey(s string) string {
	s = plainLogin(s)
	if d, _ := phone(s); len(d) >= shortestPhone {
		return "phone " + d[len(d)-shortestPhone:]
	}
	return s
}

func plainLogin(s string) string { return norm.NFC.String(strings.ToLower(strings.TrimSpace(s))) }

// phone are the digits of a phone number without its leading zeros, "" for what is
// none; abroad: with its country code.
func phone(s string) (number string, abroad bool) {
	abroad = strings.HasPrefix(s, "+") || strings.HasPrefix(s, "00")
	if abroad {
		s = strings.Replace(s, "(0)", "", 1) // +49 (0)151: dialled at home only
	}
	var b strings.Builder
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case !strings.ContainsRune("+ -().\u00a0/", c):
			return "", false
		}
	}
	return strings.TrimLeft(b.String(), "0"), abroad
}
