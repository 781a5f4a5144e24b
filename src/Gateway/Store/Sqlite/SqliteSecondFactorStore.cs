namespace Gateway.Store.Sqlite;

/// <summary>Second factors in the one file of this machine. Processes beside the gateway, such as the command that enrols,
/// may have it open as well.</summary>
internal sealed class SqliteSecondFactorStore(SqliteDatabase database, TimeProvider time) : ISecondFactorStore
{
    public Task<string?> ReadAsync(string key, CancellationToken cancellation)
        => Task.FromResult(database.Read(session => session.Value("SELECT value FROM second_factors WHERE key = $1", key) as string));

    public async Task<bool> ReplaceAsync(string key, string? expected, string? value, DateTimeOffset until, CancellationToken cancellation)
        => await database.WriteAsync(session =>
        {
            session.Run("DELETE FROM second_factors WHERE until < $1", time.GetUtcNow().ToUnixTimeMilliseconds());
            return (expected, value) switch
            {
                (null, null) => session.Value("SELECT 1 FROM second_factors WHERE key = $1", key) is null ? 1 : 0,
                (null, _) =>
                    session.Run("INSERT INTO second_factors (key, value, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", key, value,
                        until.ToUnixTimeMilliseconds()),
                (_, null) => session.Run("DELETE FROM second_factors WHERE key = $1 AND value = $2", key, expected),
                _ =>
                    session.Run("UPDATE second_factors SET value = $2, until = $3 WHERE key = $1 AND value = $4", key, value,
                        until.ToUnixTimeMilliseconds(), expected),
            };
        }, cancellation) > 0;

    public Task<bool> TakeAsync(string bucket, string ticket, int limit, TimeSpan within, CancellationToken cancellation)
        => database.WriteAsync(session =>
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        session.Run("DELETE FROM second_factor_tickets WHERE until <= $1", now);
        long taken = (long)session.Value("SELECT count(*) FROM second_factor_tickets WHERE bucket = $1", bucket)!;
        if (taken >= limit) return false;
        session.Run("INSERT INTO second_factor_tickets (bucket, ticket, until) VALUES ($1, $2, $3)", bucket, ticket,
            now + (long)within.TotalMilliseconds);
        return true;
    }, cancellation);

    public Task GiveBackAsync(string bucket, string ticket, CancellationToken cancellation)
        => database.WriteAsync(session =>
            session.Run("DELETE FROM second_factor_tickets WHERE bucket = $1 AND ticket = $2", bucket, ticket), cancellation);
}
