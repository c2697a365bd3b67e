package device

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestGetDevices(t *testing.T) {
	list, err := ParseGetDevices([]byte(`{"GetDevices":{"success":true,"count":4,"devices":[
		{"deviceAccountName":"Kitchen Echo","deviceAccountId":"A1","deviceSerialNumber":"G0","deviceType":"T1","deviceTypeString":"Amazon Echo Dot","deviceFilter":"DEVICES","customerId":"C1","lastRegisteredDate":1609545600000},
		{"deviceAccountName":"No Serial","deviceAccountId":"A2","deviceType":"T2","deviceTypeString":"Kindle for Android","customerId":"C1","lastRegisteredDate":"1609545600000"},
		{"deviceAccountName":"No Account Id","deviceSerialNumber":"G3","deviceType":"T3","deviceTypeString":null,"deviceFilter":"APPS","customerId":"C2","formattedLastRegisteredDate":"January 2, 2021","deviceCapabilities":["DEREGISTER_FACTORY_RESET","DEREGISTER_DEVICE"]},
		{"deviceAccountName":"   ","deviceAccountId":"A4","deviceCapabilities":{"deregister":false},"unheardOf":[1,{"a":null}]}
	]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if list.Count != 4 || list.Rows != 4 {
		t.Errorf("%+v", list)
	}
	want := []Device{
		{Key: "A1", AccountID: "A1", Serial: "G0", Type: "T1", Name: "Kitchen Echo", Family: "ECHO", Customer: "C1", Registered: "2021-01-02"},
		{Key: "A2", AccountID: "A2", Type: "T2", Name: "No Serial", Family: "KINDLE_APP", Customer: "C1", Registered: "2021-01-02"},
		{Key: "G3/T3", Serial: "G3", Type: "T3", Name: "No Account Id", Family: "APPS", Customer: "C2", Registered: "2021-01-02", Date: "January 2, 2021"},
		{Key: "A4", AccountID: "A4", Name: "   "},
	}
	for i, d := range list.Devices {
		hint := d.Deregisterable
		d.Deregisterable, d.Labels = nil, nil
		if !reflect.DeepEqual(d, want[i]) {
			t.Errorf("device %d\n got %+v\nwant %+v", i, d, want[i])
		}
		if i < 2 && hint != nil || i == 2 && (hint == nil || !*hint) || i == 3 && (hint == nil || *hint) {
			t.Errorf("device %d: hint %v", i, hint)
		}
	}
}

func TestOverview(t *testing.T) {
	list, err := ParseOverview([]byte("\ufeff \n" + `{"success":true,"GetDevicesOverview":{"deviceList":[
		{"deviceName":"Mum’s Fire","deviceAccountID":"A1","deviceSerialNumber":"G0","deviceTypeID":"T1","deviceFamily":"FIRE_TABLET","customerID":"C1",
		 "formattedLastRegisteredDate":"2. Januar 2021","metadata":{"actions":["Rename","deregister"]},
		 "childDevices":[{"deviceName":"Kid","deviceAccountID":"A9","deviceTypeID":"T1"},"A10"]},
		{"deviceName":"Fire of a child","deviceAccountID":"A2","isChildDevice":true,"customerID":"C1"}
	]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if list.Count != -1 || list.Rows != 2 || len(list.Devices) != 3 {
		t.Fatalf("%+v", list)
	}
	mum, kid, child := list.Devices[0], list.Devices[1], list.Devices[2]
	if mum.Key != "A1" || mum.Family != "FIRE_TABLET" || mum.Registered != "2021-01-02" || mum.Deregisterable == nil || !*mum.Deregisterable || mum.Child {
		t.Errorf("%+v", mum)
	}
	if kid.Key != "A9" || !kid.Child || kid.Customer != "C1" || !child.Child {
		t.Errorf("%+v %+v", kid, child)
	}
}

func TestAnEmptyListIsAListNotAnError(t *testing.T) {
	a, err := ParseGetDevices([]byte(`{"GetDevices":{"success":true,"count":0,"devices":[]}}`))
	if err != nil || a.Rows != 0 || a.Count != 0 {
		t.Error(a, err)
	}
	b, err := ParseOverview([]byte(`{"success":true,"GetDevicesOverview":{"deviceList":[]}}`))
	if err != nil || b.Rows != 0 || b.Count != -1 {
		t.Error(b, err)
	}
	c, err := ParseGetDevices([]byte(`{"GetDevices":{"success":true,"count":3,"devices":[{"deviceAccountId":"a"}]}}`))
	if err != nil || c.Rows != 1 || c.Count != 3 {
		t.Errorf("the call's own number must be told beside its rows: %+v %v", c, err)
	}
}

func TestErrorsThatComeWithHTTP200(t *testing.T) {
	for body, want := range map[string]error{
		`{"success":false,"error":"CSRF_VALIDATION_FAILED"}`:                ErrCSRF,
		`{"GetDevices":{"success":false,"error":"CSRF_VALIDATION_FAILED"}}`: ErrCSRF,
		`{"success":false,"error":"AUTHENTICATION_ERROR"}`:                  ErrAuthentication,
		`{"error":"AUTHENTICATION_ERROR"}`:                                  ErrAuthentication,
		`{"GetDevices":{"error":"AUTHENTICATION_ERROR","devices":[]}}`:      ErrAuthentication,
		`{"success":false}`:                                       ErrRefused,
		`{"success":"false","error":"THROTTLED"}`:                 ErrRefused,
		`{"error":{"code":7}}`:                                    ErrRefused,
		`{"GetDevices":{"success":false,"count":0,"devices":[]}}`: ErrRefused,
		`{"success":true}`:                                        ErrNoList,
		`{}`:                                                      ErrNoList,
		`null`:                                                    ErrNoList,
		`[]`:                                                      ErrNoList,
		`"x"`:                                                     ErrNoList,
		`{"GetDevices":null}`:                                     ErrNoList,
		`{"GetDevices":{"success":true}}`:                         ErrNoList,
		`{"GetDevices":{"success":true,"devices":null}}`:                          ErrNoList,
		`{"GetDevicesOverview":{"deviceList":[]}}`:                                ErrNoList,
		`{"GetDevices":[]}`:                                                       ErrShape,
		`{"GetDevices":{"devices":{}}}`:                                           ErrShape,
		`{"GetDevices":{"devices":"none"}}`:                                       ErrShape,
		`{"GetDevices":{"devices":[null]}}`:                                       ErrShape,
		`{"GetDevices":{"devices":["a"]}}`:                                        ErrShape,
		`{"GetDevices":{"devices":[{}]}}`:                                         ErrShape,
		`{"GetDevices":{"devices":[{"deviceAccountId":{"v":"a"}}]}}`:              ErrShape,
		`{"GetDevices":{"devices":[{"deviceAccountId":"a","customerId":["c"]}]}}`: ErrShape,
		`{"GetDevices":{"count":"many","devices":[]}}`:                            ErrShape,
		`{"GetDevices":{"count":-1,"devices":[]}}`:                                ErrShape,
		"\n<!doctype html><title>Robot Check</title>":                             ErrHTML,
		``:   ErrNotJSON,
		`  `: ErrNotJSON,
		`{"GetDevices":{"success":true,"devices":[{"`:  ErrNotJSON,
		`{"GetDevices":{"devices":[]}} {"trailing":1}`: ErrNotJSON,
		`Service Unavailable`:                          ErrNotJSON,
	} {
		list, err := ParseGetDevices([]byte(body))
		var le *ListError
		if !errors.Is(err, want) || !errors.As(err, &le) || le.Call != "GetDevices" {
			t.Errorf("%s: %v, want %v", body, err, want)
			continue
		}
		if len(list.Devices) > 0 {
			t.Errorf("%s: an error beside a list", body)
		}
		if strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%q", err)
		}
	}
	_, err := ParseOverview([]byte(`{"success":false,"error":"CSRF_VALIDATION_FAILED"}`))
	if !errors.Is(err, ErrCSRF) || !strings.Contains(err.Error(), "CSRF_VALIDATION_FAILED") {
		t.Error(err)
	}
}

func TestRegistrationDates(t *testing.T) {
	for in, want := range map[string]string{
		"1609545600000": "2021-01-02", "1609545600": "2021-01-02", "1.6095456e12": "2021-01-02", "0": "", "-5": "", "17": "", "NaN": "", "Inf": "", "1e300": "",
		"January 2, 2021": "2021-01-02", "Jan 2, 2021": "2021-01-02", "2 January 2021": "2021-01-02", "Saturday, January 2, 2021 10:30 AM PST": "2021-01-02",
		"2021-01-02": "2021-01-02", "2021-01-02T23:59:59Z": "2021-01-02", "2021/1/2": "2021-01-02", "2021年1月2日": "2021-01-02", "2021년 1월 2일": "2021-01-02",
		"2. Januar 2021": "2021-01-02", "2. März 2021": "2021-03-02", "02.03.2021": "2021-03-02", "1er août 2021": "2021-08-01", "2 décembre 2021": "2021-12-02",
		"mardi 2 février 2021": "2021-02-02", "martes, 2 de enero de 2021": "2021-01-02", "2 de mayo de 2021": "2021-05-02", "2 mai 2021": "2021-05-02",
		"12 juin 2021": "2021-06-12", "12 juillet 2021": "2021-07-12", "12 giugno 2021": "2021-06-12", "12 luglio 2021": "2021-07-12", "2 maggio 2021": "2021-05-02",
		"2 de setembro de 2021": "2021-09-02", "2 ottobre 2021": "2021-10-02", "2 grudnia 2021": "2021-12-02",
		"25/12/2021": "2021-12-25", "12/25/2021": "2021-12-25", "03/03/2021": "2021-03-03", "03/04/2021": "", "03/04/21": "",
		"February 30, 2021": "", "2021-13-01": "", "January 2021": "", "yesterday": "", "": "",
	} {
		if got := registered("", in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if got := registered(in, ""); got != want {
			t.Errorf("as lastRegisteredDate %q: %q, want %q", in, got, want)
		}
	}
}

func TestFamilies(t *testing.T) {
	for _, c := range [][5]string{
		{"ALEXA_APP", "Amazon Echo", "x", "", "ALEXA_APP"}, {"fire tablet", "", "", "", "FIRE_TABLET"},
		{"", "Kindle Paperwhite", "", "", "KINDLE"}, {"", "Kindle Fire HD", "", "", "FIRE_TABLET"}, {"", "Kindle for iPad", "", "", "KINDLE_APP"},
		{"", "Audible for Android", "", "", "AUDIBLE_APP"}, {"", "Fire TV Stick", "", "", "FIRE_TV"}, {"", "Echo  Show 5", "", "", "ECHO"},
		{"", "", "SOME CLASS", "", "SOME_CLASS"}, {"", "", "", "APPS", "APPS"}, {"", "Gizmo", "", "DEVICES", "GIZMO"}, {"", "", "", "", ""},
	} {
		if got := familyOf(c[0], c[1], c[2], c[3]); got != c[4] {
			t.Errorf("%q: %q", c, got)
		}
	}
}

func TestReadList(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"plain":       {"Kitchen Echo\nG0\n", []string{"Kitchen Echo", "G0"}},
		"no line end": {"a\nb", []string{"a", "b"}},
		"windows":     {"\ufeffKitchen Echo\r\n\r\n  G0 \r\n", []string{"Kitchen Echo", "G0"}},
		"old mac":     {"a\rb\r", []string{"a", "b"}},
		"no comments": {"# 1\n", []string{"# 1"}},
	} {
		got, err := ReadList(file(name, c.text), nil)
		if err != nil || !slices.Equal(got.Lines, c.want) {
			t.Errorf("%s: %q, %v", name, got.Lines, err)
		}
		if got, err := ReadList("-", strings.NewReader(c.text)); err != nil || !slices.Equal(got.Lines, c.want) {
			t.Errorf("%s from stdin: %q, %v", name, got.Lines, err)
		}
	}
	locked := file("locked", "a")
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		filepath.Join(dir, "missing"):              "no such file",
		dir:                                        "directory",
		file("empty", ""):                          "empty",
		file("blank", "\ufeff\r\n \t\n"):           "empty",
		file("nul", "a\nb\x00c\n"):                 ":2:",
		file("latin1", "a\nCaf\xe9\n"):             ":2:",
		file("utf16", "\xff\xfea\x00"):             "UTF-16",
		file("huge", strings.Repeat("x", 4<<20+1)): "larger",
	} {
		_, err := ReadList(path, nil)
		var se *SelectError
		if !errors.As(err, &se) || se.Code != 2 || !strings.Contains(se.Message, says) || strings.Contains(se.Message, "\n") {
			t.Errorf("%s: %v, want one line with %q", filepath.Base(path), err, says)
		}
		if err != nil && strings.Count(err.Error(), path) != 1 {
			t.Errorf("names the file once: %v", err)
		}
	}
	if _, err := ReadList(locked, nil); os.Geteuid() != 0 && err == nil {
		t.Error("read a file that may not be read")
	}
	if _, err := ReadList("-", nil); err == nil {
		t.Error("no stdin")
	}
}

// Whatever Amazon answers: no panic, no half list beside an error, keys that fit
// their devices, text that is text.
func FuzzParseLists(f *testing.F) {
	for _, s := range []string{
		`{"GetDevices":{"success":true,"count":1,"devices":[{"deviceAccountName":"x","deviceAccountId":"a","lastRegisteredDate":1609545600000}]}}`,
		`{"success":true,"GetDevicesOverview":{"deviceList":[{"deviceName":"x","childDevices":[{"deviceName":"y"}],"metadata":{"actions":["deregister"]}}]}}`,
		`{"success":false,"error":"CSRF_VALIDATION_FAILED"}`, `{"GetDevices":{"devices":[{"deviceAccountId":1e999,"deviceAccountName":"\ud800"}]}}`, `<html>`, `[[[[`, "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, parse := range []func([]byte) (List, error){ParseGetDevices, ParseOverview} {
			list, err := parse(body)
			if err != nil {
				var le *ListError
				if !errors.As(err, &le) || le.Err == nil || len(list.Devices) > 0 || strings.ContainsRune(err.Error(), '\n') {
					t.Fatalf("%v beside %+v", err, list)
				}
				continue
			}
			if len(list.Devices) < list.Rows {
				t.Fatalf("%+v", list)
			}
			for _, d := range list.Devices {
				if d.Key != KeyOf(d.AccountID, d.Serial, d.Type) {
					t.Fatalf("key of %+v", d)
				}
				if !utf8.ValidString(d.Name + d.Key + d.Serial) {
					t.Fatalf("not text: %+v", d)
				}
				if d.Registered != "" && len(d.Registered) != 10 {
					t.Fatalf("date %q", d.Registered)
				}
				if _, err := json.Marshal(d); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func FuzzShownDate(f *testing.F) {
	f.Add("January 2, 2021")
	f.Add("2021年1月2日")
	f.Add("99999999999999999999")
	f.Fuzz(func(t *testing.T, s string) {
		if got := registered(s, s); got != "" && len(got) != 10 {
			t.Fatalf("%q: %q", s, got)
		}
	})
}
