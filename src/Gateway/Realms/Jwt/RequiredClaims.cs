using System.Text.Json;

namespace Gateway.Realms.Jwt;

/// <summary>What a token must say, beside its issuer and audience: for each claim one of some values. A claim that is a list must hold one
/// of them.</summary>
internal sealed class RequiredClaims(IReadOnlyDictionary<string, OneOrMore> options)
{
    private readonly (ClaimName Name, string[] Values)[] _required =
        [.. options.Select(claim => (new ClaimName(claim.Key), claim.Value.ToArray()))];

    public IEnumerable<ClaimName> Names => _required.Select(claim => claim.Name);

    /// <summary>Tells what is missing; null when nothing is.</summary>
    public string? Complaint(JsonElement payload)
    {
        foreach ((ClaimName name, string[] values) in _required)
            if (!Holds(name.In(payload), values)) return $"its {name} is none of the realm's RequiredClaims";
        return null;
    }

    private static bool Holds(JsonElement? value, string[] values) => value switch
    {
        { ValueKind: JsonValueKind.String } text => values.Contains(text.GetString(), StringComparer.Ordinal),
        { ValueKind: JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number } plain =>
            values.Contains(plain.GetRawText(), StringComparer.Ordinal),
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Array
            && Holds(item, values)),
        _ => false,
    };
}
