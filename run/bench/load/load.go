// Package load sends requests to a server and says what they cost it.
package load

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Result is what a round of requests did.
type Result struct {
	// Requests is how many were answered.
	Requests int
	// Latency of each, sorted.
	Latency []time.Duration
}

// StatusError is about an answer with another status than the wanted one.
type StatusError struct{ Got, Want int }

// Error says both.
func (e *StatusError) Error() string {
	return fmt.Sprintf("answered %d %s, want %d", e.Got, http.StatusText(e.Got), e.Want)
}

// Fire sends a request again and again over each of several connections for a
// while. Any answer but the wanted status is an error: a benchmark of failures
// measures nothing.
func Fire(address string, request []byte, status, connections int, d time.Duration) (Result, error) {
	var (
		mu    sync.Mutex
		all   Result
		fails []error
		wg    sync.WaitGroup
	)
	end := time.Now().Add(d)
	for range connections {
		wg.Add(1)
		go func() {
			defer wg.Done()
			latency, err := repeat(address, request, status, end)
			mu.Lock()
			defer mu.Unlock()
			all.Latency = append(all.Latency, latency...)
			if err != nil {
				fails = append(fails, err)
			}
		}()
	}
	wg.Wait()
	slices.Sort(all.Latency)
	all.Requests = len(all.Latency)
	return all, errors.Join(fails...)
}

// repeat sends a request over one connection until end.
func repeat(address string, request []byte, status int, end time.Time) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var latency []time.Duration
	r := bufio.NewReader(conn)
	for now := time.Now(); len(latency) == 0 || now.Before(end); { // at least one, however slow the machine is
		if _, err := conn.Write(request); err != nil {
			return latency, err
		}
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return latency, err
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			return latency, err
		}
		resp.Body.Close()
		if resp.StatusCode != status {
			return latency, &StatusError{Got: resp.StatusCode, Want: status}
		}
		then := now
		now = time.Now()
		latency = append(latency, now.Sub(then))
	}
	return latency, nil
}

// Quantile is the value below which the part q of the sorted values lies.
func (l Result) Quantile(q float64) time.Duration {
	if len(l.Latency) == 0 {
		return 0
	}
	return l.Latency[min(int(q*float64(len(l.Latency))), len(l.Latency)-1)]
}
