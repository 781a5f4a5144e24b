using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Dialects.RocketChat;

/// <summary>
/// The parameters of a call, read as forgivingly as Rocket.Chat reads them, and checked as strictly as its validator does:
/// ajv with <c>coerceTypes</c> and no additional properties. The messages are ajv's.
/// </summary>
internal sealed class Parameters
{
    private const string MustBeObject = "must be object", MustBeString = "must be string", MustBeNumber = "must be number";
    private const string Additional = "must NOT have additional properties";

    // Null stands for an object or an array, which no parameter may be; the last of several equal names counts, as in JavaScript.
    private readonly Dictionary<string, Parameter?> _values = [];
    private readonly bool _isArray;

    private Parameters(bool isArray = false) => _isArray = isArray;

    private readonly record struct Parameter(string Text, bool IsNull = false);

    public static Parameters OfQuery(QueryString query)
    {
        Parameters parameters = new();
        parameters.AddForm(query.Value);
        return parameters;
    }

    /// <summary>Reads JSON or a form; anything else, and what cannot be read, counts as an empty object.</summary>
    public static Parameters OfBody(string? contentType, byte[] body)
    {
        Parameters parameters = new();
        if (contentType is null) return parameters;
        if (contentType.Contains("application/json", StringComparison.OrdinalIgnoreCase)) return OfJson(body);
        if (contentType.Contains("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            parameters.AddForm(Encoding.UTF8.GetString(body));
        return parameters;
    }

    /// <summary>Gives the one parameter of a call that names a session.</summary>
    /// <exception cref="RocketChatException">400.</exception>
    public string SessionId()
    {
        if (_isArray) throw Invalid(MustBeObject);
        if (!_values.TryGetValue("sessionId", out Parameter? value)) throw Invalid("must have required property 'sessionId'");
        if (_values.Count > 1) throw Invalid(Additional);
        return value?.Text ?? throw Invalid(MustBeString);
    }

    /// <exception cref="RocketChatException">400.</exception>
    public PageParameters Page()
    {
        if (_values.Keys.Any(name => name is not ("offset" or "count" or "filter" or "sort"))) throw Invalid(Additional);
        return new(Number("offset"), Number("count"), String("filter"), String("sort"));
    }

    private string? String(string name)
        => !_values.TryGetValue(name, out Parameter? value) ? null : value?.Text ?? throw Invalid(MustBeString);

    // Nullable in the vendor's schema, so that an empty text counts as none.
    private double? Number(string name)
    {
        if (!_values.TryGetValue(name, out Parameter? value)) return null;
        if (value is not { } given) throw Invalid(MustBeNumber);
        if (given.IsNull || given.Text.Length == 0) return null;
        return double.TryParse(given.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number : throw Invalid(MustBeNumber);
    }

    private static RocketChatException Invalid(string message) => new(RocketChatAnswer.InvalidParameters(message));

    private static Parameters OfJson(byte[] body)
    {
        try
        {
            // Broken UTF-8 is replaced, not refused, and a byte order mark is skipped, as fetch does.
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(body).TrimStart('\ufeff'));
            if (document.RootElement.ValueKind == JsonValueKind.Array) return new(isArray: true);
            Parameters parameters = new();
            if (document.RootElement.ValueKind != JsonValueKind.Object) return parameters;
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
                parameters._values[NameOf(member)] = Coerced(member.Value);
            return parameters;
        }
        catch (JsonException)
        {
            return new();
        }
    }

    private static string NameOf(JsonProperty member)
    {
        try { return member.Name; }
        catch (InvalidOperationException) { return "\ufffd"; } // half a surrogate pair is nobody's name
    }

    private static Parameter? Coerced(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => new(value.GetString()!),
                JsonValueKind.Number => new(JavaScript(value)),
                JsonValueKind.True => new("true"),
                JsonValueKind.False => new("false"),
                JsonValueKind.Null => new("", IsNull: true),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return new("\ufffd"); // likewise nobody's session
        }
    }

    // Number to string as JavaScript does it: whole ones in digits up to 1e21, the shortest that comes back otherwise.
    private static string JavaScript(JsonElement value)
    {
        if (!value.TryGetDouble(out double number) || double.IsInfinity(number))
            return value.GetRawText()[0] == '-' ? "-Infinity" : "Infinity";
        if (number == 0) return "0";
        if (double.IsInteger(number) && Math.Abs(number) < 1e21) return number.ToString("F0", CultureInfo.InvariantCulture);
        return number.ToString("R", CultureInfo.InvariantCulture).Replace("E+0", "e+").Replace("E-0", "e-").Replace('E', 'e');
    }

    private void AddForm(string? text)
    {
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(text))
        {
            string name = pair.DecodeName().ToString();
            int bracket = name.IndexOf('[');
            // Repeated or bracketed names make arrays and objects.
            if (bracket > 0) _values[name[..bracket]] = null;
            else _values[name] = _values.ContainsKey(name) ? null : new Parameter(pair.DecodeValue().ToString());
        }
    }
}
