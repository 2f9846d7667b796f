import Clients

/// What leases do on Redis; each script is one atomic step, and none reads a clock.
enum RedisLeaseScripts {
    /// KEYS: lock, counter. ARGV: token, milliseconds, floor. Gives 1 and the epoch, 0 and the holder's token, or 2.
    ///
    /// A counter below the floor says that the server has lost what it knew, and with it perhaps a lock whose holder
    /// still trusts it. Nobody gets the lock then for as long as that trust can last (2): it belongs to `-`.
    ///
    /// A lock that lasts longer than any holder asked for (the server's clock was set back, or somebody persisted the
    /// key) would keep all out: it is shortened to ten times the asker's time-to-live, which is longer than its holder's
    /// trust even while replicas with two settings run side by side.
    ///
    /// Where memory ends between two writes, an epoch is skipped, and no lock is left behind. Numbers of Lua are exact up
    /// to 2^53; so the server itself counts, and text is compared.
    static let acquire = RedisScript(
        """
        local holder = redis.call('GET', KEYS[1])
        if holder then
            local left, limit = redis.call('PTTL', KEYS[1]), 10 * tonumber(ARGV[2])
            if left < 0 or left > limit then redis.call('PEXPIRE', KEYS[1], limit) end
            return {holder == '-' and 2 or 0, holder}
        end
        local epoch, floor = redis.call('GET', KEYS[2]) or '0', ARGV[3]
        if string.sub(epoch, 1, 1) == '-' or #epoch < #floor or (#epoch == #floor and epoch < floor) then
            redis.call('SET', KEYS[1], '-', 'PX', ARGV[2])
            redis.call('SET', KEYS[2], floor)
            return {2, '-'}
        end
        redis.call('INCR', KEYS[2])
        redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
        return {1, redis.call('GET', KEYS[2])}
        """
    )

    /// KEYS: lock. ARGV: token, milliseconds. Writes nothing unless the lock is the token's.
    static let renew = RedisScript(
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return 1
        """
    )

    /// KEYS: lock. ARGV: token. Compares, then removes.
    static let release = RedisScript(
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[1])
        """
    )
}
