using System.Text.Json;
using Gateway.Realms;

namespace Gateway.TwoFactor;

/// <summary>Gets access tokens for the mail server (RFC 6749): for the gateway as a client of its own (section 4.4), or for a
/// mailbox whose owner has agreed once (section 6). One is used until shortly before it expires.</summary>
internal sealed class SmtpTokens(ProviderClient client, TimeProvider time)
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private Token? _current;

    private sealed record Token(string Value, DateTimeOffset Until);

    /// <exception cref="SmtpTroubleException">There is none to be had now.</exception>
    public async Task<string> GetAsync(SmtpOAuth2Options oauth, TimeSpan within, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _current) is { } current && current.Until > time.GetUtcNow()) return current.Value;
        using HttpRequestMessage question = new(HttpMethod.Post, oauth.TokenUrl) { Content = new FormUrlEncodedContent(Form(oauth)) };
        ProviderAnswer answer = await client.AskAsync(question, within, time).WaitAsync(cancellation);
        if (answer.Body is not { } body || Text(body, "access_token") is not { Length: > 0 } value)
        {
            string said = answer.Status is not { } status ? "cannot be reached"
                : $"answered {(int)status} without an access token: check ClientId, ClientSecret, Scope and RefreshToken";
            throw new SmtpTroubleException($"Smtp:OAuth2:TokenUrl {said}");
        }
        Volatile.Write(ref _current, new(value, time.GetUtcNow() + Life(body) - Early));
        return value;
    }

    /// <summary>Drops a token that the mail server did not take.</summary>
    public void Forget(string token)
    {
        if (Volatile.Read(ref _current) is { } current && current.Value == token) Interlocked.CompareExchange(ref _current, null, current);
    }

    private static IEnumerable<KeyValuePair<string, string>> Form(SmtpOAuth2Options oauth)
    {
        yield return new("grant_type", oauth.RefreshToken is null ? "client_credentials" : "refresh_token");
        if (oauth.RefreshToken is not null) yield return new("refresh_token", oauth.RefreshToken);
        if (oauth.Scope is not null) yield return new("scope", oauth.Scope);
        yield return new("client_id", oauth.ClientId);
        yield return new("client_secret", oauth.ClientSecret);
    }

    // Of a length that is not told, or makes no sense: none.
    private static TimeSpan Life(JsonElement body)
        => body.TryGetProperty("expires_in", out JsonElement given) && given is { ValueKind: JsonValueKind.Number }
            && given.TryGetInt32(out int seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    private static string? Text(JsonElement body, string name)
        => body.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
