package bench

// EnvoyReport is what a plugin costs on Envoy, beside an Envoy without it that was
// measured in turns with it.
type EnvoyReport struct {
	// Rounds is how often both were measured, Seconds how long each time.
	Rounds  int     `json:"rounds"`
	Seconds float64 `json:"seconds"`
	// None is Envoy without the plugin, Plugin with it: medians of the rounds.
	None   EnvoySide `json:"none"`
	Plugin EnvoySide `json:"plugin"`
	// Added is by how much Plugin is more than None: the median of the rounds'
	// differences.
	Added EnvoySide `json:"added"`
}

// EnvoySide is one of the two.
type EnvoySide struct {
	// Rate is requests a second over all connections.
	Rate float64 `json:"requestsPerSecond"`
	// P50 and P99 are latencies in µs; CPU is Envoy's time for a request in µs.
	P50 float64 `json:"p50Micros"`
	P99 float64 `json:"p99Micros"`
	CPU float64 `json:"cpuMicros"`
}
