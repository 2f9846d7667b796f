/// Lua that several of the queue's scripts share.
///
/// `KEYS`: stream, delayed, completed, failed, all, cycles, facts. `ARGV`: beginnings of the names of job hashes and of
/// gone identities, then what each script says.
enum RedisJobQueueLua {
    /// The fields of a job's hash, in the order in which scripts answer them after the identity.
    static let fields = [
        "cycle", "fired", "trigger", "routine", "max", "backoff", "state", "tasks", "attempts", "stalls", "enqueued",
        "due", "started", "ended", "begun", "heartbeat", "worker", "claim", "error", "superseded", "entry",
    ]
    /// Longer values are none of ours, in bytes.
    private static let maximumValue = 65_536

    /// Time, and reading of jobs.
    static let base = """
        local stream, delayed, completed, failed, all, cycles, facts = unpack(KEYS)
        local jobs, gone = ARGV[1], ARGV[2]
        local clock = redis.call('TIME')
        local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
        local names = {\(fields.map { "'\($0)'" }.joined(separator: ","))}
        local dead, unreadable = 0, 0
        local function digits(number) return string.format('%.0f', number) end
        local function isName(id)
            return type(id) == 'string' and #id <= \(JobRequest.maximumIdLength) and string.match(id, '^[\\33-\\126]+$')
        end
        -- The job's fields, or nil and what is wrong; nothing is wrong with what is not there.
        local function read(id)
            local values = redis.pcall('HMGET', jobs .. id, unpack(names))
            if values.err then return nil, 'its key holds no hash' end
            local job, count = {}, 0
            for i, name in ipairs(names) do
                if values[i] then
                    if #values[i] > \(maximumValue) then return nil, 'its field ' .. name .. ' is too long' end
                    job[name], count = values[i], count + 1
                end
            end
            if count == 0 and redis.call('EXISTS', jobs .. id) == 0 then return nil end
            if not job.cycle or not job.state then return nil, 'it has no cycle or state' end
            for _, name in ipairs({'attempts', 'stalls', 'max', 'enqueued', 'due'}) do
                if not string.match(job[name] or '', '^%d+$') or #job[name] > 16 then
                    return nil, 'its field ' .. name .. ' holds no number'
                end
            end
            if job.entry and not string.match(job.entry, '^%d+%-%d+$') then return nil, 'its field entry holds none' end
            return job
        end
        -- The identity in an entry of the stream.
        local function identity(entry)
            local found = redis.call('XRANGE', stream, entry, entry)[1]
            return found and found[2][1] == 'id' and isName(found[2][2]) and found[2][2]
        end
        local function drop(entry)
            redis.call('XACK', stream, 'workers', entry)
            redis.call('XDEL', stream, entry)
        end
        -- A command that needs the group, which goes with the stream.
        local function grouped(...)
            local answer = redis.pcall(...)
            if type(answer) == 'table' and answer.err then
                if string.find(answer.err, 'NOGROUP', 1, true) then
                    redis.call('XGROUP', 'CREATE', stream, 'workers', '0', 'MKSTREAM')
                end
                return redis.call(...)
            end
            return answer
        end
        """

    /// Ways into the line and out of the queue.
    static let ends = """
        local function stand(id, cycle)
            -- Now, because a claim finds no memory for it on a full server.
            if redis.call('EXISTS', stream) == 0 then
                redis.call('XGROUP', 'CREATE', stream, 'workers', '0', 'MKSTREAM')
            end
            local entry = redis.call('XADD', stream, '*', 'id', id)
            redis.call('HSET', jobs .. id, 'state', 'waiting', 'entry', entry)
            redis.call('HSET', cycles, cycle, id)
        end
        local function leave(id, cycle)
            if redis.call('HGET', cycles, cycle) == id then redis.call('HDEL', cycles, cycle) end
        end
        local function forget(id)
            redis.call('UNLINK', jobs .. id)
            redis.call('ZREM', all, id)
            redis.call('SET', gone .. id, '1', 'PX', \(QueueLimits.remembered.components.seconds * 1000))
        end
        local function keep(id, state)
            local set, most = failed, \(QueueLimits.failedKept)
            if state == 'completed' then set, most = completed, \(QueueLimits.completedKept) end
            redis.call('ZADD', set, digits(now), id)
            for _ = 1, math.min(redis.call('ZCARD', set) - most, 1000) do
                local first = redis.call('ZRANGE', set, 0, 0)[1]
                redis.call('ZREM', set, first)
                forget(first)
            end
        end
        local function finish(id, job, state)
            leave(id, job.cycle)
            if job.routine == '1' then return forget(id) end
            -- So that several ends of one step have an order.
            now = now + 1
            redis.call('HSET', jobs .. id, 'state', state, 'ended', digits(now))
            redis.call('HDEL', jobs .. id, 'claim', 'heartbeat', 'entry')
            keep(id, state)
        end
        -- Puts a failed job in place of one that cannot be read.
        local function bury(id, problem)
            unreadable = unreadable + 1
            local cycle = string.sub(string.match(id, '^(.+)@[^@]*$') or id, 1, 128)
            leave(id, cycle)
            now = now + 1
            local time = digits(now)
            redis.call('UNLINK', jobs .. id)
            redis.call('HSET', jobs .. id, 'cycle', cycle, 'fired', time .. '000', 'trigger', 'unknown',
                'routine', '0', 'max', '3', 'backoff', '60', 'state', 'failed', 'attempts', '0', 'stalls', '0',
                'enqueued', time, 'due', time, 'ended', time,
                'error', '\(JobWords.unreadable.before)' .. problem .. '\(JobWords.unreadable.after)')
            redis.call('ZREM', delayed, id)
            redis.call('ZREM', completed, id)
            redis.call('ZADD', all, time, id)
            keep(id, 'failed')
        end
        """

    /// The job of an active claim, by `ARGV[3]`, its identity, and `ARGV[4]`, its token.
    static let held = """
        local id, token = ARGV[3], ARGV[4]
        local function held()
            local job = read(id)
            return job and job.state == 'active' and job.claim == token and job.entry and job
        end
        """

    /// The live job of a cycle. One that Redis has lost from the line would keep its cycle busy for ever, so it ends.
    static let occupant = """
        local function occupant(cycle)
            local id = redis.call('HGET', cycles, cycle)
            if not isName(id) then return nil end
            local job, problem = read(id)
            if problem then bury(id, problem) end
            if not job then return nil end
            if job.state == 'delayed' and redis.call('ZSCORE', delayed, id) then return id, job end
            if (job.state == 'waiting' or job.state == 'active') and job.entry and identity(job.entry) == id then
                return id, job
            end
            if job.state == 'waiting' or job.state == 'active' or job.state == 'delayed' then
                redis.call('HSET', jobs .. id, 'error', '\(JobWords.lost)')
                finish(id, job, 'failed')
            end
            return nil
        end
        """
}
