// Package jwks keeps a JSON Web Key Set that a service publishes, such as that of
// an OpenID provider's jwks_uri, for plugins that verify its tokens.
//
// A set is fetched when the first token needs it, and that request waits. After
// that it is fetched again when it is older than Config.CacheDuration, and when a
// token has a kid that is not in it, since keys are rotated; never more often than
// every Config.RefetchInterval, whatever clients send. A fetch ends with the request
// that waits for it: if that client goes away the next one may come after a tenth of
// the interval, or at once where there are no keys. While one request fetches,
// others use what is there. A fetch that fails leaves the old keys in use until
// Config.MaxStale is over. Without keys there is an error, and no token passes.
//
// Each worker of a gateway keeps its own.
package jwks
