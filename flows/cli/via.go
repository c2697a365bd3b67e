package cli

import (
	"context"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/replay"
)

// takeVia tells the run which ways it may take, and where it remembers that one
// of them has ended.
func (s *session) takeVia() {
	s.config.Via, s.config.Portal, s.config.NoPortal = s.a.o.via, s.profile, s.noPortal
}

// noPortal says that a recording holds nothing of the Alexa portal: what is not
// there cannot be looked at, and is no reason to end a replay.
func noPortal(c *replay.Cassette, site string) string {
	m, _ := account.MarketplaceOf(site)
	for _, x := range c.Exchanges {
		if x.Host == m.Alexa {
			return ""
		}
	}
	return "the recording holds no Alexa portal"
}

// lookAtPortal is look for the devices as the Alexa portal lists them.
func (s *session) lookAtPortal(ctx context.Context, installs bool) (flows.Listing, error) {
	s.takeVia()
	if err := s.start(ctx, installs); err != nil {
		return flows.Listing{}, err
	}
	s.later(s.deadline(s.a.o.timeout))
	return s.run.PortalDevices(ctx)
}
