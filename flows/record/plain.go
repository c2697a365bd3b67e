package record

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// A body can be looked into only as UTF-8 text. This file makes one of it, or says why
// that cannot be done: what nobody can look into is not handed on.

// maxInner bounds what is unpacked inside a page.
const maxInner = 8 << 20

// readable makes the body UTF-8 text; why is the reason it cannot be. Pictures are not
// asked for: they are left out anyway.
func (it *Item) readable() (why string) {
	kind := it.content()
	if utf16Of(it.Body) == nil && kind == picture || len(it.Body) == 0 {
		return ""
	}
	b := it.Body
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) || bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		if b, why = inflate(b, it.header("Content-Encoding")); why != "" {
			return why
		}
	}
	b = text(b, it.header("Content-Type"))
	// Nobody serves base64 as a page or as JSON: it is what a tool made of it. Other
	// text may be packed by its site, and stays so.
	if m := it.mime(); kind == page || strings.Contains(m, "json") {
		for range 6 {
			inner := whole(b)
			if inner == nil {
				break
			}
			b = text(inner, "")
		}
		if wholly(b, 64) {
			return leftBinary
		}
	}
	if b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")); noText(b) {
		return leftBinary
	}
	it.Body = b
	return ""
}

// text is b as UTF-8, if it is text in another encoding.
func text(b []byte, contentType string) []byte {
	if e := utf16Of(b); e != nil {
		if u, err := e.NewDecoder().Bytes(b); err == nil {
			return u
		}
	}
	if utf8.Valid(b) || noText(b) {
		return b
	}
	e, _, _ := charset.DetermineEncoding(b[:min(len(b), 1024)], contentType)
	if u, err := e.NewDecoder().Bytes(b); err == nil {
		return u
	}
	return b
}

// utf16Of is the encoding of text in UTF-16, nil if it is none.
func utf16Of(b []byte) encoding.Encoding {
	switch {
	case len(b) < 4 || len(b)%2 == 1:
		return nil
	case b[0] == 0xff && b[1] == 0xfe:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case b[0] == 0xfe && b[1] == 0xff:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	var odd, even, n int // zeros of signs of ASCII
	for i := 0; i+1 < min(len(b), 512); i += 2 {
		n++
		if b[i] == 0 && b[i+1] != 0 {
			even++
		}
		if b[i] != 0 && b[i+1] == 0 {
			odd++
		}
	}
	switch {
	case odd*10 >= n*7:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case even*10 >= n*7:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// noText: more than a stray control character is in it.
func noText(b []byte) bool {
	odd, n := 0, min(len(b), 64<<10)
	for _, c := range b[:n] {
		switch {
		case c == 0:
			odd += 4
		case c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\v' && c != 0x1b, c == 0x7f:
			odd++
		}
	}
	return odd*100 > n
}

// whole is what a body holds that is packed from end to end (base64, base64 as a data:
// address, hexadecimal, gzip, zlib); nil if it is not.
func whole(b []byte) []byte {
	if inner, _ := inflated(b); inner != nil {
		return inner
	}
	t := bytes.TrimSpace(b)
	if len(t) > 1 && (t[0] == '"' || t[0] == '\'') && t[len(t)-1] == t[0] {
		t = t[1 : len(t)-1]
	}
	if bytes.HasPrefix(t, []byte("data:")) {
		if _, rest, ok := bytes.Cut(t[:min(len(t), 200)], []byte(";base64,")); ok {
			t = t[len(t[:min(len(t), 200)])-len(rest):]
		}
	}
	if !wholly(t, shortestRun) {
		return nil
	}
	long := wholly(t, 64)
	t = unbroken(t)
	if inner := make([]byte, len(t)/2); len(t)%2 == 0 {
		if _, err := hex.Decode(inner, t); err == nil && !noText(inner) && long {
			return inner
		}
	}
	inner, err := base64.RawStdEncoding.DecodeString(string(standard(bytes.TrimRight(t, "="))))
	if err != nil || len(inner) == 0 {
		return nil
	}
	zipped, _ := inflated(inner)
	first := bytes.TrimSpace(inner[:min(len(inner), 64)])
	if !long { // it may be a word
		if len(first) > 1 && utf8.Valid(inner) && bytes.IndexByte([]byte("<{["), first[0]) >= 0 && bytes.IndexByte([]byte(">}]"), bytes.TrimSpace(inner)[len(bytes.TrimSpace(inner))-1]) >= 0 {
			return inner
		}
		return nil
	}
	if utf16Of(inner) != nil || zipped != nil || !noText(inner) && (utf8.Valid(inner) || len(first) > 0 && bytes.IndexByte([]byte("<{["), first[0]) >= 0) {
		return inner
	}
	return nil
}

// wholly: nothing but letters of base64, so many at least.
func wholly(b []byte, least int) bool {
	t := unbroken(bytes.TrimSpace(b))
	t = bytes.TrimRight(t, "=")
	if len(t) < least {
		return false
	}
	for _, c := range t {
		if !isBase64(c) {
			return false
		}
	}
	return true
}

// unbroken takes out white space, as it stands between the lines of base64.
func unbroken(b []byte) []byte {
	if bytes.ContainsAny(b, " \t\r\n") {
		return bytes.Join(bytes.Fields(b), nil)
	}
	return b
}

// inflated unpacks gzip and zlib; again packs in the same way. nil: it is neither.
func inflated(b []byte) (inner []byte, again func([]byte) []byte) {
	var r io.Reader
	var err error
	type writer interface {
		io.WriteCloser
	}
	var pack func(io.Writer) writer
	switch {
	case len(b) < 8:
		return nil, nil
	case b[0] == 0x1f && b[1] == 0x8b:
		r, err = gzip.NewReader(bytes.NewReader(b))
		pack = func(w io.Writer) writer { return gzip.NewWriter(w) }
	case b[0] == 0x78 && (int(b[0])<<8|int(b[1]))%31 == 0:
		r, err = zlib.NewReader(bytes.NewReader(b))
		pack = func(w io.Writer) writer { return zlib.NewWriter(w) }
	default:
		return nil, nil
	}
	if err != nil {
		return nil, nil
	}
	inner, err = io.ReadAll(io.LimitReader(r, maxInner+1))
	// The end may be missing (the letters before base64 shift it): what came out counts.
	if len(inner) == 0 || len(inner) > maxInner || err != nil && len(inner) < 8 {
		return nil, nil
	}
	return inner, func(b []byte) []byte {
		var out bytes.Buffer
		w := pack(&out)
		_, _ = w.Write(b) // a buffer takes everything
		_ = w.Close()
		return out.Bytes()
	}
}
