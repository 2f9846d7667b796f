/// Lua of what workers do.
extension RedisJobQueueLua {
    /// Takes a job from a silent worker: back to its place in line, or out.
    static let takeBack = """
        local stalled = 0
        local function takeBack(id, job, entry)
            stalled = stalled + 1
            local stalls = tonumber(job.stalls) + 1
            local text = '\(JobWords.silent.before)' .. (job.worker or '?') .. '\(JobWords.silent.after)'
            if stalls < \(QueueLimits.maximumStalls) then
                redis.call('HSET', jobs .. id, 'stalls', stalls, 'error', text, 'state', 'waiting')
                redis.call('HDEL', jobs .. id, 'claim', 'heartbeat', 'started')
                redis.call('XCLAIM', stream, 'workers', 'returned', 0, entry, 'JUSTID')
            else
                dead = dead + 1
                redis.call('HSET', jobs .. id, 'stalls', stalls, 'error', text .. '\(JobWords.givenUp)')
                drop(entry)
                finish(id, job, 'failed')
            end
        end
        """

    /// Signs of life that come from the future, where the clock was set back: they would keep a dead worker's job for as long.
    /// Each script that writes one notes the time, so that claims need not look at all jobs that others work on.
    static let clock = """
        local function noteClock() return redis.pcall('HSET', facts, 'clock', digits(now)) end
        local function isSetBack()
            local noted = redis.pcall('HGET', facts, 'clock')
            return type(noted) ~= 'string' or (tonumber(noted) or now + 1) > now
        end
        local function correctBeats()
            local from = '-'
            repeat
                local page = grouped('XPENDING', stream, 'workers', from, '+', 100, 'working')
                for _, pending in ipairs(page) do
                    local id = identity(pending[1])
                    local beat = id and redis.pcall('HGET', jobs .. id, 'heartbeat')
                    if type(beat) == 'string' and (tonumber(beat) or 0) > now then
                        redis.call('XCLAIM', stream, 'workers', 'working', 0, pending[1], 'JUSTID')
                        redis.call('HSET', jobs .. id, 'heartbeat', digits(now))
                    end
                    from = '(' .. pending[1]
                end
            until #page < 100
            -- As a first write a full server refuses it: then the next claim looks again.
            noteClock()
        end
        """

    /// What a claim answers: counts of stalls, deaths and unreadable jobs, then identity and fields.
    static let claimed = """
        local function claimed(id, stalled)
            local answer = {stalled, dead, unreadable}
            if id then
                answer[4] = id
                for i, value in ipairs(redis.call('HMGET', jobs .. id, unpack(names))) do answer[4 + i] = value end
            end
            return answer
        end
        """

    /// `ARGV`: worker, token, milliseconds of silence, and `1` if a claim with this token may have happened.
    static let claim = """
        local worker, token, silence, isUnsure = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
        if isUnsure == '1' then
            for _, pending in ipairs(grouped('XPENDING', stream, 'workers', '-', '+', 1000, 'working')) do
                local id = identity(pending[1])
                local job = id and read(id)
                if job and job.state == 'active' and job.claim == token then
                    redis.call('XCLAIM', stream, 'workers', 'working', 0, pending[1], 'JUSTID')
                    return claimed(id, 0)
                end
            end
        end
        if isSetBack() then correctBeats() end
        for _, pending in ipairs(grouped('XPENDING', stream, 'workers', 'IDLE', silence, '-', '+', 100, 'working')) do
            local entry = pending[1]
            local id = identity(entry)
            local job, problem = nil, nil
            if id then job, problem = read(id) else unreadable = unreadable + 1 end
            if job and job.entry == entry and job.state == 'active' then
                takeBack(id, job, entry)
            elseif job and job.entry == entry and job.state == 'waiting' then
                redis.call('XCLAIM', stream, 'workers', 'returned', 0, entry, 'JUSTID')
            else
                drop(entry)
                if problem then bury(id, problem) end
            end
        end
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', digits(now), 'LIMIT', 0, 100)) do
            redis.call('ZREM', delayed, id)
            if isName(id) then
                local job, problem = read(id)
                if job and job.state == 'delayed' then stand(id, job.cycle) end
                if problem then bury(id, problem) end
            end
        end
        -- Nothing is postponed for so long: the clock was set back, and the job would wait as long.
        local longest = digits(now + \(QueueLimits.microseconds(QueueLimits.maximumDelay)))
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', delayed, '(' .. longest, '+inf', 'LIMIT', 0, 100)) do
            local job = isName(id) and read(id)
            if job and job.state == 'delayed' and tonumber(job.attempts) == 0 then
                redis.call('ZREM', delayed, id)
                stand(id, job.cycle)
            end
        end
        if redis.call('HGET', facts, 'paused') == '1' then return claimed(nil, stalled) end
        for _ = 1, 100 do
            local back = redis.call('XPENDING', stream, 'workers', '-', '+', 1, 'returned')[1]
            local entry
            if back then
                entry = back[1]
                redis.call('XCLAIM', stream, 'workers', 'working', 0, entry, 'JUSTID')
            else
                local new = redis.call('XREADGROUP', 'GROUP', 'workers', 'working', 'COUNT', 1, 'STREAMS', stream, '>')
                if not new then break end
                entry = new[1][2][1][1]
            end
            local id = identity(entry)
            local job, problem = nil, nil
            if id then job, problem = read(id) else unreadable = unreadable + 1 end
            if job and job.entry == entry and job.state == 'waiting' then
                redis.call('HSET', jobs .. id, 'state', 'active', 'attempts', tonumber(job.attempts) + 1,
                    'started', digits(now), 'heartbeat', digits(now), 'worker', worker, 'claim', token)
                noteClock()
                return claimed(id, stalled)
            elseif job and job.entry == entry and job.state == 'active' then
                -- The group is new, and has forgotten who had it.
                takeBack(id, job, entry)
            else
                drop(entry)
                if problem then bury(id, problem) end
            end
        end
        return claimed(nil, stalled)
        """

    /// `ARGV`: identity, token, what is wrong with the job.
    static let discard = """
        local job = held()
        if not job then return 0 end
        drop(job.entry)
        leave(id, job.cycle)
        bury(id, ARGV[5])
        return 1
        """

    /// `ARGV`: pairs of identity and token. Answers the places of those that are lost, from 0.
    static let beat = """
        local lost = {}
        -- Only what corrects signs of life from the future may take the note of that away.
        local isBack = isSetBack()
        for i = 3, #ARGV, 2 do
            local values = redis.pcall('HMGET', jobs .. ARGV[i], 'state', 'claim', 'entry')
            local isHeld = false
            if not values.err and values[1] == 'active' and values[2] == ARGV[i + 1] and values[3] then
                local answer = redis.pcall('XCLAIM', stream, 'workers', 'working', 0, values[3], 'JUSTID')
                isHeld = not answer.err and #answer == 1
            end
            if isHeld then
                redis.call('HSET', jobs .. ARGV[i], 'heartbeat', digits(now))
                if not isBack then noteClock() end
            else
                lost[#lost + 1] = (i - 3) / 2
            end
        end
        return lost
        """

    /// `ARGV`: identity, token.
    static let complete = """
        local job = held()
        if not job then return 0 end
        drop(job.entry)
        finish(id, job, 'completed')
        return 1
        """

    /// `ARGV`: identity, token, error, `1` if tasks are named, tasks, microseconds until the next attempt.
    static let fail = """
        local job = held()
        if not job then return {'lost'} end
        drop(job.entry)
        redis.call('HSET', jobs .. id, 'error', ARGV[5])
        if ARGV[6] == '1' then
            redis.call('HSET', jobs .. id, 'tasks', ARGV[7])
        else
            redis.call('HDEL', jobs .. id, 'tasks')
        end
        if tonumber(job.attempts) >= tonumber(job.max) then
            finish(id, job, 'failed')
            return {'dead'}
        end
        local due = digits(now + tonumber(ARGV[8]))
        redis.call('HSET', jobs .. id, 'state', 'delayed', 'due', due)
        redis.call('HDEL', jobs .. id, 'claim', 'heartbeat', 'entry')
        redis.call('ZADD', delayed, due, id)
        return {'retries', due}
        """

    /// `ARGV`: identity, token.
    static let giveBack = """
        local job = held()
        if not job then return 0 end
        grouped('XCLAIM', stream, 'workers', 'returned', 0, job.entry, 'JUSTID')
        redis.call('HSET', jobs .. id, 'state', 'waiting', 'attempts', math.max(tonumber(job.attempts) - 1, 0))
        redis.call('HDEL', jobs .. id, 'claim', 'heartbeat', 'started')
        return 1
        """

    /// `ARGV`: identity, token. Begins with a command that needs no memory, as a sign of life does.
    static let begin = """
        local job = held()
        if not job then return 0 end
        if not job.begun then
            grouped('XCLAIM', stream, 'workers', 'working', 0, job.entry, 'JUSTID')
            redis.call('HSET', jobs .. id, 'begun', digits(now))
        end
        return 1
        """

    /// `ARGV`: identity, token, microseconds until it is given out again.
    static let postpone = """
        local job = held()
        if not job then return 0 end
        drop(job.entry)
        local due = digits(now + tonumber(ARGV[5]))
        redis.call('HSET', jobs .. id, 'state', 'delayed', 'due', due, 'attempts', '0', 'stalls', '0')
        redis.call('HDEL', jobs .. id, 'claim', 'heartbeat', 'started', 'entry', 'error', 'worker')
        redis.call('ZADD', delayed, due, id)
        return 1
        """
}
