package device

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// List is the answer of one of the two list calls behind the devices page
// (facts/content-and-devices.md, "The list behind the page"). Neither pages.
type List struct {
	// Devices of all rows, in order, each with its child devices behind it. Not
	// deduped.
	Devices []Device
	// Count is what the call says about the number of rows; -1 if nothing.
	Count int
	// Rows is how many rows the list has, children not counted.
	Rows int
}

// What is wrong with an answer to a list call, for errors.Is. These come with
// HTTP 200: only the body tells.
var (
	// ErrCSRF: the token is stale; load the page again for a fresh one.
	ErrCSRF = errors.New("the page's token was refused")
	// ErrAuthentication: signed out, or asked to confirm the password.
	ErrAuthentication = errors.New("not signed in any more")
	// ErrRefused: success is false for another reason; ListError.Code may say it.
	ErrRefused = errors.New("the call was refused")
	// ErrNoList: the answer is well-formed but has no list.
	ErrNoList = errors.New("the answer holds no device list")
	// ErrShape: the list is there, but not of the form known.
	ErrShape = errors.New("the device list has an unknown form")
	// ErrHTML: a page instead of data: sign-in, bot check or an error page.
	ErrHTML = errors.New("a page came instead of data")
	// ErrNotJSON: neither data nor a page, or cut short.
	ErrNotJSON = errors.New("the answer is not JSON")
)

// ListError is an answer that is not a device list. Unwrap gives one of the
// errors above. It holds nothing of the answer but an error code.
type ListError struct {
	Call   string // GetDevices or GetDevicesOverview
	Err    error
	Code   string // Amazon's error code, if there is one
	Detail string
}

func (e *ListError) Error() string {
	s := e.Call + ": " + e.Err.Error()
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

func (e *ListError) Unwrap() error { return e.Err }

// ParseGetDevices reads the answer of POST /hz/mycd/ajax with GetDevices. Errors
// are *ListError.
func ParseGetDevices(body []byte) (List, error) { return parseList(body, "GetDevices", "devices") }

// ParseOverview reads the answer of POST /hz/mycd/digital-console/ajax with
// activity GetDevicesOverview. Errors are *ListError.
func ParseOverview(body []byte) (List, error) {
	return parseList(body, "GetDevicesOverview", "deviceList")
}

type object = map[string]json.RawMessage

// answerOf is the object that an answer consists of.
func answerOf(call string, body []byte) (top object, err error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	switch {
	case len(body) == 0:
		return nil, &ListError{Call: call, Err: ErrNotJSON, Detail: "it is empty"}
	case body[0] == '<':
		return nil, &ListError{Call: call, Err: ErrHTML}
	}
	if err := json.Unmarshal(body, &top); err != nil {
		if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return nil, &ListError{Call: call, Err: ErrNoList}
		}
		return nil, &ListError{Call: call, Err: ErrNotJSON}
	}
	return top, nil
}

func parseList(body []byte, call, key string) (List, error) {
	none := List{Count: -1}
	fail := func(err error, detail string) (List, error) {
		return none, &ListError{Call: call, Err: err, Detail: detail}
	}
	top, err := answerOf(call, body)
	if err != nil {
		return none, err
	}
	if err := refused(call, top); err != nil {
		return none, err
	}
	raw, ok := top[call]
	if !ok || isNull(raw) {
		return fail(ErrNoList, call+" is missing")
	}
	var answer object
	if json.Unmarshal(raw, &answer) != nil {
		return fail(ErrShape, call+" is not an object")
	}
	if err := refused(call, answer); err != nil {
		return none, err
	}
	raw, ok = answer[key]
	if !ok || isNull(raw) {
		return fail(ErrNoList, key+" is missing")
	}
	var rows []json.RawMessage
	if json.Unmarshal(raw, &rows) != nil {
		return fail(ErrShape, key+" is not a list")
	}
	list := List{Count: -1, Rows: len(rows)}
	if raw, ok := answer["count"]; ok && !isNull(raw) {
		if json.Unmarshal(raw, &list.Count) != nil || list.Count < 0 {
			return fail(ErrShape, "count is not a number of rows")
		}
	}
	for n, raw := range rows {
		if err := list.add(raw, "", false, 0); err != nil {
			return fail(ErrShape, fmt.Sprintf("row %d of %d: %v", n+1, len(rows), err))
		}
	}
	return list, nil
}

// refused tells an answer that says it failed: success false, or an error where
// success is not said to be true.
func refused(call string, o object) error {
	var success, said bool
	if raw, ok := o["success"]; ok && !isNull(raw) {
		said = true
		success = strings.EqualFold(strings.Trim(string(raw), `"`), "true")
	}
	var code string
	for _, k := range []string{"error", "errorCode"} {
		if s, ok := text(o[k]); ok && s != "" {
			code = s
			break
		}
		if raw := o[k]; len(raw) > 0 && !isNull(raw) && code == "" && !success {
			code = "error of another form"
		}
	}
	if success || (!said && code == "") {
		return nil
	}
	code = word(code)
	e := &ListError{Call: call, Err: ErrRefused, Code: code}
	switch up := strings.ToUpper(code); {
	case strings.Contains(up, "CSRF"):
		e.Err = ErrCSRF
	case strings.Contains(up, "AUTHENTICATION") || strings.Contains(up, "UNAUTHENTICATED") || strings.Contains(up, "NOT_SIGNED_IN"):
		e.Err = ErrAuthentication
	}
	return e
}

// word returns an error code fit for a message: short, one line, no surprises.
func word(s string) string {
	s = Printable(s)
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	return s
}

// childDepth bounds child devices within child devices.
const childDepth = 4

func (l *List) add(raw json.RawMessage, customer string, child bool, depth int) error {
	var o object
	if json.Unmarshal(raw, &o) != nil || o == nil {
		return errors.New("is not an object")
	}
	d, err := parseDevice(o)
	if err != nil {
		return err
	}
	if d.Customer == "" {
		d.Customer = customer
	}
	d.Child = d.Child || child
	l.Devices = append(l.Devices, d)
	var children []json.RawMessage
	if raw, ok := o["childDevices"]; ok && json.Unmarshal(raw, &children) == nil && depth < childDepth {
		for _, c := range children {
			// Only whole records count; mere ids of children say nothing that
			// their own rows do not.
			if b := bytes.TrimSpace(c); len(b) > 0 && b[0] == '{' {
				if err := l.add(c, d.Customer, true, depth+1); err != nil {
					return fmt.Errorf("child device: %w", err)
				}
			}
		}
	}
	return nil
}

// parseDevice reads a row of either call. What tells devices apart must be of a
// known form; what merely describes them may be missing or odd.
func parseDevice(o object) (Device, error) {
	var bad error
	id := func(keys ...string) string {
		for _, k := range keys {
			raw, ok := o[k]
			if !ok || isNull(raw) {
				continue
			}
			s, ok := text(raw)
			if !ok {
				bad = fmt.Errorf("%s is neither text nor number", k)
				return ""
			}
			if s != "" {
				return s
			}
		}
		return ""
	}
	note := func(keys ...string) string {
		for _, k := range keys {
			if s, ok := text(o[k]); ok && strings.TrimSpace(s) != "" {
				return strings.TrimSpace(s)
			}
		}
		return ""
	}
	d := Device{
		Name:      id("deviceAccountName", "deviceName"),
		AccountID: strings.TrimSpace(id("deviceAccountId", "deviceAccountID")),
		Serial:    strings.TrimSpace(id("deviceSerialNumber")),
		Type:      strings.TrimSpace(id("deviceType", "deviceTypeID", "deviceTypeId")),
		Customer:  strings.TrimSpace(id("customerId", "customerID")),
	}
	if bad != nil {
		return Device{}, bad
	}
	d.Key = KeyOf(d.AccountID, d.Serial, d.Type)
	if Normal(d.Name) == "" && d.Key == "" && d.Serial == "" {
		return Device{}, errors.New("has neither name nor id")
	}
	d.Family = familyOf(note("deviceFamily"), note("deviceTypeString", "displayCategoryFriendlyName"), note("deviceClassification"), note("deviceFilter"))
	for _, k := range []string{"deviceFamily", "deviceTypeString", "displayCategoryFriendlyName", "deviceClassification", "deviceGroupName", "deviceGroup"} {
		if l := note(k); l != "" && !slices.Contains(d.Labels, l) {
			d.Labels = append(d.Labels, l)
		}
	}
	d.Date = note("formattedLastRegisteredDate")
	d.Registered = registered(note("lastRegisteredDate"), note("formattedLastRegisteredDate"))
	d.Child = strings.EqualFold(note("isChildDevice"), "true")
	d.Deregisterable = deregisterable(o)
	return d, nil
}

// deregisterable reads the hint, if there is one. The values of these fields are
// known to nobody outside, so that absence of the word means nothing: only a
// word that is there counts, and false only where it is said.
func deregisterable(o object) *bool {
	yes, no := true, false
	var meta object
	_ = json.Unmarshal(o["metadata"], &meta)
	for _, raw := range []json.RawMessage{o["deviceCapabilities"], meta["actions"], o["actions"]} {
		var byName object
		if json.Unmarshal(raw, &byName) == nil {
			for k, v := range byName {
				if !speaksOfDeregister(k) {
					continue
				}
				switch strings.ToLower(strings.Trim(string(v), `" `)) {
				case "true":
					return &yes
				case "false":
					return &no
				}
			}
			continue
		}
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			continue
		}
		for _, item := range list {
			if s, ok := text(item); ok && speaksOfDeregister(s) {
				return &yes
			}
		}
	}
	return nil
}

// speaksOfDeregister knows DEREGISTER, DEREGISTER_DEVICE, deregisterDevice …, but
// not DEREGISTER_FACTORY_RESET, which is another capability.
func speaksOfDeregister(s string) bool {
	s = strings.ToUpper(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	return s == "DEREGISTER" || s == "DEREGISTERDEVICE" || s == "CANDEREGISTER" || s == "ISDEREGISTERABLE" || s == "DEREGISTERABLE"
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

// text reads a string, number or truth value as text; ok is false for anything
// else, and for null.
func text(raw json.RawMessage) (s string, ok bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "", false
	}
	switch raw[0] {
	case '"':
		if json.Unmarshal(raw, &s) != nil {
			return "", false
		}
		if !utf8.ValidString(s) {
			s = strings.ToValidUTF8(s, "\uFFFD")
		}
		return s, true
	case '{', '[', 'n':
		return "", false
	}
	return string(raw), true // a number or truth value as it was written
}
