package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/run/bench/load"
	"github.com/sluiceproxy/sluice/run/record"
)

// Defaults of EnvoyOptions.
const (
	DefaultRounds      = 10
	DefaultRound       = time.Second
	DefaultConnections = 4
)

// EnvoyOptions say how to measure on Envoy.
type EnvoyOptions struct {
	Options
	// Binary is the Envoy. Required.
	Binary envoy.Binary
	// Rounds is how often each side is measured, Round how long each time, and
	// Connections how many are used. Zero means the defaults.
	Rounds      int
	Round       time.Duration
	Connections int
	// Progress gets a line for each round; nil drops them.
	Progress io.Writer
}

func (o EnvoyOptions) withDefaults() EnvoyOptions {
	o.Options = o.Options.withDefaults()
	if o.Rounds <= 0 {
		o.Rounds = DefaultRounds
	}
	if o.Round <= 0 {
		o.Round = DefaultRound
	}
	if o.Connections <= 0 {
		o.Connections = DefaultConnections
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o
}

// side is an Envoy with or without the plugin, and what was measured of it.
type side struct {
	envoy    *envoy.Envoy
	statuses []int // what it answers to each request
	rounds   []EnvoySide
}

// OnEnvoy measures a plugin on Envoy beside an Envoy without it: both run, with
// one worker each, and get their requests in turns, in an order that changes from
// round to round. The upstream is in this process, and answers 200 and what the
// first exchange got. Time of the CPU is counted by Linux.
func OnEnvoy(ctx context.Context, o EnvoyOptions) (r *EnvoyReport, err error) {
	o = o.withDefaults()
	address, stop, err := serveUpstream(o.Requests)
	if err != nil {
		return nil, err
	}
	defer stop()
	plugins := [][]envoy.Plugin{nil, {{Name: o.Name, Code: o.Code, Config: o.Config}}}
	sides := make([]side, len(plugins))
	for i := range sides {
		sides[i].envoy, err = start(ctx, o.Binary, address, plugins[i])
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, sides[i].envoy.Close()) }()
		if sides[i].statuses, err = probe(ctx, sides[i].envoy.Addr(), o.Requests); err != nil {
			return nil, err
		}
	}
	for round := range o.Rounds + 1 { // the first warms up
		for _, i := range rand.Perm(len(sides)) {
			one, err := sides[i].measure(ctx, o)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				sides[i].rounds = append(sides[i].rounds, one)
			}
		}
		fmt.Fprintf(o.Progress, "Envoy: round %d of %d\n", round, o.Rounds)
	}
	none, plugin := sides[0].rounds, sides[1].rounds
	return &EnvoyReport{Rounds: o.Rounds, Seconds: o.Round.Seconds(), None: medians(none), Plugin: medians(plugin),
		Added: medians(differences(plugin, none))}, nil
}

func start(ctx context.Context, binary envoy.Binary, upstream string, plugins []envoy.Plugin) (*envoy.Envoy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // Envoy's admin endpoint needs a port that is known
	if err != nil {
		return nil, err
	}
	admin := l.Addr().String()
	l.Close()
	c := envoy.Config{Plugins: plugins, Routes: []envoy.Route{{Name: "default", Prefix: "/", Cluster: "upstream"}},
		Clusters: []envoy.Cluster{{Name: "upstream", Address: upstream}}}
	for _, p := range plugins {
		c.RedisBridge = c.RedisBridge || build.UsesRedisBridge(p.Code)
	}
	return envoy.Start(ctx, envoy.Options{Binary: binary, Listen: "127.0.0.1:0", Admin: admin, Workers: 1, LogLevel: "off"}, c)
}

// measure fires all requests for a round.
func (s *side) measure(ctx context.Context, o EnvoyOptions) (EnvoySide, error) {
	if err := ctx.Err(); err != nil {
		return EnvoySide{}, err
	}
	before, err := load.CPU(s.envoy.PID())
	if err != nil {
		return EnvoySide{}, err
	}
	var all load.Result
	began := time.Now()
	for i, e := range o.Requests {
		part := o.Round / time.Duration(len(o.Requests))
		one, err := load.Fire(s.envoy.Addr(), wire(e.Request), s.statuses[i], o.Connections, part)
		if err != nil {
			return EnvoySide{}, fmt.Errorf("%s: %w", title(e), err)
		}
		all.Requests += one.Requests
		all.Latency = append(all.Latency, one.Latency...)
	}
	took := time.Since(began)
	after, err := load.CPU(s.envoy.PID())
	slices.Sort(all.Latency)
	micros := func(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
	return EnvoySide{Rate: float64(all.Requests) / took.Seconds(), CPU: micros(after-before) / float64(all.Requests),
		P50: micros(all.Quantile(0.5)), P99: micros(all.Quantile(0.99))}, err
}

// wire is a request as it goes over a connection.
func wire(m record.Message) []byte {
	b := []byte(m.Get(":method") + " " + m.Get(":path") + " HTTP/1.1\r\nhost: " + m.Get(":authority") + "\r\n")
	for _, h := range m.Headers {
		switch {
		case h[0][0] == ':', h[0] == "host", h[0] == "content-length", h[0] == "transfer-encoding", h[0] == "connection":
		default:
			b = append(b, h[0]+": "+h[1]+"\r\n"...)
		}
	}
	if len(m.Body) > 0 {
		b = append(b, "content-length: "+strconv.Itoa(len(m.Body))+"\r\n"...)
	}
	return append(append(b, "\r\n"...), m.Body...)
}

// title is how messages call an exchange.
func title(e record.Exchange) string {
	if e.Name != "" {
		return e.Name
	}
	return e.Request.Get(":method") + " " + e.Request.Get(":path")
}

// probe finds out how each request is answered: a plugin may refuse some.
func probe(ctx context.Context, address string, list []record.Exchange) ([]int, error) {
	statuses := make([]int, len(list))
	for i, e := range list {
		for status := http.StatusOK; ; status = statuses[i] {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			_, err := load.Fire(address, wire(e.Request), status, 1, 0)
			var wrong *load.StatusError
			if err == nil {
				statuses[i] = status
				break
			}
			if !errors.As(err, &wrong) || statuses[i] != 0 {
				return nil, fmt.Errorf("%s: %w", title(e), err)
			}
			statuses[i] = wrong.Got
		}
	}
	return statuses, nil
}

// serveUpstream answers by path as recorded, else with what the first exchange got.
func serveUpstream(list []record.Exchange) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	answers := map[string]record.Message{}
	for _, e := range list {
		if e.Upstream != nil && !e.Upstream.Response.IsZero() {
			answers[e.Request.Get(":path")] = e.Upstream.Response
		}
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		m, ok := answers[r.RequestURI]
		if !ok {
			w.WriteHeader(http.StatusOK)
			return
		}
		for name, values := range record.Header(m.Headers) {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(m.Status())
		_, _ = w.Write(m.Body)
	})}
	go server.Serve(l) //nolint:errcheck // ends with Close
	return l.Addr().String(), func() { server.Close() }, nil
}

// fields are the numbers of a side.
func (s *EnvoySide) fields() []*float64 { return []*float64{&s.Rate, &s.P50, &s.P99, &s.CPU} }

// differences subtracts base from list, round by round.
func differences(list, base []EnvoySide) []EnvoySide {
	out := slices.Clone(list)
	for i := range out {
		b := base[i].fields()
		for k, f := range out[i].fields() {
			*f -= *b[k]
		}
	}
	return out
}

// medians are those of each number.
func medians(list []EnvoySide) (m EnvoySide) {
	for k, f := range m.fields() {
		values := make([]float64, len(list))
		for i := range list {
			values[i] = *list[i].fields()[k]
		}
		slices.Sort(values)
		*f = values[len(values)/2]
	}
	return m
}
