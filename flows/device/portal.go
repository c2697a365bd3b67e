package device

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ParsePortal reads the answer of the Alexa portal's GET /api/devices-v2/device or
// its older form (facts/alexa-portal.md, "Data behind it"). Deregisterable is set
// for every device: whether its capabilities hold DEREGISTER_DEVICE. Customer is its
// owner. Errors are *ListError.
func ParsePortal(body []byte) (List, error) {
	none := List{Count: -1}
	fail := func(err error, detail string) (List, error) {
		return none, &ListError{Call: "devices", Err: err, Detail: detail}
	}
	top, err := answerOf("devices", body)
	if err != nil {
		return none, err
	}
	raw, ok := top["devices"]
	var rows []json.RawMessage
	if !ok || isNull(raw) || json.Unmarshal(raw, &rows) != nil {
		return fail(ErrNoList, "")
	}
	l := List{Count: -1, Rows: len(rows)}
	for i, raw := range rows {
		d, err := parsePortalDevice(raw)
		if err != nil {
			return fail(ErrShape, fmt.Sprintf("row %d %v", i+1, err))
		}
		l.Devices = append(l.Devices, d)
	}
	return l, nil
}

func parsePortalDevice(raw json.RawMessage) (Device, error) {
	var o object
	if json.Unmarshal(raw, &o) != nil || o == nil {
		return Device{}, errors.New("is not an object")
	}
	var bad error
	field := func(key string) string {
		raw, ok := o[key]
		if !ok || isNull(raw) {
			return ""
		}
		s, ok := text(raw)
		if !ok {
			bad = fmt.Errorf("%s is neither text nor number", key)
		}
		return s
	}
	d := Device{
		Name: field("accountName"), Serial: strings.TrimSpace(field("serialNumber")), Type: strings.TrimSpace(field("deviceType")),
		AccountID: strings.TrimSpace(field("deviceAccountId")), Customer: strings.TrimSpace(field("deviceOwnerCustomerId")),
		Family: strings.TrimSpace(field("deviceFamily")), Via: "alexa",
	}
	if bad != nil {
		return Device{}, bad
	}
	if Normal(d.Name) == "" && d.Serial == "" && d.AccountID == "" {
		return Device{}, errors.New("has neither name nor id")
	}
	d.Key = KeyOf(d.AccountID, d.Serial, d.Type)
	for _, k := range []string{"deviceFamily", "deviceTypeFriendlyName"} {
		if l := strings.TrimSpace(field(k)); l != "" {
			d.Labels = append(d.Labels, l)
		}
	}
	var caps []string
	if raw, ok := o["capabilities"]; ok && !isNull(raw) && json.Unmarshal(raw, &caps) != nil {
		return Device{}, errors.New("has capabilities of an unknown form")
	}
	offered := slices.Contains(caps, "DEREGISTER_DEVICE")
	d.Deregisterable = &offered
	return d, nil
}
