using Gateway.Dialects;
using Gateway.Revocation;
using Gateway.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Dialects;

public sealed class LiveSessionsTests
{
    [Fact]
    public async Task Lists_of_everybody_go_one_at_a_time_and_a_users_own_waits_for_none()
    {
        SlowStore store = new();
        using LiveSessions sessions = new(
            new SessionRegistry(store, new(), TimeProvider.System, NullLogger<SessionRegistry>.Instance),
            Gates.Open(new RevocationIndex(TimeSpan.Zero), new()), TimeProvider.System);
        Task first = sessions.WalkAsync(new("main"), _ => { }, default), second = sessions.WalkAsync(new("main"), _ => { }, default);
        Task own = sessions.WalkAsync(new("main", "alice"), _ => { }, default);
        Assert.Equal(2, store.Walks);
        using CancellationTokenSource gone = new();
        Task third = sessions.WalkAsync(new("main"), _ => { }, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        store.Go.SetResult();
        await Task.WhenAll(first, second, own);
        Assert.Equal(3, store.Walks);
    }

    private sealed class SlowStore : ISessionStore
    {
        public readonly TaskCompletionSource Go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Walks;

        public Task WalkAsync(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation)
        {
            Interlocked.Increment(ref Walks);
            return Go.Task;
        }

        public Task SaveAsync(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation) => Task.CompletedTask;
        public ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation) => default;
        public ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, DateTimeOffset now, int offset, int count,
            CancellationToken cancellation) => new([]);
        public ValueTask<int> CountAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation) => default;
        public Task ForgetAsync(DateTimeOffset now, CancellationToken cancellation) => Task.CompletedTask;
    }
}
