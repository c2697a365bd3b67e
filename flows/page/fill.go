package page

import (
	"context"
	"errors"
)

// Fill replaces what stands in a field, in one step in the page, with the events
// that typing ends with (input, change).
func (t *Tab) Fill(ctx context.Context, w What, text string) error {
	s, err := t.begin(ctx, "fill", w.label())
	if err != nil {
		return err
	}
	return s.finish(s.fill(w, text, nil))
}

// FillSecret is Fill for a password or a code. The same step in the page checks
// that the page is https, of exactly this host, under one of the paths, and that
// the field's form leads nowhere else; otherwise nothing is filled (KindOrigin).
// The secret stands in no log and no error.
func (t *Tab) FillSecret(ctx context.Context, w What, secret string, at Origin) error {
	s, err := t.begin(ctx, "fill secret", w.label())
	if err != nil {
		return err
	}
	if at.Host == "" || len(at.PathPrefixes) == 0 {
		return s.finish(&Error{Kind: KindOrigin, Words: "secret refused: no place is named where it may be typed"})
	}
	err = s.fill(w, secret, &at)
	// Nothing that the browser says about a failed call may carry what was in it.
	var e *Error
	if err != nil && !errors.As(s.failed(err), &e) {
		err = &Error{Kind: KindInternal, Words: "the field could not be filled"}
	} else if err != nil && e.Kind == KindInternal {
		err = &Error{Kind: KindInternal, Words: "the field could not be filled"}
	}
	return s.finish(err)
}

func (s *step) fill(w What, text string, at *Origin) error {
	if name := unknown(s.t.o.Selectors, w.names()...); name != "" {
		return &Error{Kind: KindInternal, Words: "the selectors have no element " + name}
	}
	q := map[string]any{"spec": w.spec(), "text": text}
	if at != nil {
		q["at"] = map[string]any{"host": at.Host, "prefixes": at.PathPrefixes}
	}
	var r struct {
		OK    bool
		Fail  *fail
		Trace []traced
	}
	err := s.ask("fill", s.end, func(ms int64) any { q["ms"] = ms; return q }, &r, true)
	if err != nil {
		return err
	}
	s.trace(r.Trace)
	if r.Fail != nil {
		return s.refuse(r.Fail)
	}
	return nil
}

// Choose picks an option of a select that a Survey named.
func (t *Tab) Choose(ctx context.Context, nav, value string) error {
	w := What{Known: &Known{Seek: SeekNav, Sig: nav}, Label: "choice of devices"}
	return t.Fill(ctx, w, value)
}
