// Package browser finds, installs, starts, guards and ends one Chromium.
//
// It knows processes, flags and directories; it does not know pages, screens or
// Amazon. What happens inside a tab is the business of package page, and where
// the pages come from (the network or a replay server) is decided by its caller
// through [Options].
//
// What holds for every browser it starts:
//
//   - It is spoken to over a pipe. No debugging port is opened: over a port any
//     other user of the machine could attach and read the session's cookies.
//   - It reaches the hosts it was told and no other.
//   - It sees a clean environment: no credential of the caller's environment can
//     be read from /proc or by a crash reporter.
//   - Everything it writes (profile, temporary files, HOME) is in one private
//     directory of the run, mode 0700, which is removed by [Browser.Close]
//     however the run ended; what a SIGKILL of the caller left is removed by the
//     next [Sweep].
//   - It does not outlive its caller: it has a process group of its own, so that
//     Ctrl-C in the terminal does not end it under the run's feet, and on Linux
//     the kernel ends it together with us.
//
// A browser that runs elsewhere ([Options].Remote) is not ours to start, flag or end.
// There the run has a browser context of its own: its proxy holds the list of hosts,
// which a probe proves, and the browser throws it away when the connection ends.
package browser
