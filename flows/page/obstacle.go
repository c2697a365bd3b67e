package page

import (
	"errors"
	"strings"
	"time"
)

// bars counts how often each obstacle was closed.
type bars struct {
	names []string
	count map[string]int
	why   map[string]string
}

const closings = 2

func (b *bars) add(name, why string) {
	if b.count == nil {
		b.count, b.why = map[string]int{}, map[string]string{}
	}
	if b.count[name] == 0 {
		b.names = append(b.names, name)
	}
	b.count[name]++
	b.why[name] = why
}

// spent are the obstacles that are not tried any more.
func (b *bars) spent() []string {
	out := []string{}
	for _, n := range b.names {
		if b.count[n] >= closings {
			out = append(out, n)
		}
	}
	return out
}

func spoken(name string) string { return strings.NewReplacer("-", " ", "_", " ").Replace(name) }

// words are what an error says about obstacles that stayed.
func (b *bars) words() string {
	var out []string
	for _, n := range b.spent() {
		if b.why[n] != "" {
			out = append(out, spoken(n)+" could not be closed ("+b.why[n]+")")
		} else {
			out = append(out, spoken(n)+" still open after closing it twice")
		}
	}
	return strings.Join(out, ", ")
}

func (b *bars) notes() []string {
	var out []string
	for _, n := range b.names {
		if b.why[n] == "" {
			out = append(out, spoken(n)+" closed")
		}
	}
	return out
}

// remove closes an obstacle, with the guard, and waits a little for it to go.
func (s *step) remove(r readiness, end time.Time) {
	closer := What{Element: r.Close, Label: "close " + spoken(r.Obstacle)}
	if r.Close == "" {
		closer = What{Known: &Known{Seek: SeekClose, X: r.CX, Y: r.CY}, Label: "close what lies over the page"}
	}
	limit := time.Now().Add(3 * time.Second)
	if end.Before(limit) {
		limit = end
	}
	sub := &step{t: s.t, ctx: s.ctx, cancel: func() {}, do: "close", what: closer.label(), start: time.Now(), end: limit}
	// An obstacle over an obstacle is not ours to dig through.
	for _, o := range s.t.o.Selectors.Obstacles {
		for range closings {
			sub.bars.add(o.Name, "in the way itself")
		}
	}
	_, err := sub.click(closer, "click", limit)
	if err == nil {
		s.bars.add(r.Obstacle, "")
		s.linef("%s (%s) was in the way: closed", spoken(r.Obstacle), r.By)
		limit = time.Now().Add(800 * time.Millisecond)
		if end.Before(limit) {
			limit = end
		}
		_ = s.ask("gone", limit, func(ms int64) any { return map[string]any{"spec": closer.spec(), "ms": ms} }, nil, true)
		return
	}
	var e *Error
	why := err.Error()
	if errors.As(err, &e) {
		why = e.Words
		if i := strings.Index(why, ", "+spoken(r.Obstacle)); i > 0 {
			why = why[:i]
		}
	}
	s.bars.add(r.Obstacle, why)
	s.linef("%s (%s) is in the way and could not be closed: %s", spoken(r.Obstacle), r.By, why)
}
