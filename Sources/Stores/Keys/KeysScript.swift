import Clients

/// The only thing that ever removes a key: it looks at each again, in the same instant.
enum KeysScript {
    /// How many keys one call looks at; it keeps the server from everything else for some tenths of a millisecond.
    static let batchSize = 100

    /// What became of a key.
    enum Answer: Int64 {
        case gone = 0
        case deleted = 1
        case changed = 2
        case own = 3
        /// The server does not tell what must be known of it.
        case unknown = 4
    }

    /// In place of the answers: a newer epoch has been seen, or something that is none stands in its place.
    static let fenced: Int64 = -1

    /// KEYS: that of the fence if there is one, then those to remove.
    /// ARGV: epoch (empty = no fence), 1 = without TTL only, seconds of idleness or -1, field or empty, size or -1, number
    /// of own prefixes, those; then type and time of each key.
    ///
    /// An epoch that cannot be written because memory is full must not stop what frees memory: it has been compared.
    static let remove = RedisScript(
        """
        local at = 0
        local function argument() at = at + 1; return ARGV[at] end
        local epoch = argument()
        local withoutTTL = argument() == '1'
        local idle = tonumber(argument())
        local field = argument()
        local size = tonumber(argument())
        local prefixes = {}
        for i = 1, tonumber(argument()) do prefixes[i] = argument() end
        local first = 1
        if epoch ~= '' then
            first = 2
            local seen = redis.call('GET', KEYS[1])
            if seen and not (tonumber(seen) and tonumber(seen) <= tonumber(epoch)) then return {-1, seen} end
            if seen ~= epoch then
                local set = redis.pcall('SET', KEYS[1], epoch)
                if set.err and string.sub(set.err, 1, 3) ~= 'OOM' then return redis.error_reply(set.err) end
            end
        end
        local function look(key, kind, time)
            for _, prefix in ipairs(prefixes) do
                if string.sub(key, 1, #prefix) == prefix then return 3 end
            end
            local found = redis.call('TYPE', key).ok
            if found == 'none' then return 0 end
            if found ~= kind then return 2 end
            if withoutTTL and redis.call('PTTL', key) ~= -1 then return 2 end
            if idle >= 0 then
                local now = redis.pcall('OBJECT', 'IDLETIME', key)
                if type(now) ~= 'number' then return 4 end
                if now <= idle then return 2 end
            end
            if field ~= '' and redis.call('HGET', key, field) ~= time then return 2 end
            if size >= 0 and redis.call('MEMORY', 'USAGE', key) <= size then return 2 end
            return redis.call('UNLINK', key)
        end
        local answers = {}
        for i = first, #KEYS do
            local kind = argument()
            answers[#answers + 1] = look(KEYS[i], kind, argument())
        end
        return answers
        """
    )
}
