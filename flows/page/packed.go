package page

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
)

// This file packs what is long on its way to a document and back: a list of 2,000 devices
// is half a megabyte, and each copy of it that the protocol makes is another.

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

// decode reads an answer that may have come packed.
func decode(raw json.RawMessage, out any) error {
	var p struct {
		Packed []byte `json:"packed"`
	}
	if !bytes.HasPrefix(raw, []byte(`{"packed":`)) || json.Unmarshal(raw, &p) != nil {
		return json.Unmarshal(raw, out)
	}
	z, err := gzip.NewReader(bytes.NewReader(p.Packed))
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if err := json.NewDecoder(io.LimitReader(z, mostUnpacked)).Decode(out); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if _, err := io.Copy(io.Discard, z); err != nil { // its checksum
		return fmt.Errorf("page: %w", err)
	}
	return nil
}
