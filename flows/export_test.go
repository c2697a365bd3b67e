package flows

// Scrolled sets how many screens of a list are scrolled through, until the func is called
// that it returns: 400 would take minutes.
func Scrolled(n int) (back func()) {
	was := maxScrolled
	maxScrolled = n
	return func() { maxScrolled = was }
}
