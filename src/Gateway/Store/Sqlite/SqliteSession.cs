using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Store.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];
    private readonly Dictionary<string, sqlite3_stmt> _scans = [];

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

    /// <summary>Reads row by row what a start reads in millions: columns are taken from the statement, and nothing is copied.</summary>
    public void Scan(string sql, Action<ScannedRow> row, params ReadOnlySpan<long> values)
    {
        if (!_scans.TryGetValue(sql, out sqlite3_stmt? statement))
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(Connection.Handle, sql, out statement), Connection.Handle);
            _scans[sql] = statement;
        }
        try
        {
            for (int i = 0; i < values.Length; i++) raw.sqlite3_bind_int64(statement, i + 1, values[i]);
            int result;
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW) row(new ScannedRow(statement));
            if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, Connection.Handle);
        }
        finally { raw.sqlite3_reset(statement); }
    }

    public void Dispose()
    {
        foreach (sqlite3_stmt statement in _scans.Values) statement.Dispose();
        foreach (SqliteCommand command in _prepared.Values) command.Dispose();
        Connection.Dispose();
    }
}
