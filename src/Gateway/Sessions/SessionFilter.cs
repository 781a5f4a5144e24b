using Gateway.Revocation;

namespace Gateway.Sessions;

/// <summary>Which sessions to list; null members do not narrow.</summary>
/// <param name="Client">Matches <see cref="SeenSession.Client"/> or <see cref="SeenSession.SecondClient"/>.</param>
/// <param name="Search">Part of an id, subject, client, address, user agent or host; ASCII letters in any case.</param>
internal sealed record SessionFilter(string? Realm = null, string? Subject = null, string? Client = null, string? Search = null)
{
    /// <summary>Gives what is no narrower than a target: the sessions among which those are that it ends.</summary>
    public static SessionFilter Of(Target target) => new(target.InRealm, (target as Target.Subject)?.Id, (target as Target.Client)?.Id);

    public bool Matches(SeenSession session)
        => (Realm is null || session.Realm == Realm)
        && (Subject is null || session.Subject == Subject)
        && (Client is null || session.Client == Client || session.SecondClient == Client)
        && (Search is null || Has(session.Id) || Has(session.Subject) || Has(session.Client) || Has(session.Address)
        || Has(session.UserAgent) || Has(session.Host));

    private bool Has(string? value) => value is not null && value.Contains(Search!, StringComparison.OrdinalIgnoreCase);
}
