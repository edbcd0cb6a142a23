package tck

import (
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// control hands the plugin of connections a command and returns its answer.
func (e *embedded) control(command string) (answer string, err error) {
	queue, status := e.shared.Resolve("conformance", cells.ControlQueue)
	if status != host.StatusOK {
		return "", errors.New("no control queue")
	}
	_, before, _ := e.shared.Get("conformance", cells.ControlKey)
	if status := e.shared.Enqueue(queue, []byte(command)); status != host.StatusOK {
		return "", errors.New("the control queue takes nothing")
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if value, cas, _ := e.shared.Get("conformance", cells.ControlKey); cas != before {
			return string(value), nil
		}
	}
	return "", errors.New("the plugin takes no command")
}
