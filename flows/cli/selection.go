package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows/device"
)

// patterns choose many devices at once; list and deregister take them.
type patterns struct {
	match, families []string
	all             bool
}

// patternFlags adds --match, --family and --all.
func (a *app) patternFlags(cmd *cobra.Command, p *patterns) {
	s := newSection("Choosing many (they narrow each other)")
	s.flags.StringArrayVar(&p.match, "match", nil, "devices whose name matches this `glob`: * is any run of characters, case matters")
	s.flags.StringArrayVar(&p.families, "family", nil, "devices of this `family`, as the list shows it")
	s.flags.BoolVar(&p.all, "all", false, "every device")
	a.add(cmd, s)
	complete(cmd, "family", a.knownFamilies)
}

// request is the selection that deregister's flags ask for; files are read here.
// It is not validated yet.
func (o *deregisterOptions) request(a *app, names []string) (device.Request, error) {
	r := device.Request{Names: names, Serials: o.serials, Keys: o.keys, Match: o.match, Families: o.families,
		All: o.all, Keep: o.keep, KeepMissingOK: o.keepMissingOK, MissingOK: o.missingOK, Max: o.max, MaxSet: o.maxSet}
	stdin := 0
	for _, f := range slices.Concat(o.files, o.keepFiles) {
		if f == "-" {
			stdin++
		}
	}
	if stdin > 1 {
		return r, errors.New("stdin can be read only once: give one --file or --keep-file as - and the others as files")
	}
	for _, f := range o.files {
		l, err := a.readList(f)
		if err != nil {
			return r, err
		}
		// The record of a run also has what the run left alone: that was not to go.
		todo := slices.DeleteFunc(slices.Clone(l.Records), func(r device.Record) bool { return r.Outcome == device.Skipped })
		if len(l.Lines)+len(todo) == 0 {
			return r, fmt.Errorf("%s: every device in it was skipped by the run that wrote it, so there is none to deregister", device.Printable(f))
		}
		r.Entries, r.Records = append(r.Entries, l.Lines...), append(r.Records, todo...)
	}
	for _, f := range o.keepFiles {
		l, err := a.readList(f)
		if err != nil {
			return r, err
		}
		r.KeepEntries, r.KeepRecords = append(r.KeepEntries, l.Lines...), append(r.KeepRecords, l.Records...)
	}
	return r, nil
}

func (a *app) readList(file string) (device.Listed, error) {
	l, err := heard(a, func() (device.Listed, error) { return device.ReadList(file, a.In) })
	if err == nil {
		err = plausible(file, l.Lines)
	}
	return l, err
}

// plausible: no device has a name of several pages; it is another file that was meant.
func plausible(file string, entries []string) error {
	const most = 4096
	for i, e := range entries {
		if len(e) > most {
			return fmt.Errorf("%s: entry %d has %d bytes, which is not a name, serial or key of a device: is this the right file?", device.Printable(file), i+1, len(e))
		}
	}
	return nil
}
