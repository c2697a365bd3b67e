package browser

import "testing"

func TestABrowserIsKnownByItsCommandLine(t *testing.T) {
	const dir = "/home/me/my state/run-1"
	for line, want := range map[string]bool{
		"chromium\x00--user-data-dir=" + dir + "/data\x00about:blank\x00":         true,
		"chromium\x00--crash-dir=" + dir:                                          true,
		"chromium --type=renderer --user-data-dir=" + dir + "/data --lang=en\x00": true, // a title
		"chromium --type=gpu --user-data-dir=" + dir + "\x00\x00":                 true,
		"chromium\x00--user-data-dir=" + dir + "0/data\x00":                       false, // another's
		"less\x00" + dir + "/data/log\x00":                                        false,
		"sh\x00-c\x00ls " + dir + "\x00":                                          false,
		"tool\x00file=" + dir + "\x00":                                            false,
		"":                                                                        false,
	} {
		if got := usesDir([]byte(line), []byte(dir)); got != want {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}
