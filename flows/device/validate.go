package device

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// usage is a *SelectError of exit code 2.
func usage(message, hint string) error { return &SelectError{Code: 2, Message: message, Hint: hint} }

// Named reports whether devices are asked for one by one: by name, serial, key
// or file.
func (r Request) Named() bool {
	return len(r.Names)+len(r.Serials)+len(r.Keys)+len(r.Entries)+len(r.Records) > 0
}

// Pattern reports whether devices are asked for by --match, --family or --all.
func (r Request) Pattern() bool { return r.All || len(r.Match)+len(r.Families) > 0 }

// Validate returns a *SelectError of code 2 for what is wrong whatever the list
// holds, so that it can be said before a browser is started.
func (r Request) Validate() error {
	if err := r.ValidateFilter(); err != nil {
		return err
	}
	for _, f := range []struct {
		flag   string
		values []string
	}{
		{"a device name", r.Names}, {"--serial", r.Serials}, {"--key", r.Keys}, {"a line of --file", r.Entries},
		{"--keep", r.Keep}, {"a line of --keep-file", r.KeepEntries},
	} {
		for _, v := range f.values {
			if Normal(v) == "" {
				return usage(f.flag+" is empty", "an empty value is often an unset variable of a script")
			}
			if err := isText(f.flag, v); err != nil {
				return err
			}
		}
	}
	switch {
	case r.Named() && r.Pattern():
		return usage(fmt.Sprintf("%s cannot go together with names, --serial, --key or --file", strings.Join(r.patternFlags(), " and ")),
			"run twice, or list the devices by name")
	case !r.Named() && !r.Pattern():
		return usage("no device asked for", "give a name, --serial, --key or --file LIST; or --match, --family or --all. `unecho list` shows the devices")
	case r.MaxSet && r.Max < 1:
		return usage(fmt.Sprintf("--max %d: must be 1 or more", r.Max), "")
	}
	return nil
}

// ValidateFilter is the part of Validate that `list` needs, where asking for
// nothing means everything.
func (r Request) ValidateFilter() error {
	for _, v := range r.Match {
		if Normal(v) == "" {
			return usage("--match is empty", "to mean every device, say --all")
		}
		if err := isText("--match", v); err != nil {
			return err
		}
	}
	for _, v := range r.Families {
		if Normal(v) == "" {
			return usage("--family is empty", "to mean every device, say --all")
		}
		if err := isText("--family", v); err != nil {
			return err
		}
	}
	return nil
}

// isText refuses what a terminal or script in another encoding makes of a name: with
// --missing-ok it would be a device that is gone.
func isText(flag, v string) error {
	if utf8.ValidString(v) {
		return nil
	}
	return usage(fmt.Sprintf("%s %s is not UTF-8 text", flag, Quote(v)), "set the terminal or the script to UTF-8, or say which by --serial or --key")
}

func (r Request) patternFlags() (flags []string) {
	if len(r.Match) > 0 {
		flags = append(flags, "--match")
	}
	if len(r.Families) > 0 {
		flags = append(flags, "--family")
	}
	if r.All {
		flags = append(flags, "--all")
	}
	return flags
}

// max returns how many devices may be acted on; 0 is no limit. A --max that was
// given holds for names too.
func (r Request) max() int {
	switch {
	case r.MaxSet:
		return r.Max
	case r.Pattern():
		return DefaultMax
	}
	return 0
}
