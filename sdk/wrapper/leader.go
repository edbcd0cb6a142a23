package wrapper

import (
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// leaseSeconds is how long a lead lasts that is not renewed.
const leaseSeconds = 60

// newKey is a cas number that no value has. Hosts make a key that is not there
// with any number, so it fails exactly where another VM made the key meanwhile;
// 0 would overwrite that.
const newKey = math.MaxUint32

// Lease is the shared data by which VMs agree on a leader.
type Lease struct {
	// VMID is a random name of the leader.
	VMID string `json:"vmID"`
	// Timestamp is when the lead was taken or renewed, in seconds since 1970.
	Timestamp int64 `json:"timestamp"`
}

// IsLeader implements PluginContext.
func (p *plugin) IsLeader() bool { return p.leader }

// DoLeaderElection implements PluginContext.
func (p *plugin) DoLeaderElection() {
	won, err := p.takeLease(time.Now().Unix())
	if err != nil {
		p.vm.log.Error("leader election: " + err.Error())
	}
	p.leader = won
}

// takeLease takes or renews the lease unless another VM holds it.
func (p *plugin) takeLease(now int64) (bool, error) {
	key := VMLeaseKeyPrefix + ":" + p.GetFingerPrint()
	data, cas, err := proxywasm.GetSharedData(key)
	if err != nil && !errors.Is(err, types.ErrorStatusNotFound) {
		return false, err
	}
	if err != nil {
		cas = newKey
	}
	if p.vm.id == "" {
		p.vm.id = strconv.FormatUint(rand.Uint64(), 36) + strconv.FormatUint(rand.Uint64(), 36)
	}
	if lease, ok := readLease(data); ok &&
		lease.VMID != p.vm.id && now-lease.Timestamp <= leaseSeconds {
		return false, nil
	}
	data = appendLease(nil, Lease{VMID: p.vm.id, Timestamp: now})
	err = proxywasm.SetSharedData(key, data, cas)
	if errors.Is(err, types.ErrorStatusCasMismatch) {
		return false, nil // another VM was faster
	}
	return err == nil, err
}

// readLease reads what appendLease or another SDK has written.
func readLease(data []byte) (l Lease, ok bool) {
	if jsoncheck.Check(data, jsoncheck.Limits{}) != nil {
		return l, false
	}
	var err error
	if l.VMID, err = jsonscan.Get(data, "vmID").Text(); err != nil {
		return l, false
	}
	l.Timestamp, err = jsonscan.Get(data, "timestamp").Int()
	return l, err == nil
}

func appendLease(b []byte, l Lease) []byte {
	b = jsonscan.AppendQuoted(append(b, `{"vmID":`...), l.VMID)
	return append(strconv.AppendInt(append(b, `,"timestamp":`...), l.Timestamp, 10), '}')
}
