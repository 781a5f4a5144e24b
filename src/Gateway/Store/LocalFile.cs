using Gateway.Store.Sqlite;

namespace Gateway.Store;

/// <summary>The store file of this node, as other rooms see it.</summary>
internal sealed class LocalFile(SqliteDatabase database)
{
    /// <summary>Why the last attempt to write failed; null while it can be written.</summary>
    public string? Trouble => database.Trouble;
}
