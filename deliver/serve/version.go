package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// version is a plugin as it is, or was, handed out.
type version struct {
	spec  wasmplugin.Plugin
	ready *prepare.Ready
	id    string // the version of the resource for an Envoy on this machine
	good  bool   // an Envoy has taken it
	since time.Time
	// started is when the change was noticed that led to it.
	started time.Time
	// forms are what nodes get, as far as a node has asked.
	forms map[form]xds.Resource
	name  string
}

// form is how a node gets a plugin.
type form struct {
	agent      bool // by reference, through an agent beside it
	restricted bool // with its capabilities
}

// newVersion renders a plugin that is ready.
func newVersion(name string, w wasmplugin.Plugin, r *prepare.Ready, started time.Time) (*version, error) {
	v := &version{name: name, spec: w, ready: r, since: time.Now(), started: started, forms: map[form]xds.Resource{}}
	local, err := v.resource(xds.Node{})
	v.id = local.Version
	return v, err
}

// resource is what a node gets.
func (v *version) resource(n xds.Node) (xds.Resource, error) {
	f := form{agent: n.Agent, restricted: n.Restricts()}
	if r, ok := v.forms[f]; ok {
		return r, nil
	}
	r, err := v.render(f)
	if err == nil {
		v.forms[f] = r
	}
	return r, err
}

func (v *version) render(f form) (xds.Resource, error) {
	m := v.ready.Module
	p := xds.Plugin{
		Name: v.name, RootID: v.spec.PluginName, Code: xds.LocalFile(m.File), Config: v.ready.Config,
		Env: v.spec.Env, Fail: v.spec.FailStrategy,
	}
	if f.restricted {
		p.Capabilities = m.Capabilities()
	}
	if f.agent {
		code, err := v.far()
		if err != nil {
			return xds.Resource{}, err
		}
		p.Code = code
	}
	return p.Resource()
}

// far is the module for an agent on another machine: a reference, or the module
// itself where the agent can't get it as it was verified here.
func (v *version) far() (*xds.Code, error) {
	m := v.ready.Module
	if code, err := (remote.Reference{URL: m.Reference(), SHA256: m.SHA256}).Encode(); err == nil {
		return code, nil
	}
	code, err := m.Code()
	if err != nil {
		return nil, err
	}
	return remote.Inline(code), nil
}

// is reports whether the version of a resource is this.
func (v *version) is(text string) bool {
	for _, r := range v.forms {
		if r.Version == text {
			return true
		}
	}
	return false
}

// describe tells what it is made of.
func (v *version) describe() *VersionStatus {
	if v == nil {
		return nil
	}
	m := v.ready.Module
	return &VersionStatus{Version: v.id, Image: m.Pinned(), Digest: m.Manifest, SHA256: m.SHA256, Config: hashOf(v.ready.Config), Since: v.since}
}

// hashOf is a short name of a configuration, whose text may hold secrets.
func hashOf(config []byte) string {
	if config == nil {
		return ""
	}
	sum := sha256.Sum256(config)
	return hex.EncodeToString(sum[:6])
}
