package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// settle is how long an API server gets for a request that was given up.
const settle = time.Second

// find asks whether a write that failed was made all the same: an answer can be
// lost, and a request that is given up can still be taken. The history that was
// sent tells, as it has the entry of this write.
func (t *target) find(ctx context.Context, j *job) error {
	if j.done != nil || j.sent == nil {
		return nil
	}
	if errors.Is(t.err, context.Canceled) || errors.Is(t.err, kube.ErrUnreachable) {
		time.Sleep(settle)
	}
	now, err := t.cluster.Get(ctx, j.object.Kind, j.object.Namespace(), j.object.Name())
	if err != nil {
		return fmt.Errorf("whether it was written is not known; look at it with \"sluice history\": %w", err)
	}
	if now == nil || j.before != nil && now.ResourceVersion() == j.before.ResourceVersion() {
		return nil
	}
	if now.Annotation(kube.HistoryAnnotation) != j.sent.Annotation(kube.HistoryAnnotation) {
		return nil // somebody else wrote, and so this write was refused
	}
	j.done = &kube.Applied{Action: kube.Configured, Before: j.before, After: now}
	if j.before == nil {
		j.done.Action = kube.Created
	}
	return nil
}
