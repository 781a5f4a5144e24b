namespace Gateway.Revocation;

/// <summary>What a revocation ends. A closed set: these five and no others. Ids are exact and never folded; they mean
/// something only inside their realm.</summary>
internal abstract record Target
{
    private Target(string inRealm) => InRealm = inRealm;

    /// <summary>Name of the realm in which the ids below were issued.</summary>
    public string InRealm { get; }

    /// <summary>One session.</summary>
    /// <param name="OfSubject">When set, the revocation acts only on a session that turns out to belong to this subject:
    /// so a user can end "session X" unseen without being able to end somebody else's.</param>
    public sealed record Session(string InRealm, string Id, string? OfSubject = null) : Target(InRealm);

    /// <summary>One token: its <c>jti</c>, or the fingerprint (SHA-256, base64url) of its bytes.</summary>
    public sealed record Token(string InRealm, string Id) : Target(InRealm);

    /// <summary>Everything of a subject authenticated at or before an instant, except one named session.</summary>
    /// <param name="Before">The cut-off; null means the revocation's own <see cref="Fact.At"/>.</param>
    public sealed record Subject(string InRealm, string Id, DateTimeOffset? Before = null, string? ExceptSession = null) : Target(InRealm);

    /// <summary>Everything issued to a client (<c>azp</c> or <c>client_id</c>) at or before an instant.</summary>
    /// <param name="Before">The cut-off; null means the revocation's own <see cref="Fact.At"/>.</param>
    public sealed record Client(string InRealm, string Id, DateTimeOffset? Before = null) : Target(InRealm);

    /// <summary>Everything of a realm authenticated at or before an instant.</summary>
    /// <param name="Before">The cut-off; null means the revocation's own <see cref="Fact.At"/>.</param>
    public sealed record Realm(string InRealm, DateTimeOffset? Before = null) : Target(InRealm);

    /// <summary>The id inside its realm; null where the target is the whole realm.</summary>
    public string? NamedId => this switch
    {
        Session session => session.Id,
        Token token => token.Id,
        Subject subject => subject.Id,
        Client client => client.Id,
        _ => null,
    };

    /// <summary>Kind, realm and id, as the audit names it: <c>session main/abc</c>.</summary>
    public string FullName => NamedId is { } id ? $"{Kind.Word} {InRealm}/{id}" : $"{Kind.Word} {InRealm}";

    public TargetKind Kind => this switch
    {
        Session => TargetKind.Session,
        Token => TargetKind.Token,
        Subject => TargetKind.Subject,
        Client => TargetKind.Client,
        _ => TargetKind.Realm,
    };
}
