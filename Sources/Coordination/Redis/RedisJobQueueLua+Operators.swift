/// Lua of what the scheduler and operators do.
extension RedisJobQueueLua {
    /// `ARGV`: identity, epoch or nothing, cycle, fire time, trigger, routine, attempts, back-off.
    static let enqueue = """
        local id, epoch, cycle = ARGV[3], ARGV[4], ARGV[5]
        if epoch ~= '' then
            local seen = redis.call('HGET', facts, 'epoch') or '0'
            if not string.match(seen, '^%d+$') then
                return redis.error_reply('CORRUPT the epoch in ' .. facts .. ' is no number: remove that field')
            end
            -- As texts, because numbers in Lua have 53 bits.
            if #epoch < #seen or (#epoch == #seen and epoch < seen) then return {'stale'} end
            if epoch ~= seen then redis.call('HSET', facts, 'epoch', epoch) end
        end
        if redis.call('EXISTS', jobs .. id, gone .. id) > 0 then return {'duplicate'} end
        local other, job = occupant(cycle)
        if other then
            if job.state ~= 'delayed' or tonumber(job.attempts) == 0 then return {'busy', other} end
            redis.call('HSET', jobs .. other, 'superseded', id,
                'error', '\(JobWords.superseded.before)' .. id .. '\(JobWords.superseded.after)')
            redis.call('ZREM', delayed, other)
            finish(other, job, 'failed')
        end
        redis.call('HSET', jobs .. id, 'cycle', cycle, 'fired', ARGV[6], 'trigger', ARGV[7], 'routine', ARGV[8],
            'max', ARGV[9], 'backoff', ARGV[10], 'attempts', '0', 'stalls', '0',
            'enqueued', digits(now), 'due', digits(now))
        redis.call('ZADD', all, digits(now), id)
        stand(id, cycle)
        return {'enqueued'}
        """

    /// `ARGV`: identity.
    static let retry = """
        local id = ARGV[3]
        local job = read(id)
        if not job then return 0 end
        local other = occupant(job.cycle)
        if other and other ~= id then return 0 end
        job = read(id)
        if not job or (job.state ~= 'failed' and job.state ~= 'delayed') then return 0 end
        redis.call('HSET', jobs .. id, 'attempts', '0', 'stalls', '0', 'due', digits(now),
            'begun', digits(now))
        redis.call('HDEL', jobs .. id, 'started', 'ended', 'superseded')
        redis.call('ZREM', failed, id)
        redis.call('ZREM', delayed, id)
        stand(id, job.cycle)
        return 1
        """

    /// `ARGV`: identity. What cannot be read can be removed.
    static let remove = """
        local id = ARGV[3]
        local job, problem = read(id)
        if not job and not problem then return 0 end
        if job then
            if job.state == 'active' and job.entry and identity(job.entry) == id then return 0 end
            if job.entry then drop(job.entry) end
            leave(id, job.cycle)
        end
        redis.call('ZREM', delayed, id)
        redis.call('ZREM', completed, id)
        redis.call('ZREM', failed, id)
        forget(id)
        return 1
        """

    /// `ARGV`: `1` or `0`.
    static let pause = """
        redis.call('HSET', facts, 'paused', ARGV[3])
        return 1
        """

    /// `ARGV`: identity. Answers its fields; or the time, and what is wrong with it.
    static let job = """
        local id = ARGV[3]
        local job, problem = read(id)
        if problem then return {digits(now), problem} end
        if not job then return {} end
        local values = redis.call('HMGET', jobs .. id, unpack(names))
        table.insert(values, 1, id)
        return values
        """

    /// `ARGV`: rank to begin with, jobs to pass over, jobs wanted, states between commas. Looks at 200 jobs at most.
    ///
    /// Answers how many it has looked at and passed over, and the jobs.
    static let list = """
        local first, over, wanted, states = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
        local answer, passed, seen = {}, 0, 0
        for _, id in ipairs(redis.call('ZREVRANGE', all, first, first + 199)) do
            if #answer == wanted then break end
            seen = seen + 1
            local job = isName(id) and read(id)
            if job and string.find(states, ',' .. job.state .. ',', 1, true) then
                if passed < over then
                    passed = passed + 1
                else
                    local values = {id}
                    for i, name in ipairs(names) do values[i + 1] = job[name] or false end
                    answer[#answer + 1] = values
                end
            end
        end
        return {seen, passed, answer}
        """

    /// Answers waiting, active, delayed, dead, whether it is paused, and since when the first job waits.
    static let figures = """
        local pending = redis.pcall('XPENDING', stream, 'workers')
        local working = 0
        if not pending.err and pending[4] then
            for _, consumer in ipairs(pending[4]) do
                if consumer[1] == 'working' then working = tonumber(consumer[2]) end
            end
        end
        local first
        local back = redis.pcall('XPENDING', stream, 'workers', '-', '+', 1, 'returned')
        if not back.err and back[1] then
            first = back[1][1]
        else
            local last = '-'
            local groups = redis.pcall('XINFO', 'GROUPS', stream)
            for _, group in ipairs(groups.err and {} or groups) do
                local facts = {}
                for i = 1, #group, 2 do facts[group[i]] = group[i + 1] end
                if facts.name == 'workers' then last = '(' .. facts['last-delivered-id'] end
            end
            local entry = redis.call('XRANGE', stream, last, '+', 'COUNT', 1)[1]
            first = entry and entry[1]
        end
        local id = first and identity(first)
        local job = id and read(id)
        local dead = 0
        for _, id in ipairs(redis.call('ZRANGE', failed, 0, 999)) do
            if redis.pcall('HEXISTS', jobs .. id, 'superseded') ~= 1 then dead = dead + 1 end
        end
        return {redis.call('XLEN', stream) - working, working, redis.call('ZCARD', delayed), dead,
            redis.call('HGET', facts, 'paused') == '1' and 1 or 0, job and job.due or false}
        """
}
