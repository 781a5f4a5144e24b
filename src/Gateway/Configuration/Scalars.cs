using System.Globalization;

namespace Gateway.Configuration;

/// <summary>The single values that configuration holds, and how they are written.</summary>
internal static class Scalars
{
    private delegate bool Reader(string text, out object? value);

    private static readonly Dictionary<Type, (string Description, Reader Read)> Known = new()
    {
        [typeof(string)] = ("text", (string text, out object? value) => { value = text; return true; }),
        [typeof(bool)] = ("true or false", Parser<bool>(bool.TryParse)),
        [typeof(int)] = ("a whole number",
            Parser((string text, out int value) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value))),
        [typeof(long)] = ("a whole number",
            Parser((string text, out long value) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value))),
        [typeof(double)] = ("a number",
            Parser((string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))),
        // Without a colon .NET would read days: "5" for five seconds would be five days.
        [typeof(TimeSpan)] = ("a duration like 00:00:05 (hours:minutes:seconds) or 30.00:00:00 (with days)", Parser(
            (string text, out TimeSpan value) =>
            {
                value = default;
                return text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value);
            })),
        [typeof(Uri)] = ("an absolute URL", Parser((string text, out Uri? value) => Uri.TryCreate(text, UriKind.Absolute, out value))),
        // YARP adds ".0" itself.
        [typeof(Version)] = ("a version like 1.1 or 2",
            Parser((string text, out Version? value) => Version.TryParse(text.Contains('.') ? text : text + ".0", out value))),
    };

    private delegate bool TryParse<T>(string text, out T value);

    public static bool Knows(Type type) => type.IsEnum || Known.ContainsKey(type);

    public static string Describe(Type type) => type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type)) : Known[type].Description;

    public static bool TryRead(string text, Type type, out object? value)
    {
        if (!type.IsEnum) return Known[type].Read(text, out value);
        // A number would pass for any enum.
        bool named = Enum.TryParse(type, text, ignoreCase: true, out value)
            && Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase);
        return named;
    }

    private static Reader Parser<T>(TryParse<T> parse) => (string text, out object? value) =>
    {
        bool good = parse(text, out T parsed);
        value = parsed;
        return good;
    };
}
