package decode

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// TryDefaults reports a default that its own field would refuse.
func TryDefaults(root *spec.Node) error {
	return tryDefaults(root, map[*spec.Object]bool{})
}

func tryDefaults(n *spec.Node, done map[*spec.Object]bool) error {
	for n.Elem != nil {
		n = n.Elem
	}
	if n.Object == nil || done[n.Object] {
		return nil
	}
	done[n.Object] = true
	for _, f := range n.Object.Fields {
		// What is inside comes first: its defaults may be part of this one.
		if err := tryDefaults(f.Node, done); err != nil {
			return err
		}
		if f.Default == nil {
			continue
		}
		if p := Try(f.Node, f.Default); len(p.List) > 0 {
			where := p.List[0].Path
			if where != "" {
				where += ": "
			}
			return errors.New("config: " + n.Type.String() + "." + f.GoName + ": tag default: " + where + p.List[0].Message)
		}
	}
	return nil
}
