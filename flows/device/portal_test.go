package device

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestPortalListsAsTheyWereSeen(t *testing.T) {
	dir := "../../../shared/pages/alexa"
	for file, want := range map[string][]Device{
		"api_devices-v2_device_echo_and_echosim_2018-12.json": {{Name: "Echo Dot", Family: "ECHO"}, {Name: "echosim_BETA", Family: "UNKNOWN"}},
		"api_devices-v2_device_group_everywhere_2026.json":    {{Name: "Everywhere", Family: "WHA"}},
		"api_devices_device_one_echo_2017-07.json":            {{Name: "simon's Echo", Family: "ECHO", Serial: "B0F00715535302W5", Customer: "A32TRBM6QOXJ5H"}},
	} {
		body, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Skip("the saved answers are not here: " + err.Error())
		}
		l, err := ParsePortal(body)
		if err != nil || len(l.Devices) != len(want) {
			t.Errorf("%s: %v, %d devices", file, err, len(l.Devices))
			continue
		}
		for i, w := range want {
			d := l.Devices[i]
			if d.Name != w.Name || d.Family != w.Family || w.Serial != "" && (d.Serial != w.Serial || d.Customer != w.Customer) {
				t.Errorf("%s: %+v", file, d)
			}
			if d.Deregisterable == nil || *d.Deregisterable != (w.Family != "WHA") {
				t.Errorf("%s: the hint of %s is %v", file, d.Name, d.Deregisterable)
			}
		}
	}
}

func TestPortalAnswersThatAreNoList(t *testing.T) {
	for body, want := range map[string]error{
		``: ErrNotJSON, `<html>`: ErrHTML, `{"message":null}`: ErrNoList, `{"devices":null}`: ErrNoList, `[]`: ErrNoList, `{"devices":{}}`: ErrNoList, `{"dev`: ErrNotJSON,
		`{"devices":[1]}`: ErrShape, `{"devices":[{}]}`: ErrShape, `{"devices":[{"accountName":{}}]}`: ErrShape, `{"devices":[{"accountName":"A","capabilities":"x"}]}`: ErrShape,
	} {
		if _, err := ParsePortal([]byte(body)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", body, err, want)
		}
	}
	l, err := ParsePortal([]byte(`{"devices":[{"accountName":"A","serialNumber":"G0AAAA0000000001","deviceType":"T","capabilities":["DEREGISTER_FACTORY_RESET"]}]}`))
	if err != nil || len(l.Devices) != 1 || *l.Devices[0].Deregisterable || l.Devices[0].Key != "G0AAAA0000000001/T" {
		t.Errorf("%+v, %v", l, err)
	}
	if l, err := ParsePortal([]byte(`{"devices":[]}`)); err != nil || l.Rows != 0 {
		t.Errorf("an empty list: %v", err)
	}
}
