namespace Gateway.EndToEnd.Fuzz;

/// <summary>One request as it goes over the wire.</summary>
/// <param name="Kind">Whose call it is.</param>
/// <param name="Url">The listener.</param>
/// <param name="Target">The path, with what is behind it.</param>
internal sealed record FuzzedCall(string Kind, string Url, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers,
    byte[] Body)
{
    /// <summary>As gRPC asks for; in clear text.</summary>
    public bool Http2 { get; init; }

    /// <summary>The length that is said, where it is not the body's own.</summary>
    public int? SaidLength { get; init; }

    /// <summary>Sent in chunks that may be broken, as they stand in the body.</summary>
    public bool Chunked { get; init; }

    /// <summary>Whose credential it bears unchanged; null for one that is damaged or missing.</summary>
    public string? Caller { get; init; }

    /// <summary>A password is hashed or checked: the one thing that is slow on purpose.</summary>
    public bool Hashes { get; init; }

    /// <summary>HTTP itself is broken, or it ends while the sender still sends: the connection may just end.</summary>
    public bool MayGoUnanswered => Chunked || SaidLength is not null || Body.Length > 60_000;

    public override string ToString()
        => $"{Kind}: {Method} {Short(Target)} {string.Join(", ", Headers.Select(header => $"{header.Name}: {Short(header.Value)}"))}"
            + $" [{Body.Length}] {Convert.ToHexString(Body.AsSpan(0, Math.Min(Body.Length, 200)))}";

    private static string Short(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
