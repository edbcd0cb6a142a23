package xds

import (
	"fmt"

	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	matcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	celv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/filters/cel/v3"
	grpclogv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/grpc/v3"
	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	compositev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/composite/v3"
	fractionv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/matching/input_matchers/runtime_fraction/v3"
	envoymatcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/sluiceproxy/sluice/deploy/xds/report"
)

// SplitType is the type of what [Split] makes. A filter's type_urls must list it.
const SplitType = typePrefix + "envoy.extensions.common.matching.v3.ExtensionWithMatcher"

// Branch is one of two versions of a plugin: Version is its name in reports.
type Branch struct {
	Version  string
	Resource Resource
}

// Split runs one of two versions of a plugin for each request. Both have their VMs
// as long as it is there, so that another share compiles nothing.
type Split struct {
	// Name is the plugin's.
	Name string
	// Stable takes the requests that Canary doesn't take.
	Stable, Canary Branch
	// Header and Value are a header, in small letters, and a value with which a
	// request is Canary's. Default: none.
	Header, Value string
	// Percent of the requests are Canary's, by the hash of x-request-id: a request
	// without one, which is one whose Envoy makes none, is Stable's.
	Percent int
}

// Resource renders the split.
func (s Split) Resource() (Resource, error) {
	stable, err := s.Stable.action()
	if err != nil {
		return Resource{}, err
	}
	canary, err := s.Canary.action()
	if err != nil {
		return Resource{}, err
	}
	var matchers []*matcherv3.Matcher_MatcherList_FieldMatcher
	add := func(header string, p *matcherv3.Matcher_MatcherList_Predicate_SinglePredicate) error {
		input, err := typed("header", &envoymatcherv3.HttpRequestHeaderMatchInput{HeaderName: header})
		p.Input = input
		matchers = append(matchers, &matcherv3.Matcher_MatcherList_FieldMatcher{OnMatch: canary, Predicate: &matcherv3.Matcher_MatcherList_Predicate{
			MatchType: &matcherv3.Matcher_MatcherList_Predicate_SinglePredicate_{SinglePredicate: p},
		}})
		return err
	}
	if s.Header != "" {
		err = add(s.Header, &matcherv3.Matcher_MatcherList_Predicate_SinglePredicate{Matcher: &matcherv3.Matcher_MatcherList_Predicate_SinglePredicate_ValueMatch{
			ValueMatch: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: s.Value}}}})
	}
	if s.Percent > 0 && err == nil {
		var custom *xdscorev3.TypedExtensionConfig
		if custom, err = s.fraction(); err == nil {
			err = add("x-request-id", &matcherv3.Matcher_MatcherList_Predicate_SinglePredicate{Matcher: &matcherv3.Matcher_MatcherList_Predicate_SinglePredicate_CustomMatch{CustomMatch: custom}})
		}
	}
	if err != nil {
		return Resource{}, err
	}
	m := &matcherv3.Matcher{OnNoMatch: stable}
	if len(matchers) > 0 {
		m.MatcherType = &matcherv3.Matcher_MatcherList_{MatcherList: &matcherv3.Matcher_MatcherList{Matchers: matchers}}
	}
	composite, err := wrap(&compositev3.Composite{})
	if err != nil {
		return Resource{}, err
	}
	return extension(s.Name, &matchingv3.ExtensionWithMatcher{XdsMatcher: m,
		ExtensionConfig: &corev3.TypedExtensionConfig{Name: "composite", TypedConfig: composite}})
}

func (s Split) fraction() (*xdscorev3.TypedExtensionConfig, error) {
	return typed("fraction", &fractionv3.RuntimeFraction{RuntimeFraction: &corev3.RuntimeFractionalPercent{
		DefaultValue: &typev3.FractionalPercent{Numerator: uint32(s.Percent), Denominator: typev3.FractionalPercent_HUNDRED},
		RuntimeKey:   "sluice.canary." + s.Name,
	}})
}

// action has a version run.
func (b Branch) action() (*matcherv3.Matcher_OnMatch, error) {
	var ext corev3.TypedExtensionConfig
	if err := b.Resource.Body.UnmarshalTo(&ext); err != nil {
		return nil, fmt.Errorf("version %s of %s: %w", b.Version, b.Resource.Name, err)
	}
	ext.Name = b.Version
	action, err := typed(b.Version, &compositev3.ExecuteFilterAction{TypedConfig: &ext})
	return &matcherv3.Matcher_OnMatch{OnMatch: &matcherv3.Matcher_OnMatch_Action{Action: action}}, err
}

// typed names an extension of a matcher.
func typed(name string, m proto.Message) (*xdscorev3.TypedExtensionConfig, error) {
	config, err := wrap(m)
	return &xdscorev3.TypedExtensionConfig{Name: name, TypedConfig: config}, err
}

// reportLog is an access log that reports every request for which a split has
// chosen, on the connection to the server. Others cost a comparison.
func reportLog() (*accesslogv3.AccessLog, error) {
	chosen, err := wrap(&celv3.ExpressionFilter{Expression: "'" + report.State + "' in filter_state"})
	if err != nil {
		return nil, err
	}
	sink, err := wrap(&grpclogv3.HttpGrpcAccessLogConfig{CommonConfig: &grpclogv3.CommonGrpcAccessLogConfig{
		LogName: report.LogName, TransportApiVersion: corev3.ApiVersion_V3,
		BufferFlushInterval: durationpb.New(reportEvery), BufferSizeBytes: wrapperspb.UInt32(reportBuffer),
		FilterStateObjectsToLog: []string{report.State},
		GrpcService: &corev3.GrpcService{TargetSpecifier: &corev3.GrpcService_EnvoyGrpc_{
			EnvoyGrpc: &corev3.GrpcService_EnvoyGrpc{ClusterName: serverCluster}}},
	}})
	if err != nil {
		return nil, err
	}
	return &accesslogv3.AccessLog{Name: report.LogName, ConfigType: &accesslogv3.AccessLog_TypedConfig{TypedConfig: sink},
		Filter: &accesslogv3.AccessLogFilter{FilterSpecifier: &accesslogv3.AccessLogFilter_ExtensionFilter{
			ExtensionFilter: &accesslogv3.ExtensionFilter{Name: "cel", ConfigType: &accesslogv3.ExtensionFilter_TypedConfig{TypedConfig: chosen}}}}}, nil
}
