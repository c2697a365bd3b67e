package account

import (
	"encoding/base32"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// migration begins what Google Authenticator exports: several accounts in one code.
const migration = "otpauth-migration:"

type otpKey struct {
	secret    string // base32, upper case, no padding
	algorithm otp.Algorithm
	digits    otp.Digits
	period    uint // seconds
}

// TOTP is the one-time code of a secret at a time (RFC 6238), and for how long it
// is still the current one. secret is base32 (spaces, dashes, lower case and missing
// padding are forgiven) or an otpauth://totp/ URL with its algorithm, digits and
// period. Errors never hold the secret.
func TOTP(secret string, at time.Time) (code string, left time.Duration, err error) {
	k, err := parseOTP(secret)
	if err != nil {
		return "", 0, err
	}
	code, err = totp.GenerateCodeCustom(k.secret, at, totp.ValidateOpts{Period: k.period, Digits: k.digits, Algorithm: k.algorithm})
	if err != nil {
		return "", 0, errors.New("the one-time code secret gives no codes")
	}
	period := time.Duration(k.period) * time.Second
	since := time.Duration(at.Unix()%int64(k.period))*time.Second + time.Duration(at.Nanosecond())
	if since < 0 { // before 1970: a clock that was never set
		since += period
	}
	return code, period - since, nil
}

func parseOTP(s string) (otpKey, error) {
	k := otpKey{algorithm: otp.AlgorithmSHA1, digits: otp.DigitsSix, period: 30}
	s = strings.TrimSpace(s)
	raw := s
	if len(s) >= len(migration) && strings.EqualFold(s[:len(migration)], migration) {
		return k, errors.New("is a Google Authenticator export (otpauth-migration), not the secret of one account")
	}
	if scheme, _, ok := strings.Cut(s, "://"); ok {
		if !strings.EqualFold(scheme, "otpauth") {
			return k, errors.New("is not an otpauth:// URL")
		}
		u, err := url.Parse(s)
		if err != nil {
			return k, errors.New("is not a valid otpauth:// URL")
		}
		if !strings.EqualFold(u.Host, "totp") {
			return k, errors.New("is an otpauth:// URL of another kind than totp")
		}
		q := u.Query()
		raw = q.Get("secret")
		if raw == "" {
			return k, errors.New("is an otpauth:// URL without a secret in it")
		}
		switch strings.ToUpper(strings.ReplaceAll(q.Get("algorithm"), "-", "")) {
		case "", "SHA1", "HMACSHA1":
		case "SHA256", "HMACSHA256":
			k.algorithm = otp.AlgorithmSHA256
		case "SHA512", "HMACSHA512":
			k.algorithm = otp.AlgorithmSHA512
		default:
			return k, errors.New("asks for an algorithm other than SHA1, SHA256 and SHA512")
		}
		if v := q.Get("digits"); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 6 || n > 8 {
				return k, errors.New("asks for fewer than 6 or more than 8 digits")
			}
			k.digits = otp.Digits(n)
		}
		if v := q.Get("period"); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 10 || n > 300 {
				return k, errors.New("asks for a period outside 10 to 300 seconds")
			}
			k.period = uint(n)
		}
	}
	k.secret = strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Zs, r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, raw))
	k.secret = strings.TrimRight(k.secret, "=")
	if n := len(k.secret); n >= 6 && n <= 8 && strings.Trim(k.secret, "0123456789") == "" {
		return k, errors.New("is a one-time code, not the secret that makes the codes")
	}
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(k.secret)
	if err != nil {
		return k, errors.New("is not base32 (letters A to Z and digits 2 to 7)")
	}
	if len(b) < 8 {
		return k, errors.New("is too short for a secret that makes one-time codes")
	}
	return k, nil
}
