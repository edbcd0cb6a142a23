package main

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

// load is what a round of requests did.
type load struct {
	requests int
	latency  []time.Duration // sorted
}

// fire sends a request again and again over each of several connections for a
// while. Any answer but the wanted status is an error: a benchmark of failures
// measures nothing.
func fire(address string, request []byte, status, connections int, d time.Duration) (load, error) {
	var (
		mu    sync.Mutex
		all   load
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
			all.latency = append(all.latency, latency...)
			if err != nil {
				fails = append(fails, err)
			}
		}()
	}
	wg.Wait()
	slices.Sort(all.latency)
	all.requests = len(all.latency)
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
			return latency, fmt.Errorf("answered %s, want %d", resp.Status, status)
		}
		then := now
		now = time.Now()
		latency = append(latency, now.Sub(then))
	}
	return latency, nil
}

// quantile is the value below which the part q of the sorted values lies.
func (l load) quantile(q float64) time.Duration {
	if len(l.latency) == 0 {
		return 0
	}
	return l.latency[min(int(q*float64(len(l.latency))), len(l.latency)-1)]
}
