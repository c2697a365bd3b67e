package account

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"
)

// The vectors of RFC 6238, appendix B.
func TestTOTPVectors(t *testing.T) {
	seed := func(n int) string {
		return base32.StdEncoding.EncodeToString([]byte(strings.Repeat("1234567890", 7)[:n]))
	}
	cases := []struct {
		at        int64
		algorithm string
		len       int
		want      string
	}{
		{59, "SHA1", 20, "94287082"}, {59, "SHA256", 32, "46119246"}, {59, "SHA512", 64, "90693936"},
		{1111111109, "SHA1", 20, "07081804"}, {20000000000, "SHA256", 32, "77737706"},
	}
	for _, tc := range cases {
		url := "otpauth://totp/Amazon:ann%40example.org?secret=" + strings.TrimRight(seed(tc.len), "=") + "&digits=8&algorithm=" + tc.algorithm
		got, left, err := TOTP(url, time.Unix(tc.at, 0))
		if err != nil || got != tc.want || left != time.Duration(30-tc.at%30)*time.Second {
			t.Errorf("%s at %d: %s, %v, %v; want %s", tc.algorithm, tc.at, got, left, err, tc.want)
		}
	}
}

func TestTOTPForgivesHowASecretIsWritten(t *testing.T) {
	at := time.Unix(1700000000, 0)
	want, _, err := TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGA======", at)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGA", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq ga", " GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ-GA ",
		"OTPAUTH://TOTP/x?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojqga"} {
		if got, _, err := TOTP(s, at); got != want || err != nil {
			t.Errorf("%q: %s, %v; want %s", s, got, err, want)
		}
	}
	for _, s := range []string{"", "12345678", "123 456", "GEZDGNBVGY3TQOJ1", "GEZDGNBV", "GEZDGNBVGY3TQOJQG", "https://example.org/?secret=GEZDGNBVGY3TQOJQ",
		"otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQ", "otpauth://totp/x", "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&algorithm=md5",
		"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&digits=12", "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&period=0", "otpauth://totp/%zz?secret=GEZDGNBVGY3TQOJQ"} {
		if got, _, err := TOTP(s, at); err == nil {
			t.Errorf("%q gives %s", s, got)
		} else if s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("the error holds the secret: %v", err)
		}
	}
}

func TestTOTPNearThePeriodsEnd(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	begin := time.Unix(1700000010, 0) // a multiple of 30
	last := begin.Add(30*time.Second - time.Nanosecond)
	a, left, _ := TOTP(secret, begin)
	if left != 30*time.Second {
		t.Errorf("%v left at the beginning", left)
	}
	b, left, _ := TOTP(secret, last)
	if a != b || left != time.Nanosecond {
		t.Errorf("at the end: %s (began as %s), %v left", b, a, left)
	}
	if c, _, _ := TOTP(secret, last.Add(time.Nanosecond)); c == a {
		t.Error("the next period has the same code")
	}
	if _, left, err := TOTP(secret, time.Unix(-5, 0)); err != nil || left <= 0 || left > 30*time.Second {
		t.Errorf("a clock before 1970: %v left, %v", left, err)
	}
	if _, left, _ := TOTP("otpauth://totp/x?period=60&secret="+secret, begin.Add(time.Second)); left <= 0 || left > 60*time.Second {
		t.Errorf("%v left of 60 s", left)
	}
}
