package account

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"path/filepath"
	"time"
)

// hashRounds makes guessing the password from the file slow; about 50 ms, paid
// only after Amazon has rejected one.
const hashRounds = 200_000

// codeRounds may be few: a one-time code is worth nothing once it was sent.
const codeRounds = 1000

// codeMemory is how long a one-time code counts as used. The code of a later
// period may be the same by chance, so it must not be for ever.
const codeMemory = 10 * time.Minute

// salted is a secret that can be recognised but not read.
type salted struct {
	Salt []byte    `json:"salt"`
	Hash []byte    `json:"hash"`
	At   time.Time `json:"at"`
}

func newSalted(secret string, rounds int, at time.Time) (salted, error) {
	s := salted{Salt: make([]byte, 16), At: at.UTC().Truncate(time.Second)}
	_, _ = rand.Read(s.Salt) // never fails (crypto/rand)
	h, err := pbkdf2.Key(sha256.New, secret, s.Salt, rounds, 32)
	s.Hash = h
	return s, err
}

func (s salted) is(secret string, rounds int) bool {
	if len(s.Salt) == 0 || len(s.Hash) == 0 {
		return false
	}
	h, err := pbkdf2.Key(sha256.New, secret, s.Salt, rounds, 32)
	return err == nil && hmac.Equal(h, s.Hash)
}

// pair joins e-mail and password so that no other two give the same text, however the
// e-mail or phone number is written.
func pair(email, password string) string {
	return loginKey(email) + "\x00" + password
}

// Rejected: Amazon has rejected this e-mail with this password, and nobody has
// changed either since. It must not be sent again.
func (p *Profile) Rejected(email, password string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	var s salted
	ok, _ := p.read(rejectedFile, &s) // OpenProfile saw that it can be read
	return ok && s.is(pair(email, password), hashRounds)
}

// MarkRejected remembers the pair that Amazon rejected, as a salted hash. The last
// one counts.
func (p *Profile) MarkRejected(email, password string) error {
	return p.edit(func() error {
		s, err := newSalted(pair(email, password), hashRounds, p.now())
		if err != nil {
			return err
		}
		return p.write(rejectedFile, s)
	})
}

// ClearRejected forgets it: after a sign-in that worked.
func (p *Profile) ClearRejected() error {
	return p.edit(func() error {
		err := os.Remove(filepath.Join(p.Dir, rejectedFile))
		if os.IsNotExist(err) {
			return nil
		}
		return err
	})
}

// UsedCode: this one-time code was sent within the last 10 minutes, by this run
// or another. Amazon takes each only once.
func (p *Profile) UsedCode(code string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	used, _ := p.codes()
	for _, s := range used {
		if s.is("code\x00"+code, codeRounds) {
			return true
		}
	}
	return false
}

// MarkUsedCode remembers a one-time code; to be called before it is sent.
func (p *Profile) MarkUsedCode(code string) error {
	return p.edit(func() error {
		s, err := newSalted("code\x00"+code, codeRounds, p.now())
		if err != nil {
			return err
		}
		used, err := p.codes()
		if err != nil {
			return err
		}
		return p.write(codesFile, append(used, s))
	})
}

// codes are the remembered codes that still count, at most the last four. A clock
// that was set back counts like one that went on: by the distance.
func (p *Profile) codes() (fresh []salted, err error) {
	var all []salted
	if _, err := p.read(codesFile, &all); err != nil {
		return nil, err
	}
	for _, s := range all {
		if d := p.now().Sub(s.At).Abs(); d < codeMemory {
			fresh = append(fresh, s)
		}
	}
	return fresh[max(0, len(fresh)-4):], nil
}
