using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>
/// A call of a script on the log. Each is one step that nothing can come between; each begins with the same look at the epoch
/// and answers with the state of the cluster and a result of its own.
/// <para>KEYS: 1 the log, 2 the epoch, 3 the nodes. ARGV[1]: what a new epoch would be called.</para>
/// </summary>
internal abstract record LogCall<T> : ScriptCall<LogAnswer<T>>
{
    /// <summary>ARGV[2] and what follows.</summary>
    protected abstract RedisValue[] Parameters { get; }

    protected abstract T Result(RedisResult result);

    public sealed override RedisValue[] Arguments() => [Guid.CreateVersion7().ToString("N"), .. Parameters];

    public sealed override LogAnswer<T> Read(RedisResult answer)
    {
        RedisResult[] parts = (RedisResult[])answer!;
        return new(StateForm.Read(parts[0]), Result(parts[1]));
    }
}
