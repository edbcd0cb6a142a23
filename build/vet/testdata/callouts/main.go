// Command callouts handles the errors of its calls, and forgets to.
package main

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

type config struct {
	client wrapper.HttpClient
	redis  wrapper.RedisClient
	strict bool
	next   func()
}

func init() {
	wrapper.SetCtx("callouts",
		wrapper.ProcessRequestHeaders(errorsOf),
		wrapper.ProcessRequestBody(bodyOf),
		wrapper.ProcessResponseHeaders(lost),
		wrapper.ProcessResponseBody(fine))
}

func resume() { _ = proxywasm.ResumeHttpRequest() }

func errorsOf(_ wrapper.HttpContext, c config) types.Action {
	done := func(int, [][2]string, []byte) { resume() }
	c.client.Get("/", nil, done)     // want "dropped-error: c.client.Get: its error is dropped and the request paused"
	_ = c.client.Get("/", nil, done) // want "dropped-error"
	if err := c.client.Get("/", nil, done); err != nil {
		log.Error(err.Error())
		return types.ActionPause // want "pause-after-error"
	}
	err := chain(c)
	if err == nil {
		err = send(c)
	}
	if err != nil {
		if c.strict {
			return types.HeaderStopAllIterationAndWatermark // want "pause-after-error"
		}
		return types.ActionContinue
	}
	if err := c.redis.Get("k", func(wrapper.RedisValue) { resume() }); err != nil {
		_ = proxywasm.SendHttpResponse(500, nil, nil, -1)
		return types.ActionPause
	}
	_, err = proxywasm.DispatchHttpCall("c", nil, nil, nil, 0, func(int, int, int) { resume() })
	if err != nil {
		refuse()
		return types.ActionPause
	}
	if err = errors.New("another error"); err != nil {
		return types.ActionPause
	}
	return types.ActionPause
}

func refuse() { _ = proxywasm.SendHttpResponse(500, nil, nil, -1) }

func chain(c config) error {
	return c.client.Get("/", nil, func(status int, _ [][2]string, _ []byte) {
		if status == 404 {
			c.client.Get("/log", nil, nil)
			resume()
			return
		}
		c.client.Get("/more", nil, func(int, [][2]string, []byte) { resume() }) // want "dropped-error: c.client.Get: its error is dropped and the request stays paused"
	})
}

func send(c config) error {
	return c.client.Post("/", nil, nil, func(int, [][2]string, []byte) { resume() })
}

func bodyOf(_ wrapper.HttpContext, c config, _ []byte) types.Action {
	c.client.Get("/fire-and-forget", nil, nil)
	_ = c.redis.Incr("n", func(wrapper.RedisValue) {})
	return types.ActionContinue
}

func lost(_ wrapper.HttpContext, c config) types.Action {
	err := c.client.Get("/", nil, func(status int, _ [][2]string, body []byte) {
		if status != 200 {
			log.Error("no answer")
			return // want "lost-resume: the callback ends here"
		}
		switch len(body) {
		case 0:
			refuse()
		case 1:
			panic("answered with 500")
		default:
			_ = proxywasm.ResumeHttpResponse()
		}
	})
	if err == nil {
		err = c.client.Get("/", nil, answered)
	}
	if err == nil {
		err = c.client.Get("/statistics", nil, func(int, [][2]string, []byte) { log.Info("beside others that settle") })
	}
	if err != nil {
		return helped(c)
	}
	return types.ActionPause
}

func answered(status int, _ [][2]string, _ []byte) {
	for range status {
		resume()
	}
	if status == 200 {
		resume()
	}
} // want "lost-resume: the callback ends here"

// helped leaves its calls to others.
func helped(c config) types.Action {
	if err := helper(c); err != nil {
		return types.ActionContinue
	}
	return types.ActionPause
}

func helper(c config) error {
	_ = c.redis.Incr("n", func(wrapper.RedisValue) { log.Info("nobody waits") })
	return c.client.Get("/", nil, func(status int, _ [][2]string, _ []byte) {
		if status == 200 {
			if c.client.Get("/more", nil, func(status int, _ [][2]string, _ []byte) {
				if status == 200 {
					resume()
				}
			}) != nil { // want "lost-resume"
				resume()
			}
			return
		}
	}) // want "lost-resume"
}

func fine(_ wrapper.HttpContext, c config, _ []byte) types.Action {
	err := c.client.Get("/", nil, func(status int, _ [][2]string, _ []byte) {
		defer resume()
		if status != 200 {
			return
		}
	})
	if err == nil {
		err = c.client.Get("/", nil, func(status int, _ [][2]string, _ []byte) {
			if status != 200 {
				c.next() // nobody knows what this does
				return
			}
			if err := proxywasm.ResumeHttpResponse(); err != nil {
				log.Error(err.Error())
			}
		})
	}
	if err == nil {
		err = c.client.Get("/", nil, func(status int, _ [][2]string, _ []byte) {
			switch status {
			case 200:
				if c.strict {
					refuse()
					return
				}
				fallthrough
			case 204:
				resume()
			case 500:
				refuse()
			}
		})
	}
	if err == nil {
		err = c.redis.Incr("n", func(v wrapper.RedisValue) {
			if v.Error() != nil || c.redis.Expire("n", 60, func(wrapper.RedisValue) { resume() }) != nil {
				resume()
			}
		})
	}
	if err != nil {
		return types.ActionContinue
	}
	return types.ActionPause
}
