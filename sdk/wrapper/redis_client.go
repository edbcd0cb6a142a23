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
type RedisClient interface {
	// Init prepares the client; call it while the configuration is parsed. The
	// timeout of each command is in milliseconds, 1000 for 0. Where Redis can't
	// be used yet, a warning is logged and each command tries again.
	Init(username, password string, timeout int64, opts ...optionFunc) error
	// Ready reports whether Init, or a try after it, has succeeded.
	Ready() bool
	// Command sends any command: its name and arguments.
	Command(cmds []interface{}, callback RedisResponseCallback) error
	Eval(script string, numkeys int, keys, args []interface{}, callback RedisResponseCallback) error

	Del(key string, callback RedisResponseCallback) error
	Exists(key string, callback RedisResponseCallback) error
	Expire(key string, ttl int, callback RedisResponseCallback) error
	Persist(key string, callback RedisResponseCallback) error

	Get(key string, callback RedisResponseCallback) error
	Set(key string, value interface{}, callback RedisResponseCallback) error
	// SetEx and SetNX take a time to live in seconds; SetNX sets none for 0.
	SetEx(key string, value interface{}, ttl int, callback RedisResponseCallback) error
	SetNX(key string, value interface{}, ttl int, callback RedisResponseCallback) error
	MGet(keys []string, callback RedisResponseCallback) error
	MSet(kvMap map[string]interface{}, callback RedisResponseCallback) error
	Incr(key string, callback RedisResponseCallback) error
	Decr(key string, callback RedisResponseCallback) error
	IncrBy(key string, delta int, callback RedisResponseCallback) error
	DecrBy(key string, delta int, callback RedisResponseCallback) error

	LLen(key string, callback RedisResponseCallback) error
	RPush(key string, vals []interface{}, callback RedisResponseCallback) error
	RPop(key string, callback RedisResponseCallback) error
	LPush(key string, vals []interface{}, callback RedisResponseCallback) error
	LPop(key string, callback RedisResponseCallback) error
	LIndex(key string, index int, callback RedisResponseCallback) error
	LRange(key string, start, stop int, callback RedisResponseCallback) error
	LRem(key string, count int, value interface{}, callback RedisResponseCallback) error
	LInsertBefore(key string, pivot, value interface{}, callback RedisResponseCallback) error
	LInsertAfter(key string, pivot, value interface{}, callback RedisResponseCallback) error

	HExists(key, field string, callback RedisResponseCallback) error
	HDel(key string, fields []string, callback RedisResponseCallback) error
	HLen(key string, callback RedisResponseCallback) error
	HGet(key, field string, callback RedisResponseCallback) error
	HSet(key, field string, value interface{}, callback RedisResponseCallback) error
	HMGet(key string, fields []string, callback RedisResponseCallback) error
	HMSet(key string, kvMap map[string]interface{}, callback RedisResponseCallback) error
	HKeys(key string, callback RedisResponseCallback) error
	HVals(key string, callback RedisResponseCallback) error
	HGetAll(key string, callback RedisResponseCallback) error
	HIncrBy(key, field string, delta int, callback RedisResponseCallback) error
	HIncrByFloat(key, field string, delta float64, callback RedisResponseCallback) error

	SCard(key string, callback RedisResponseCallback) error
	SAdd(key string, value []interface{}, callback RedisResponseCallback) error
	SRem(key string, values []interface{}, callback RedisResponseCallback) error
	SIsMember(key string, value interface{}, callback RedisResponseCallback) error
	SMembers(key string, callback RedisResponseCallback) error
	SDiff(key1, key2 string, callback RedisResponseCallback) error
	SDiffStore(destination, key1, key2 string, callback RedisResponseCallback) error
	SInter(key1, key2 string, callback RedisResponseCallback) error
	SInterStore(destination, key1, key2 string, callback RedisResponseCallback) error
	SUnion(key1, key2 string, callback RedisResponseCallback) error
	SUnionStore(destination, key1, key2 string, callback RedisResponseCallback) error

	ZCard(key string, callback RedisResponseCallback) error
	// ZAdd takes members and their scores.
	ZAdd(key string, msMap map[string]interface{}, callback RedisResponseCallback) error
	ZCount(key string, min interface{}, max interface{}, callback RedisResponseCallback) error
	ZIncrBy(key string, member string, delta interface{}, callback RedisResponseCallback) error
	ZScore(key, member string, callback RedisResponseCallback) error
	ZRank(key, member string, callback RedisResponseCallback) error
	ZRevRank(key, member string, callback RedisResponseCallback) error
	ZRem(key string, members []string, callback RedisResponseCallback) error
	ZRange(key string, start, stop int, callback RedisResponseCallback) error
	ZRevRange(key string, start, stop int, callback RedisResponseCallback) error
}

// RedisClusterClient is the RedisClient for a Cluster.
type RedisClusterClient[C Cluster] struct {
	redisCore
}

var _ RedisClient = (*RedisClusterClient[FQDNCluster])(nil)

// NewRedisClusterClient returns the client for a cluster. Call Init before
// anything else.
func NewRedisClusterClient[C Cluster](cluster C) *RedisClusterClient[C] {
	return &RedisClusterClient[C]{redisCore{cluster: cluster, transport: newRedisTransport()}}
}

// RedisCall sends a query, one command in RESP, to a cluster that a RedisClient
// has prepared.
func RedisCall(cluster Cluster, respQuery []byte, callback RedisResponseCallback) error {
	answer, err := redisAnswer(callback)
	if err != nil {
		return err
	}
	c := redisCore{cluster: cluster, transport: preparedRedis(cluster.ClusterName())}
	return c.send(respQuery, answer, false)
}
