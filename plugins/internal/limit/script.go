package limit

// script takes a request out of the limits KEYS, if all have room, and changes
// none otherwise. ARGV has four values for each key: algorithm, count, window in
// milliseconds, burst. The answer is 1 or 0, and for each key how many are left
// and the milliseconds until its window ends or has room.
//
// What a fixed window keeps is a number with a time to live, as Higress' plugin
// keeps it, so that gateways of both kinds can share a limit. The clock is that of
// Redis, the same for all gateways.
const script = `
local now
local function clock()
  if not now then
    if redis.replicate_commands then redis.replicate_commands() end
    local t = redis.call('TIME')
    now = t[1] * 1000 + math.floor(t[2] / 1000)
  end
  return now
end
local function text(n) return string.format('%.0f', n) end

local try = {}
try.fixed_window = function(key, count, window)
  local n = tonumber(redis.call('GET', key) or '0') or 0
  local ttl = redis.call('PTTL', key)
  local new = ttl < 0
  if new then n, ttl = 0, window end
  return count - n, ttl, ttl, function()
    if new then redis.call('SET', key, '1', 'PX', ttl) else redis.call('INCR', key) end
  end
end
try.sliding_window = function(key, count, window)
  local slot = math.floor(clock() * 64 / window)
  local newest, all = slot, redis.call('HGETALL', key)
  for i = 1, #all, 2 do newest = math.max(newest, tonumber(all[i])) end
  local back = newest > slot + 64
  if back then newest = slot end
  local sum, oldest, old = 0, nil, {}
  for i = 1, #all, 2 do
    local s = tonumber(all[i])
    if back or s < newest - 64 then
      old[#old + 1] = all[i]
    else
      sum = sum + tonumber(all[i + 1])
      if not oldest or s < oldest then oldest = s end
    end
  end
  local free = 1
  if oldest then free = math.max(math.floor((oldest + 65) * window / 64) + 1 - clock(), 1) end
  return count - sum, free, window, function()
    if #old > 0 then redis.call('HDEL', key, unpack(old)) end
    redis.call('HINCRBY', key, text(newest), 1)
    redis.call('PEXPIRE', key, math.floor(window * 66 / 64) + 2)
  end
end
try.gcra = function(key, count, window, burst)
  local full, at, level = burst * window, clock(), 0
  local s = redis.call('GET', key)
  if s then
    local a, l = string.match(s, '^(%d+) (%d+)$')
    if a and tonumber(a) - window <= at then
      level = math.min(tonumber(l), full)
      level = math.max(level - math.max(at - tonumber(a), 0) * count, 0)
      at = math.max(at, tonumber(a))
    end
  end
  local over = level + window - full
  local free = math.ceil(over / count)
  if over > 0 then return 0, free, free, nil end
  level = level + window
  local empty = math.ceil(level / count)
  return math.floor((full - level) / window) + 1, free, empty, function()
    redis.call('SET', key, text(at) .. ' ' .. text(level), 'PX', math.max(empty, 1))
  end
end

local ok, answer, commits = 1, {1}, {}
for i = 1, #KEYS do
  local a = 4 * i - 3
  local left, free, reset, commit = try[ARGV[a]](KEYS[i], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3]))
  if left < 1 then
    ok = 0
    answer[2 * i], answer[2 * i + 1] = -1, free
  else
    answer[2 * i], answer[2 * i + 1] = left - 1, reset
  end
  commits[i] = commit
end
answer[1] = ok
if ok == 1 then
  for i = 1, #KEYS do commits[i]() end
end
return answer
`

// scriptSum is the script's SHA-1, by which Redis knows it (EVALSHA).
const scriptSum = "4b0a9cc2da9226e629bfab33f64f72edc2c8868c"
