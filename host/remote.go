package host

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tetratelabs/wazero/api"

	"github.com/sluiceproxy/sluice/host/internal/wire"
)

// Errors of VMs whose guest is another process.
var (
	// ErrRemoteEnded: the process has ended, or it has closed the connection.
	ErrRemoteEnded = errors.New("the process that the plugin runs in has ended")
	// ErrRemoteProtocol: the process says what makes no sense.
	ErrRemoteProtocol = errors.New("the process that the plugin runs in speaks another protocol; use the same version of sluice and of the SDK")
)

// Connect opens the conversation with a process that runs a guest natively, such
// as package sdk/remote makes of a plugin. It is called for each VM.
type Connect func(ctx context.Context) (io.ReadWriteCloser, error)

// Remote returns a module whose VMs are processes of their own, for a debugger.
// The host does for them what it does for those of a compiled module, by the same
// host functions; name is used in messages. No limit of time holds for their
// calls: a breakpoint may hold one for as long as it likes. A process that ends
// is a trap of its VM.
func (r *Runtime) Remote(ctx context.Context, name string, connect Connect) (*Module, error) {
	compiled, err := r.compileOnce(ctx, scratchModule)
	if err != nil {
		return nil, fmt.Errorf("%s: the memory for host calls: %w", name, err)
	}
	return &Module{name: name, runtime: r, compiled: compiled, abi: ABI02100, connect: connect}, nil
}

// remote is the guest of a VM in another process. The VM's instance is a memory
// and nothing else: what a host call gets from the process is put there, for the
// time of the call, and what it leaves there goes back.
type remote struct {
	vm   *VM
	conn io.ReadWriteCloser
	mem  scratch
	out  []byte
	in   chan wire.Message // closed at the end, for the reason in err
	err  error
	done chan struct{} // closed by close
}

// startRemote connects, runs the process' start functions and makes its callbacks
// those of the VM.
func (vm *VM) startRemote(ctx context.Context) error {
	conn, err := vm.module.connect(ctx)
	if err != nil {
		return err
	}
	r := &remote{vm: vm, conn: conn, mem: scratch{memory: vm.mem},
		in: make(chan wire.Message, 1), done: make(chan struct{})}
	vm.remote = r
	go r.read()
	for i := range guestFuncs {
		f := &guestFuncs[i]
		vm.funcs[i] = &guestFunc{fn: remoteFunc{r, f.name, f.params}, name: f.name, params: f.params, result: f.result}
	}
	vm.malloc = &guestFunc{fn: &r.mem, name: "proxy_on_memory_allocate"}
	hello, err := r.next()
	if err != nil {
		return err
	}
	if hello.Kind != wire.Hello || hello.Name != wire.Version {
		return fmt.Errorf("%w (it says %q, this is %q)", ErrRemoteProtocol, hello.Name, wire.Version)
	}
	_, err = r.converse(wire.Ready)
	return err
}

// read receives messages until the connection ends, which ends the VM, too. A call
// that waits for a message has to learn of the end first: Post may run what the
// worker has yet to do, and a call of this VM may be among that.
func (r *remote) read() {
	lost := r.receive()
	close(r.in)
	if lost {
		r.vm.o.Worker.Post(r.lost)
	}
}

// receive hands messages on. It returns why there are no more in err, and whether
// the other side has ended them.
func (r *remote) receive() (lost bool) {
	for in := bufio.NewReader(r.conn); ; {
		m, err := wire.Read(in)
		if err != nil {
			r.err = remoteError(err)
			return true
		}
		select {
		case r.in <- m:
		case <-r.done:
			r.err = ErrRemoteEnded
			return false
		}
	}
}

func remoteError(err error) error {
	if errors.Is(err, wire.ErrFrame) || errors.Is(err, wire.ErrMessage) {
		return fmt.Errorf("%w: %w", ErrRemoteProtocol, err)
	}
	return fmt.Errorf("%w (%w)", ErrRemoteEnded, err)
}

// lost notes the end of the process where no call of it does.
func (r *remote) lost() {
	if r.vm.dead.Load() == nil {
		_ = r.vm.fail("the plugin", r.err)
	}
	r.close()
}

// close ends the conversation, at which the process ends.
func (r *remote) close() {
	select {
	case <-r.done:
	default:
		close(r.done)
		_ = r.conn.Close() // there is nothing to lose
	}
}

func (r *remote) next() (wire.Message, error) {
	m, ok := <-r.in
	if !ok {
		return m, r.err
	}
	return m, nil
}

func (r *remote) send(m wire.Message) (err error) {
	if r.out, err = wire.Write(r.conn, r.out, m); err != nil && !errors.Is(err, wire.ErrFrame) {
		err = remoteError(err)
	}
	return err
}

// converse answers host calls until the process says that its call is over, and
// returns the result.
func (r *remote) converse(until wire.Kind) (uint64, error) {
	for {
		m, err := r.next()
		if err != nil {
			return 0, err
		}
		switch {
		case m.Kind == until && len(m.Values) == 0:
			return 0, nil
		case m.Kind == until && len(m.Values) == 1 && m.Values[0].Type == wire.Number:
			return m.Values[0].Number, nil
		case m.Kind != wire.HostCall:
			return 0, fmt.Errorf("%w (message %d, %q)", ErrRemoteProtocol, m.Kind, m.Name)
		}
		reply, err := r.answer(m)
		if err == nil {
			err = r.send(reply)
		}
		if err != nil {
			return 0, err
		}
	}
}

// guestCode is what the host calls of a guest.
type guestCode interface {
	// CallWithStack is that of api.Function.
	CallWithStack(ctx context.Context, stack []uint64) error
}

var _ guestCode = api.Function(nil)

// remoteFunc is a callback of the process.
type remoteFunc struct {
	r      *remote
	name   string
	params int
}

// CallWithStack implements guestCode.
func (f remoteFunc) CallWithStack(_ context.Context, stack []uint64) error {
	m := wire.Message{Kind: wire.Call, Name: f.name}
	for _, v := range stack[:f.params] {
		m.Values = append(m.Values, wire.Value{Type: wire.Number, Number: v})
	}
	err := f.r.send(m)
	if err == nil {
		stack[0], err = f.r.converse(wire.Return)
	}
	if err != nil {
		f.r.close()
	}
	return err
}
