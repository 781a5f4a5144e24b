using System.Collections.Concurrent;
using Gateway.Revocation;
using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>
/// The one file of this node: write-ahead log, every commit on the disk before it is answered. One writer with a queue, in
/// which urgent work (revocations) goes before everything else and shares one commit; readers have connections of their
/// own and wait for nobody. A write that fails changes nothing, and the next one tries afresh, so that a disk with room
/// again needs no restart.
/// </summary>
internal sealed partial class SqliteDatabase : IDisposable
{
    private const int MostInOneCommit = 512;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly FileStream? _claim;
    private readonly Thread _writing;
    private readonly Queue<Job> _urgent = [];
    private readonly Queue<Job> _background = [];
    private readonly ConcurrentBag<(SqliteSession Session, int Generation)> _idle = [];
    private SqliteSession? _writer;
    private int _generation;
    private string? _trouble;
    private bool _stopping;

    /// <param name="path">Absolute path; its folder is made when it is missing.</param>
    /// <param name="claim">Refuse a file that another gateway has claimed: the embedded log has one writer, which is also its one
    /// reader.</param>
    /// <exception cref="StoreFileException">The file is damaged, of a newer version, claimed, or cannot be made.</exception>
    public SqliteDatabase(string path, bool claim, ILogger<SqliteDatabase> logger)
    {
        _path = path;
        _logger = logger;
        if (claim) _claim = StoreClaim.Take(path);
        try
        {
            StoreFile.Check(path);
            OpenFirst();
            OwnEpoch = Read(session => (string)session.Value("SELECT id FROM epochs WHERE key = 0")!);
        }
        catch
        {
            _claim?.Dispose();
            throw;
        }
        _writing = new Thread(Write) { IsBackground = true, Name = "store" };
        _writing.Start();
    }

    public string Path => _path;

    /// <summary>Id of this file's own epoch, made with the file.</summary>
    public string OwnEpoch { get; }

    /// <summary>Why the last attempt to write failed; null while it can be written.</summary>
    public string? Trouble => Volatile.Read(ref _trouble);

    /// <summary>Runs in the next commit, before all that is not urgent; completes when it is on the disk.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be written now; nothing of it was recorded.</exception>
    public Task<T> WriteUrgentlyAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellation)
        => EnqueueAsync(_urgent, work, cancellation);

    /// <summary>Runs in a commit of its own, when nothing urgent waits. Keep it short: an urgent write may wait for one of these.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be written now; nothing of it was recorded.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellation)
        => EnqueueAsync(_background, work, cancellation);

    /// <exception cref="StoreUnavailableException">The file cannot be read now.</exception>
    public T Read<T>(Func<SqliteSession, T> work)
    {
        int generation = Volatile.Read(ref _generation);
        SqliteSession? session = null;
        try
        {
            while (session is null && _idle.TryTake(out var idle))
            {
                if (idle.Generation == generation) session = idle.Session;
                else idle.Session.Dispose();
            }
            session ??= new SqliteSession(StoreFile.OpenToRead(_path, out _));
            T result = work(session);
            _idle.Add((session, generation));
            return result;
        }
        catch (SqliteException error)
        {
            session?.Dispose();
            throw new StoreUnavailableException($"The store file {_path} cannot be read: {error.Message}", error);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        lock (_urgent)
        {
            if (_stopping) return;
            _stopping = true;
            Monitor.Pulse(_urgent);
        }
        _writing.Join();
        while (_idle.TryTake(out var idle)) idle.Session.Dispose();
        _writer?.Dispose();
        _claim?.Dispose();
    }

    private Task<T> EnqueueAsync<T>(Queue<Job> queue, Func<SqliteSession, T> work, CancellationToken cancellation)
    {
        Job<T> job = new(work, cancellation);
        lock (_urgent)
        {
            if (_stopping) throw new StoreUnavailableException("The gateway is stopping.");
            queue.Enqueue(job);
            Monitor.Pulse(_urgent);
        }
        return job.Result;
    }

    private void Write()
    {
        List<Job> batch = [];
        while (Take(batch))
        {
            Commit(batch);
            batch.Clear();
        }
    }

    private bool Take(List<Job> batch)
    {
        lock (_urgent)
        {
            while (_urgent.Count + _background.Count == 0)
            {
                if (_stopping) return false;
                Monitor.Wait(_urgent);
            }
            while (batch.Count < MostInOneCommit && _urgent.TryDequeue(out Job? urgent)) batch.Add(urgent);
            if (batch.Count == 0) batch.Add(_background.Dequeue());
            return true;
        }
    }

    private void Commit(List<Job> batch)
    {
        try
        {
            // Linux would let it grow on without a name, until a restart finds nothing.
            if (!File.Exists(_path))
                throw new IOException("It was removed while the gateway runs. Put it back, or restart the gateway to begin an empty one.");
            SqliteSession writer = _writer ??= OpenWriter();
            writer.Run("BEGIN IMMEDIATE");
            foreach (Job job in batch) job.Run(writer);
            writer.Run("COMMIT");
            // A commit of nothing succeeds on a full disk too.
            if (_trouble is not null && writer.HasChanged) Recover();
            foreach (Job job in batch) job.Succeed();
        }
        catch (Exception error)
        {
            Close();
            bool work = error is not (SqliteException { SqliteErrorCode: not SQLitePCL.raw.SQLITE_CONSTRAINT } or IOException);
            if (work && batch.Count > 1)
            {
                // One of them cannot be done; the others must not suffer for it.
                foreach (Job job in batch) Commit([job]);
                return;
            }
            if (!work)
            {
                Fail(error.Message);
                error = new StoreUnavailableException(
                    $"The store file {_path} cannot be written: {error.Message} Nothing was recorded. Free space on its disk, or make it "
                        + "writable; no restart is needed.", error);
            }
            foreach (Job job in batch) job.Fail(error);
        }
    }

    private void Fail(string reason)
    {
        if (_trouble is null) Failing(_logger, _path, reason);
        Volatile.Write(ref _trouble, reason);
    }

    private void Recover()
    {
        Volatile.Write(ref _trouble, null);
        Recovered(_logger, _path);
    }

    private SqliteSession OpenWriter()
    {
        SqliteSession writer = new(StoreFile.OpenToWrite(_path));
        // Readers that took the file for immutable must look again.
        Interlocked.Increment(ref _generation);
        return writer;
    }

    // A connection that has failed is not trusted again; closing it rolls back.
    private void Close()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private void OpenFirst()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);
            StoreFile.MakePrivate(_path);
            _writer = OpenWriter();
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            // What is revoked is known and enforced even if nothing can be added now.
            if (!CanBeRead())
                throw new StoreFileException(
                    $"The store file {_path} cannot be made or opened: {error.Message} Check that its folder exists, belongs to the "
                        + "gateway's user and has room.", error);
            Fail(error.Message);
        }
    }

    private bool CanBeRead()
    {
        try
        {
            using SqliteConnection connection = StoreFile.OpenToRead(_path, out _);
            return SqliteSchema.VersionOf(connection) == SqliteSchema.Current;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private abstract class Job
    {
        public abstract void Run(SqliteSession session);
        public abstract void Succeed();
        public abstract void Fail(Exception error);
    }

    private sealed class Job<T>(Func<SqliteSession, T> work, CancellationToken cancellation) : Job
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private bool _ran;

        public Task<T> Result => _done.Task;

        public override void Run(SqliteSession session)
        {
            _ran = !cancellation.IsCancellationRequested;
            if (_ran) _result = work(session);
        }

        public override void Succeed()
        {
            if (_ran) _done.SetResult(_result!);
            else _done.SetCanceled(cancellation);
        }

        public override void Fail(Exception error) => _done.SetException(error);
    }

    [LoggerMessage(EventId = 507, Level = LogLevel.Error,
        Message = "The store file {Path} cannot be written: {Reason} Logouts are answered 503 until it can; what is revoked stays "
            + "revoked.")]
    private static partial void Failing(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 508, Level = LogLevel.Information, Message = "The store file {Path} can be written again.")]
    private static partial void Recovered(ILogger logger, string path);
}
