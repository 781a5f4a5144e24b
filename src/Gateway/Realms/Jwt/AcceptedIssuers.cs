namespace Gateway.Realms.Jwt;

/// <summary>The issuers whose tokens a realm takes, as they are configured. <c>{tenantid}</c> in one stands for the token's own
/// <c>tid</c> (Entra ID's issuers name the tenant).</summary>
internal sealed class AcceptedIssuers(IReadOnlyList<string> issuers)
{
    public const string Tenant = "{tenantid}";
    private const int LongestTenant = 64;

    public IReadOnlyList<string> All => issuers;

    /// <summary>Whether the token's tenant has a say in it.</summary>
    public bool AskTenant => issuers.Any(issuer => issuer.Contains(Tenant, StringComparison.Ordinal));

    /// <summary>Gives null where none is configured: then the one that the provider's document names counts.</summary>
    public static AcceptedIssuers? Of(JwtOptions options) => options.Issuers.Count == 0 ? null
        : new([.. options.Issuers.Concat(options.Issuer is { } one ? [one] : []).Distinct(StringComparer.Ordinal)]);

    /// <summary>Tells whether a token of that issuer and tenant is taken.</summary>
    public bool Accepts(string issuer, string? tenant)
    {
        foreach (string accepted in issuers)
        {
            if (!accepted.Contains(Tenant, StringComparison.Ordinal))
            {
                if (accepted == issuer) return true;
            }
            else if (tenant is not null && IsTenant(tenant) && accepted.Replace(Tenant, tenant) == issuer) return true;
        }
        return false;
    }

    /// <summary>Tells whether it may be one of them, before the token's tenant is known.</summary>
    public bool MayBe(string issuer)
    {
        foreach (string accepted in issuers)
        {
            int at = accepted.IndexOf(Tenant, StringComparison.Ordinal);
            if (at < 0 ? accepted == issuer
                : issuer.StartsWith(accepted.AsSpan(0, at), StringComparison.Ordinal)
                    && issuer.Length > accepted.Length - Tenant.Length
                    && issuer.AsSpan(at).EndsWith(accepted.AsSpan(at + Tenant.Length), StringComparison.Ordinal)
                    && IsTenant(issuer.AsSpan(at, issuer.Length - (accepted.Length - Tenant.Length)))) return true;
        }
        return false;
    }

    private static bool IsTenant(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestTenant) return false;
        foreach (char c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.')) return false;
        return true;
    }
}
