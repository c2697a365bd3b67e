package standin

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// devices:N is an account of N devices of five kinds and plain names, for benchmarks: "Hall Echo Dot 12". It goes together
// with every other scenario but those that are accounts themselves.

const sizedPrefix = "devices:"

// maxSized is more than any account holds.
const maxSized = 20000

func isSized(name string) bool {
	text, ok := strings.CutPrefix(name, sizedPrefix)
	n, err := strconv.Atoi(text)
	return ok && err == nil && n > 0 && n <= maxSized
}

var sizedKinds = []struct{ name, kind, words string }{
	{"Hall Echo", echo, echoWords}, {"Hall Echo Dot", dot, dotWords}, {"Hall Show", show, showWords},
	{"Hall Kindle", "A1STANDINKNDLE", "Kindle Paperwhite"}, {"Hall Fire TV", "A1STANDINFIRTV", "Fire TV Stick"},
}

// sizedAccount is the account of a devices:N in a set of scenarios.
func sizedAccount(set map[string]bool) ([]Device, bool) {
	for name := range set {
		if !isSized(name) {
			continue
		}
		n, _ := strconv.Atoi(strings.TrimPrefix(name, sizedPrefix)) // isSized has looked
		devs := make([]Device, n)
		for i := range devs {
			k := sizedKinds[i%len(sizedKinds)]
			devs[i] = device(1000+i, fmt.Sprintf("%s %d", k.name, i+1), k.kind, k.words, "DEVICES", day(2016, time.March, 1).AddDate(0, 0, i))
			devs[i].Key = devs[i].AccountID
		}
		return devs, true
	}
	return nil, false
}
