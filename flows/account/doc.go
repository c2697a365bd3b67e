// Package account knows who signs in: the settings with their secrets, one-time
// codes, and the profile, a directory that remembers for whom a session is, what
// Amazon rejected and which run is using it.
//
// It does not sign in, starts no browser and sends nothing anywhere. It prints
// nothing either: what a person should know comes back as a warning or an error,
// and neither ever holds a secret or a line of a file.
package account
