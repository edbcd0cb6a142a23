package wrapper

import (
	"encoding/binary"
	"errors"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// plugin is one configuration of the plugin, without its type.
type plugin struct {
	types.DefaultPluginContext
	vm *vm
	inForce
	values map[string]interface{}
	spare  []more // of streams to come

	isolation *isolating // nil without
	leader    bool
}

// inForce is what one run of OnPluginStart makes.
type inForce struct {
	id    string // the configuration's _plugin_id_, "nil" without
	rules ruleset
	ticks []TickFuncEntry
	next  int // where the next tick begins

	askTicks func() error // nil without ticks

	queues map[uint32]func([]byte)
	drain  func(p *plugin, id uint32) // nil without queues
}

func (p *plugin) itself() *plugin { return p }

// SetContext implements PluginContext.
func (p *plugin) SetContext(key string, value interface{}) {
	if p.values == nil {
		p.values = make(map[string]interface{})
	}
	p.values[key] = value
}

// GetContext implements PluginContext.
func (p *plugin) GetContext(key string) interface{} { return p.values[key] }

// EnableRuleLevelConfigIsolation implements PluginContext.
func (p *plugin) EnableRuleLevelConfigIsolation() {
	p.isolation = &isolating{(*plugin).keep, (*plugin).isolate, (*plugin).settleKept}
}

// IsRuleLevelConfigIsolation implements PluginContext.
func (p *plugin) IsRuleLevelConfigIsolation() bool { return p.isolation != nil }

// GetFingerPrint implements PluginContext.
func (p *plugin) GetFingerPrint() string {
	if name := GetPluginFingerPrint(); name != "" {
		return name
	}
	return p.vm.name
}

// OnPluginStart implements types.PluginContext. A configuration that is refused
// leaves the one before in force, for hosts that go on with this context.
func (p *plugin) OnPluginStart(int) (status types.OnPluginStartStatus) {
	log.RefreshLevel()
	before := p.inForce
	defer func() {
		starting = nil
		if status == types.OnPluginStartStatusFailed {
			p.inForce = before
			p.vm.log.ResetID(before.id)
		}
	}()
	if err := p.configure(); err != nil {
		p.vm.log.Error("plugin start failed: " + err.Error())
		return types.OnPluginStartStatusFailed
	}
	p.vm.log.Debug("plugin started")
	return types.OnPluginStartStatusOK
}

func (p *plugin) configure() error {
	if p.vm.parsers.parse == nil {
		return errors.New("the plugin has no ParseConfig option although its configuration's type is not empty: pass one to wrapper.SetCtx")
	}
	p.reset("nil")
	raw, err := proxywasm.GetPluginConfiguration()
	if err != nil && !errors.Is(err, types.ErrorStatusNotFound) {
		return errors.New("the host didn't hand over the configuration: " + err.Error())
	}
	config, err := splitConfig(raw)
	if err != nil {
		return err
	}
	p.reset(config.id)
	if err := p.prepare(); err != nil {
		return err
	}
	var kept *keeping
	if p.isolation != nil {
		kept = p.isolation.keep(p)
	}
	if p.rules, err = p.parseRules(config, kept); err != nil {
		return err
	}
	if p.askTicks != nil {
		if err := p.askTicks(); err != nil {
			return err
		}
	}
	if kept != nil {
		p.isolation.settle(p, kept)
	}
	return nil
}

// reset makes the log lines carry the configuration's id, or none.
func (p *plugin) reset(id string) {
	p.id = id
	p.vm.log.ResetID(id)
}

// prepare does what comes before parsing.
func (p *plugin) prepare() error {
	if p.vm.prePlugin != nil {
		if err := p.vm.prePlugin(p); err != nil {
			return errors.New("the PrePluginStartOrReload hook refused: " + err.Error())
		}
	}
	if n := p.vm.ioCycle; n > 0 {
		arg := binary.LittleEndian.AppendUint64(nil, n)
		if _, err := proxywasm.CallForeignFunction("set_global_max_requests_per_io_cycle", arg); err != nil {
			p.vm.log.Warn("WithMaxRequestsPerIoCycle has no effect on this host: " + err.Error())
		}
	}
	if begin := p.vm.on.begin; begin != nil {
		begin()
	}
	p.ticks, p.next, p.askTicks, p.queues, p.drain = nil, 0, nil, nil, nil
	starting = p
	return nil
}
