package account

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "[secret]"

// Secret is text that must not be printed. Whatever formats, logs or marshals it
// gets "[secret]"; only Reveal gives the text.
type Secret string

// Reveal is the text itself, for typing it into a page or feeding the redactor.
func (s Secret) Reveal() string { return string(s) }

// String hides the text.
func (Secret) String() string { return hidden }

// GoString hides the text from %#v.
func (Secret) GoString() string { return hidden }

// Format hides the text from every verb, %x and %q too.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalJSON hides the text.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText hides the text from every encoder that asks.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the text from log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
