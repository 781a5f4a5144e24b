namespace Gateway.Dialects;

internal abstract record DialectOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>The realm whose sessions it lists and ends.</summary>
    public string Realm { get; init; } = "";

    /// <summary>Only for these Host values; empty means every host.</summary>
    public List<string> Hosts { get; init; } = [];

    /// <summary>
    /// <c>Answer</c> (default), or <c>Forward</c> to pass the call on to the application after the revocation is recorded.
    /// </summary>
    public DialectThen Then { get; init; }
}
