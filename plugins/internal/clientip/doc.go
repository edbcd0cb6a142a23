// Package clientip says from which address a request comes: that of the
// connection, or what a header of the proxies before the gateway says.
//
//	source := clientip.Connection()                 // the gateway's peer
//	source := clientip.FromHeader("x-real-ip", 0)   // the first address in a header
//	source := clientip.FromHeader("x-forwarded-for", 2) // the last but one
//	addr, err := source.Addr()                      // in a request's header phase
//
// A header can be believed as far as the proxies that have written it: whoever is
// in front of them can send the header too. X-Forwarded-For grows at its right
// end, so the addresses that one's own proxies have added are the last ones, and
// the first one is anybody's. Say how many there are, hops, and the address is
// the one that the outermost of them saw, the hops-th from the right. 0 is the
// first address, which a client can choose.
//
// Connection is what the gateway takes for its peer. Envoy without use_remote_address,
// which is its default, takes that from X-Forwarded-For too (its last address, or as
// xff_num_trusted_hops says), and shows plugins nothing else.
//
// Addresses are without zone, port and brackets, and IPv4 that is mapped into
// IPv6 is IPv4: one client has one address, however it is written.
package clientip
