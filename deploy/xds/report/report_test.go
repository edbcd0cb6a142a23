package report

import (
	"reflect"
	"testing"
	"time"

	dataaccesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func TestRequest(t *testing.T) {
	chosen, err := structpb.NewStruct(map[string]any{"ns.p": "v1", "ns.q": "v2", "ns.n": 3.0})
	if err != nil {
		t.Fatal(err)
	}
	state, err := anypb.New(chosen)
	if err != nil {
		t.Fatal(err)
	}
	e := &dataaccesslogv3.HTTPAccessLogEntry{
		CommonProperties: &dataaccesslogv3.AccessLogCommon{TimeToLastDownstreamTxByte: durationpb.New(time.Second), FilterStateObjects: map[string]*anypb.Any{State: state}},
		Response:         &dataaccesslogv3.HTTPResponseProperties{ResponseCode: wrapperspb.UInt32(503)},
	}
	want := Request{Versions: map[string]string{"ns.p": "v1", "ns.q": "v2"}, Code: 503, Took: time.Second}
	if got := request(e); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	e.Response, e.CommonProperties.TimeToLastDownstreamTxByte, e.CommonProperties.Duration = nil, nil, durationpb.New(time.Minute)
	if got := request(e); got.Code != 0 || got.Took != time.Minute {
		t.Errorf("no response: %+v", got)
	}
	for name, state := range map[string]*anypb.Any{"none": nil, "another type": {TypeUrl: "x"}, "broken": {TypeUrl: state.TypeUrl, Value: []byte{0xff}}} {
		e.CommonProperties.FilterStateObjects[State] = state
		if got := request(e); got.Versions != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := request(nil); got.Versions != nil {
		t.Errorf("nothing: %+v", got)
	}
}
