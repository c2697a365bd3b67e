// Package record makes cassettes (see flows/replay) out of what a browser saw: from
// a running tab, or from a HAR file that another tool exported.
//
// What it writes is safe to hand to somebody else: a [Scrubber] puts fixed fakes of
// the same shape in the place of everything that belongs to one account or person,
// in every file and in the encodings that pages use, and there is no way to turn it off.
//
// It is not a proxy and no archive of a site: pictures, fonts and other companies'
// requests are left out, and said to be. It starts no browser and decides no
// journey; flows/cli does.
package record
