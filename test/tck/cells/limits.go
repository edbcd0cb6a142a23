package cells

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// Sizes around what hosts and servers take.
const (
	longValue = 70_000  // more than a server's usual limit of 60 KiB for all headers
	largeBody = 2 << 20 // more than the usual limit of a buffer, 1 MiB
)

// limitCalls are calls with much data.
func limitCalls() (rows []Call) {
	for _, m := range headerMaps() {
		rows = append(rows, Call{Name: m.name + ".add.long_value", Run: func(*Scene) string {
			return then(status(m.add("x-c-long", strings.Repeat("v", longValue))), pairs(m.all()))
		}})
	}
	for _, b := range buffers()[:2] {
		rows = append(rows, Call{Name: b.name + ".replace.large", Run: func(*Scene) string {
			return then(status(b.replace(make([]byte, largeBody))), sized(b.get(0, 2*largeBody)))
		}})
	}
	return append(rows,
		Call{Name: "shared.set.large", Run: func(s *Scene) string {
			set := status(proxywasm.SetSharedData(s.name("large"), make([]byte, largeBody), 0))
			value, _, err := proxywasm.GetSharedData(s.name("large"))
			_ = proxywasm.SetSharedData(s.name("large"), nil, 0)
			return then(set, sized(value, err))
		}},
		Call{Name: "property.set.large", Run: func(s *Scene) string {
			path := []string{s.name("large")}
			return then(status(proxywasm.SetProperty(path, make([]byte, longValue))), sized(proxywasm.GetProperty(path)))
		}},
		Call{Name: "queue.many", Run: queueMany},
		Call{Name: "http_call.large_body", Run: func(*Scene) string {
			_, err := proxywasm.DispatchHttpCall(Callee, goodHeaders, make([]byte, largeBody), nil, 1000, nil)
			return status(err)
		}},
		Call{Name: "http_call.many", Run: func(*Scene) string {
			for range 50 {
				if _, err := proxywasm.DispatchHttpCall(Callee, goodHeaders, nil, nil, 1000, nil); err != nil {
					return status(err)
				}
			}
			return "ok"
		}},
	)
}

// sized is a status with the length of what came with it.
func sized(b []byte, err error) string {
	if err != nil {
		return status(err)
	}
	return "ok " + length(b)
}

// queueMany puts a thousand items into a queue and takes them out.
func queueMany(s *Scene) string {
	id, err := proxywasm.RegisterSharedQueue(s.name("queue"))
	if err != nil {
		return status(err)
	}
	const items = 1000
	for i := range items {
		if err := proxywasm.EnqueueSharedQueue(id, []byte{byte(i)}); err != nil {
			return status(err)
		}
	}
	for i := range items {
		if b, err := proxywasm.DequeueSharedQueue(id); err != nil || len(b) != 1 || b[0] != byte(i) {
			return then("out of order", text(b, err))
		}
	}
	return "ok, in order"
}
