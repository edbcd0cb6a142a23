package call

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Every reason that the wrapper has is one here, and keeps its account.
func TestRedisReasons(t *testing.T) {
	for _, c := range []struct {
		reason error
		left   time.Duration
		want   error
		status int
	}{
		{wrapper.ErrRedisRefused, time.Second, ErrRefused, 503},
		{wrapper.ErrRedisTimeout, time.Second, ErrTimeout, 504},
		{wrapper.ErrRedisUnavailable, time.Second, ErrRefused, 503},
		{wrapper.ErrRedisUnavailable, grace, ErrTimeout, 504},
		{wrapper.ErrRedisReset, 0, ErrReset, 502},
		{wrapper.ErrRedisProtocol, 0, ErrProtocol, 502},
		{wrapper.ErrRedisCluster, 0, ErrUnknownCluster, 503},
		{wrapper.ErrRedisBridge, 0, ErrRefused, 503},
		{wrapper.ErrRedisBusy, 0, ErrBusy, 503},
	} {
		failure := &wrapper.RedisFailure{Cluster: "c", Reason: c.reason, Sent: true}
		for name, err := range map[string]error{"answered": notAnsweredBy(failure, c.left), "refused": notSent(failure)} {
			if name == "refused" && c.reason == wrapper.ErrRedisUnavailable {
				continue // only known when time has passed
			}
			err = &Error{Op: "redis get", Err: err}
			kept := new(wrapper.RedisFailure)
			if !errors.Is(err, c.want) || !errors.Is(err, c.reason) || !errors.As(err, &kept) || !kept.Sent || StatusCode(err) != c.status {
				t.Errorf("%s: %v became %v, status %d", name, c.reason, err, StatusCode(err))
			}
		}
	}
	if err := notSent(types.ErrorStatusBadArgument); err != ErrUnknownCluster {
		t.Errorf("an unknown cluster became %v", err)
	}
}

func TestRedisErrorIs(t *testing.T) {
	for text, want := range map[string]error{
		"NOAUTH Authentication required.": ErrLogin, "WRONGPASS x": ErrLogin, "MOVED 1 a:1": ErrMoved, "ASK 1 a:1": ErrMoved, "ERR x": nil, "": nil,
	} {
		var err error = &Error{Op: "redis get", Err: RedisError(text)}
		for _, reason := range []error{ErrLogin, ErrMoved, ErrReset} {
			if errors.Is(err, reason) != (reason == want) {
				t.Errorf("%q is %v: %v", text, reason, reason != want)
			}
		}
		if StatusCode(err) != 500 {
			t.Errorf("%q: status %d", text, StatusCode(err))
		}
	}
}

// A policy for each way in which a command can fail.
func ExampleRedisError() {
	for _, err := range []error{RedisError("WRONGPASS invalid password"), RedisError("WRONGTYPE not a list"), ErrTimeout} {
		wrong := RedisError("")
		switch {
		case errors.Is(err, ErrLogin):
			fmt.Println("check the configuration:", err)
		case errors.As(err, &wrong):
			fmt.Println("check the plugin:", wrong)
		default:
			fmt.Println("let it pass:", StatusCode(err))
		}
	}
	// Output:
	// check the configuration: WRONGPASS invalid password
	// check the plugin: WRONGTYPE not a list
	// let it pass: 504
}
