// Package wrapper is [github.com/sluiceproxy/sluice/sdk/wrapper] under the path
// that existing plugins import: each name stands for the one of the SDK, which
// documents it. Only the clients for HTTP and Redis are types of their own: their
// callbacks have one type, as existing plugins expect.
package wrapper
