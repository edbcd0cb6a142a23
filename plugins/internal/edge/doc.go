// Package edge is the table of unusual requests that every plugin of the hub
// passes, on all engines of package plugintest:
//
//	func TestEdge(t *testing.T) {
//		edge.Run(t, edge.Suite{
//			Plugin:   plugintest.Plugin{Config: `{…}`},
//			Allowed:  func(r *plugintest.Request) { edge.Set(r, "x-api-key", "k1") },
//			Refused:  func(r *plugintest.Request) { edge.Set(r, "x-api-key", "wrong") },
//			Statuses: []int{401, 403},
//			Trusted:  map[string]string{"x-mse-consumer": "c1"},
//		})
//	}
//
// The suite sends each of [Shapes] twice: as Allowed makes it, and as Refused
// makes it. The first must reach the backend as it was sent, the second must not
// reach it at all, and must be answered with one of Statuses. Where a shape is
// one that gateways refuse themselves (a broken escape, headers of 100 KB), their
// 4xx is fine for both. No answer may be a 5xx, and no request may hang.
//
// Allowed and Refused see the whole request, with the shape's method, path, body
// and headers, so that they can sign it. A plugin that refuses nothing, such as
// one that adds headers, leaves Refused nil; one that answers everything itself
// leaves Allowed nil.
package edge
