// Package consumer is what all authentication plugins share: who may pass where,
// how credentials are stored and compared, and the request header that tells the
// plugins behind them, and upstream, who sends a request.
//
// A plugin embeds [Auth] in its configuration, which gives it the keys
// global_auth and allow, and parses it with wrapper.ParseTypedOverrideConfig:
//
//	type Config struct {
//		consumer.Auth
//		Consumers []Consumer `json:"consumers" required:"true" minItems:"1" description:"Who may send requests."`
//		keys consumer.Keys
//	}
//
//	func (c *Config) Validate() error {
//		if err := c.Auth.Prepare(); err != nil {
//			return err
//		}
//		... // make c.keys of c.Consumers
//	}
//
//	func onRequestHeaders(_ wrapper.HttpContext, c Config) types.Action {
//		if !c.Required() {
//			return consumer.Pass()
//		}
//		name, found := c.keys.Find(given)
//		if !found {
//			return refuse.With(...) // 401
//		}
//		if !c.Allows(name) {
//			return refuse.With(...) // 403
//		}
//		return consumer.PassAs(name)
//	}
//
// Who may pass, with rules for routes, domains or services that name consumers
// in allow, and global_auth at the top level:
//
//	global_auth       a rule matches          no rule matches
//	true              those in allow          every consumer
//	false             those in allow          everybody, unauthenticated
//	unset, no rules   -                       every consumer
//	unset, rules      those in allow          everybody, unauthenticated
//
// A rule without anything at the top level stands for itself: there is nothing that
// its global_auth or its allow would be on top of, and no plugin runs for a request
// that it does not match.
//
// [Keys] finds a consumer by its credential, [Secret] compares one. Both take
// credentials in clear, or as "sha256:" and the SHA-256 of the credential in
// hexadecimal (printf %s KEY | sha256sum). Both compare in constant time, and no
// error of this package has a credential in it.
//
// The header that names the consumer, [Header], is always replaced. One that the
// client has sent is removed, also from requests that need no authentication.
// One that another plugin made with this package has set for the same request
// stays there: a mark that clients can't set, a property of the request, tells
// them apart.
package consumer
