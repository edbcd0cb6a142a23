package emulator

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

// EmulatorOption says which plugin NewHostEmulator runs, and with what.
type EmulatorOption struct {
	pluginConfiguration []byte
	vmConfiguration     []byte
	register            func()
	properties          map[string][]byte
}

// NewEmulatorOption returns the option for a plugin that does nothing.
func NewEmulatorOption() *EmulatorOption {
	return (&EmulatorOption{}).WithVMContext(&types.DefaultVMContext{})
}

// WithVMContext runs a plugin by its VM context.
func (o *EmulatorOption) WithVMContext(context types.VMContext) *EmulatorOption {
	o.register = func() { registerVM(context) }
	return o
}

// WithPluginContext runs a plugin by its plugin contexts.
func (o *EmulatorOption) WithPluginContext(context types.PluginContextFactory) *EmulatorOption {
	o.register = func() { registerPlugin(context) }
	return o
}

// WithHttpContext runs a plugin that only has HTTP contexts.
func (o *EmulatorOption) WithHttpContext(context types.HttpContextFactory) *EmulatorOption {
	o.register = func() { registerHTTP(context) }
	return o
}

// WithTcpContext runs a plugin that only has TCP contexts.
func (o *EmulatorOption) WithTcpContext(context types.TcpContextFactory) *EmulatorOption {
	o.register = func() { registerTCP(context) }
	return o
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
