package coroutine

import (
	"context"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// fakeHost has a clock that the test moves. Calls that this package doesn't
// make are left to the nil interface, which panics.
type fakeHost struct {
	abi.Host
	now       time.Duration
	period    uint32
	periods   []uint32
	effective uint32
	logs      []string
	replies   int
}

func (h *fakeHost) DefineMetric(abi.MetricType, string) (uint32, abi.Status) { return 0, abi.StatusOK }
func (h *fakeHost) IncrementMetric(uint32, int64) abi.Status                 { return abi.StatusOK }

func (h *fakeHost) GetCurrentTime() (uint64, abi.Status) { return uint64(h.now), abi.StatusOK }

func (h *fakeHost) SetTickPeriod(ms uint32) abi.Status {
	h.period = ms
	h.periods = append(h.periods, ms)
	return abi.StatusOK
}

func (h *fakeHost) SetEffectiveContext(id uint32) abi.Status {
	h.effective = id
	return abi.StatusOK
}

func (h *fakeHost) Log(_ abi.LogLevel, msg string) abi.Status {
	h.logs = append(h.logs, msg)
	return abi.StatusOK
}

func (h *fakeHost) SendLocalResponse(uint32, string, []byte, [][2]string, int32) abi.Status {
	h.replies++
	return abi.StatusOK
}

// rig is a VM with one plugin, whose id is 1.
type rig struct {
	*fakeHost
	vm   *dispatch.VM
	next uint32
	done map[uint32]int // how often each stream was done
}

// fakePlugin's streams note that they are done.
type fakePlugin struct {
	types.DefaultVMContext
	types.DefaultPluginContext
	r *rig
}

func (p *fakePlugin) NewPluginContext(uint32) types.PluginContext { return p }
func (p *fakePlugin) NewHttpContext(id uint32) types.HttpContext  { return &fakeStream{r: p.r, id: id} }

type fakeStream struct {
	types.DefaultHttpContext
	r  *rig
	id uint32
}

func (s *fakeStream) OnHttpStreamDone() { s.r.done[s.id]++ }

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{fakeHost: &fakeHost{}, vm: dispatch.NewVM(), next: 1, done: map[uint32]int{}}
	host, vm, registered := abi.SetHost(r.fakeHost), dispatch.SetCurrent(r.vm), dispatch.VMContext()
	dispatch.SetVMContext(&fakePlugin{r: r})
	r.vm.OnContextCreate(1, 0)
	t.Cleanup(func() {
		r.vm.OnDelete(1)
		abi.SetHost(host)
		dispatch.SetCurrent(vm)
		dispatch.SetVMContext(registered)
	})
	return r
}

// stream opens a stream.
func (r *rig) stream() uint32 {
	r.next++
	r.vm.OnContextCreate(r.next, 1)
	return r.next
}

// end ends a stream as hosts do.
func (r *rig) end(id uint32) {
	r.effective = id
	r.vm.OnLog(id)
	r.vm.OnDone(id)
	r.vm.OnDelete(id)
}

// tick moves the time on and runs the plugin's tick.
func (r *rig) tick(d time.Duration) {
	r.now += d
	r.effective = 1
	r.vm.OnTick(1)
}

func (r *rig) plugin() *Plugin { return PluginOf(1) }

// job is a Job made of functions.
type job struct {
	run  func(context.Context)
	late func()
}

func (j job) Run(ctx context.Context) { j.run(ctx) }

func (j job) Late() {
	if j.late != nil {
		j.late()
	}
}

// start runs f as the request header handler of a stream.
func (r *rig) start(id uint32, f func(ctx context.Context)) Outcome {
	outcome, _ := Stream(id).Run(dispatch.PhaseRequestHeaders, job{run: f})
	return outcome
}

// park waits as package call does.
func park(ctx context.Context, w *Wait, limit time.Duration) error {
	limit, err := Check(ctx, limit)
	if err != nil {
		return err
	}
	return w.Park(ctx, limit)
}
