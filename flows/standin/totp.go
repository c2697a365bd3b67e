package standin

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"
)

// code is the one-time code of RFC 6238 (SHA-1, 30 s, 6 digits) for the period that holds at. It is written out here so
// that the stand-in does not check unecho's codes with the library that made them.
func code(secret string, at time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return ""
	}
	var period [8]byte
	binary.BigEndian.PutUint64(period[:], uint64(at.Unix()/30))
	mac := hmac.New(sha1.New, key)
	mac.Write(period[:])
	sum := mac.Sum(nil)
	at4 := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at4:])&0x7fffffff)%1_000_000)
}

// rightCode says whether got is the code of the present period or of a neighbour.
func rightCode(secret, got string, at time.Time) bool {
	for _, d := range []time.Duration{0, -30 * time.Second, 30 * time.Second} {
		if got == code(secret, at.Add(d)) {
			return true
		}
	}
	return false
}
