package envoy

import (
	"encoding/json"
	"time"
)

// Access is one finished request as Envoy's access log tells it.
type Access struct {
	Time     time.Time `json:"time"`
	Method   string    `json:"method"`
	Host     string    `json:"host"`
	Path     string    `json:"path"`
	Protocol string    `json:"protocol"`
	Status   int       `json:"status"`   // 0 if the client left before there was one
	Millis   int       `json:"millis"`   // from the first byte received to the last byte sent
	Micros   int       `json:"micros"`   // the same, finer; 0 if the response was never complete
	Received int64     `json:"received"` // body bytes
	Sent     int64     `json:"sent"`     // body bytes
	Route    string    `json:"route"`
	Cluster  string    `json:"cluster"`
	Flags    string    `json:"flags"`   // Envoy's response flags, "-" if none
	Details  string    `json:"details"` // who answered and why, e.g. "via_upstream"
}

// Took is how long the request took, as finely as Envoy tells.
func (a Access) Took() time.Duration {
	if a.Micros > 0 {
		return time.Duration(a.Micros) * time.Microsecond
	}
	return time.Duration(a.Millis) * time.Millisecond
}

// parseAccess reads one line of standard output; ok is false for any other line.
func parseAccess(line []byte) (a Access, ok bool) {
	if len(line) == 0 || line[0] != '{' {
		return Access{}, false
	}
	if json.Unmarshal(line, &a) != nil || a.Flags == "" {
		return Access{}, false
	}
	return a, true
}
