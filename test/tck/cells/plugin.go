package cells

import (
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

const (
	// tickPeriod is in milliseconds.
	tickPeriod = 5
	// wakeQueue is what the phase QueueReady waits for.
	wakeQueue = "c-wake"
	// ControlQueue takes commands where no request can bring them; the answer
	// is then in the shared data ControlKey.
	ControlQueue = "c-control"
	// ControlKey is the key of such an answer.
	ControlKey = "c-control"
)

// Register makes this module's plugin the table's.
func Register() { proxywasm.SetVMContext(&vm{}) }

// vm is the state of the VM: the plugin has one configuration for streams and
// one for connections, which share it.
type vm struct {
	types.DefaultVMContext
	armed   armed             // what the next stream or connection runs
	running armed             // what the last one ran
	reports map[string]string // of phases without a stream
}

// armed is one cell to run.
type armed struct {
	phase  string
	call   Call
	talk   Conversation // in the phases of those
	answer string
	ran    bool
	over   bool // the stream has ended
}

// OnVMStart implements types.VMContext. Envoy calls it once for each plugin.
func (v *vm) OnVMStart(int) types.OnVMStartStatus {
	if v.reports == nil {
		v.reports = map[string]string{}
		v.runAll(VMStart, &Scene{})
	}
	return types.OnVMStartStatusOK
}

// NewPluginContext implements types.VMContext.
func (v *vm) NewPluginContext(id uint32) types.PluginContext { return &plugin{vm: v, id: id} }

// runAll runs every call of a phase without a stream.
func (v *vm) runAll(phase string, s *Scene) {
	var report strings.Builder
	for _, c := range Calls() {
		s.Unique = unique()
		report.WriteString(c.Name + "\t" + c.Run(s) + "\n")
	}
	v.reports[phase] = report.String()
}

// unique returns a name that no VM of the gateway has used before.
func unique() string { return strconv.FormatInt(time.Now().UnixNano(), 36) }

// run runs the armed call if the phase is its, once, and reports whether
// it answered the request.
func (a *armed) run(phase string, stream, plugin uint32) (answered bool) {
	if a.phase != phase || a.ran {
		return false
	}
	a.ran = true
	a.answer = a.call.Run(&Scene{Unique: unique(), Stream: stream, Plugin: plugin})
	return a.call.Answers
}

// Control runs a command and returns its answer:
//
//	arm PHASE CALL  makes the next stream run a cell: "armed"
//	report          what the last stream's cell answered, "pending" while it is
//	                not over; its first word is ran or skipped
//	root PHASE      the answers of a phase without a stream, a line each;
//	                "pending" until it has run
func (v *vm) control(command string) string {
	word, rest, _ := strings.Cut(command, " ")
	switch word {
	case "arm":
		phase, name, _ := strings.Cut(rest, " ")
		v.armed = armed{phase: phase}
		var ok bool
		if IsGRPC(phase) {
			v.armed.talk, ok = findConversation(name)
		} else {
			v.armed.call, ok = find(name)
		}
		if !ok {
			v.armed = armed{}
			return "no call " + name
		}
		v.running = armed{}
		return "armed"
	case "report":
		return v.report()
	case "root":
		return v.root(rest)
	}
	return "no command " + command
}

func (v *vm) report() string {
	switch {
	case !v.running.over:
		return "pending"
	case !v.running.ran:
		return "skipped"
	}
	return "ran " + v.running.answer
}

// root returns the report of a phase, and makes it run where nothing else does.
func (v *vm) root(phase string) string {
	if report, ok := v.reports[phase]; ok {
		return report
	}
	if phase == QueueReady {
		id, err := proxywasm.ResolveSharedQueue("conformance", wakeQueue)
		if err == nil {
			err = proxywasm.EnqueueSharedQueue(id, []byte("wake"))
		}
		if err != nil {
			return "waking the queue: " + err.Error()
		}
	}
	return "pending"
}
