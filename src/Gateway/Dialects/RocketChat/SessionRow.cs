using System.Text.Json;
using Gateway.Sessions;

namespace Gateway.Dialects.RocketChat;

/// <summary>A session as Rocket.Chat tells it.</summary>
internal sealed class SessionRow(SeenSession session)
{
    public SeenSession Session { get; } = session;
    public Device Device => field ??= Device.Of(Session.UserAgent);
    public DateTimeOffset LoginAt => Session.AuthenticatedAt ?? Session.FirstSeen;
    private string User => Session.Subject ?? "";

    /// <summary>Tells what a filter looks into.</summary>
    public bool Contains(string part)
        => string.Concat(Device.Name, Device.Type, Device.OsName, Session.Id, User).Contains(part, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the members of the document. The token's hash, which the vendor's own has, is nobody's business.</summary>
    /// <param name="withUser">Adds the user; the gateway knows no more of one than the id.</param>
    public void Write(Utf8JsonWriter json, bool withUser)
    {
        json.WriteString("_id", Session.Id);
        json.WriteString("sessionId", Session.Id);
        json.WriteString("userId", User);
        json.WriteStartObject("device");
        json.WriteString("type", Device.Type);
        json.WriteString("name", Device.Name);
        json.WriteString("longVersion", Device.LongVersion);
        json.WriteString("version", Device.Version);
        json.WriteStartObject("os");
        json.WriteString("name", Device.OsName);
        json.WriteString("version", Device.OsVersion);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("host", Session.Host ?? "");
        json.WriteString("ip", Session.Address ?? "");
        json.WriteString("loginAt", RocketChatAnswer.Instant(LoginAt));
        if (!withUser) return;
        json.WriteStartObject("_user");
        json.WriteString("name", User);
        json.WriteString("username", User);
        json.WriteEndObject();
    }

    /// <summary>Tells what a sort key compares; null for a key that is not allowed.</summary>
    public static Comparison<SessionRow>? By(string key) => key switch
    {
        "loginAt" => static (a, b) => a.LoginAt.CompareTo(b.LoginAt),
        "device.name" => static (a, b) => string.CompareOrdinal(a.Device.Name, b.Device.Name),
        "device.os.name" => static (a, b) => string.CompareOrdinal(a.Device.OsName, b.Device.OsName),
        "device.os.version" => static (a, b) => string.CompareOrdinal(a.Device.OsVersion, b.Device.OsVersion),
        "_user.name" or "_user.username" => static (a, b) => string.CompareOrdinal(a.User, b.User),
        _ => null,
    };
}
