using SQLitePCL;

namespace Gateway.Store.Sqlite;

/// <summary>The row at which a scan stands: columns as they lie, valid until the next row.</summary>
internal readonly struct ScannedRow(sqlite3_stmt statement)
{
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public bool IsInteger(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_INTEGER;

    public bool IsBlob(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_BLOB;

    public long Integer(int column) => raw.sqlite3_column_int64(statement, column);

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);
}
