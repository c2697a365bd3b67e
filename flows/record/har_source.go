package record

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Limits of what is read of a file: one that never ends, or that was made to unpack
// without end, is refused and not read until the memory is full.
const (
	maxHAR   = 2 << 30   // a whole file, unpacked
	maxEntry = 128 << 20 // one request and its answer
	maxHeld  = 1 << 30   // all bodies together
	maxBody  = 32 << 20  // no page that matters has a larger one
)

var (
	errLong      = errors.New("it is larger than 2 GB; record less in one file")
	errLongEntry = errors.New("one request in it is larger than 128 MB")
)

// meter ends a file that is too long, or one value of it.
type meter struct {
	r           io.Reader
	read, value int64
}

// begin is called where a value begins.
func (m *meter) begin() { m.value = m.read }

func (m *meter) Read(p []byte) (int, error) {
	switch {
	case m.read > maxHAR:
		return 0, errLong
	case m.read-m.value > maxEntry:
		return 0, errLongEntry
	}
	// As much as there is room for: the JSON decoder looks at all of a long row of white
	// space anew after each read.
	n, err := io.ReadFull(m.r, p)
	m.read += int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil // unless the packing says so, which the next read tells
	}
	return n, err
}

// unpackedHAR is the text of a HAR file as UTF-8 without a byte order mark: some tools
// write it packed (.har.gz), Windows' own write UTF-16.
func unpackedHAR(open func() (io.ReadCloser, error)) (io.ReadCloser, error) {
	f, err := open()
	if err != nil {
		return nil, err
	}
	br := bufio.NewReaderSize(f, 64<<10)
	for range 2 { // one that was packed twice is broken, not deep
		if b, _ := br.Peek(2); !bytes.Equal(b, []byte{0x1f, 0x8b}) {
			break
		}
		z, err := gzip.NewReader(br)
		if err != nil {
			f.Close()
			return nil, errors.New("it is packed, and cut off")
		}
		br = bufio.NewReaderSize(z, 64<<10)
	}
	b, _ := br.Peek(4)
	var r io.Reader = br
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		br.Discard(3)
	case bytes.HasPrefix(b, []byte("\xff\xfe")), len(b) == 4 && b[0] != 0 && b[1] == 0:
		r = transform.NewReader(br, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		if b[1] == 0 {
			r = transform.NewReader(br, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())
		}
	case bytes.HasPrefix(b, []byte("\xfe\xff")), len(b) == 4 && b[0] == 0 && b[1] != 0:
		r = transform.NewReader(br, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
		if b[0] == 0 {
			r = transform.NewReader(br, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder())
		}
	}
	return struct {
		io.Reader
		io.Closer
	}{r, f}, nil
}
