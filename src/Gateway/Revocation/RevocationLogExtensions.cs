namespace Gateway.Revocation;

internal static class RevocationLogExtensions
{
    /// <summary>Appends a fact that nothing else belongs to.</summary>
    /// <exception cref="StoreUnavailableException">As <see cref="IRevocationLog.AppendAsync"/> says.</exception>
    public static Task<Appended> AppendAsync(this IRevocationLog log, Fact fact, CancellationToken cancellation)
        => log.AppendAsync(fact, [], cancellation);
}
