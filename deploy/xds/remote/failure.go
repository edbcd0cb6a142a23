package remote

import (
	"fmt"
	"slices"
	"strings"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// maxReason bounds the reason for one resource, in bytes: the other side prints it.
const maxReason = 4096

// passing begins a reason that may be gone soon.
const passing = "not loaded by the agent, which tries again: "

// Passing makes the reason of an agent that couldn't get a module on its machine:
// it keeps trying, and no Envoy has seen the resource.
func Passing(why string) string { return passing + why }

// IsPassing reports whether a reason is one of Passing. The control plane then goes
// on to want the resource, and takes it for no word of Envoy about it.
func IsPassing(reason string) bool { return strings.HasPrefix(reason, passing) }

// Refuse puts into a request why resources are refused, by their names. Without any
// the request accepts.
func Refuse(req *discoveryv3.DeltaDiscoveryRequest, reasons map[string]string) {
	req.ErrorDetail = nil
	if len(reasons) == 0 {
		return
	}
	fields := map[string]*structpb.Value{}
	var lines []string
	for name, reason := range reasons {
		name, reason = strings.ToValidUTF8(name, "\uFFFD"), short(reason)
		fields[name] = structpb.NewStringValue(reason)
		lines = append(lines, fmt.Sprintf("%s: %s", name, reason))
	}
	slices.Sort(lines)
	s := status.New(codes.InvalidArgument, strings.Join(lines, "\n"))
	if full, err := s.WithDetails(&structpb.Struct{Fields: fields}); err == nil {
		s = full
	}
	req.ErrorDetail = s.Proto()
}

func short(reason string) string {
	if len(reason) > maxReason {
		reason = reason[:maxReason] + "…"
	}
	return strings.ToValidUTF8(reason, "\uFFFD")
}

// Failures reads the reason for each resource out of the error_detail of a request.
// It is empty where the error says none, as that of an Envoy without an agent, or
// where there is no error.
func Failures(errorDetail interface{ GetDetails() []*anypb.Any }) map[string]string {
	reasons := map[string]string{}
	for _, detail := range errorDetail.GetDetails() {
		var said structpb.Struct
		if detail.UnmarshalTo(&said) != nil {
			continue
		}
		for name, reason := range said.GetFields() {
			reasons[name] = short(reason.GetStringValue())
		}
	}
	return reasons
}
