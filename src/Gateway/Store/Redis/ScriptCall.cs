using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>One call of a script: what it is given, by name, and what its answer means. Each script has a class of its own.</summary>
internal abstract record ScriptCall<T>
{
    /// <summary>The same one for every call of a class.</summary>
    public abstract RedisScript Script { get; }

    /// <summary>Gives ARGV, in the order in which the script takes them.</summary>
    public abstract RedisValue[] Arguments();

    public abstract T Read(RedisResult answer);
}
