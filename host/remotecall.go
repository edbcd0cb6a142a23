package host

import (
	"fmt"

	"github.com/tetratelabs/wazero/api"

	"github.com/sluiceproxy/sluice/host/internal/wire"
)

// answer makes a host call for the process. An error, such as a call that is not
// allowed now, ends the VM, as it does one of a compiled module.
func (r *remote) answer(m wire.Message) (reply wire.Message, err error) {
	f := hostFunctions["env."+m.Name]
	if f == nil || !f.offered(r.vm.module.abi) {
		return reply, fmt.Errorf("%w (host function %q)", ErrRemoteProtocol, m.Name)
	}
	r.mem.reset()
	stack, ok := r.mem.place(m.Values)
	if !ok {
		return reply, fmt.Errorf("%s: %w", m.Name, wire.ErrFrame)
	}
	if len(stack) != len(f.params) {
		return reply, fmt.Errorf("%w (%q with %d parameters)", ErrRemoteProtocol, m.Name, len(stack))
	}
	for i, t := range f.params {
		if t == api.ValueTypeI32 {
			stack[i] = uint64(uint32(stack[i]))
		}
	}
	status, err := r.run(f, stack)
	if err != nil {
		return reply, err
	}
	values := []wire.Value{{Type: wire.Number, Number: uint64(uint32(status))}}
	return wire.Message{Kind: wire.Reply, Values: r.mem.results(values, m.Values)}, nil
}

// run is the call as the engine would make it.
func (r *remote) run(f *hostFunction, params []uint64) (status uint64, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error: // how host functions end a guest's call
			err = p
		default:
			panic(p)
		}
	}()
	var stack [wire.MaxValues]uint64
	copy(stack[:], params)
	f.handler()(r.vm.ctx, r.vm.mod, stack[:])
	return stack[0], nil
}
