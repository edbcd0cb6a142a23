package properties_test

import (
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/higress-group/proxy-wasm-go-sdk/properties"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// with makes a host with properties, by their path joined with dots. The latest
// host is the one that package properties asks.
func with(t *testing.T, values map[string][]byte) {
	t.Helper()
	o := proxytest.NewEmulatorOption()
	for path, value := range values {
		o.WithProperty(strings.Split(path, "."), value)
	}
	_, reset := proxytest.NewHostEmulator(o)
	t.Cleanup(reset)
}

func word(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

// pairs writes Envoy's form of a map.
func pairs(list ...string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(list)/2))
	for _, s := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
	}
	for _, s := range list {
		b = append(append(b, s...), 0)
	}
	return b
}

func check[T any](t *testing.T, what string, f func() (T, error), want T) {
	t.Helper()
	if got, err := f(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, %v; want %v", what, got, err, want)
	}
}

func TestValues(t *testing.T) {
	now := time.Unix(1700000000, 5).UTC()
	with(t, map[string][]byte{
		"source.address": []byte("10.0.0.1:99"), "source.port": word(99), "connection.mtls": {1},
		"request.time": word(uint64(now.UnixNano())), "request.headers": pairs("a", "1", "b", "2"),
		"node.metadata.ENVOY_STATUS_PORT": word(math.Float64bits(15021)),
		"node.metadata.PILOT_SAN":         pairs("x", "", "y", ""),
		"node.metadata.INTERCEPTION_MODE": []byte("TPROXY"), "listener_direction": word(2),
		"node.locality.zone":   []byte("z1"),
		"node.extensions":      pairs("\x0a\x04name\x12\x03cat\x2a\x01u", ""),
		"node.client_features": []byte("\x0a\x01a\x0a\x01b"),
		"xds.route_name":       []byte("default/foo"),
		"xds.route_metadata.filter_metadata.istio.config":               []byte("/apis/x"),
		"xds.route_metadata.filter_metadata.istio.services":             pairs(string(pairs("host", "h", "name", "n", "namespace", "ns")), ""),
		"node.metadata.PROXY_CONFIG.proxyStatsMatcher.inclusionRegexps": pairs("r", ""),
	})
	check(t, "address", properties.GetDownstreamRemoteAddress, "10.0.0.1:99")
	check(t, "port", properties.GetDownstreamRemotePort, 99)
	check(t, "mtls", properties.IsDownstreamConnectionTls, true)
	check(t, "time", properties.GetRequestTime, now)
	check(t, "headers", properties.GetRequestHeaders, map[string]string{"a": "1", "b": "2"})
	check(t, "status port", properties.GetNodeMetaEnvoyStatusPort, 15021)
	check(t, "san", properties.GetNodeMetaPilotSan, []string{"x", "y"})
	check(t, "mode", properties.GetNodeMetaInterceptionMode, properties.IstioTrafficInterceptionModeTproxy)
	check(t, "direction", properties.GetListenerDirection, properties.EnvoyTrafficDirectionOutbound)
	check(t, "locality", properties.GetNodeLocality, properties.EnvoyLocality{Zone: "z1"})
	check(t, "extensions", properties.GetNodeExtensions, []properties.EnvoyExtension{{Name: "name", Category: "cat", TypeUrls: []string{"u"}}})
	check(t, "features", properties.GetNodeClientFeatures, []string{"a", "b"})
	check(t, "route", properties.GetXdsRouteName, "default/foo")
	check(t, "metadata", properties.GetXdsRouteMetadata, properties.IstioFilterMetadata{
		Config: "/apis/x", Services: []properties.IstioService{{Host: "h", Name: "n", Namespace: "ns"}}})
	check(t, "matcher", properties.GetNodeProxyConfigProxyStatsMatcher, properties.IstioProxyStatsMatcher{InclusionRegexps: []string{"r"}})
}

// TestMalformed feeds values of a wrong form: errors, and no panics.
func TestMalformed(t *testing.T) {
	with(t, map[string][]byte{
		"source.port": {1}, "connection.mtls": {1, 2}, "request.headers": {255, 255, 255, 255, 1},
		"node.metadata.PILOT_SAN": pairs("x", "")[:10], "node.extensions": pairs("\x0a\x99", ""), "node.client_features": {1},
		"node.metadata.INTERCEPTION_MODE": []byte("x"),
	})
	for what, f := range map[string]func() error{
		"port":       func() error { _, err := properties.GetDownstreamRemotePort(); return err },
		"mtls":       func() error { _, err := properties.IsDownstreamConnectionTls(); return err },
		"headers":    func() error { _, err := properties.GetRequestHeaders(); return err },
		"san":        func() error { _, err := properties.GetNodeMetaPilotSan(); return err },
		"extensions": func() error { _, err := properties.GetNodeExtensions(); return err },
		"features":   func() error { _, err := properties.GetNodeClientFeatures(); return err },
		"mode":       func() error { _, err := properties.GetNodeMetaInterceptionMode(); return err },
		"locality":   func() error { _, err := properties.GetNodeLocality(); return err },
	} {
		if f() == nil {
			t.Errorf("%s: no error", what)
		}
	}
	if _, err := properties.GetRequestId(); err != types.ErrorStatusNotFound {
		t.Errorf("a property that isn't there: %v", err)
	}
}

func TestNames(t *testing.T) {
	for m := properties.IstioTrafficInterceptionModeNone; m <= properties.IstioTrafficInterceptionModeRedirect; m++ {
		if got, err := properties.ParseIstioTrafficInterceptionMode(m.String()); err != nil || got != m {
			t.Errorf("%v is parsed as %v, %v", m, got, err)
		}
	}
	for d, want := range map[properties.EnvoyTrafficDirection]string{0: "UNSPECIFIED", 1: "INBOUND", 2: "OUTBOUND", 9: "UNSPECIFIED"} {
		if d.String() != want {
			t.Errorf("%d is %s, want %s", d, d, want)
		}
	}
}
