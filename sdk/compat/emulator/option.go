package emulator

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

// EmulatorOption says which plugin NewHostEmulator runs, and with what.
type EmulatorOption struct {
	pluginConfiguration []byte
	vmConfiguration     []byte
	register            func()
	module              Module // instead of register, unless nil
	properties          map[string][]byte
}

// NewEmulatorOption returns the option for a plugin that does nothing.
func NewEmulatorOption() *EmulatorOption {
	return (&EmulatorOption{}).WithVMContext(&types.DefaultVMContext{})
}

// WithVMContext runs a plugin by its VM context, or a Module.
func (o *EmulatorOption) WithVMContext(context types.VMContext) *EmulatorOption {
	if module, ok := context.(Module); ok {
		o.module = module
		return o
	}
	return o.with(func() { registerVM(context) })
}

func (o *EmulatorOption) with(register func()) *EmulatorOption {
	o.module, o.register = nil, register
	return o
}

// WithPluginContext runs a plugin by its plugin contexts.
func (o *EmulatorOption) WithPluginContext(context types.PluginContextFactory) *EmulatorOption {
	return o.with(func() { registerPlugin(context) })
}

// WithHttpContext runs a plugin that only has HTTP contexts.
func (o *EmulatorOption) WithHttpContext(context types.HttpContextFactory) *EmulatorOption {
	return o.with(func() { registerHTTP(context) })
}

// WithTcpContext runs a plugin that only has TCP contexts.
func (o *EmulatorOption) WithTcpContext(context types.TcpContextFactory) *EmulatorOption {
	return o.with(func() { registerTCP(context) })
}

// WithPluginConfiguration sets the plugin's configuration.
func (o *EmulatorOption) WithPluginConfiguration(data []byte) *EmulatorOption {
	o.pluginConfiguration = data
	return o
}

// WithVMConfiguration sets the VM's configuration.
func (o *EmulatorOption) WithVMConfiguration(data []byte) *EmulatorOption {
	o.vmConfiguration = data
	return o
}

// WithProperty sets a property.
func (o *EmulatorOption) WithProperty(path []string, value []byte) *EmulatorOption {
	if o.properties == nil {
		o.properties = map[string][]byte{}
	}
	o.properties[pathKey(path)] = value
	return o
}
