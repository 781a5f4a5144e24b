using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>Looks at a store file before anything is written to it.</summary>
internal static class StoreFile
{
    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    static StoreFile() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Checks header, version, structure and the sum of every fact, through a connection that cannot write. An absent
    /// or empty file passes: a start that was killed before its first write leaves an empty one.</summary>
    /// <exception cref="StoreFileException">It is damaged, of a newer version, or cannot be read.</exception>
    public static void Check(string path)
    {
        try
        {
            string ahead = path + "-wal";
            if (!File.Exists(path) || !HasContent(path))
            {
                if (File.Exists(ahead) && new FileInfo(ahead).Length > 0)
                    throw Damaged(path, "it is gone or empty, and its write-ahead log is still there");
                return;
            }
            if (WriteAheadLog.Damage(ahead) is { } damage) throw Damaged(path, damage);
            using SqliteConnection connection = OpenToRead(path, out _);
            int version = SqliteSchema.VersionOf(connection);
            if (version > SqliteSchema.Current)
                throw new StoreFileException(
                    $"The store file {path} is of version {version}; this gateway knows up to {SqliteSchema.Current}. "
                    + "Start the gateway that wrote it, put back a copy of the file from before the update, or name another file in "
                    + "Gateway:Store:Path. The file was not changed.");
            if (version == 0 && SqliteSchema.Scalar(connection, "SELECT count(*) FROM sqlite_master") is not 0L)
                throw new StoreFileException(
                    $"The file {path} is the database of another program. Name another file in Gateway:Store:Path. The file was not "
                        + "changed.");
            // Each takes about a second for a million facts. Nobody reads the file any more when this returns, or throws.
            Task sums = version > 0 ? Task.Run(() => VerifySums(path)) : Task.CompletedTask;
            object? found;
            try { found = SqliteSchema.Scalar(connection, "PRAGMA quick_check(1)"); }
            finally { Task.WaitAny(sums); }
            if (found is not "ok") throw Damaged(path, found as string);
            sums.GetAwaiter().GetResult();
        }
        catch (SqliteException error) when (error.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            throw Damaged(path, error.Message, error);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreFileException(
                $"The store file {path} cannot be read: {error.Message} Check that the file and its folder belong to the gateway's user "
                    + "and that the disk is not full.", error);
        }
    }

    private static void VerifySums(string path)
    {
        using SqliteConnection connection = OpenToRead(path, out _);
        FactSum.Verify(connection, path);
    }

    public static StoreFileException Damaged(string path, string? found, Exception? inner = null) => new(
        $"The store file {path} is damaged ({found ?? "unreadable"}). It holds the revocations, so the gateway does not start without it. "
        + "The file was not changed. Cure: restore it from a backup; or save what can be read with `sqlite3 FILE .recover | sqlite3 NEW` "
        + "and put NEW in its place; "
        + "or move it away, with its -wal file, to start with an empty log, which lets every revoked session in again until its token "
        + "expires.", inner);

    /// <summary>Gives a connection that cannot write. Where the folder cannot be written or the disk is full, SQLite cannot make the
    /// shared memory of its write-ahead log; if that log is empty, the file alone is the whole truth and is read as immutable.</summary>
    public static SqliteConnection OpenToRead(string path, out bool immutable)
    {
        immutable = false;
        try
        {
            return Open(path, SqliteOpenMode.ReadOnly);
        }
        catch (SqliteException error)
            when (error.SqliteErrorCode is SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_IOERR
                or SQLitePCL.raw.SQLITE_FULL && File.Exists(path))
        {
            FileInfo ahead = new(path + "-wal");
            if (ahead.Exists && ahead.Length > 0) throw;
            immutable = true;
            return Open(new UriBuilder("file", "") { Path = path, Query = "immutable=1" }.Uri.AbsoluteUri, SqliteOpenMode.ReadOnly);
        }
    }

    /// <summary>
    /// Makes an absent file for its owner's eyes only: it names people and their sessions. What SQLite puts beside it gets the same mode.
    /// </summary>
    public static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path)) return;
        new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
    }

    public static SqliteConnection OpenToWrite(string path)
    {
        SqliteConnection connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            SqliteSchema.Execute(connection,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864");
            SqliteSchema.Migrate(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection Open(string source, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(
            new SqliteConnectionStringBuilder { DataSource = source, Mode = mode, Pooling = false, DefaultTimeout = 2 }.ToString());
        try
        {
            connection.Open();
            SqliteSchema.Scalar(connection, "SELECT count(*) FROM sqlite_master");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Before any connection is open: closing a plain handle later would drop the locks that SQLite holds in this process.
    private static bool HasContent(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length == 0) return false;
        Span<byte> header = stackalloc byte[16];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.SequenceEqual(Magic))
            throw Damaged(path, "its header is not that of a SQLite file");
        return true;
    }
}
