package wrapper

// WatchRedis makes failed take the reason each time that a command of client
// ends without an answer of Redis, just before the command's callback, which
// sees it as a value with an Error; it takes nil before other answers. Package
// sdk/call tells its typed errors from Redis' own with it.
func WatchRedis[C Cluster](client *RedisClusterClient[C], failed func(error)) {
	client.transport = watchedRedis{client.transport, failed}
}

type watchedRedis struct {
	redisTransport
	failed func(error)
}

func (w watchedRedis) send(cluster string, query []byte, done func(RedisValue, error)) error {
	if done == nil {
		return w.redisTransport.send(cluster, query, nil)
	}
	return w.redisTransport.send(cluster, query, func(answer RedisValue, err error) {
		w.failed(err)
		done(answer, err)
	})
}
