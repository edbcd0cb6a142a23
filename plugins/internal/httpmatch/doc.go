// Package httpmatch has what several plugins compare texts of a request with: a
// matcher that the configuration writes as {"prefix": "x-"}, and hosts with
// wildcards.
package httpmatch
