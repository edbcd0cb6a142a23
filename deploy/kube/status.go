package kube

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// poll is the pause between two looks.
const poll = 300 * time.Millisecond

// Condition is what a controller says about an object.
type Condition struct {
	// By is the controller, and For what it is about, such as a gateway; may be "".
	By  string `json:"by,omitempty"`
	For string `json:"for,omitempty"`
	// Type, Status ("True", "False", "Unknown"), Reason and Message are the
	// controller's words.
	Type    string `json:"type"`
	Status  string `json:"status"`
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
	// Current is false where it is about an earlier generation of the object.
	Current bool `json:"current"`
}

// String is one line.
func (c Condition) String() string {
	text := c.Type + "=" + c.Status
	if c.For != "" {
		text = c.For + ": " + text
	}
	if c.Message != "" {
		text += " (" + short(c.Message) + ")"
	}
	if !c.Current {
		text += ", of an earlier generation"
	}
	return text
}

// Conditions are what controllers say about the object: of its status, or of the
// gateways in it.
func (o *Object) Conditions() []Condition {
	all := o.conditions("", "", o.u.Object, "status", "conditions")
	ancestors, _, _ := unstructured.NestedSlice(o.u.Object, "status", "ancestors")
	for _, a := range ancestors {
		m, ok := a.(map[string]any)
		if !ok {
			continue
		}
		kind, _, _ := unstructured.NestedString(m, "ancestorRef", "kind")
		name, _, _ := unstructured.NestedString(m, "ancestorRef", "name")
		all = append(all, o.conditions(text(m["controllerName"]), strings.TrimSpace(kind+" "+name), m, "conditions")...)
	}
	return all
}

func (o *Object) conditions(by, about string, in map[string]any, path ...string) []Condition {
	list, _, _ := unstructured.NestedSlice(in, path...)
	var all []Condition
	for _, item := range list {
		m, ok := item.(map[string]any)
		if !ok {
			continue
		}
		c := Condition{By: by, For: about, Type: text(m["type"]), Status: text(m["status"]), Reason: text(m["reason"]), Message: text(m["message"])}
		seen, told, _ := unstructured.NestedFieldNoCopy(m, "observedGeneration")
		c.Current = !told || number(seen) >= o.u.GetGeneration()
		all = append(all, c)
	}
	return all
}

// number reads what a JSON decoder or a test made of an integer, or of one in
// quotes, as Istio writes it.
func number(v any) int64 {
	var n int64
	_, _ = fmt.Sscan(fmt.Sprint(v), &n)
	return n
}

// WaitAccepted waits until controllers have accepted the object's present
// generation. The text says what was seen last; ok is false where the time was up
// before, or where one refused it.
func (c *Cluster) WaitAccepted(ctx context.Context, obj *Object) (seen string, ok bool, err error) {
	for {
		now, err := c.Get(ctx, obj.Kind, obj.Namespace(), obj.Name())
		if err != nil {
			return seen, false, unlessOver(ctx, err)
		}
		if now == nil {
			return "it was deleted meanwhile", false, nil
		}
		var done bool
		if seen, done, ok = accepted(now.Conditions()); done {
			return seen, ok, nil
		}
		select {
		case <-ctx.Done():
			return seen, false, nil
		case <-time.After(poll):
		}
	}
}

// accepted sums up. done says that more time would not help.
func accepted(all []Condition) (seen string, done, ok bool) {
	var texts []string
	yes := false
	for _, c := range all {
		if c.Type != "Accepted" && c.Type != "Programmed" {
			continue
		}
		texts = append(texts, c.String())
		switch {
		case !c.Current:
		case c.Status == "True":
			yes = true
		case c.Status == "False":
			done = true
		}
	}
	if len(texts) == 0 {
		return "no controller has written a status", false, false
	}
	for _, c := range all {
		yes = yes && (c.Current || c.Type != "Accepted" && c.Type != "Programmed")
	}
	return strings.Join(texts, "; "), done || yes, yes && !done
}

// WaitGone waits until the object is not there any more. ok is false where the
// time was up before.
func (c *Cluster) WaitGone(ctx context.Context, obj *Object) (seen string, ok bool, err error) {
	for {
		now, err := c.Get(ctx, obj.Kind, obj.Namespace(), obj.Name())
		if err != nil {
			return seen, false, unlessOver(ctx, err)
		}
		if now == nil || now.u.GetUID() != obj.u.GetUID() {
			return "it is gone", true, nil
		}
		seen = "it is there"
		if f := now.u.GetFinalizers(); len(f) > 0 {
			seen = "it waits for " + strings.Join(f, ", ")
		}
		select {
		case <-ctx.Done():
			return seen, false, nil
		case <-time.After(poll):
		}
	}
}

// unlessOver is err, and nil where the time was up: that is no failure.
func unlessOver(ctx context.Context, err error) error {
	select {
	case <-ctx.Done():
		return nil
	default:
		return err
	}
}
