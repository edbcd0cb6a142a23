package cells

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func sharedCalls() []Call {
	get := func(key string) string {
		value, cas, err := proxywasm.GetSharedData(key)
		if err != nil {
			return status(err)
		}
		if cas == 0 {
			return text(value, nil) + " without a number"
		}
		return text(value, nil)
	}
	// stored runs f with a key that holds "old" and its number, and shows what
	// it holds then.
	stored := func(name string, f func(key string, cas uint32) error) Call {
		return Call{Name: "shared." + name, Run: func(s *Scene) string {
			key := s.name("key")
			if err := proxywasm.SetSharedData(key, []byte("old"), 0); err != nil {
				return status(err)
			}
			_, cas, err := proxywasm.GetSharedData(key)
			if err != nil {
				return status(err)
			}
			return then(status(f(key, cas)), get(key))
		}}
	}
	return []Call{
		{Name: "shared.get.missing", Run: func(s *Scene) string { return get(s.name("none")) }},
		{Name: "shared.set.new", Run: func(s *Scene) string {
			return then(status(proxywasm.SetSharedData(s.name("new"), []byte("v"), 0)), get(s.name("new")))
		}},
		{Name: "shared.set.new_with_number", Run: func(s *Scene) string {
			return then(status(proxywasm.SetSharedData(s.name("new"), []byte("v"), 7)), get(s.name("new")))
		}},
		{Name: "shared.set.empty_key", Run: func(*Scene) string {
			return then(status(proxywasm.SetSharedData("", []byte("v"), 0)), get(""))
		}},
		stored("set.without_number", func(key string, _ uint32) error { return proxywasm.SetSharedData(key, []byte("new"), 0) }),
		stored("set.right_number", func(key string, cas uint32) error { return proxywasm.SetSharedData(key, []byte("new"), cas) }),
		stored("set.wrong_number", func(key string, cas uint32) error { return proxywasm.SetSharedData(key, []byte("new"), cas+7) }),
		stored("set.nothing", func(key string, _ uint32) error { return proxywasm.SetSharedData(key, nil, 0) }),
		stored("set.used_number", func(key string, cas uint32) error {
			_ = proxywasm.SetSharedData(key, []byte("between"), cas)
			return proxywasm.SetSharedData(key, []byte("new"), cas)
		}),
	}
}

func queueCalls() []Call {
	// queued runs f with a queue of its own.
	queued := func(name string, f func(id uint32) string) Call {
		return Call{Name: "queue." + name, Run: func(s *Scene) string {
			id, err := proxywasm.RegisterSharedQueue(s.name("queue"))
			if err != nil {
				return status(err)
			}
			return then(status(err), f(id))
		}}
	}
	put := func(id uint32, data string) string { return status(proxywasm.EnqueueSharedQueue(id, []byte(data))) }
	take := func(id uint32) string { return text(proxywasm.DequeueSharedQueue(id)) }
	return []Call{
		{Name: "queue.resolve.missing", Run: func(s *Scene) string {
			_, err := proxywasm.ResolveSharedQueue("", s.name("none"))
			return status(err)
		}},
		{Name: "queue.enqueue.missing", Run: func(*Scene) string { return put(999_999, "v") }},
		{Name: "queue.dequeue.missing", Run: func(*Scene) string { return take(999_999) }},
		{Name: "queue.register.twice", Run: registerTwice},
		{Name: "queue.register.empty_name", Run: func(*Scene) string {
			_, err := proxywasm.RegisterSharedQueue("")
			return status(err)
		}},
		{Name: "queue.resolve.there", Run: resolveQueue},
		{Name: "queue.resolve.other_vm", Run: func(*Scene) string {
			_, err := proxywasm.ResolveSharedQueue("c-no-such-vm", wakeQueue)
			return status(err)
		}},
		queued("dequeue.empty", take),
		queued("enqueue", func(id uint32) string { return then(put(id, "1"), put(id, "2"), take(id), take(id), take(id)) }),
		queued("enqueue.nothing", func(id uint32) string { return then(put(id, ""), take(id), take(id)) }),
	}
}

func registerTwice(s *Scene) string {
	first, err1 := proxywasm.RegisterSharedQueue(s.name("queue"))
	second, err2 := proxywasm.RegisterSharedQueue(s.name("queue"))
	if first != second {
		return then(status(err1), status(err2), "different ids")
	}
	return then(status(err1), status(err2), "same id")
}

func resolveQueue(s *Scene) string {
	made, err := proxywasm.RegisterSharedQueue(s.name("queue"))
	if err != nil {
		return status(err)
	}
	found, err := proxywasm.ResolveSharedQueue("conformance", s.name("queue"))
	if found != made {
		return then(status(err), "different id")
	}
	return then(status(err), "same id")
}
