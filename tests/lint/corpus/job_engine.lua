--[[
  One entry point for everything a worker does with a queue.

  KEYS[1]  waiting   list of job ids
  KEYS[2]  delayed   sorted set, id -> time in ms
  KEYS[3]  active    sorted set, id -> time until which the worker holds the job
  KEYS[4]  failed    list of job ids
  KEYS[5]  jobs      hash, id -> JSON of the job
  KEYS[6]  counters  hash

  ARGV[1]  what to do: add | take | finish | fail | extend | sweep | stats
  ARGV[2]  now, in ms
  ARGV[3…] depends on what to do
]]

local WAITING, DELAYED, ACTIVE, FAILED, JOBS, COUNTERS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local DEFAULT_ATTEMPTS = 3
local SWEEP_AT_ONCE = 100

local action = ARGV[1]
local now = tonumber(ARGV[2])
if not now then
  return redis.error_reply('ERR time is no number')
end

-- helpers ---------------------------------------------------------------

local function count(what, by)
  redis.call('HINCRBY', COUNTERS, what, by or 1)
end

local function load_job(id)
  local raw = redis.call('HGET', JOBS, id)
  if not raw then
    return nil
  end
  return cjson.decode(raw)
end

local function save_job(job)
  redis.call('HSET', JOBS, job.id, cjson.encode(job))
end

local function backoff(job)
  local base = job.backoff or 1000
  return math.floor(base * math.pow(2, job.attempts - 1))
end

local function promote(limit)
  local due = redis.call('ZRANGEBYSCORE', DELAYED, '-inf', now, 'LIMIT', 0, limit)
  for _, id in ipairs(due) do
    redis.call('ZREM', DELAYED, id)
    redis.call('LPUSH', WAITING, id)
  end
  return #due
end

-- actions ---------------------------------------------------------------

local actions = {}

function actions.add()
  local id, payload, delay = ARGV[3], ARGV[4], tonumber(ARGV[5] or '0') or 0
  if redis.call('HEXISTS', JOBS, id) == 1 then
    return 0
  end
  save_job({
    id = id,
    payload = payload,
    attempts = 0,
    max = tonumber(ARGV[6]) or DEFAULT_ATTEMPTS,
    created = now,
  })
  if delay > 0 then
    redis.call('ZADD', DELAYED, now + delay, id)
  else
    redis.call('LPUSH', WAITING, id)
  end
  count('added')
  return 1
end

function actions.take()
  local worker, lease = ARGV[3], tonumber(ARGV[4]) or 30000
  promote(10)
  local id = redis.call('RPOP', WAITING)
  while id do
    local job = load_job(id)
    if job then
      job.attempts = job.attempts + 1
      job.worker = worker
      save_job(job)
      redis.call('ZADD', ACTIVE, now + lease, id)
      count('taken')
      return { id, job.payload, job.attempts }
    end
    -- the job was deleted while it was waiting: look at the next one
    id = redis.call('RPOP', WAITING)
  end
  return false
end

function actions.finish()
  local id, worker = ARGV[3], ARGV[4]
  local job = load_job(id)
  if not job then
    return redis.error_reply('NOJOB there is no such job')
  end
  if job.worker ~= worker then
    return redis.error_reply('NOTYOURS another worker has it')
  end
  redis.call('ZREM', ACTIVE, id)
  redis.call('HDEL', JOBS, id)
  count('finished')
  return redis.status_reply('OK')
end

function actions.fail()
  local id, reason = ARGV[3], ARGV[4]
  local job = load_job(id)
  if not job then
    return redis.error_reply('NOJOB there is no such job')
  end
  redis.call('ZREM', ACTIVE, id)
  job.reason = reason
  job.worker = nil
  save_job(job)
  if job.attempts >= job.max then
    redis.call('LPUSH', FAILED, id)
    redis.call('LTRIM', FAILED, 0, 999)
    count('failed')
    return 'failed'
  end
  redis.call('ZADD', DELAYED, now + backoff(job), id)
  count('retried')
  return 'retry'
end

function actions.extend()
  local lease = tonumber(ARGV[4]) or 30000
  -- XX: only if the job is still held by somebody
  return redis.call('ZADD', ACTIVE, 'XX', 'CH', now + lease, ARGV[3])
end

function actions.sweep()
  local lost = redis.call('ZRANGEBYSCORE', ACTIVE, '-inf', '(' .. ARGV[2], 'LIMIT', 0, SWEEP_AT_ONCE)
  for i = 1, #lost do
    redis.call('ZREM', ACTIVE, lost[i])
    redis.call('RPUSH', WAITING, lost[i])
  end
  if #lost > 0 then
    count('lost', #lost)
    redis.log(redis.LOG_NOTICE, 'jobs lost by their workers: ' .. #lost)
  end
  return #lost + promote(SWEEP_AT_ONCE)
end

function actions.stats()
  local known = redis.call('HMGET', COUNTERS, 'added', 'taken', 'finished', 'failed', 'retried', 'lost')
  local result = {
    'waiting', redis.call('LLEN', WAITING),
    'delayed', redis.call('ZCARD', DELAYED),
    'active', redis.call('ZCARD', ACTIVE),
  }
  for i, name in ipairs({ 'added', 'taken', 'finished', 'failed', 'retried', 'lost' }) do
    result[#result + 1] = name
    result[#result + 1] = tonumber(known[i] or 0)
  end
  return result
end

local run = actions[action]
if run == nil then
  return redis.error_reply('ERR unknown action ' .. action)
end
return run()
