using System.Collections.Frozen;
using System.Text.Json;

namespace Gateway.Realms;

/// <summary>Turns claim values into permissions. Only a listed value grants anything, so that no provider's naming can
/// make somebody an administrator by chance.</summary>
internal sealed class Grants
{
    private static readonly string[] DefaultClaims = ["permissions", "scope", "roles"];
    private readonly FrozenDictionary<string, string[]> _grants;
    private readonly (string Name, JsonPointer? Pointer)[] _claims;

    public Grants(PermissionsOptions options)
    {
        _grants = options.Grants.ToFrozenDictionary(grant => grant.Key, grant => grant.Value.ToArray(), StringComparer.Ordinal);
        IEnumerable<string> claims = options.Claims.Count == 0 ? DefaultClaims : options.Claims;
        _claims = [.. claims.Select(name => (name, name.StartsWith('/') ? new JsonPointer(name) : null))];
    }

    /// <summary>Reads the configured claims; a claim that begins with a slash is a JSON pointer into a nested one.</summary>
    public FrozenSet<string> FromClaims(JsonElement claims)
    {
        if (_grants.Count == 0) return [];
        HashSet<string> granted = [];
        foreach ((string name, JsonPointer? pointer) in _claims)
        {
            JsonElement? value = pointer is not null
                ? pointer.In(claims)
                : claims.TryGetProperty(name, out JsonElement claim)
                ? claim
                : null;
            Add(value, granted);
        }
        return granted.ToFrozenSet(StringComparer.Ordinal);
    }

    public FrozenSet<string> From(JsonElement? value)
    {
        if (_grants.Count == 0) return [];
        HashSet<string> granted = [];
        Add(value, granted);
        return granted.ToFrozenSet(StringComparer.Ordinal);
    }

    // A string is a list divided by spaces (RFC 6749 section 3.3); an array holds one value an item.
    private void Add(JsonElement? value, HashSet<string> granted)
    {
        if (value is { ValueKind: JsonValueKind.String } text)
            foreach (string item in text.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Grant(item, granted);
        else if (value is { ValueKind: JsonValueKind.Array } list)
            foreach (JsonElement item in list.EnumerateArray())
                if (item.ValueKind == JsonValueKind.String) Grant(item.GetString()!, granted);
    }

    private void Grant(string value, HashSet<string> granted)
    {
        if (_grants.TryGetValue(value, out string[]? permissions)) granted.UnionWith(permissions);
    }
}
