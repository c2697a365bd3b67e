package flows

// Egress are the hosts that a live run may reach for a marketplace, in the
// form of Chromium's host rules; `*.x` does not cover the bare `x`
// (facts/browser.md, "Traps in the libraries").
func Egress(market string) []string {
	return []string{market, "*." + market,
		"*.media-amazon.com", "*.ssl-images-amazon.com", "*.awswaf.com", "opfcaptcha-prod.s3.amazonaws.com"}
}
