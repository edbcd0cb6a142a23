package jwks

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/config"

	"github.com/sluiceproxy/sluice/plugins/internal/jose"
	"github.com/sluiceproxy/sluice/test/josetest"
)

// service is a Source whose service and clock the test plays.
type service struct {
	*Source
	clock   time.Time
	answer  string // the key set; "" is an error
	fetches int
	during  func() // runs while a fetch is under way
}

func newService(t *testing.T, text string) *service {
	t.Helper()
	c, err := config.Parse[Config]([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s := &service{Source: New(c), clock: time.Unix(1e9, 0)}
	s.now = func() time.Time { return s.clock }
	s.sleep = func(_ context.Context, d time.Duration) error { s.clock = s.clock.Add(d); return nil }
	s.fetch = func(context.Context) (*jose.Set, error) {
		s.fetches++
		if s.during != nil {
			s.during()
		}
		if s.answer == "" {
			return nil, errors.New("no answer")
		}
		return jose.ParseSet([]byte(s.answer))
	}
	return s
}

const defaults = `{"service_name":"idp.dns"}`

// verdict is what a token gets.
func (s *service) verdict(t *testing.T, key josetest.Key) error {
	t.Helper()
	token, err := jose.Parse(key.Token(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := s.For(context.Background(), token)
	if err != nil {
		return err
	}
	b := jose.Budget(8)
	return set.Verify(token, &b)
}

func (s *service) want(t *testing.T, what string, key josetest.Key, want error, fetches int) {
	t.Helper()
	if err := s.verdict(t, key); !errors.Is(err, want) || s.fetches != fetches {
		t.Errorf("%s: %v after %d fetches, want %v after %d", what, err, s.fetches, want, fetches)
	}
}

func TestNothingPassesBeforeThereIsAKey(t *testing.T) {
	key := josetest.New("1", "ES256")
	s := newService(t, defaults)
	s.want(t, "service away", key, ErrUnavailable, 1)
	s.want(t, "at once again", key, ErrUnavailable, 1)
	s.answer = josetest.Set(key)
	s.clock = s.clock.Add(9 * time.Second)
	s.want(t, "within the interval", key, ErrUnavailable, 1)
	s.clock = s.clock.Add(time.Second)
	s.want(t, "service back", key, nil, 2)
	s.want(t, "from the cache", key, nil, 2)
}

func TestRotation(t *testing.T) {
	old, next := josetest.New("1", "ES256"), josetest.New("2", "ES256")
	s := newService(t, defaults)
	s.answer = josetest.Set(old)
	s.want(t, "old key", old, nil, 1)
	s.answer = josetest.Set(next)
	s.want(t, "new key, within the interval", next, jose.ErrNoKey, 1)
	s.clock = s.clock.Add(10 * time.Second)
	s.want(t, "old key from the cache", old, nil, 1)
	s.want(t, "new key", next, nil, 2)
	s.want(t, "old key is gone", old, jose.ErrNoKey, 2)
}

// Tokens that are kept go by the set that is in force, too, and need not be verified
// again where a set is fetched that has their key.
func TestRotationAndKeptTokens(t *testing.T) {
	old, next := josetest.New("1", "ES256"), josetest.New("1", "ES256")
	s, cache := newService(t, defaults), jose.NewCache(1<<20)
	text := old.Token(`{}`)
	verdict := func() error {
		token, err := cache.Parse(text)
		if err != nil {
			return err
		}
		set, err := s.For(context.Background(), token)
		if err != nil {
			return err
		}
		b := jose.Budget(8)
		if err = set.Verify(token, &b); err == nil {
			cache.Keep(token)
		}
		return err
	}
	for _, step := range []struct {
		name, answer string
		want         error
	}{
		{"its key", josetest.Set(old), nil},
		{"the same set", josetest.Set(old), nil},
		{"another key of that name", josetest.Set(next), jose.ErrSignature},
		{"its key is back", josetest.Set(next, old), nil},
		{"no key", josetest.Set(), jose.ErrNoKey},
		{"no answer", "", jose.ErrNoKey},
		{"its key again", josetest.Set(old), nil},
	} {
		s.answer = step.answer
		s.clock = s.clock.Add(5 * time.Minute)
		for range 2 {
			if err := verdict(); !errors.Is(err, step.want) {
				t.Errorf("%s: %v, want %v", step.name, err, step.want)
			}
		}
	}
	s.answer = ""
	s.clock = s.clock.Add(24 * time.Hour)
	if err := verdict(); !errors.Is(err, ErrUnavailable) {
		t.Errorf("the keys are too old: %v", err)
	}
	if n, _ := cache.Size(); n != 1 {
		t.Errorf("%d tokens are kept", n)
	}
}

// A client that makes up key names can't make the gateway ask more often.
func TestMadeUpKeyNames(t *testing.T) {
	key := josetest.New("1", "ES256")
	s := newService(t, defaults)
	s.answer = josetest.Set(key)
	for range 1000 {
		_ = s.verdict(t, josetest.HMAC("x", "HS256", make([]byte, 32)))
		s.clock = s.clock.Add(100 * time.Millisecond)
	}
	if s.fetches > 11 {
		t.Errorf("%d fetches in 100 s", s.fetches)
	}
	s.want(t, "a real one", key, nil, s.fetches)
}

func TestAge(t *testing.T) {
	key := josetest.New("1", "ES256")
	s := newService(t, `{"service_name":"idp.dns","cache_duration":"1m","max_stale":"10m"}`)
	s.answer = josetest.Set(key)
	s.want(t, "first", key, nil, 1)
	s.clock = s.clock.Add(59 * time.Second)
	s.want(t, "fresh", key, nil, 1)
	s.clock = s.clock.Add(time.Second)
	s.want(t, "fetched again", key, nil, 2)
	s.answer = ""
	s.clock = s.clock.Add(time.Minute)
	s.want(t, "stale, service away", key, nil, 3)
	s.clock = s.clock.Add(9*time.Minute - time.Second)
	s.want(t, "stale, almost too old", key, nil, 4)
	s.clock = s.clock.Add(time.Second)
	s.want(t, "too old", key, ErrUnavailable, 4)
	s.answer = josetest.Set()
	s.clock = s.clock.Add(time.Minute)
	s.want(t, "all keys withdrawn", key, jose.ErrNoKey, 5)
}

// While one request fetches, others use what is there, or wait for it.
func TestOneFetchAtATime(t *testing.T) {
	key := josetest.New("1", "ES256")
	s := newService(t, defaults)
	s.answer = josetest.Set(key)
	s.during = func() {
		s.during = nil
		begin := s.clock
		s.want(t, "no keys yet", key, ErrUnavailable, 1)
		if waited := s.clock.Sub(begin); waited != time.Second {
			t.Errorf("it waited for %v", waited)
		}
	}
	s.want(t, "first", key, nil, 1)
	s.clock = s.clock.Add(time.Hour)
	s.during = func() {
		s.during = nil
		begin := s.clock
		s.want(t, "stale keys are there", key, nil, 2)
		if s.clock != begin {
			t.Error("it waited")
		}
	}
	s.want(t, "again", key, nil, 2)
}

// A client that goes while it fetches must not keep others from fetching.
func TestClientThatGoes(t *testing.T) {
	key := josetest.New("1", "ES256")
	s := newService(t, defaults)
	ctx, cancel := context.WithCancel(context.Background())
	s.during = cancel
	token, err := jose.Parse(key.Token(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.For(ctx, token); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	s.during, s.answer = nil, josetest.Set(key)
	s.want(t, "the next one", key, nil, 2)
}

// Clients that go while they fetch, again and again, make few fetches where there
// are keys, and keep nobody from a new one for long.
func TestClientsThatGo(t *testing.T) {
	key, next := josetest.New("1", "ES256"), josetest.New("2", "ES256")
	s := newService(t, defaults)
	s.answer = josetest.Set(key)
	s.want(t, "first", key, nil, 1)
	s.clock = s.clock.Add(10 * time.Second)
	token, err := jose.Parse(josetest.New("made up", "ES256").Token(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 { // 10 s
		ctx, cancel := context.WithCancel(context.Background())
		s.during = cancel
		_, _ = s.For(ctx, token)
		cancel()
		s.clock = s.clock.Add(10 * time.Millisecond)
	}
	if s.fetches != 1+10 {
		t.Errorf("%d fetches, want one for each tenth of the interval", s.fetches-1)
	}
	s.during, s.answer = nil, josetest.Set(next)
	s.clock = s.clock.Add(time.Second)
	s.want(t, "a new key", next, nil, s.fetches+1)
}

func TestConfig(t *testing.T) {
	for text, ok := range map[string]bool{
		defaults:                                        true,
		`{"service_name":"a","timeout":500}`:            true,
		`{"service_name":"a","path":"/k?a=b"}`:          true,
		`{}`:                                            false,
		`{"service_name":""}`:                           false,
		`{"service_name":"a","path":"keys"}`:            false,
		`{"service_name":"a","timeout":1}`:              false,
		`{"service_name":"a","refetch_interval":"1ms"}`: false,
		`{"service_name":"a","cache_duration":"1h","max_stale":"1m"}`: false,
		`{"service_name":"a","cache_duration":"1m","max_stale":"1m"}`: true,
	} {
		if _, err := config.Parse[Config]([]byte(text)); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
