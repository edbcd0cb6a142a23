package agent

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// saveDelay is how long a change waits for others, before all are written.
const saveDelay = 100 * time.Millisecond

// maxState bounds what is read.
const maxState = 512 << 20

// state is what the disk keeps of a node: what its Envoy has accepted last.
type state struct {
	Node  string     `json:"node"`
	Saved time.Time  `json:"saved"`
	Known []xds.Type `json:"known"`
	Items []stored   `json:"items"`
}

// stored is a resource. Value is its message, as Envoy gets it.
type stored struct {
	Type     xds.Type          `json:"type"`
	Name     string            `json:"name"`
	Version  string            `json:"version"`
	Upstream string            `json:"upstream"`
	TypeURL  string            `json:"typeUrl"`
	Value    []byte            `json:"value"`
	Modules  []*prepare.Module `json:"modules,omitempty"`
}

func (a *Agent) statePath(node string) string {
	return filepath.Join(a.o.Dir, digest(&anypb.Any{TypeUrl: node})+".json")
}

// saveSoon has the state written.
func (n *node) saveSoon() {
	if n.save != nil {
		return
	}
	n.save = time.AfterFunc(saveDelay, func() {
		n.do(func() {
			n.save = nil
			n.write()
		})
	})
}

func (n *node) write() {
	s := state{Node: n.id, Saved: time.Now().UTC()}
	for _, t := range types {
		if n.known[t] {
			s.Known = append(s.Known, t)
		}
		for _, i := range n.items[t] {
			if i.good.is() {
				s.Items = append(s.Items, stored{
					Type: t, Name: i.name, Version: i.good.Version, Upstream: i.good.Upstream,
					TypeURL: i.good.Body.TypeUrl, Value: i.good.Body.Value, Modules: i.good.Modules,
				})
			}
		}
	}
	text, err := json.Marshal(s)
	if err == nil {
		err = atomicfile.WriteFile(n.a.statePath(n.id), text, 0o600) // configurations have secrets
	}
	if err != nil {
		n.a.tell(Warning{Node: n.id, Text: "what Envoy has is not kept for a restart: " + err.Error()})
	}
}

// restore reads what the node has accepted last, before anything else is known.
func (n *node) restore(ctx context.Context) {
	s, err := readState(n.a.statePath(n.id))
	if err != nil || s.Node != n.id {
		if !errors.Is(err, fs.ErrNotExist) {
			n.a.tell(Warning{Node: n.id, Text: "what Envoy had can't be read, and is not used: " + errorText(err)})
		}
		return
	}
	count := 0
	for _, st := range s.Items {
		items := n.items[st.Type]
		if items == nil || st.Version == "" || st.TypeURL == "" {
			continue
		}
		if err := n.a.intact(ctx, n.id, st); err != nil {
			n.a.tell(Warning{Node: n.id, Text: st.Name + " is not served from the disk: " + err.Error()})
			continue
		}
		body := &anypb.Any{TypeUrl: st.TypeURL, Value: st.Value}
		good := local{Resource: xds.Resource{Name: st.Name, Version: st.Version, Body: body}, Upstream: st.Upstream, Modules: st.Modules}
		items[st.Name] = &item{t: st.Type, name: st.Name, good: good}
		count++
	}
	for _, t := range s.Known {
		n.known[t] = true
	}
	n.a.tell(Restored{Node: n.id, Resources: count})
}

// errMoved is about a module whose file has another path than it had.
var errMoved = errors.New("its module's file has moved")

// intact reports why the modules of a resource can't be used: their files are
// damaged, and the store has them no more; or today's policy refuses them.
func (a *Agent) intact(ctx context.Context, node string, st stored) error {
	w := &wasmplugin.Plugin{Kind: "agent", Namespace: node, Name: st.Name}
	for _, m := range st.Modules {
		if m == nil {
			return errMoved
		}
		got, err := a.prep.Again(ctx, w, m)
		if err != nil {
			return err
		}
		if got.File != m.File {
			return errMoved
		}
	}
	return nil
}

func readState(path string) (s state, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return s, err
	}
	if info.Size() > maxState {
		return s, errors.New("it is too large")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

func errorText(err error) string {
	if err == nil {
		return "it is of another node"
	}
	return err.Error()
}
