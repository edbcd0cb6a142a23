package rollout

import (
	"math"
	"time"
)

// Counts are the requests of a version. The zero value has none.
type Counts struct {
	Requests, Errors int
	took             [buckets]int
}

// The buckets of durations: each is a tenth longer than the one before, from 10 µs
// on, which is what a percentile is exact to.
const (
	buckets  = 200
	shortest = 10 * time.Microsecond
	growth   = 1.1
)

// Add counts a request: its status, 0 where it got no response, and how long it took.
func (c *Counts) Add(code int, took time.Duration) {
	c.Requests++
	if code == 0 || code >= 500 {
		c.Errors++
	}
	c.took[bucket(took)]++
}

func bucket(took time.Duration) int {
	if took <= shortest {
		return 0
	}
	n := math.Ceil(math.Log(float64(took)/float64(shortest)) / math.Log(growth))
	return min(int(n), buckets-1)
}

// ErrorRate is the share of requests that failed, 0 for none.
func (c *Counts) ErrorRate() float64 {
	if c.Requests == 0 {
		return 0
	}
	return float64(c.Errors) / float64(c.Requests)
}

// over counts the requests that took longer, as exactly as durations are kept.
func (c *Counts) over(d time.Duration) (n int) {
	for _, some := range c.took[bucket(d)+1:] {
		n += some
	}
	return n
}

// P95 is the time in which 95% of the requests ended, 0 for none.
func (c *Counts) P95() time.Duration {
	left := c.Requests - c.Requests*5/100
	if left == 0 {
		return 0
	}
	for i, n := range c.took {
		if left -= n; left <= 0 {
			return time.Duration(float64(shortest) * math.Pow(growth, float64(i))).Round(10 * time.Microsecond)
		}
	}
	return 0
}
