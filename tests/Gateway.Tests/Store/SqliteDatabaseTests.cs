using Gateway.Cluster;
using Gateway.Cluster.Sqlite;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Sqlite;
using Gateway.Tests.Revocation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Store;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File => _folder["gateway.db"];

    private SqliteDatabase Open(bool claim = true) => new(File, claim, NullLogger<SqliteDatabase>.Instance);

    private void Fill(int facts = 200)
    {
        using SqliteDatabase database = Open();
        SqliteLog log = new(database, new Node(), TimeProvider.System);
        RandomFacts random = new(1);
        Task.WaitAll(Enumerable.Range(0, facts).Select(_ => log.AppendAsync(random.Fact(), default)));
    }

    [Fact]
    public void Damage_anywhere_stops_the_start_and_the_file_is_kept_byte_for_byte()
    {
        Fill();
        byte[] whole = System.IO.File.ReadAllBytes(File);
        int found = 0;
        Random random = new(42);
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            switch (round % 4)
            {
                case 0: random.NextBytes(damaged.AsSpan(0, 16)); break;
                case 1: random.NextBytes(damaged.AsSpan(random.Next(4096, damaged.Length - 4096), 4096)); break;
                case 2: damaged = damaged[..random.Next(1, damaged.Length - 4096)]; break;
                default: ChangeAFact(damaged, random); break;
            }
            System.IO.File.WriteAllBytes(File, damaged);
            StoreFileException error = Assert.Throws<StoreFileException>(() => Open().Dispose());
            Assert.Contains(File, error.Message);
            Assert.Contains("damaged", error.Message);
            Assert.Contains("Cure", error.Message);
            Assert.Equal(damaged, System.IO.File.ReadAllBytes(File));
            found++;
        }
        Assert.Equal(60, found);
        System.IO.File.WriteAllBytes(File, whole);
        Open().Dispose();
    }

    // One letter inside a stored fact: the structure of the file stays good.
    private static void ChangeAFact(byte[] file, Random random)
    {
        List<int> places = [];
        ReadOnlySpan<byte> name = "\"actor\":\""u8;
        for (int at = 0; at < file.Length - name.Length; at++)
            if (file.AsSpan(at).StartsWith(name)) places.Add(at + 3);
        file[places[random.Next(places.Count)]] ^= 0x20;
    }

    [Fact]
    public async Task Damage_in_the_write_ahead_log_stops_the_start_and_the_end_of_an_unfinished_write_does_not()
    {
        byte[] file, ahead;
        using (SqliteDatabase database = Open())
        {
            SqliteLog log = new(database, new Node(), TimeProvider.System);
            RandomFacts random = new(2);
            for (int i = 0; i < 50; i++) await log.AppendAsync(random.Fact(), default);
            // What a kill leaves behind.
            (file, ahead) = (System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes(File + "-wal"));
        }
        const int frame = 24 + 4096;
        int frames = (ahead.Length - 32) / frame;
        Assert.True(frames > 50);
        int Kept()
        {
            using SqliteDatabase database = Open();
            return new FactTable(database).List(new(), null, 100).Count;
        }
        void Leave(byte[] writeAhead)
        {
            System.IO.File.WriteAllBytes(File, file);
            System.IO.File.WriteAllBytes(File + "-wal", writeAhead);
        }

        Leave(ahead);
        Assert.Equal(50, Kept());
        // Killed in the middle of writing the last frames: what was answered before is there.
        Random random2 = new(3);
        for (int cut = 0; cut < 10; cut++)
        {
            Leave(ahead[..(ahead.Length - random2.Next(1, frame))]);
            Assert.Equal(49, Kept());
        }
        for (int round = 0; round < 20; round++)
        {
            byte[] damaged = (byte[])ahead.Clone();
            damaged[round == 0 ? random2.Next(32) : 32 + random2.Next(frame * (frames - 10))] ^= 0x10;
            Leave(damaged);
            StoreFileException error = Assert.Throws<StoreFileException>(() => Open().Dispose());
            Assert.Contains("write-ahead log", error.Message);
            Assert.Equal(damaged, System.IO.File.ReadAllBytes(File + "-wal"));
            Assert.Equal(file, System.IO.File.ReadAllBytes(File));
        }
        // The file itself cut to nothing or gone, with what it was to take up still beside it.
        Leave(ahead);
        System.IO.File.WriteAllBytes(File, []);
        Assert.Throws<StoreFileException>(() => Open());
        System.IO.File.Delete(File);
        Assert.Throws<StoreFileException>(() => Open());
        Assert.Equal(ahead, System.IO.File.ReadAllBytes(File + "-wal"));
    }

    [Fact]
    public void The_database_of_another_program_is_left_alone()
    {
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            SqliteSchema.Execute(connection, "CREATE TABLE notes (text)");
        }
        byte[] before = System.IO.File.ReadAllBytes(File);
        Assert.Contains("another program", Assert.Throws<StoreFileException>(() => Open()).Message);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public async Task A_file_that_is_removed_while_in_use_takes_nothing_more()
    {
        using SqliteDatabase database = Open();
        SqliteLog log = new(database, new Node(), TimeProvider.System);
        await log.AppendAsync(new RandomFacts(1).Fact(), default);
        System.IO.File.Move(File, File + ".away");
        Assert.Contains("removed",
            (await Assert.ThrowsAsync<StoreUnavailableException>(() => log.AppendAsync(new RandomFacts(2).Fact(), default))).Message);
        System.IO.File.Move(File + ".away", File);
        await log.AppendAsync(new RandomFacts(3).Fact(), default);
        Assert.Equal(2, new FactTable(database).List(new(), null, 10).Count);
    }

    [Fact]
    public void An_empty_file_is_a_new_store()
    {
        System.IO.File.WriteAllBytes(File, []);
        Open().Dispose();
        Open().Dispose();
    }

    [Fact]
    public void A_file_that_is_something_else_is_kept()
    {
        System.IO.File.WriteAllText(File, "# notes\n");
        Assert.Contains("damaged", Assert.Throws<StoreFileException>(() => Open()).Message);
        Assert.Equal("# notes\n", System.IO.File.ReadAllText(File));
    }

    [Theory]
    [InlineData("UPDATE pairs SET key = \"nobody\""), InlineData("CREATE INDEX i ON pairs (\"nobody\")")]
    public void A_mistyped_name_is_an_error_and_no_text(string sql)
    {
        // SQLite's old leniency (https://www.sqlite.org/quirks.html#dblquote), which DQS=0 ends.
        using Microsoft.Data.Sqlite.SqliteConnection connection = StoreFile.OpenToWrite(File);
        Assert.Contains("no such column",
            Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => SqliteSchema.Execute(connection, sql)).Message);
        Assert.Equal(1L, SqliteSchema.Scalar(connection, "SELECT count(*) FROM pragma_compile_options WHERE compile_options = 'DQS=0'"));
    }

    [Fact]
    public void A_file_of_an_earlier_version_is_brought_to_this_one_with_what_it_holds()
    {
        Fill(3);
        using (var connection = StoreFile.OpenToWrite(File))
            SqliteSchema.Execute(connection,
                "ALTER TABLE epochs RENAME TO reigns; ALTER TABLE facts RENAME COLUMN epoch TO reign; DROP TABLE versioned; "
                    + "ALTER TABLE sessions DROP COLUMN token; ALTER TABLE sessions DROP COLUMN lineage; "
                    + "ALTER TABLE audit DROP COLUMN trace; ALTER TABLE audit DROP COLUMN hash; PRAGMA user_version = 2");
        using SqliteDatabase database = Open();
        Assert.Equal(3, new FactTable(database).List(new(), null, 10).Count);
        Assert.NotEmpty(database.OwnEpoch);
    }

    [Fact]
    public void Two_gateways_do_not_share_an_embedded_log()
    {
        using (Open())
        {
            Assert.Contains("in use", Assert.Throws<StoreFileException>(() => Open()).Message);
            Open(claim: false).Dispose();
        }
        Open().Dispose();
    }

    [Fact]
    public void Nobody_but_its_owner_can_read_it()
    {
        if (OperatingSystem.IsWindows()) return;
        using SqliteDatabase database = Open();
        foreach (string file in (string[])[File, File + "-wal"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(file));
    }

    [Fact]
    public void The_folder_is_made()
    {
        using SqliteDatabase database = new(_folder["deep/down/gateway.db"], claim: true, NullLogger<SqliteDatabase>.Instance);
        Assert.True(System.IO.File.Exists(database.Path));
    }

    [Fact]
    public async Task A_job_that_cannot_be_done_does_not_take_its_neighbours_along()
    {
        using SqliteDatabase database = Open();
        Task<int>[] jobs = [.. Enumerable.Range(0, 50)
            .Select(
                i => database.WriteUrgentlyAsync(
                    session => i == 25
                        ? throw new InvalidOperationException("25")
                        : session.Run("INSERT INTO epochs (id) VALUES ($1)", "r" + i), default))];
        await Task.WhenAll(jobs.Where((_, i) => i != 25));
        await Assert.ThrowsAsync<InvalidOperationException>(() => jobs[25]);
        Assert.Equal(50L, database.Read(session => session.Value("SELECT count(*) FROM epochs")));
    }

    [Fact]
    public async Task Writes_that_wait_together_share_a_commit_and_the_urgent_go_first()
    {
        using SqliteDatabase database = Open();
        using ManualResetEventSlim goOn = new();
        Task blocking = database.WriteUrgentlyAsync(_ => { goOn.Wait(); return 0; }, default);
        List<string> order = [];
        Task<int> background = database.WriteAsync(_ => { order.Add("background"); return 0; }, default);
        bool firstWasAnswered = false;
        Task<int>[] urgent = new Task<int>[100];
        for (int i = 0; i < urgent.Length; i++)
        {
            int number = i;
            urgent[i] = database.WriteUrgentlyAsync(session =>
            {
                order.Add("urgent");
                firstWasAnswered |= number > 0 && urgent[0].IsCompleted;
                return session.Run("INSERT INTO epochs (id) VALUES ($1)", "r" + number);
            }, default);
        }
        goOn.Set();
        await Task.WhenAll([blocking, background, .. urgent]);
        Assert.False(firstWasAnswered);
        Assert.Equal(100, order.IndexOf("background"));
    }

    [Fact]
    public async Task A_commit_is_on_the_disk_before_it_is_answered()
    {
        using SqliteDatabase database = Open();
        (object? journal, object? synchronous) = await database.WriteUrgentlyAsync(
            session => (session.Value("PRAGMA journal_mode"), session.Value("PRAGMA synchronous")), default);
        // 2 is FULL: each commit is synced (https://www.sqlite.org/pragma.html#pragma_synchronous)
        Assert.Equal(("wal", 2L), ((string)journal!, (long)synchronous!));
    }

    [Fact]
    public async Task A_write_that_was_called_off_before_its_turn_does_not_happen()
    {
        using SqliteDatabase database = Open();
        using ManualResetEventSlim goOn = new();
        using CancellationTokenSource calledOff = new();
        Task blocking = database.WriteUrgentlyAsync(_ => { goOn.Wait(); return 0; }, default);
        Task<int> write = database.WriteUrgentlyAsync(session => session.Run("INSERT INTO epochs (id) VALUES ('x')"), calledOff.Token);
        await calledOff.CancelAsync();
        goOn.Set();
        await blocking;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Equal(1L, database.Read(session => session.Value("SELECT count(*) FROM epochs")));
    }

    [Fact]
    public async Task Pairs_are_kept_by_room()
    {
        using (SqliteDatabase database = Open())
        {
            PairTable pairs = new(database);
            await pairs.SetAsync("keys", "ops", [1, 2], default);
            await pairs.SetAsync("keys", "ops", [3], default);
            await pairs.SetAsync("jwks", "ops", [4], default);
            await pairs.SetAsync("keys", "dev", [6], default);
            await pairs.RemoveAsync("jwks", "ops", default);
        }
        using SqliteDatabase again = Open();
        Assert.Equal([3], new PairTable(again).Get("keys", "ops")!);
        Assert.Equal(["dev", "ops"], new PairTable(again).All("keys").Keys.Order());
        Assert.Null(new PairTable(again).Get("jwks", "ops"));
    }

    public void Dispose() => _folder.Dispose();
}
