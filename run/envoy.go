package run

import (
	"context"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deploy/envoy"
)

// OnEnvoy returns an engine that is a real Envoy process. admin is the address
// of its admin endpoint; empty means [DefaultAdmin]. It can't be off: Envoy says
// there whether a change serves.
func OnEnvoy(binary envoy.Binary, admin string) Engine {
	if admin == "" {
		admin = DefaultAdmin
	}
	return &envoyEngine{binary: binary, admin: admin}
}

type envoyEngine struct {
	binary envoy.Binary
	admin  string
	envoy  *envoy.Envoy
}

var _ Engine = (*envoyEngine)(nil)

func (e *envoyEngine) Target() build.Target  { return build.Envoy }
func (e *envoyEngine) Addr() string          { return e.envoy.Addr() }
func (e *envoyEngine) Done() <-chan struct{} { return e.envoy.Done() }
func (e *envoyEngine) Err() error            { return e.envoy.Err() }
func (e *envoyEngine) Close() error          { return e.envoy.Close() }

func (e *envoyEngine) describe(r *Ready) {
	r.Engine = "Envoy " + e.binary.Version.String()
	r.Admin, r.PID = e.envoy.AdminURL(), e.envoy.PID()
}

func (e *envoyEngine) Start(ctx context.Context, s Setup) (err error) {
	if err := checkFree(e.admin, "--admin"); err != nil {
		return err
	}
	e.envoy, err = envoy.Start(ctx, envoy.Options{
		Binary: e.binary, Listen: s.Listen, Admin: e.admin, Workers: s.Workers, LogLevel: envoyLevel(s.LogLevel),
		MetricLabels: s.MetricLabels,
		OnPlugin:     func(p envoy.PluginLine) { s.tell(Log{time.Now(), ourLevel(p.Level), p.Plugin, p.Text}) },
		OnAccess:     func(a envoy.Access) { s.tell(envoyRequest(a)) },
		OnLog:        func(l envoy.Line) { s.tell(Noise{envoyNoise(l)}) },
	}, envoyConfig(s.State))
	return reword(err, expandStack)
}

func (e *envoyEngine) Apply(ctx context.Context, s State) error {
	return reword(e.envoy.Apply(ctx, envoyConfig(s)), expandStack)
}

func envoyConfig(s State) envoy.Config {
	var c envoy.Config
	for _, p := range s.Plugins {
		c.Plugins = append(c.Plugins, envoy.Plugin{Name: p.Name, Code: p.Code, Config: p.Config})
		c.RedisBridge = c.RedisBridge || build.UsesRedisBridge(p.Code)
	}
	for _, r := range s.Routes {
		c.Routes = append(c.Routes, envoy.Route(r))
	}
	for _, cl := range s.Clusters {
		c.Clusters = append(c.Clusters, envoy.Cluster(cl))
	}
	return c
}

func envoyRequest(a envoy.Access) Request {
	return Request{
		Time: a.Time, Method: a.Method, Host: a.Host, Path: a.Path, Protocol: a.Protocol, Status: a.Status,
		Took: a.Took(), Sent: a.Sent, Route: a.Route, Cluster: a.Cluster, Details: a.Details,
	}
}

func envoyNoise(l envoy.Line) string {
	if l.Level == "" {
		return l.Text
	}
	return fmt.Sprintf("%s %s: %s", l.Level, l.Component, l.Text)
}

// envoyLevel and ourLevel translate the one level that has two names.
func envoyLevel(level string) string {
	if level == "warn" {
		return "warning"
	}
	return level
}

func ourLevel(level string) string {
	if level == "warning" {
		return "warn"
	}
	return level
}
