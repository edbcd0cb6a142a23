package xds

import "time"

// State is what has become of a resource on a node.
type State string

// The states.
const (
	Running State = "running" // the node has acknowledged the version that it shall have
	Pending State = "pending" // sent, or about to be, and not answered
	Denied  State = "refused" // the node has refused it, and runs the one before, if any
	Unknown State = "unknown" // the node asks for a name that nothing has
)

// NodeStatus tells of a connection.
type NodeStatus struct {
	Node Node
	// Address is the other end of the connection.
	Address string
	// Connected is false for a node that has no connection any more.
	Connected bool
	// Since is when the connection began, or has ended.
	Since time.Time
	// Resources are what the node has asked for, by type and name.
	Resources []ResourceStatus
}

// ResourceStatus tells of a resource on a node.
type ResourceStatus struct {
	Type  Type
	Name  string
	State State
	// Wanted is the version that the node shall have, Running the one that it has
	// acknowledged last, "" for none.
	Wanted, Running string
	// Since is when Running was acknowledged, or when the node connected with it.
	Since time.Time
	// Refused is the version that the node has refused last, unless it has
	// acknowledged another since, Reason why, in Envoy's words.
	Refused, Reason string
	RefusedAt       time.Time
	// SentAt is when the version was sent that is not answered yet.
	SentAt time.Time
}
