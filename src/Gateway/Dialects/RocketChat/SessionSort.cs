using System.Text.Json;

namespace Gateway.Dialects.RocketChat;

/// <summary>The order of a list: a JSON object of keys and 1 or -1, the first key weighing most.</summary>
internal static class SessionSort
{
    /// <exception cref="RocketChatException">400: a key that is not allowed, or no JSON object of 1 and -1.</exception>
    public static Comparison<SessionRow> Parse(string? sort)
    {
        List<Comparison<SessionRow>> keys = [];
        try
        {
            if (!string.IsNullOrEmpty(sort))
            {
                using JsonDocument document = JsonDocument.Parse(sort);
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                    foreach (JsonProperty member in document.RootElement.EnumerateObject()) keys.Add(Key(member, sort));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new RocketChatException(RocketChatAnswer.InvalidSort(sort!));
        }
        if (keys.Count == 0) keys.Add(static (a, b) => b.LoginAt.CompareTo(a.LoginAt));
        return (a, b) =>
        {
            foreach (Comparison<SessionRow> key in keys)
                if (key(a, b) is not 0 and var order) return order;
            return string.CompareOrdinal(a.Session.Id, b.Session.Id);
        };
    }

    private static Comparison<SessionRow> Key(JsonProperty member, string sort)
    {
        Comparison<SessionRow> by = SessionRow.By(member.Name) ?? throw new RocketChatException(RocketChatAnswer.InvalidSortKeys);
        return member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetDouble() switch
        {
            1 => by,
            -1 => (a, b) => by(b, a),
            _ => throw new RocketChatException(RocketChatAnswer.InvalidSort(sort)),
        } : throw new RocketChatException(RocketChatAnswer.InvalidSort(sort));
    }
}
