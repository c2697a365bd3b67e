// Package journal remembers on disk what was about to be done and what became
// of it, so that a run that was killed between the two can be settled.
//
// It is one file of JSON lines that is only ever appended to, in the profile's
// directory. It is no lock: only one run at a time may append, and the profile
// sees to that; reading needs no lock.
package journal

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/unecho/unecho/flows/device"
)

// Name of the file within the profile's directory.
const Name = "journal.jsonl"

// Schema of the records that are written.
const Schema = 1

// Kind of a record.
type Kind string

// An intent is on disk before the first Deregister click, the outcome after.
const (
	KindIntent  Kind = "intent"
	KindOutcome Kind = "outcome"
)

// Entry is one record. Its JSON form is the file's form.
type Entry struct {
	Schema   int            `json:"schema"`
	Time     time.Time      `json:"time"` // UTC
	Run      string         `json:"run"`
	Kind     Kind           `json:"kind"`
	Site     string         `json:"site"`
	Customer string         `json:"customer,omitempty"`
	Key      string         `json:"key,omitempty"`
	Serial   string         `json:"serial,omitempty"`
	Type     string         `json:"type,omitempty"`
	Name     string         `json:"name,omitempty"`
	Outcome  device.Outcome `json:"outcome,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	// Listed is what the list held that an intent acted on; with the first intent
	// on each list only.
	Listed *Listed `json:"listed,omitempty"`
}

// Listed is a list of devices as a later run has to find it again, but for what was
// deregistered: if it does not, its own list is short and proves nothing.
type Listed struct {
	Call string   `json:"call"` // that told it
	Keys []string `json:"keys"`
}

// Device returns what the record tells of its device.
func (e Entry) Device() device.Device {
	d := device.Device{Key: e.Key, Serial: e.Serial, Type: e.Type, Name: e.Name, Customer: e.Customer}
	if e.Key != device.KeyOf("", e.Serial, e.Type) {
		d.AccountID = e.Key
	}
	return d
}

// WriteError: the journal could not be written, so nothing may be clicked. Exit
// code 9.
type WriteError struct {
	Path string
	Err  error
}

func (e *WriteError) Error() string {
	return fmt.Sprintf("%s: cannot write the journal: %v; nothing is deregistered without it: free some space or make it writable", e.Path, cause(e.Err))
}

func (e *WriteError) Unwrap() error { return e.Err }

// Journal is the record of one profile. Its methods may be called concurrently.
type Journal struct {
	dir, run string
	now      func() time.Time
	files    files

	mu      sync.Mutex
	entries []Entry
	damaged int
	torn    bool
	listed  *Listed // to be written with the next intent
}

// Open reads the journal in dir. None there yet is an empty one: directory and
// file are made by the first record. Damaged lines are skipped and counted; the
// file is not altered by reading. Errors: unreadable, or not a regular file.
func Open(dir string) (*Journal, error) {
	j := &Journal{dir: dir, run: runID(), now: time.Now, files: disk{}}
	if err := j.read(); err != nil {
		return nil, err
	}
	return j, nil
}

func runID() string {
	var b [6]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

func (j *Journal) path() string { return filepath.Join(j.dir, Name) }

// maxJournal is a million runs.
const maxJournal = 512 << 20

func (j *Journal) read() error {
	path := j.path()
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: cannot read the journal: %w", path, cause(err))
	case !st.Mode().IsRegular():
		return fmt.Errorf("%s: is not a regular file; move it away", path)
	}
	if err := linkOut(path); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if st.Size() > maxJournal {
		return fmt.Errorf("%s: is larger than %d MB; move it away", path, maxJournal>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: cannot read the journal: %w", path, cause(err))
	}
	for len(data) > 0 {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		data = rest
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		e, ok := parse(line)
		switch {
		case ok:
			j.entries = append(j.entries, e)
		case !whole:
			j.torn = true
		default:
			j.damaged++
		}
	}
	return nil
}

// parse reads one line. A record of a later schema is not understood: it counts
// as damaged rather than being half understood.
func parse(line []byte) (Entry, bool) {
	var e Entry
	if json.Unmarshal(line, &e) != nil || e.Schema != Schema || e.Time.IsZero() || e.Site == "" {
		return Entry{}, false
	}
	switch e.Kind {
	case KindIntent:
	case KindOutcome:
		if e.Outcome == "" {
			return Entry{}, false
		}
	default:
		return Entry{}, false
	}
	return e, true
}

// Run is the id that the records of this Journal carry.
func (j *Journal) Run() string { return j.run }

// Damaged returns how many lines could not be understood, and whether the last
// one was cut short, as a crash while writing leaves it.
func (j *Journal) Damaged() (lines int, torn bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.damaged, j.torn
}

// Intent records that d is about to be deregistered. It returns nil only when
// the record is on disk; any error is a *WriteError, and then d must not be
// touched.
func (j *Journal) Intent(site, customer string, d device.Device) error {
	return j.append(Entry{Kind: KindIntent, Site: site, Customer: customer,
		Key: d.Key, Serial: d.Serial, Type: d.Type, Name: d.Name})
}

// Holds says what the list holds that the next intents act on. It is written with
// the first of them.
func (j *Journal) Holds(call string, keys []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.listed = &Listed{Call: call, Keys: keys}
}

// Outcome records what became of a device, on disk when it returns nil. Errors
// are *WriteError.
func (j *Journal) Outcome(site, customer string, r device.Result) error {
	return j.append(Entry{Kind: KindOutcome, Site: site, Customer: customer,
		Key: r.Key, Serial: r.Serial, Type: r.Type, Name: r.Name, Outcome: r.Outcome, Reason: r.Reason})
}

func (j *Journal) append(e Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Schema, e.Run, e.Time = Schema, j.run, j.now().UTC()
	if e.Kind == KindIntent {
		e.Listed = j.listed
	}
	line, err := json.Marshal(e)
	if err != nil {
		return &WriteError{j.path(), err}
	}
	back, ok := parse(line) // what cannot be read back is not a record
	if !ok {
		return &WriteError{j.path(), fmt.Errorf("record is incomplete: %s", line)}
	}
	if err := j.write(line); err != nil {
		return &WriteError{j.path(), err}
	}
	if e.Kind == KindIntent {
		j.listed = nil
	}
	j.entries = append(j.entries, back)
	return nil
}

func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
