package build

import (
	"bytes"
	"slices"
	"strings"
)

const (
	// bridgeTag is the build tag that makes the SDK reach Redis through the
	// gateway's cluster "sluice-redis", in place of calls that only Higress offers.
	bridgeTag = "sluice_redis_bridge"
	// bridgeMark is the name of the request header by which the SDK tells that
	// cluster where Redis is. Only a module that was built with the tag, and uses
	// Redis, holds it.
	bridgeMark = "x-sluice-redis-cluster"
	// redisImports is what the names of Higress' calls for Redis begin with.
	redisImports = moduleEnv + ".proxy_redis_"
)

// UsesRedisBridge reports whether a module reaches Redis through the gateway's
// cluster "sluice-redis", which the gateway must then have. A module that uses
// Redis and was built for Higress does not.
func UsesRedisBridge(code []byte) bool { return bytes.Contains(code, []byte(bridgeMark)) }

// wantsBridge reports whether the module uses Redis in a way that the target
// lacks. Others are the same for every target, byte for byte.
func (b *builder) wantsBridge(code []byte) bool {
	return slices.Contains(stockTargets, b.Target) &&
		slices.ContainsFunc(readFacts(code).importsWhere(higress), isRedisImport)
}

func isRedisImport(name string) bool { return strings.HasPrefix(name, redisImports) }
