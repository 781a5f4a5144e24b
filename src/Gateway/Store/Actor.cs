namespace Gateway.Store;

/// <summary>Who makes a call, as the log and the audit name it.</summary>
/// <param name="Name">A key's name, realm and subject of a token, a dialect and its caller; never a secret.</param>
/// <param name="Address">Where the call came from; null on this machine's command line.</param>
/// <param name="Trace">The trace of the call; null where there is none.</param>
internal sealed record Actor(string Name, string? Address, string? Trace = null)
{
    public static readonly Actor CommandLine = new("command line", null);
}
