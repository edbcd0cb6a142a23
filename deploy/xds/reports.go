package xds

import "time"

// How Envoy sends reports: a bad version is seen within moments, and a busy Envoy
// sends one message for many requests.
const (
	reportEvery  = 200 * time.Millisecond
	reportBuffer = 16 << 10
)
