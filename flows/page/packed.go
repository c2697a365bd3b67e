package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// This file packs what is long on its way to a document and back: a list of 2,000 devices
// is a megabyte, and each copy of it that the protocol makes is another. Of an answer that
// is much like the one before, only the difference comes.

// long is from how many bytes on it is worth it.
const long = 16 << 10

// mostUnpacked is more than any list is long.
const mostUnpacked = 256 << 20

func pack(raw []byte) (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// A lastAnswer is the last long one, in parts, of which the next one may consist.
type lastAnswer struct {
	parts  [][]byte
	prints string // of all parts, as the page is told them
}

// remember takes a long answer apart, as the page does: between the objects of a list.
func (a *lastAnswer) remember(text []byte) {
	a.parts = make([][]byte, 0, bytes.Count(text, between)+1)
	for {
		i := bytes.Index(text, between)
		if i < 0 {
			break
		}
		a.parts, text = append(a.parts, text[:i+1:i+1]), text[i+2:]
	}
	a.parts = append(a.parts, text)
	b := make([]byte, 0, 4*len(a.parts))
	for _, p := range a.parts {
		b = binary.LittleEndian.AppendUint32(b, print32(p))
	}
	a.prints = base64.StdEncoding.EncodeToString(b)
}

var between = []byte("},{")

// print32 is FNV-1a over the text as JavaScript counts it.
func print32(s []byte) uint32 {
	h := uint32(0x811c9dc5)
	add := func(unit uint32) { h = (h ^ unit) * 0x01000193 }
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		s = s[n:]
		if r >= 0x10000 {
			r -= 0x10000
			add(0xd800 + uint32(r)>>10)
			r = 0xdc00 + r&0x3ff
		}
		add(uint32(r))
	}
	return h
}

// errUnlike: an answer could not be put together from the one before.
var errUnlike = errors.New("page: the answer is not what it was said to be")

// decode reads an answer that may have come packed, or told by the one before.
func (a *lastAnswer) decode(raw json.RawMessage, out any) error {
	var p struct {
		Packed []byte            `json:"packed"`
		Like   []json.RawMessage `json:"like"`
		Sum    []byte            `json:"sum"`
	}
	odd := !bytes.HasPrefix(raw, []byte(`{"packed":"`)) && !bytes.HasPrefix(raw, []byte(`{"like":[`))
	if odd || json.Unmarshal(raw, &p) != nil {
		return json.Unmarshal(raw, out)
	}
	var text []byte
	var err error
	if p.Packed == nil {
		text, err = a.together(p.Like, p.Sum)
	} else {
		text, err = unpacked(p.Packed)
	}
	if err != nil {
		return err
	}
	a.remember(text)
	return json.Unmarshal(text, out)
}

func unpacked(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	var b bytes.Buffer
	if n := len(packed); n > 4 { // the end says how much it is, so that it need not grow
		b.Grow(min(int(binary.LittleEndian.Uint32(packed[n-4:])), mostUnpacked) + bytes.MinRead)
	}
	if _, err := io.Copy(&b, io.LimitReader(z, mostUnpacked)); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return b.Bytes(), nil
}

// together makes a text of parts of the one before and of new ones.
func (a *lastAnswer) together(like []json.RawMessage, sum []byte) ([]byte, error) {
	var b bytes.Buffer
	size := 0
	for _, p := range a.parts {
		size += len(p) + 1
	}
	b.Grow(size)
	for i, raw := range like {
		if i > 0 {
			b.WriteByte(',')
		}
		var run [2]int
		if raw[0] == '"' {
			var part string
			if err := json.Unmarshal(raw, &part); err != nil {
				return nil, errUnlike
			}
			b.WriteString(part)
			continue
		}
		if json.Unmarshal(raw, &run) != nil || run[0] < 0 || run[1] < 1 || run[0]+run[1] > len(a.parts) {
			return nil, errUnlike
		}
		for n, part := range a.parts[run[0] : run[0]+run[1]] {
			if n > 0 {
				b.WriteByte(',')
			}
			b.Write(part)
		}
	}
	if got := sha256.Sum256(b.Bytes()); !bytes.Equal(got[:], sum) {
		return nil, errUnlike
	}
	return b.Bytes(), nil
}
