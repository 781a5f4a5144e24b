namespace Gateway.Store.Sqlite;

/// <summary>Up to where a replica knows the changes of a cluster's values.</summary>
/// <param name="Epoch">The life of Redis' data that they belong to.</param>
/// <param name="Number">Of the last change that is known.</param>
internal sealed record ReplicaProgress(string Epoch, long Number)
{
    public static readonly ReplicaProgress None = new("", 0);
}
