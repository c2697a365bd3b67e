package device

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func listOf(t *testing.T, text string) (Listed, error) {
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ReadList(path, nil)
}

// What `list` and `deregister` print can be given back: each device by its key.
func TestOurOwnCSVAndJSONAreLists(t *testing.T) {
	const header = "key,name,serial,type,family,registered,owner,deregisterable,via\n"
	for name, c := range map[string]struct{ text, want string }{
		"CSV": {header + "acc1,Bob's Echo,G0STANDIN0001301,T,ECHO,,,,mycd\n" + "G0STANDIN0002602/T,\"Kindle, 2\",G0STANDIN0002602,T,KINDLE,,,,mycd\n",
			"acc1|Bob's Echo|G0STANDIN0001301| G0STANDIN0002602/T|Kindle, 2|G0STANDIN0002602|"},
		"CSV after a spreadsheet":   {"\ufeff\"key\";\"name\";\"serial\"\r\nacc1;Bob's Echo;G0STANDIN0001301\r\n\r\n", "acc1|Bob's Echo|G0STANDIN0001301|"},
		"CSV with tabs":             {"key\tname\tserial\nacc1\tBob\tG0\n", "acc1|Bob|G0|"},
		"CSV, columns moved":        {"serial,key,name\nG0,acc1,Bob\n", "acc1|Bob|G0|"},
		"CSV of a run":              {"key,name,serial,outcome\nacc1,Bob,G0,would-deregister\nacc2,Ann,G1,skipped\n", "acc1|Bob|G0|would-deregister acc2|Ann|G1|skipped"},
		"CSV, a formula made safe":  {header + "'-acc,'=Bob,'+G0,,,,,,\n", "-acc|=Bob|+G0|"},
		"CSV, a name of two lines":  {header + "acc1,\"two\nlines\",G0,,,,,,\n", "acc1|two\nlines|G0|"},
		"CSV without keys":          {"name,serial\nBob,G0\nAnn,\n", "|Bob|G0| |Ann||"},
		"JSON":                      {`{"schema":1,"site":"amazon.com","devices":[{"key":"acc1","name":"Bob","serial":"G0","type":"T"},{"name":"Ann"}]}`, "acc1|Bob|G0| |Ann||"},
		"JSON of a run":             {`{"schema":1,"devices":[{"key":"acc1","name":"Bob","outcome":"failed"}],"summary":{"failed":1}}`, "acc1|Bob||failed"},
		"its devices alone":         {`[{"key":"acc1","name":"Bob"},{"key":"acc2"}]`, "acc1|Bob|| acc2|||"},
		"its devices, one a line":   {"{\"key\":\"acc1\"}\n{\"key\":\"acc2\"}\n", "acc1||| acc2|||"},
		"a list of texts":           {`["G0 1", "Bob"]`, "lines:G0 1,Bob"},
		"a name that looks like it": {"[Old] Echo\n{curly}\n", "lines:[Old] Echo,{curly}"},
		"a break in our own CSV":    {header + "acc1,Bob\u2028s,G0,,,,,,\n", "acc1|Bob\u2028s|G0|"},
		"a page break at the end":   {"Bob\n\f", "lines:Bob"},
		"a name with a comma":       {"key, name\nBob\n", "lines:key, name,Bob"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := listOf(t, c.text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range l.Records {
				got = append(got, strings.Join([]string{r.Key, r.Name, r.Serial, string(r.Outcome)}, "|"))
			}
			if len(l.Lines) > 0 {
				got = append(got, "lines:"+strings.Join(l.Lines, ","))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%q, want %q", strings.Join(got, " "), c.want)
			}
		})
	}
	for name, c := range map[string]struct{ text, says string }{
		"JSON cut short":            {`{"schema":1,"devices":[{"key":"acc1"`, "JSON"},
		"JSON array cut short":      {"[\n{\"key\":\"acc1\"},\n", "JSON"},
		"JSON without devices":      {`{"schema":1,"devices":[],"error":{"code":6}}`, "no device"},
		"JSON of a history":         {`{"schema":1,"entries":[{"key":"acc1"}]}`, "devices"},
		"JSON of another shape":     {`{"key":{"a":1}}`, "JSON"},
		"JSON of a later schema":    {`{"schema":2,"devices":[{"key":"acc1"}]}`, "schema"},
		"JSON of numbers":           {`[1,2]`, "JSON"},
		"JSON, a device without id": {`{"devices":[{"family":"ECHO"}]}`, "neither"},
		"CSV, a serial rounded":     {"name,serial\nBob,9.02303E+15\n", "row 2"},
		"CSV, rounded with a comma": {"name;serial\nBob;9,02E+15\n", "digits are lost"},
		"line separators":           {"Bob\u2028Ann\n", ":1: holds a line break"},
		"a soft return":             {"Bob\nAnn\vJoe\n", ":2: holds a line break"},
		"form feeds":                {"Bob\fAnn\n", "U+000C"},
		"next lines":                {"Bob\u0085Ann\n", "U+0085"},
		"CSV of a header":           {header, "no device"},
		"CSV cut within quotes":     {header + "acc1,\"Bob", "CSV"},
		"CSV, a short row":          {header + "acc1,Bob\n", "CSV"},
		"CSV, a device without id":  {header + ",,,T,ECHO,,,,\n", "neither"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := listOf(t, c.text)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v, %v; want an error with %q", l, err, c.says)
			}
		})
	}
}

func TestRecordsAreFoundByKey(t *testing.T) {
	rec := func(key, name, serial string) Record {
		return Record{Device: Device{Key: key, Name: name, Serial: serial, Type: "T"}}
	}
	for _, c := range []struct {
		name string
		req  Request
		past memory
		want string
		code int
	}{
		{name: "renamed since", req: Request{Records: []Record{rec("ACC1", "Old name", "G0 STANDIN 0001301")}}, want: "acc1"},
		{name: "no key, a serial", req: Request{Records: []Record{rec("", "", "g0standin0001301")}}, want: "acc1"},
		{name: "the name is no help", req: Request{Records: []Record{rec("acc9", "Bob's Echo", "G9")}}, code: 3},
		{name: "gone, another of its name is there", req: Request{Records: []Record{rec("acc9", "Bob's Echo", "G9")}, MissingOK: true}, want: "acc9:already-gone"},
		{name: "O for 0 in the serial", req: Request{Records: []Record{rec("", "x", "GOSTANDIN0001301")}, MissingOK: true}, code: 3},
		{name: "its key in the serial's place", req: Request{Records: []Record{rec("", "x", "acc1")}, MissingOK: true}, code: 3},
		{name: "its serial in the key's place", req: Request{Records: []Record{rec("g0standin0001301", "x", "")}, MissingOK: true}, code: 3},
		{name: "the key is one device's, the name another's", req: Request{Records: []Record{rec("acc1", "Phone", "")}}, code: 2},
		{name: "keep: the key is one device's, the name another's", req: Request{All: true, KeepRecords: []Record{rec("acc1", "Phone", "")}}, want: "acc1:skipped G0STANDIN0002602/T acc3 acc4:skipped"},
		{name: "keep: O for 0 in the serial", req: Request{All: true, KeepRecords: []Record{rec("", "x", "GOSTANDIN0001301")}, KeepMissingOK: true}, code: 3},
		{name: "gone since an earlier run", req: Request{Records: []Record{rec("acc9", "Bob's Echo", "G9")}}, past: memory{"acc9": "acc9"}, want: "acc9:already-gone"},
		{name: "gone, and registered anew", req: Request{Records: []Record{rec("acc9", "x", "G0STANDIN0001301")}}, past: memory{"acc9": "acc9"}, code: 3},
		{name: "registered anew", req: Request{Records: []Record{rec("acc9", "Bob's Echo", "G0STANDIN0001301")}, MissingOK: true}, code: 3},
		{name: "its key is another device's", req: Request{Records: []Record{rec("acc1", "Bob's Echo", "G9")}}, code: 2},
		{name: "kept by key", req: Request{All: true, KeepRecords: []Record{rec("acc1", "x", "")}}, want: "acc1:skipped G0STANDIN0002602/T acc3 acc4"},
		{name: "kept though registered anew", req: Request{All: true, KeepRecords: []Record{rec("acc9", "x", "G0STANDIN0001301")}}, want: "acc1:skipped G0STANDIN0002602/T acc3 acc4"},
		{name: "nothing to keep", req: Request{All: true, KeepRecords: []Record{rec("acc9", "x", "G9")}}, code: 3},
		{name: "nothing to keep, which is fine", req: Request{Names: []string{"Phone"}, KeepRecords: []Record{rec("acc9", "x", "G9")}, KeepMissingOK: true}, want: "acc4"},
		{name: "nothing to keep but one of that name", req: Request{All: true, KeepRecords: []Record{rec("acc9", "bob’s echo", "G9")}, KeepMissingOK: true}, code: 3},
		{name: "kept and asked for", req: Request{Records: []Record{rec("acc1", "", "")}, KeepRecords: []Record{rec("acc1", "", "")}}, want: "acc1:skipped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var past Past
			if c.past != nil {
				past = c.past
			}
			got, err := Select(home(), c.req, past)
			se, _ := err.(*SelectError)
			if c.code == 0 && (err != nil || told(got) != c.want) || c.code != 0 && (se == nil || se.Code != c.code) {
				t.Errorf("%q %v, want %q %d", told(got), err, c.want, c.code)
			}
		})
	}
}
