package jwks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/jose"
)

// ErrUnavailable is returned while there is no key set that may be used: none was
// fetched yet, or the last one is too old.
var ErrUnavailable = errors.New("no key set could be fetched")

// poll is how often a request looks whether another one has fetched the keys.
const poll = 20 * time.Millisecond

// Source is a key set of a service. It is made once for a configuration, and used
// by the straight-line handlers of one VM.
type Source struct {
	config Config
	fetch  func(ctx context.Context) (*jose.Set, error)
	sleep  func(ctx context.Context, d time.Duration) error
	now    func() time.Time

	set      *jose.Set
	fetched  time.Time // when set was
	tried    time.Time // when the last fetch began; zero for never
	fetching bool
}

// New returns the key set that c describes. Nothing is fetched yet.
func New(c Config) *Source {
	cluster := wrapper.FQDNCluster{FQDN: c.ServiceName, Port: int64(c.ServicePort), Host: c.ServiceHost}
	client := call.New(cluster, call.Timeout(c.Timeout), call.WithHeader("accept", "application/json"))
	return &Source{
		config: c,
		fetch:  func(ctx context.Context) (*jose.Set, error) { return get(ctx, client, c.Path) },
		sleep:  call.Sleep,
		now:    time.Now,
	}
}

// get fetches a key set.
func get(ctx context.Context, client *call.Client, path string) (*jose.Set, error) {
	resp, err := client.Get(ctx, path)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != 200 {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	return jose.ParseSet(resp.Body)
}

// For returns the keys for a token, and fetches them where it has to. The set
// may have no key for it. Errors: ErrUnavailable; that the stream has ended.
func (s *Source) For(ctx context.Context, t *jose.Token) (*jose.Set, error) {
	if s.serves(t) && s.age() < s.config.CacheDuration {
		return s.set, nil
	}
	if !s.fetching && s.may() {
		s.refresh(ctx)
	} else if !s.serves(t) {
		s.wait(ctx)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !s.usable() {
		return nil, ErrUnavailable
	}
	return s.set, nil
}

func (s *Source) age() time.Duration { return s.now().Sub(s.fetched) }

// usable reports whether there are keys that are not too old.
func (s *Source) usable() bool { return s.set != nil && s.age() < s.config.MaxStale }

func (s *Source) serves(t *jose.Token) bool { return s.usable() && s.set.Has(t) }

// may reports whether the last fetch is long enough ago.
func (s *Source) may() bool {
	return s.tried.IsZero() || s.now().Sub(s.tried) >= s.config.RefetchInterval
}

// refresh fetches the keys. The old ones stay where that fails.
func (s *Source) refresh(ctx context.Context) {
	s.fetching, s.tried = true, s.now()
	defer func() { s.fetching = false }()
	set, err := s.fetch(ctx)
	switch {
	case ctx.Err() != nil:
		s.abandoned() // the client has gone, which says nothing about the service
	case err != nil:
		log.Warnf("the key set of %s can't be fetched: %v", s.config.ServiceName, err)
	default:
		for _, why := range set.Ignored {
			log.Warnf("the key set of %s: %s is not used", s.config.ServiceName, why)
		}
		s.set, s.fetched = set, s.tried
	}
}

// abandoned lets the next request fetch at once where there are no keys, or nobody
// would pass because of one client that goes away. Where there are, it has to wait
// for a part of the interval: clients that go away must not make more fetches.
func (s *Source) abandoned() {
	if !s.usable() {
		s.tried = time.Time{}
		return
	}
	s.tried = s.tried.Add(s.config.RefetchInterval/10 - s.config.RefetchInterval)
}

// wait waits until the fetch of another request is over.
func (s *Source) wait(ctx context.Context) {
	end := s.now().Add(s.config.Timeout)
	for s.fetching && s.now().Before(end) {
		if s.sleep(ctx, poll) != nil {
			return
		}
	}
}
