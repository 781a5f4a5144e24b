using System.Globalization;
using System.Text.Json;

namespace Gateway.Realms;

/// <summary>Reads values out of an application's answer.</summary>
internal static class AnswerReading
{
    /// <summary>Gives a string, or a whole number as its digits; null for anything else and for an empty string.</summary>
    public static string? Id(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } id ? id : null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out long whole) => whole.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Gives an instant as RFC 3339 has it, or seconds since 1970; null for anything else.</summary>
    public static DateTimeOffset? Instant(JsonElement? value)
    {
        if (value is { ValueKind: JsonValueKind.String } text)
            return DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                out DateTimeOffset instant) ? instant : null;
        if (value is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out double seconds)
            && seconds is >= 0 and < 253370764800)
            return DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Floor(seconds * 1000));
        return null;
    }
}
