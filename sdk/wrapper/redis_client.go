package wrapper

// RedisClient sends commands to a Redis. A method returns at once; callback
// runs later, once, when the answer is there or the call has failed, which is
// a value with an Error. It never runs after the stream is gone that sent the
// command, and not where the method returned an error.
//
// Values are sent as fmt.Sprint writes them, bytes as they are. Maps are sent
// in the order of their keys.
//
// It works on every gateway. Higress' and this project's have calls for Redis;
// on stock Envoy, Istio and Envoy Gateway commands go through the gateway's
// cluster "sluice-redis", which docs/redis.md tells about. "sluice build
// --target" chooses between the two.
//
// A command is never sent twice unless Redis has said that it did not run it.
type RedisClient = RedisClientOf[RedisResponseCallback]

// RedisClientOf is RedisClient with callbacks of one type F, which the compiler
// then checks: one of those that a [RedisResponseCallback] may be.
type RedisClientOf[F any] interface {
	// Init prepares the client; call it while the configuration is parsed. The
	// timeout of each command is in milliseconds, 1000 for 0. Where Redis can't
	// be used yet, a warning is logged and each command tries again.
	Init(username, password string, timeout int64, opts ...optionFunc) error
	// Ready reports whether Init, or a try after it, has succeeded.
	Ready() bool
	// Command sends any command: its name and arguments.
	Command(cmds []interface{}, callback F) error
	Eval(script string, numkeys int, keys, args []interface{}, callback F) error

	Del(key string, callback F) error
	Exists(key string, callback F) error
	Expire(key string, ttl int, callback F) error
	Persist(key string, callback F) error

	Get(key string, callback F) error
	Set(key string, value interface{}, callback F) error
	// SetEx and SetNX take a time to live in seconds; SetNX sets none for 0.
	SetEx(key string, value interface{}, ttl int, callback F) error
	SetNX(key string, value interface{}, ttl int, callback F) error
	MGet(keys []string, callback F) error
	MSet(kvMap map[string]interface{}, callback F) error
	Incr(key string, callback F) error
	Decr(key string, callback F) error
	IncrBy(key string, delta int, callback F) error
	DecrBy(key string, delta int, callback F) error

	LLen(key string, callback F) error
	RPush(key string, vals []interface{}, callback F) error
	RPop(key string, callback F) error
	LPush(key string, vals []interface{}, callback F) error
	LPop(key string, callback F) error
	LIndex(key string, index int, callback F) error
	LRange(key string, start, stop int, callback F) error
	LRem(key string, count int, value interface{}, callback F) error
	LInsertBefore(key string, pivot, value interface{}, callback F) error
	LInsertAfter(key string, pivot, value interface{}, callback F) error

	HExists(key, field string, callback F) error
	HDel(key string, fields []string, callback F) error
	HLen(key string, callback F) error
	HGet(key, field string, callback F) error
	HSet(key, field string, value interface{}, callback F) error
	HMGet(key string, fields []string, callback F) error
	HMSet(key string, kvMap map[string]interface{}, callback F) error
	HKeys(key string, callback F) error
	HVals(key string, callback F) error
	HGetAll(key string, callback F) error
	HIncrBy(key, field string, delta int, callback F) error
	HIncrByFloat(key, field string, delta float64, callback F) error

	SCard(key string, callback F) error
	SAdd(key string, value []interface{}, callback F) error
	SRem(key string, values []interface{}, callback F) error
	SIsMember(key string, value interface{}, callback F) error
	SMembers(key string, callback F) error
	SDiff(key1, key2 string, callback F) error
	SDiffStore(destination, key1, key2 string, callback F) error
	SInter(key1, key2 string, callback F) error
	SInterStore(destination, key1, key2 string, callback F) error
	SUnion(key1, key2 string, callback F) error
	SUnionStore(destination, key1, key2 string, callback F) error

	ZCard(key string, callback F) error
	// ZAdd takes members and their scores.
	ZAdd(key string, msMap map[string]interface{}, callback F) error
	ZCount(key string, min interface{}, max interface{}, callback F) error
	ZIncrBy(key string, member string, delta interface{}, callback F) error
	ZScore(key, member string, callback F) error
	ZRank(key, member string, callback F) error
	ZRevRank(key, member string, callback F) error
	ZRem(key string, members []string, callback F) error
	ZRange(key string, start, stop int, callback F) error
	ZRevRange(key string, start, stop int, callback F) error
}

// RedisClusterClient is the RedisClient for a Cluster.
type RedisClusterClient[C Cluster] = RedisClusterClientOf[C, RedisResponseCallback]

// RedisClusterClientOf is the RedisClientOf for a Cluster.
type RedisClusterClientOf[C Cluster, F any] struct {
	redisCore[F]
}

var _ RedisClient = (*RedisClusterClient[FQDNCluster])(nil)

// NewRedisClusterClient returns the client for a cluster. Call Init before
// anything else.
func NewRedisClusterClient[C Cluster](cluster C) *RedisClusterClient[C] {
	return NewRedisClusterClientOf[RedisResponseCallback](cluster)
}

// NewRedisClusterClientOf is NewRedisClusterClient with callbacks of type F.
func NewRedisClusterClientOf[F any, C Cluster](cluster C) *RedisClusterClientOf[C, F] {
	return &RedisClusterClientOf[C, F]{redisCore[F]{cluster: cluster, transport: newRedisTransport()}}
}

// RedisCall sends a query, one command in RESP, to a cluster that a RedisClient
// has prepared.
func RedisCall(cluster Cluster, respQuery []byte, callback RedisResponseCallback) error {
	answer, err := redisAnswer(callback)
	if err != nil {
		return err
	}
	c := redisCore[RedisResponseCallback]{cluster: cluster, transport: preparedRedis(cluster.ClusterName())}
	return c.send(respQuery, answer, false)
}
