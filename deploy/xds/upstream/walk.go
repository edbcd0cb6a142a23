package upstream

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	// Filters that hold others, and what they choose by.
	_ "github.com/envoyproxy/go-control-plane/envoy/config/common/matcher/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/composite/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// maxDepth bounds how deep messages are looked into.
const maxDepth = 100

// walker finds the plugins in a resource.
type walker struct {
	// visit is called for each, and reports whether it has changed it.
	visit func(*anypb.Any) (changed bool, err error)
}

// apply visits the plugins of a resource, which stays as it is.
func (w *walker) apply(r xds.Resource) (xds.Resource, error) {
	body := proto.CloneOf(r.Body)
	changed, err := w.any(body, 0)
	if err != nil {
		return xds.Resource{}, fmt.Errorf("%s: %w", r.Name, err)
	}
	if !changed {
		body = r.Body
	}
	sum := sha256.Sum256(append([]byte(body.TypeUrl), body.Value...))
	return xds.Resource{Name: r.Name, Version: hex.EncodeToString(sum[:8]), Body: body}, nil
}

// any looks into a packed message. One of a type that isn't known has no plugins.
func (w *walker) any(a *anypb.Any, depth int) (changed bool, err error) {
	if depth > maxDepth {
		return false, fmt.Errorf("%w: nested too deep", ErrResource)
	}
	if a.GetTypeUrl() == remote.WasmType {
		return w.visit(a)
	}
	m, err := a.UnmarshalNew()
	if err != nil {
		return false, nil //nolint:nilerr // Envoy is the one to judge it
	}
	if changed, err = w.message(m.ProtoReflect(), depth+1); err != nil || !changed {
		return false, err
	}
	return true, replace(a, m)
}

// message looks into the fields of a message.
func (w *walker) message(m protoreflect.Message, depth int) (changed bool, err error) {
	if a, ok := m.Interface().(*anypb.Any); ok {
		return w.any(a, depth)
	}
	if depth > maxDepth {
		return false, fmt.Errorf("%w: nested too deep", ErrResource)
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		each(f, v, func(sub protoreflect.Message) {
			if err != nil {
				return
			}
			var c bool
			c, err = w.message(sub, depth+1)
			changed = changed || c
		})
		return err == nil
	})
	return changed, err
}

// each calls f with the messages in a field.
func each(f protoreflect.FieldDescriptor, v protoreflect.Value, do func(protoreflect.Message)) {
	switch {
	case f.IsMap():
		if f.MapValue().Message() != nil {
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				do(v.Message())
				return true
			})
		}
	case f.Message() == nil:
	case f.IsList():
		for i := range v.List().Len() {
			do(v.List().Get(i).Message())
		}
	default:
		do(v.Message())
	}
}
