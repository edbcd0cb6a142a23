package main

import (
	"errors"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// vmName tells VMs apart: it is made when the VM starts.
var vmName string

var hog [][]byte

// slow is a pattern on which a backtracking engine never ends.
var slow = regexp.MustCompile(`(a*)*(a*)*(a*)*(a*)*b$`)

func init() {
	add(map[string]operation{
		"vm": {request: func(wrapper.HttpContext, config, string) types.Action {
			if vmName == "" {
				now, err := proxywasm.GetCurrentTime()
				report(err)
				vmName = strconv.FormatUint(now, 36)
			}
			return answer(vmName)
		}},
		"ticks": {request: func(wrapper.HttpContext, config, string) types.Action { return answer(strconv.Itoa(ticks)) }},
		"memory": {request: func(wrapper.HttpContext, config, string) types.Action {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return answer(strconv.FormatUint(m.Sys, 10) + " " + strconv.FormatUint(m.HeapAlloc, 10))
		}},
		"allocate": {request: func(_ wrapper.HttpContext, _ config, arg string) types.Action {
			n, _ := strconv.Atoi(arg)
			for ; n > 0; n -= 100 {
				hog = append(hog, make([]byte, 100<<20))
			}
			return answer("allocated")
		}},
		"loop": {request: func(wrapper.HttpContext, config, string) types.Action {
			for n := 0; ; n++ {
				if n < 0 {
					return answer("out of the loop")
				}
				n &= 0xffff
			}
		}},
		"exit": {request: func(wrapper.HttpContext, config, string) types.Action {
			os.Exit(3)
			return types.HeaderContinue
		}},
		"regexp": {request: func(_ wrapper.HttpContext, _ config, arg string) types.Action {
			n, _ := strconv.Atoi(arg)
			return answer("matched: " + strconv.FormatBool(slow.MatchString(strings.Repeat("a", n)+"c")))
		}},
		"log": {request: func(_ wrapper.HttpContext, _ config, arg string) types.Action {
			text, err := url.PathUnescape(arg)
			report(err)
			log.Warn("through the wrapper: " + text)
			proxywasm.LogWarn("through the host call: " + text)
			proxywasm.LogWarnf("formatted: %s", text)
			return types.HeaderContinue
		}},
		"metrics": {request: func(_ wrapper.HttpContext, _ config, arg string) types.Action {
			n, _ := strconv.Atoi(arg)
			for range n {
				count("fault_defined_again")
			}
			return answer(strconv.FormatUint(proxywasm.DefineCounterMetric("fault_defined_again").Value(), 10))
		}},
		"cas": {request: cas},
		"no-key": {request: func(wrapper.HttpContext, config, string) types.Action {
			_, _, err := proxywasm.GetSharedData("nowhere")
			text := "key: " + errText(err)
			_, err = proxywasm.ResolveSharedQueue("", "nowhere")
			text += "; queue: " + errText(err)
			_, err = proxywasm.DequeueSharedQueue(4711)
			text += "; dequeue: " + errText(err)
			_, cas, _ := proxywasm.GetSharedData("counter")
			if cas == 0 {
				report(proxywasm.SetSharedData("stale", []byte("x"), 0))
			}
			_, cas, _ = proxywasm.GetSharedData("stale")
			report(proxywasm.SetSharedData("stale", []byte("y"), cas))
			return answer(text + "; stale: " + errText(proxywasm.SetSharedData("stale", []byte("z"), cas)))
		}},
	})
}

// cas adds one to a counter that all VMs share.
func cas(wrapper.HttpContext, config, string) types.Action {
	for range 1000 {
		old, cas, err := proxywasm.GetSharedData("counter")
		if err != nil && !errors.Is(err, types.ErrorStatusNotFound) {
			return answer(err.Error())
		}
		n, _ := strconv.Atoi(string(old))
		err = proxywasm.SetSharedData("counter", []byte(strconv.Itoa(n+1)), cas)
		if err == nil {
			return answer(strconv.Itoa(n + 1))
		}
		if !errors.Is(err, types.ErrorStatusCasMismatch) {
			return answer(err.Error())
		}
	}
	return answer("never got through")
}
