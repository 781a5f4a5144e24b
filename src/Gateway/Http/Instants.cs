using System.Globalization;

namespace Gateway.Http;

/// <summary>Instants as callers write them: RFC 3339 with an offset, up to a year that leaves room to reckon.</summary>
internal static class Instants
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        bool hasOffset = text.EndsWith('Z') || text.Length > 6 && text[^6] is '+' or '-';
        if (!hasOffset
            || !DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out instant)) return false;
        instant = instant.ToUniversalTime();
        return instant.Year is > 1 and < 9000;
    }
}
