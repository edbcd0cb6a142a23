// Package wire speaks HTTP/1.1 and HTTP/2 without TLS, as client and as server,
// for tests of a gateway: it sends fields in the order that it is told, keeps
// those that come in theirs, shows a body piece by piece, and breaks off where a
// test says so. net/http does none of these.
//
// It trusts its peer no further than that: lengths are bounded, and what is not
// HTTP ends the connection.
package wire
