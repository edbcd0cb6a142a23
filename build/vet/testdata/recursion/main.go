// Command recursion walks JSON.
package main

import (
	"encoding/json"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

type config struct{}

type walker struct{ depth int }

func init() {
	wrapper.SetCtx("recursion", wrapper.ProcessRequestBody(onBody))
}

func onBody(_ wrapper.HttpContext, _ config, body []byte) types.Action {
	walk(gjson.ParseBytes(body))
	bounded(gjson.ParseBytes(body), 0)
	var v any
	_ = json.Unmarshal(body, &v)
	w := &walker{}
	w.all(v)
	w.some(v)
	var closure func(v map[string]any)
	closure = func(v map[string]any) {
		for _, x := range v {
			if m, ok := x.(map[string]any); ok {
				closure(m) // want "recursion: closure calls itself on a part of its map"
			}
		}
	}
	each(gjson.ParseBytes(body))
	eachBounded(gjson.ParseBytes(body), 0)
	eachLevel(gjson.ParseBytes(body), 0)
	object(gjson.ParseBytes(body))
	left(v)
	handed(gjson.ParseBytes(body))
	visit(gjson.ParseBytes(body), func(gjson.Result) {})
	guarded(gjson.ParseBytes(body), 0)
	retry(v, 3)
	again(v)
	count(3)
	return types.ActionContinue
}

func walk(v gjson.Result) {
	v.ForEach(func(_, x gjson.Result) bool {
		return true
	})
	for _, x := range v.Array() {
		walk(x) // want "recursion: walk calls itself on a part of its gjson.Result"
	}
}

func bounded(v gjson.Result, depth int) {
	if depth > 512 {
		return
	}
	for _, x := range v.Array() {
		bounded(x, depth+1)
	}
}

func (w *walker) all(v any) {
	if list, ok := v.([]any); ok {
		for _, x := range list {
			w.all(x) // want "recursion: w.all calls itself on a part of its any"
		}
	}
}

func (w *walker) some(v any) {
	if w.depth++; w.depth > 100 {
		return
	}
	if list, ok := v.([]any); ok {
		for _, x := range list {
			w.some(x)
		}
	}
}

func retry(v any, n int) {
	if n > 0 {
		retry(v, n-1)
	}
}

func again(v any) {
	if v != nil {
		again(v)
	}
}

func count(n int) {
	if n > 0 {
		count(n - 1)
	}
}

func unused(v []any) {
	for _, x := range v {
		unused(x.([]any))
	}
}

func each(v gjson.Result) {
	v.ForEach(func(_, x gjson.Result) bool {
		each(x) // want "recursion: each calls itself on a part of its gjson.Result"
		return true
	})
}

func eachBounded(v gjson.Result, n int) {
	if n == 100 {
		return
	}
	v.ForEach(func(_, x gjson.Result) bool {
		eachBounded(x, n+1)
		return true
	})
}

func eachLevel(v gjson.Result, level int) {
	v.ForEach(func(_, x gjson.Result) bool {
		if level < 100 {
			eachLevel(x, level+1)
		}
		return true
	})
}

func object(v gjson.Result) {
	v.ForEach(func(_, x gjson.Result) bool {
		list(x) // want "recursion: list calls itself through object on a part of its gjson.Result"
		return true
	})
}

func list(v gjson.Result) {
	if v.IsObject() {
		object(v)
		return
	}
	for _, x := range v.Array() {
		list(x) // want "recursion: list calls itself on a part of its gjson.Result"
	}
}

func left(v any) { right(v) }

func right(v any) {
	if m, ok := v.(map[string]any); ok {
		left(m["next"]) // want "recursion: left calls itself through right on a part of its any"
	}
}

// handed hands its closure on to a function of the plugin.
func handed(v gjson.Result) {
	visit(v, func(x gjson.Result) {
		handed(x) // want "recursion: handed calls itself on a part of its gjson.Result"
	})
}

func visit(v gjson.Result, f func(gjson.Result)) {
	for _, x := range v.Array() {
		f(x)
	}
}

// guarded and its other half come back only where there is a bound.
func guarded(v gjson.Result, depth int) {
	v.ForEach(func(_, x gjson.Result) bool {
		half(x, depth)
		return true
	})
}

func half(v gjson.Result, depth int) {
	if depth < 10 {
		guarded(v, depth+1)
	}
}
