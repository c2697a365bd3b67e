package account

import (
	"strings"
	"unicode/utf8"
)

// Mask is an e-mail address or phone number as it may be shown:
// a***@example.com, ***67. What is too short to hide anything in becomes "***".
func Mask(email string) string {
	email = strings.TrimSpace(email)
	if email == "" {
		return ""
	}
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		// A phone number: its last two digits are what Amazon itself shows.
		if n := utf8.RuneCountInString(email); n < 7 {
			return "***"
		}
		return "***" + email[len(email)-lastRunes(email, 2):]
	}
	local, domain := email[:at], email[at:]
	if utf8.RuneCountInString(local) < 2 {
		return "***" + domain
	}
	_, size := utf8.DecodeRuneInString(local)
	return local[:size] + "***" + domain
}

// lastRunes is the length in bytes of the last n runes of s.
func lastRunes(s string, n int) int {
	size := 0
	for range n {
		_, k := utf8.DecodeLastRuneInString(s[:len(s)-size])
		size += k
	}
	return size
}
