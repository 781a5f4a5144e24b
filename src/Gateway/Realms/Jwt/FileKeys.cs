namespace Gateway.Realms.Jwt;

/// <summary>Keys of a file (RFC 7517 section 5), which is read again when it changes. A file that has become unreadable
/// leaves the keys of before in force.</summary>
internal sealed partial class FileKeys(string realm, string issuer, string path, TimeProvider time, ILogger logger) : KeySource(realm)
{
    private const int MaxLength = 1024 * 1024;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public override string? Issuer => issuer;

    public override ValueTask<KeySet?> ReadyAsync()
    {
        if (Current is null) Load();
        return ValueTask.FromResult(Current);
    }

    public override ValueTask<KeySet?> LookForNewAsync() => ValueTask.FromResult(Current);

    /// <summary>Polls: a mounted file that is replaced through a symbolic link raises no event.</summary>
    public override async Task UpkeepAsync(CancellationToken cancellation)
    {
        Load();
        using PeriodicTimer timer = new(LookEvery, time);
        while (await timer.WaitForNextTickAsync(cancellation)) Load();
    }

    public override Task<string?> ProbeAsync(CancellationToken cancellation)
    {
        Load();
        return Task.FromResult(Trouble);
    }

    private void Load()
    {
        try
        {
            string? before = Current?.Text;
            if (new FileInfo(path).Length > MaxLength) throw new FormatException($"It is longer than {MaxLength} bytes.");
            string text = File.ReadAllText(path);
            if (text == before)
            {
                Publish(Current!, time.GetUtcNow());
                return;
            }
            KeySet keys = Read(issuer, text, text);
            if (Publish(keys, time.GetUtcNow())) LogRead(logger, Realm, path, keys.Count, PassedOver(keys));
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or ArgumentException or FormatException
                or System.Security.Cryptography.CryptographicException)
        {
            string trouble = $"its key file {path} cannot be read: {error.Message}";
            if (trouble != Trouble) LogUnreadable(logger, Realm, path, error.Message);
            Fail(trouble);
        }
    }

    [LoggerMessage(EventId = 1005, Level = LogLevel.Information, Message = "Realm {Realm}: {Count} keys read from {Path}{Passed}.")]
    private static partial void LogRead(ILogger logger, string realm, string path, int count, string passed);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Error,
        Message = "Realm {Realm}: the key file {Path} cannot be read, keys of before stay in force: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string realm, string path, string reason);
}
