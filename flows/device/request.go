package device

// DefaultMax is how many devices a run with a pattern may act on unless --max
// says otherwise.
const DefaultMax = 10

// Request says which devices were asked for, flag by flag.
type Request struct {
	Names   []string // NAME arguments
	Serials []string // --serial
	Keys    []string // --key
	Entries []string // --file: each a name, a serial or a key
	Records []Record // --file, in our own CSV or JSON

	Match    []string // --match; several: any of them
	Families []string // --family; several: any of them
	All      bool     // --all

	Keep        []string // --keep: glob, serial or key
	KeepEntries []string // --keep-file, the same a line
	KeepRecords []Record // --keep-file, in our own CSV or JSON

	KeepMissingOK bool
	MissingOK     bool
	Max           int // --max; only if MaxSet, else DefaultMax under a pattern
	MaxSet        bool
}

// Choice is one device that was asked for. Outcome "" means: act on it.
type Choice struct {
	Device  Device
	Outcome Outcome
	Reason  string
}

// Past is what a journal remembers about devices of this account.
type Past interface {
	// Seen returns the key of the device that was last deregistered, or was
	// meant to be, under this name (as Normal), serial or key (as FoldID).
	Seen(nameOrSerial string) (key string, ok bool)
}

// SelectError says why nothing may be done. Message is one line; Hint, which
// may have several, says what to do.
type SelectError struct {
	Code    int // exit code: 2 or 3
	Message string
	Hint    string
}

func (e *SelectError) Error() string { return e.Message }
