using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>A header, cookie or query parameter by its name, with everything that is read from it.</summary>
/// <param name="Readers">One for each scheme; empty where only realms that the route does not read have it: then it is taken out.</param>
/// <param name="Judges">Those who can judge what stands here: the readers, or, where the route reads none, the realms that it belongs
/// to.</param>
internal sealed record NamedLocation(CredentialLocationKind Kind, string Name, Reader[] Readers, Reader[] Judges)
{
    public bool IsRead => Readers.Length > 0;

    /// <summary>A cookie that may come in chunks (reading rule 7).</summary>
    public bool IsChunked { get; } = Array.Exists(Judges, static reader => reader.Location.IsChunked);

    /// <summary>Its name as lenient readers compare names.</summary>
    public FoldedName Folded { get; } = new(Name);

    /// <summary>
    /// Who reads a cookie or a query parameter: no scheme tells several apart there. Null where the route reads none of its realms.
    /// </summary>
    public Reader? OnlyReader => Readers.Length > 0 ? Readers[0] : null;

    /// <summary>One of the judges whose realms have JWTs; null when none has.</summary>
    public Reader? JwtReader { get; } = Array.Find(Judges, static reader => reader.HasJwts);

    /// <summary>One whose realms have tokens without a form of their own; null when none has.</summary>
    public Reader? FormlessReader { get; } = Array.Find(Judges,
        static reader => Array.Exists(reader.Realms, static realm => realm.Jwt is null));

    public override string ToString() => new CredentialLocation(Kind, Name).ToString();
}
