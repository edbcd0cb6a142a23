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
	local xds.Resource // for Envoys that read this machine's files
	agent xds.Resource // for those with an agent beside them
	good  bool         // an Envoy has taken it
	since time.Time    // when it was ready
	// started is when the change was noticed that led to it.
	started time.Time
}

// newVersion renders a plugin that is ready.
func newVersion(name string, w wasmplugin.Plugin, r *prepare.Ready, started time.Time) (*version, error) {
	p := xds.Plugin{
		Name: name, RootID: w.PluginName, Code: xds.LocalFile(r.Module.File), Config: r.Config, Env: w.Env,
		Fail: w.FailStrategy, Capabilities: r.Module.Capabilities(),
	}
	v := &version{spec: w, ready: r, since: time.Now(), started: started}
	var err error
	if v.local, err = p.Resource(); err != nil {
		return nil, err
	}
	reference := remote.Reference{URL: r.Module.Reference(), SHA256: r.Module.SHA256}
	if p.Code, err = reference.Encode(); err != nil {
		v.agent, err = xds.Resource{Name: name}, nil // rendered with the module inside, if an agent asks
		return v, err
	}
	v.agent, err = p.Resource()
	return v, err
}

// inline renders a plugin whose module an agent can't reach.
func (v *version) inline() (xds.Resource, error) {
	code, err := v.ready.Module.Code()
	if err != nil {
		return xds.Resource{}, err
	}
	return xds.Plugin{
		Name: v.local.Name, RootID: v.spec.PluginName, Code: remote.Inline(code), Config: v.ready.Config, Env: v.spec.Env,
		Fail: v.spec.FailStrategy, Capabilities: v.ready.Module.Capabilities(),
	}.Resource()
}

// resource is what a node gets.
func (v *version) resource(n xds.Node) (xds.Resource, bool) {
	if !n.Agent {
		return v.local, true
	}
	if v.agent.Body == nil {
		r, err := v.inline()
		if err != nil {
			return xds.Resource{}, false
		}
		v.agent = r
	}
	return v.agent, true
}

// is reports whether the version of a resource is this.
func (v *version) is(text string) bool { return v.local.Version == text || v.agent.Version == text }

// describe tells what it is made of.
func (v *version) describe() *VersionStatus {
	if v == nil {
		return nil
	}
	m := v.ready.Module
	return &VersionStatus{Version: v.local.Version, Image: m.Pinned(), Digest: m.Manifest, SHA256: m.SHA256, Config: hashOf(v.ready.Config), Since: v.since}
}

// hashOf is a short name of a configuration, whose text may hold secrets.
func hashOf(config []byte) string {
	if config == nil {
		return ""
	}
	sum := sha256.Sum256(config)
	return hex.EncodeToString(sum[:6])
}
