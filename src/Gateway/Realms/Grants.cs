using System.Collections.Frozen;
using System.Text.Json;

namespace Gateway.Realms;

/// <summary>Turns claim values into permissions. Only a listed value grants anything, so that no provider's naming can
/// make somebody an administrator by chance.</summary>
internal sealed class Grants
{
    private static readonly string[] DefaultClaims = ["permissions", "scope", "roles"];
    private readonly FrozenDictionary<string, string[]> _grants;
    private readonly ClaimName[] _claims;

    public Grants(PermissionsOptions options)
    {
        _grants = options.Grants.ToFrozenDictionary(grant => grant.Key, grant => grant.Value.ToArray(), StringComparer.Ordinal);
        _claims = [.. (options.Claims.Count == 0 ? [.. DefaultClaims] : options.Claims).Select(name => new ClaimName(name))];
    }

    /// <summary>Reads the configured claims; one that begins with a slash is a JSON pointer into a nested one.</summary>
    public FrozenSet<string> FromClaims(JsonElement claims) => From(claims, _claims);

    /// <summary>Reads one place of an answer, or the configured claims where there is none.</summary>
    public FrozenSet<string> FromAnswer(JsonElement answer, ClaimName? place) => From(answer, place is null ? _claims : [place]);

    private FrozenSet<string> From(JsonElement claims, ClaimName[] names)
    {
        if (_grants.Count == 0) return [];
        HashSet<string> granted = [];
        foreach (ClaimName name in names) Add(name.In(claims), name.Last is "scope" or "scp", granted);
        return granted.ToFrozenSet(StringComparer.Ordinal);
    }

    // Only scope and scp are lists divided by spaces (RFC 6749 section 3.3): a role may have a space in its name. An array holds one value
    // an item, and the names in an object are its values (ZITADEL's roles).
    private void Add(JsonElement? value, bool divided, HashSet<string> granted)
    {
        switch (value)
        {
            case { ValueKind: JsonValueKind.String } text when divided:
                foreach (string item in text.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Grant(item, granted);
                break;
            case { ValueKind: JsonValueKind.String } text:
                Grant(text.GetString()!, granted);
                break;
            case { ValueKind: JsonValueKind.True or JsonValueKind.Number } plain:
                Grant(plain.GetRawText(), granted);
                break;
            case { ValueKind: JsonValueKind.Array } list:
                foreach (JsonElement item in list.EnumerateArray())
                    if (item.ValueKind is JsonValueKind.String) Grant(item.GetString()!, granted);
                break;
            case { ValueKind: JsonValueKind.Object } roles:
                foreach (JsonProperty role in roles.EnumerateObject())
                    if (role.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)) Grant(role.Name, granted);
                break;
        }
    }

    private void Grant(string value, HashSet<string> granted)
    {
        if (_grants.TryGetValue(value, out string[]? permissions)) granted.UnionWith(permissions);
    }
}
