package device

import (
	"fmt"
	"slices"
	"strings"
)

// Reasons of choices that are not acted on.
const (
	ReasonKeep        = "keep-list"
	ReasonNotOffered  = "Amazon offers no Deregister for it"
	ReasonHousehold   = "belongs to another member of the household"
	ReasonJournal     = "gone since an earlier run"
	ReasonMissingOK   = "not on the account (--missing-ok)"
	maxCandidates     = 20 // lines that an ambiguous name prints
	maxProblemDetails = 50 // lines that many problems print
)

// Select returns what was asked for, device by device: by name in the order of
// asking, under a pattern in the order of the list. Nothing may be done unless
// everything resolves: one *SelectError then tells all that does not. It
// validates the request too. A list that contradicts itself is a *ConflictError.
//
// A pattern that matches nothing is no error, as the same command may be run
// again: Unmatched tells of it. A family that no device has is one. What is on the
// account but for the way it is written is never missing, whatever the request
// says of missing ones. Past may be nil.
func Select(devs []Device, r Request, past Past) ([]Choice, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	devs, err := Dedupe(devs)
	if err != nil {
		return nil, err
	}
	s := newSelection(devs, r, past)
	s.keep()
	if r.Pattern() {
		s.families("if it may be missing: --missing-ok")
		s.byPattern()
	} else {
		s.byName()
	}
	s.tellApart()
	if err := s.refusal(); err != nil {
		return nil, err
	}
	if err := s.limit(); err != nil {
		return nil, err
	}
	return s.choices, nil
}

// selection is one Select while it runs.
type selection struct {
	devs     []Device
	req      Request
	past     Past
	folded   []foldedDevice // of devs
	kept     []bool
	taken    map[int]bool      // devices already chosen
	gone     map[string]bool   // journaled keys (or words) already chosen
	loosened map[string]string // see looseOf
	choices  []Choice
	problems []problem
}

// problem is one thing that does not resolve: a line, and lines that help.
type problem struct {
	code int
	line string
	help []string
}

func (s *selection) fail(code int, line string, help ...string) {
	for _, p := range s.problems {
		if p.line == line {
			return
		}
	}
	s.problems = append(s.problems, problem{code, line, help})
}

func (s *selection) byPattern() {
	for i, d := range s.devs {
		if s.req.matches(d) {
			s.choose(i, Skipped)
		}
	}
}

func (s *selection) byName() {
	serial := func(i int, _, f string) bool { return s.folded[i].serialIs(f) }
	key := func(i int, _, f string) bool { return s.folded[i].keyIs(f) }
	for _, w := range s.req.Names {
		s.word(w, "device", s.nameIs, true, d2name)
	}
	for _, w := range s.req.Serials {
		s.word(w, "serial", serial, false, d2serial)
	}
	for _, w := range s.req.Keys {
		s.word(w, "key", key, false, d2key)
	}
	for _, w := range s.req.Entries {
		s.word(w, inAList, func(i int, w, f string) bool {
			return s.nameIs(i, w, f) || serial(i, w, f) || key(i, w, f)
		}, true, d2name, d2serial, d2key)
	}
	for _, r := range s.req.Records {
		s.record(r)
	}
}

func (s *selection) nameIs(i int, w, _ string) bool { return Normal(s.devs[i].Name) == w }

// inAList is what a line of --file may be.
const inAList = "device, serial or key"

// word resolves one word that was asked for. is gets the number of a device, and
// the word as Normal and as FoldID; names: it may be a name.
func (s *selection) word(word, what string, is func(i int, w, folded string) bool, names bool, fields ...func(Device) string) {
	w, f := Normal(word), FoldID(word)
	var hits []int
	for i := range s.devs {
		if is(i, w, f) {
			hits = append(hits, i)
		}
	}
	var pastKey string
	var journaled bool
	if s.past != nil {
		pastKey, journaled = s.past.Seen(w)
	}
	switch {
	case len(hits) > 1:
		s.ambiguous(Quote(word), hits)
	case len(hits) == 1:
		d := s.devs[hits[0]]
		byName := names && Normal(d.Name) == w && !s.folded[hits[0]].serialIs(f) && !s.folded[hits[0]].keyIs(f)
		if byName && journaled && pastKey != d.Key && !d.Answers(pastKey) {
			s.fail(2, fmt.Sprintf("%s is now another device than the one an earlier run of this profile deregistered under that name", Quote(word)),
				"now: "+describe(d), "then: key "+orNone(pastKey), "if this one is meant, ask for it by --serial or --key")
			return
		}
		s.choose(hits[0], NotOffered)
	case journaled && !s.listed(pastKey):
		s.absent(word, pastKey, what, ReasonJournal)
	case what == inAList && s.comment("--file", word):
	default:
		near := s.nearly(word)
		if len(near) == 0 && s.req.MissingOK {
			s.absent(word, "", what, ReasonMissingOK)
			return
		}
		help := s.meant(near, word, fields...)
		if len(near) > 0 && wildcard(word) {
			help = append(help, "a pattern goes with --match")
		}
		if journaled {
			for _, d := range s.devs {
				if d.Answers(pastKey) {
					help = append([]string{"an earlier run knew it by that name; now it is " + describe(d)}, help...)
				}
			}
		}
		s.fail(3, fmt.Sprintf("no %s %s among the %s on the account", what, Quote(word), s.looked()), help...)
	}
}

// ambiguous refuses what more than one device answers to.
func (s *selection) ambiguous(label string, hits []int) {
	help := []string{"say which by --serial or --key:"}
	for n, i := range hits {
		if n == maxCandidates {
			help = append(help, fmt.Sprintf("  and %d more: `unecho list`", len(hits)-n))
			break
		}
		help = append(help, "  "+describe(s.devs[i]))
	}
	s.fail(2, fmt.Sprintf("%s is ambiguous: %d devices answer to it", label, len(hits)), help...)
}

// choose adds a device once. notOurs is the outcome of one that cannot be
// deregistered from here: skipped under a pattern, not-offered by name.
func (s *selection) choose(i int, notOurs Outcome) {
	if s.taken[i] {
		return
	}
	if s.taken == nil {
		s.taken = map[int]bool{}
	}
	s.taken[i] = true
	d := s.devs[i]
	c := Choice{Device: d}
	switch {
	case s.kept[i]:
		c.Outcome, c.Reason = Skipped, ReasonKeep
	case d.Household:
		c.Outcome, c.Reason = notOurs, ReasonHousehold
		if d.Owner != "" {
			c.Reason += ": " + Printable(d.Owner)
		}
	case d.Deregisterable != nil && !*d.Deregisterable:
		c.Outcome, c.Reason = notOurs, ReasonNotOffered
	}
	s.choices = append(s.choices, c)
}

// absent adds a device that is not on the list and need not be.
func (s *selection) absent(word, key, what, reason string) {
	id := key
	if id == "" {
		id = "\x00" + Normal(word)
	}
	if s.goneAlready(id) {
		return
	}
	d := Device{Key: key}
	switch what {
	case "serial":
		d.Serial = Normal(word)
	case "key":
		d.Key = Normal(word)
	default:
		d.Name = Normal(word)
	}
	s.choices = append(s.choices, Choice{Device: d, Outcome: AlreadyGone, Reason: reason})
}

// goneAlready remembers an absent device by its id and tells whether it was there.
func (s *selection) goneAlready(id string) bool {
	was := s.gone[id]
	if s.gone == nil {
		s.gone = map[string]bool{}
	}
	s.gone[id] = true
	return was
}

// tellApart refuses to act on a device that shows no key while another bears
// its name: nobody could tell which of them the page means.
func (s *selection) tellApart() {
	for _, c := range s.choices {
		if c.Outcome != "" || c.Device.Key != "" {
			continue
		}
		n := 0
		for _, d := range s.devs {
			if Normal(d.Name) == Normal(c.Device.Name) {
				n++
			}
		}
		if n > 1 {
			s.fail(2, fmt.Sprintf("%s shows no key, and %d devices bear that name: they cannot be told apart", Quote(c.Device.Name), n),
				"rename one of them on Amazon's page, or keep them out with --keep")
		}
	}
}

// refusal puts all problems into one error. The worse kind gives the exit code:
// what is wrong with the request (2) before what is missing (3).
func (s *selection) refusal() error {
	if len(s.problems) == 0 {
		return nil
	}
	e := &SelectError{Code: 3}
	for _, p := range s.problems {
		if p.code == 2 {
			e.Code = 2
		}
	}
	unquoted := s.unquoted()
	if len(s.problems) == 1 {
		e.Message, e.Hint = s.problems[0].line, strings.Join(append(s.problems[0].help, unquoted...), "\n")
		return e
	}
	e.Message = fmt.Sprintf("%d of the things asked for could not be resolved; nothing was done", len(s.problems))
	if names := func(p problem) bool { return !strings.HasPrefix(p.line, "no device \"") }; !slices.ContainsFunc(s.problems, names) {
		e.Message = fmt.Sprintf("%d names match no device; nothing was done", len(s.problems))
	}
	lines := unquoted
	for i, p := range s.problems {
		lines = append(lines, p.line)
		for _, h := range p.help {
			lines = append(lines, "  "+h)
		}
		if len(lines) >= maxProblemDetails && i < len(s.problems)-1 {
			lines = append(lines, fmt.Sprintf("and %d more", len(s.problems)-1-i))
			break
		}
	}
	e.Hint = strings.Join(lines, "\n")
	return e
}

// unquoted asks for quotes where names that stand side by side are the words of one.
func (s *selection) unquoted() []string {
	for i := range s.req.Names {
		for j := i + 2; j <= min(i+8, len(s.req.Names)); j++ { // names have few words
			whole := Normal(strings.Join(s.req.Names[i:j], " "))
			if slices.ContainsFunc(s.devs, func(d Device) bool { return Normal(d.Name) == whole }) {
				return []string{"a name with spaces stands in quotes: " + Quote(whole)}
			}
		}
	}
	return nil
}

// limit refuses more devices than --max allows. It never leaves some out.
func (s *selection) limit() error {
	limit, n := s.req.max(), 0
	for _, c := range s.choices {
		if c.Outcome == "" {
			n++
		}
	}
	if limit == 0 || n <= limit {
		return nil
	}
	how := fmt.Sprintf("--max is %d", limit)
	if !s.req.MaxSet {
		how = fmt.Sprintf("without --max the limit is %d", limit)
	}
	return usage(fmt.Sprintf("%d devices would be deregistered, but %s: nothing is done", n, how),
		fmt.Sprintf("look at them with --dry-run --max %d, then narrow the choice or give --max %d", n, n))
}

// listed reports whether a device of the list answers to key.
func (s *selection) listed(key string) bool {
	f := FoldID(key)
	for i := range s.devs {
		if s.folded[i].keyIs(f) {
			return true
		}
	}
	return false
}

// looked says how many devices were looked at: "7 devices".
func (s *selection) looked() string { return count(s.devs) }

func describe(d Device) string {
	s := Label(d)
	var more []string
	if d.Family != "" {
		more = append(more, Printable(d.Family))
	}
	if d.Registered != "" {
		more = append(more, "registered "+Printable(d.Registered))
	}
	if len(more) > 0 {
		s += ", " + strings.Join(more, ", ")
	}
	return s
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return Printable(s)
}
