using System.Runtime.CompilerServices;
using Gateway.Configuration;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Commands;

/// <summary><c>check --online --token</c>: what each realm makes of a token, and what a logout of it ends. The token itself is not
/// shown.</summary>
internal static class TokenCheckLines
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async IAsyncEnumerable<string> OfAsync(FileInfo file, GatewayOptions options, IServiceProvider services,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        string token = (await File.ReadAllTextAsync(file.FullName, cancellation)).Trim();
        if (token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) token = token[7..].Trim();
        RealmSet realms = new(options.Realms, tokenCache: 0, services.GetRequiredService<ConfigurationFolder>(), new KeptDocuments(null),
            services.GetRequiredService<ProviderClient>(), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>());
        foreach (Realm realm in realms.All)
        {
            CredentialLocation location = realm.Locations.Count > 0 ? realm.Locations[0]
                : new CredentialLocation(CredentialLocationKind.Header, "Authorization", "Bearer");
            TokenResult result = (await realm.Tokens.VerifyAsync(
                new Presented(token, location, new string?[realm.Tokens.Companions.Count]))).Result;
            if (result.Identity is not { } identity)
            {
                string why = result.Reason?.Check ?? "it cannot be verified now";
                yield return $"token          realm {realm.Name}: not one of its tokens ({why})";
                continue;
            }
            yield return $"token          realm {realm.Name}: {Described(identity)}";
            yield return $"               {TokenTies.Of(options.Realms[realm.Name], identity)}.";
        }
    }

    private static string Described(SessionIdentity identity)
        => $"session {identity.SessionId ?? "none"}, subject {identity.Subject ?? "none"}, client {identity.Client ?? "none"}, "
            + $"signed in {identity.AuthenticatedAt?.ToString("O") ?? "unknown"}, ends {identity.ExpiresAt?.ToString("O") ?? "unknown"}";
}
