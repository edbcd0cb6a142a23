package limit

import (
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
)

// Shared counts in the gateway's shared data, for all its workers: exactly, since
// each change is written only where no other worker was faster.
//
// Shared data can't be deleted. A limit that the configuration names has a value
// of its own; the keys of Open limits share a table of Buckets values with up to
// Entries keys each, which keys leave when their counters mean nothing any more.
// Where all of a bucket's counters still mean something, the one that is the
// first to end makes room: that key then begins anew.
type Shared struct {
	// Prefix begins the names of all values: the plugin's name and a colon.
	Prefix string
	// Now is the clock, in milliseconds of the Unix epoch; nil is time.Now. (A
	// time.Time here would bring the formats of times and their zones along.)
	Now func() int64
	// Buckets and Entries bound the table. 0 means 1024 buckets of 16 keys,
	// which is 16,384 keys and about 600 KiB.
	Buckets, Entries int

	// write changes a value; nil is call.Update.
	write func(key string, change func(old []byte) ([]byte, error)) error
}

// Take counts a request, if all limits have room. The error is one of the
// gateway's: it tells nothing about the request.
func (s *Shared) Take(limits ...Limit) (Verdict, error) {
	verdict := Verdict{Allowed: true}
	now := s.now()
	for i, l := range limits {
		v, err := s.take(l, now)
		if err != nil {
			v = Verdict{}
		}
		if !v.Allowed {
			s.giveBack(limits[:i], now)
			return v, err
		}
		if verdict = tighter(verdict, v); i == 0 {
			verdict = v
		}
	}
	return verdict, nil
}

func (s *Shared) now() int64 {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now().UnixMilli()
}

// errRefused ends an update without a change: what is refused writes nothing.
var errRefused = errors.New("refused")

func (s *Shared) take(l Limit, now int64) (v Verdict, err error) {
	err = s.update(&l, now, &v)
	if err == errRefused { //nolint:errorlint // updates return it as it is
		err = nil
	}
	return v, err
}

// giveBack takes a request out of limits that have counted it. What can't be
// given back stays counted, which lets too few through and not too many.
func (s *Shared) giveBack(limits []Limit, now int64) {
	for i := range limits {
		_ = s.update(&limits[i], now, nil)
	}
}

// update takes a request out of the state of one limit's key and says what becomes
// of it, or gives one back where v is nil.
func (s *Shared) update(l *Limit, now int64, v *Verdict) error {
	write := s.write
	if write == nil {
		write = call.Update
	}
	name := s.Prefix + l.Algorithm.String() + ":" + l.Key
	if !l.Open {
		return write(name, func(old []byte) ([]byte, error) {
			next, err := l.change(decode(old), now, v)
			if err != nil {
				return nil, err
			}
			return next.encode(make([]byte, 0, 10*len(next))), nil
		})
	}
	id := idOf(name)
	return write(s.Prefix+s.bucket(id), func(old []byte) ([]byte, error) {
		b := readBucket(old, now)
		next, err := l.change(b.state(id), now, v)
		if err != nil {
			return nil, err
		}
		return b.with(id, l.until(next), next, s.entries()).encode(), nil
	})
}

// change is one step of update. For a request that is refused it is errRefused.
func (l *Limit) change(old state, now int64, v *Verdict) (next state, err error) {
	if v == nil {
		return l.giveBack(old), nil
	}
	if next, *v = l.take(old, now); !v.Allowed {
		return nil, errRefused
	}
	return next, nil
}
