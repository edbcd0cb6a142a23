package xds

import "time"

// How Envoy sends reports: a bad version is seen within moments, and a busy Envoy
// sends one message for many requests.
const (
	reportEvery  = 200 * time.Millisecond
	reportBuffer = 16 << 10
)

// Splits says whether plugins of a listener may be split, and whether that is
// reported to the server. Changing it changes the listener.
type Splits struct{ Allowed, Reported bool }
