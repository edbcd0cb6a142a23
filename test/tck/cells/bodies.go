package cells

import (
	"math"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// buffer are the calls of one body or one direction of a connection.
type buffer struct {
	name                     string
	get                      func(start, size int) ([]byte, error)
	append, prepend, replace func([]byte) error
}

func buffers() []buffer {
	return []buffer{
		{"request_body", proxywasm.GetHttpRequestBody, proxywasm.AppendHttpRequestBody, proxywasm.PrependHttpRequestBody, proxywasm.ReplaceHttpRequestBody},
		{"response_body", proxywasm.GetHttpResponseBody, proxywasm.AppendHttpResponseBody, proxywasm.PrependHttpResponseBody, proxywasm.ReplaceHttpResponseBody},
		{"downstream_data", proxywasm.GetDownstreamData, proxywasm.AppendDownstreamData, proxywasm.PrependDownstreamData, proxywasm.ReplaceDownstreamData},
		{"upstream_data", proxywasm.GetUpstreamData, proxywasm.AppendUpstreamData, proxywasm.PrependUpstreamData, proxywasm.ReplaceUpstreamData},
	}
}

func bodyCalls() (rows []Call) {
	for _, b := range buffers() {
		rows = append(rows, b.reads()...)
		rows = append(rows, b.changes()...)
	}
	return rows
}

func (b buffer) reads() []Call {
	get := func(variant string, start, size int) Call {
		return Call{Name: b.name + ".get." + variant, Run: func(*Scene) string { return text(b.get(start, size)) }}
	}
	return []Call{
		get("all", 0, 1000), get("part", 2, 3), get("nothing", 0, 0), get("at_end", 13, 10), get("beyond_end", 100, 10),
		get("huge_size", 1, math.MaxInt32), get("huge_start", math.MaxInt32, math.MaxInt32),
		get("negative_start", -1, 10), get("negative_size", 0, -1),
	}
}

func (b buffer) changes() []Call {
	row := func(variant string, change func([]byte) error, data string) Call {
		return Call{Name: b.name + "." + variant, Run: func(*Scene) string {
			return then(status(change([]byte(data))), text(b.get(0, 1000)))
		}}
	}
	return []Call{
		row("append", b.append, "+tail"), row("prepend", b.prepend, "head+"), row("replace", b.replace, "new"),
		row("append.nothing", b.append, ""), row("prepend.nothing", b.prepend, ""), row("replace.nothing", b.replace, ""),
		{Name: b.name + ".several", Run: func(*Scene) string {
			return then(status(b.replace([]byte("b"))), status(b.append([]byte("c"))), status(b.prepend([]byte("a"))), text(b.get(0, 1000)))
		}},
	}
}
