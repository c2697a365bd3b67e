package standin

import (
	"slices"
	"time"
)

// Record tells what was done to the account and to the pages since New.
// It is a copy: reading it while requests go on is safe.
type Record struct {
	Devices        []Device         // still registered, in the order of the list
	Deregistered   []Deregistration // in the order they happened
	Doubles        []Deregistration // asked for a device that was gone already
	Pretended      []Deregistration // answered with success and not done (scenario false-success)
	Refused        []Refusal        // requests to deregister that the server turned down
	Dangers        []Danger         // wiped, locked or reset: must be empty after any run of unecho
	Changes        []Danger         // other presses that changed something on a drawn page: rename, buy, answer a survey
	ContentDeleted []string         // ids of books that were deleted: must be empty too
	Passwords      Attempts         // passwords submitted; their text is not kept
	Codes          Attempts         // one-time codes submitted; their text is not kept
	Emails         int              // e-mail steps submitted
	SignIns        int              // sign-ins completed
	SignOuts       int              // visits of the sign-out address
	RememberMe     bool             // "keep me signed in" as it was sent with the last right password
	Decoys         []string         // hidden boxes that came back filled, by screen: a visitor cannot do that
	PasskeyPressed int              // presses of "sign in with a passkey"
	Registrations  int              // attempts to create an account: must be 0
	Lists          int              // list calls answered with a list, the page's own not counted
	Requests       int              // all requests
	Declined       []string         // method and path of those this stand-in has no answer for
	Portal         []string         // names of those that were deregistered on the Alexa portal
	Customer       string           // the customer id the pages show now

	// Of sign-ins by a chain of screens.
	Screens           []string // shown, in order
	MostAnswers       int      // the most answers that one screen got in one sign-in
	PasskeysEnrolled  int      // presses of a button that creates a passkey: must be 0
	ForgotPressed     int      // visits of "forgot password": must be 0
	StrangersChosen   int      // somebody else's tile: must be 0
	PasswordsToOthers int      // passwords sent for somebody else: must be 0
	PasswordsAgain    int      // passwords sent after one was rejected: must be 0
	CodesAgain        int      // one-time codes that were sent a second time: must be 0
}

// Deregistration is one device that was deregistered, or asked to be.
type Deregistration struct {
	Device
	When    time.Time
	Trusted bool // false: a script pressed the button, not a mouse or a key
}

// Refusal is a request to deregister that the server turned down.
type Refusal struct {
	Name, Reason string
}

// Danger is an action nobody asked for: RemoteWipe, RemoteLock or FactoryReset.
type Danger struct {
	What, Name string
}

// Attempts counts secrets that were submitted.
type Attempts struct {
	Sent, Right int
}

// Record returns what has happened so far.
func (s *Site) Record() Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rec
	r.Devices = slices.Clone(s.left())
	r.Deregistered = slices.Clone(r.Deregistered)
	r.Doubles = slices.Clone(r.Doubles)
	r.Pretended = slices.Clone(r.Pretended)
	r.Refused = slices.Clone(r.Refused)
	r.Dangers = slices.Clone(r.Dangers)
	r.Changes = slices.Clone(r.Changes)
	r.ContentDeleted = slices.Clone(r.ContentDeleted)
	r.Decoys = slices.Clone(r.Decoys)
	r.Declined = slices.Clone(r.Declined)
	r.Screens = slices.Clone(r.Screens)
	r.Portal = slices.Clone(r.Portal)
	r.Customer = s.customer()
	return r
}
