// Package hub sends random and hostile requests to the plugins of the hub, on the
// embedded gateway and on Envoy, and compares what becomes of each with what an
// oracle says that knows nothing of the plugin's code.
//
// A plugin is one file, NAME_test.go, with one test:
//
//	func TestKeyAuth(t *testing.T) {
//		attack(t, guard{
//			plugin:  "key-auth",
//			config:  `{…}`,
//			mutate:  func(r *rand.Rand, q *request) { … },  // adds credentials, right and wrong
//			verdict: func(q *request) verdict { … },        // what has to become of it
//		})
//	}
//
// Of every request the test wants to know: does it reach the backend only if the
// verdict is pass, does it if it is, is the answer none of ours with a status of
// 500 and above, and does the backend see the consumer that the verdict names, and
// no header that clients may not set. A plugin that guards nothing has an oracle of
// its own, exact, for what comes out. The process of the gateway must not grow.
//
// HUB_REQUESTS is how many requests are sent to the embedded gateway, 20,000 in
// strict mode and 2,000 otherwise; Envoy gets a tenth. HUB_SEED repeats a run.
package hub
