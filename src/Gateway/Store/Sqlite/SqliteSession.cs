using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    public SqliteConnection Connection { get; } = connection;

    /// <summary>Gives a statement with its values bound to <c>$1</c>, <c>$2</c>, …; prepared once for each text.</summary>
    public SqliteCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out SqliteCommand? command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 1; i <= values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i });
            _prepared[sql] = command;
        }
        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    public int Run(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    /// <summary>Whether anything was written over this connection.</summary>
    public bool HasChanged => (long)Value("SELECT total_changes()")! > 0;

    /// <summary>Gives the first value of the first row; null when there is none or it is NULL.</summary>
    public object? Value(string sql, params ReadOnlySpan<object?> values)
        => Command(sql, values).ExecuteScalar() is var value and not DBNull ? value : null;

    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        Each(sql, reader => rows.Add(row(reader)), values);
        return rows;
    }

    /// <summary>Reads row by row, for more of them than should be held at once.</summary>
    public void Each(string sql, Action<SqliteDataReader> row, params ReadOnlySpan<object?> values)
    {
        using SqliteDataReader reader = Command(sql, values).ExecuteReader();
        while (reader.Read()) row(reader);
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in _prepared.Values) command.Dispose();
        Connection.Dispose();
    }
}
