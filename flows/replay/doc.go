// Package replay puts something in the place of the network: a TLS server on
// loopback that answers for every host a browser asks for, a cassette (a
// directory of recorded or reconstructed answers that a person can read and
// edit), and a way to pass requests on to another loopback server.
//
// It is plain net/http. It knows no browser protocol: the caller starts a
// browser that resolves every name to [Server.Addr] and accepts the key named
// by [Server.SPKI]. It is not a proxy to the real network: nothing in here ever
// connects to anything but a loopback address.
package replay
