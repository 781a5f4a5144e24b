using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>The tables, by version. A version is never edited once it has shipped: changes are appended as the next one.</summary>
internal static class SqliteSchema
{
    private static readonly string[] Versions =
    [
        """
        CREATE TABLE reigns (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
        CREATE TABLE facts (
            seq     INTEGER PRIMARY KEY AUTOINCREMENT, -- the embedded log's own numbers
            id      BLOB    NOT NULL UNIQUE,
            reign   INTEGER REFERENCES reigns (key),   -- a copy of another log's entry: its reign and number there
            number  INTEGER,
            kind    INTEGER NOT NULL,                  -- TargetKind; 0 is a reinstatement
            realm   TEXT,
            target  TEXT,
            of      BLOB,                              -- what a reinstatement undoes
            actor   TEXT    NOT NULL,
            at      INTEGER NOT NULL,                  -- milliseconds since 1970
            expires INTEGER NOT NULL,                  -- likewise, rounded up
            body    BLOB    NOT NULL,                  -- FactEncoding
            sum     INTEGER NOT NULL                   -- of id, expires and body: SQLite's own check does not see a changed bit
        );
        CREATE INDEX facts_expires ON facts (expires);
        CREATE INDEX facts_of ON facts (of) WHERE of IS NOT NULL;
        CREATE INDEX facts_target ON facts (target, realm, kind) WHERE target IS NOT NULL;
        CREATE TABLE pairs (room TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (room, key)) WITHOUT ROWID;
        CREATE TABLE sessions (
            realm TEXT NOT NULL, id TEXT NOT NULL, subject TEXT, client TEXT, second_client TEXT,
            first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, -- microseconds since 1970
            authenticated_at INTEGER, issued_at INTEGER, expires_at INTEGER, -- milliseconds
            address TEXT, user_agent TEXT, host TEXT,
            PRIMARY KEY (realm, id)
        ) WITHOUT ROWID;
        CREATE INDEX sessions_subject ON sessions (realm, subject, last_seen);
        CREATE INDEX sessions_last_seen ON sessions (last_seen);
        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
            target TEXT, outcome TEXT NOT NULL, address TEXT, detail TEXT
        );
        """,
        """
        CREATE TABLE second_factors (key TEXT PRIMARY KEY, value TEXT NOT NULL, until INTEGER) WITHOUT ROWID;
        CREATE INDEX second_factors_until ON second_factors (until) WHERE until IS NOT NULL;
        CREATE TABLE second_factor_tickets (bucket TEXT NOT NULL, ticket TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (bucket, ticket)) WITHOUT ROWID;
        CREATE INDEX second_factor_tickets_until ON second_factor_tickets (until);
        """,
        """
        ALTER TABLE reigns RENAME TO epochs;
        ALTER TABLE facts RENAME COLUMN reign TO epoch;
        """,
        """
        CREATE TABLE versioned (space TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, value TEXT, PRIMARY KEY (space, key)) WITHOUT ROWID;
        INSERT INTO versioned (space, key, version, value) SELECT 'second-factors', key, 1, value FROM second_factors WHERE until IS NULL;
        DELETE FROM second_factors WHERE until IS NULL;
        INSERT INTO versioned (space, key, version, value) -- an empty hash was that of a key that had been removed
            SELECT 'management-keys', key, 1, nullif(lower(hex(value)), '') FROM pairs WHERE room = 'management-keys';
        DELETE FROM pairs WHERE room = 'management-keys';
        """,
        """
        ALTER TABLE sessions ADD COLUMN token INTEGER;
        ALTER TABLE sessions ADD COLUMN lineage TEXT;
        """,
        """
        ALTER TABLE audit ADD COLUMN trace TEXT;
        ALTER TABLE audit ADD COLUMN hash TEXT;
        """,
    ];

    public static int Current => Versions.Length;

    public static int VersionOf(SqliteConnection connection) => (int)(long)Scalar(connection, "PRAGMA user_version")!;

    /// <summary>Brings the file to the current version, one version after the other, each as a whole or not at all.</summary>
    public static void Migrate(SqliteConnection connection)
    {
        for (int version = VersionOf(connection); version < Current; version++)
        {
            Execute(connection, "BEGIN IMMEDIATE");
            try
            {
                // Another process may have migrated between the look and the lock.
                if (VersionOf(connection) == version)
                {
                    Execute(connection, Versions[version]);
                    if (version == 0) Execute(connection, $"INSERT INTO reigns (key, id) VALUES (0, '{Guid.CreateVersion7():N}')");
                    Execute(connection, $"PRAGMA user_version = {version + 1}");
                }
                Execute(connection, "COMMIT");
            }
            catch
            {
                Execute(connection, "ROLLBACK");
                throw;
            }
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
