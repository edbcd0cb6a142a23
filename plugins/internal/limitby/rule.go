package limitby

import (
	"errors"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/clientip"
	"github.com/sluiceproxy/sluice/plugins/internal/fault"
	"github.com/sluiceproxy/sluice/plugins/internal/limit"
)

// ConsumerHeader is the request header that names the consumer.
const ConsumerHeader = "x-mse-consumer"

var (
	errNone    = errors.New("one of the limit_by fields must be set")
	errSeveral = errors.New("only one of the limit_by fields can be set")
	errIP      = errors.New("limit_by_per_ip: must be from-remote-addr, or from-header- and the name of a header")
	errHops    = errors.New("trusted_hops: is for limit_by_per_ip with from-header- only")
)

// kind is what a rule looks at.
type kind uint8

const (
	header kind = iota
	param
	consumer
	cookie
	address
)

// Rule is an Item, ready for requests.
type Rule struct {
	kind kind
	name string // the field's, such as limit_by_header
	key  string // what the field says
	each bool   // each value for itself
	keys []matcher
	from clientip.Source
}

// matcher is an entry of limit_keys.
type matcher struct {
	exact   string
	pattern *regexp.Regexp
	any     bool
	network netip.Prefix
	limits  []limit.Limit
}

// NewRule makes the rule of an item. The error says which field is wrong.
// What its limits' keys begin with prefix says; the values come behind that.
func NewRule(i Item, a limit.Algorithm, prefix Prefix) (*Rule, error) {
	r, err := i.rule()
	if err != nil {
		return nil, err
	}
	if i.TrustedHops > 0 && (r.kind != address || r.key == fromConnection) {
		return nil, errHops
	}
	for n, k := range i.Keys {
		m, err := r.matcher(string(k.Key))
		if err == nil {
			m.limits, err = k.Limits(a)
		}
		for j, l := range m.limits {
			l.Key, l.Open = prefix(r.name, l, r.key)+bounded(m.exact), r.each
			m.limits[j] = l.Prepared()
		}
		if err != nil {
			return nil, fault.At("limit_keys", n, err)
		}
		r.keys = append(r.keys, m)
	}
	return r, nil
}

// rule finds the field that is set.
func (i Item) rule() (*Rule, error) {
	var found *Rule
	several := false
	set := func(name string, k kind, key string, ok, each bool) {
		if ok {
			several = several || found != nil
			found = &Rule{kind: k, name: name, key: key, each: each}
		}
	}
	set("limit_by_header", header, i.ByHeader, i.ByHeader != "", false)
	set("limit_by_param", param, i.ByParam, i.ByParam != "", false)
	set("limit_by_consumer", consumer, ConsumerHeader, i.ByConsumer != nil, false)
	set("limit_by_cookie", cookie, i.ByCookie, i.ByCookie != "", false)
	set("limit_by_per_header", header, i.ByPerHeader, i.ByPerHeader != "", true)
	set("limit_by_per_param", param, i.ByPerParam, i.ByPerParam != "", true)
	set("limit_by_per_consumer", consumer, ConsumerHeader, i.ByPerConsumer != nil, true)
	set("limit_by_per_cookie", cookie, i.ByPerCookie, i.ByPerCookie != "", true)
	set("limit_by_per_ip", address, i.ByPerIP, i.ByPerIP != "", true)
	switch {
	case several:
		return nil, errSeveral
	case found == nil:
		return nil, errNone
	case found.kind == address:
		return found, found.source(i.TrustedHops)
	}
	return found, nil
}

const fromConnection = "from-remote-addr"

// source reads limit_by_per_ip.
func (r *Rule) source(hops int) error {
	name, isHeader := strings.CutPrefix(r.key, "from-header-")
	switch {
	case r.key == fromConnection:
		r.from = clientip.Connection()
	case isHeader && name != "":
		r.from = clientip.FromHeader(name, hops)
	default:
		return errIP
	}
	return nil
}

// matcher reads a key of limit_keys.
func (r *Rule) matcher(key string) (m matcher, err error) {
	pattern, isPattern := strings.CutPrefix(key, "regexp:")
	switch {
	case key == "":
		return m, errors.New("key: must not be empty")
	case r.kind == address:
		m.network, err = network(key)
	case !r.each:
		m.exact = key
	case key == "*":
		m.any = true
	case isPattern:
		m.pattern, err = regexp.Compile(pattern)
	default:
		return m, errors.New("key: with " + r.name + " must be * or begin with regexp:, got " + strconv.Quote(key))
	}
	if err != nil {
		return m, fault.In("key", err)
	}
	return m, nil
}

// network reads an address or a CIDR. IPv4 that is mapped into IPv6 is IPv4.
func network(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		addr, err := netip.ParseAddr(text)
		if err != nil {
			return netip.Prefix{}, err
		}
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err == nil && p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p, err
}
