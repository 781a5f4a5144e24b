using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Revocation;

/// <summary>
/// The stored form of a fact, the same in the SQLite file and in the Redis stream: compact JSON with a version. Instants
/// are 100-nanosecond ticks since 1970 UTC, so that what is read equals what was written. A reader that meets a version, a
/// kind or a member that it does not know stops (rule R9): a member may narrow what the fact means.
/// </summary>
internal static class FactEncoding
{
    /// <summary>The newest version that this gateway reads.</summary>
    public const int Newest = 2;

    private const string Reinstatement = "reinstatement", EndedSessions = "ended-sessions";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true };

    /// <summary>Gives the version in which a fact is written: the oldest one that can say it (rule R17).</summary>
    public static int VersionOf(Fact fact) => fact is Fact.EndedSessions ? 2 : 1;

    public static byte[] Encode(Fact fact)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        Encode(fact, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Encode(Fact fact, IBufferWriter<byte> buffer)
    {
        using Utf8JsonWriter writer = new(buffer, Compact);
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, VersionOf(fact));
        writer.WriteString("id"u8, fact.Id);
        writer.WriteNumber("at"u8, Ticks(fact.At));
        writer.WriteNumber("expires"u8, Ticks(fact.Expires));
        writer.WriteString("actor"u8, fact.Actor);
        if (fact.Reason is not null) writer.WriteString("reason"u8, fact.Reason);
        switch (fact)
        {
            case Fact.Revocation revocation:
                Write(writer, revocation.Target);
                break;
            case Fact.Reinstatement reinstatement:
                writer.WriteString("kind"u8, Reinstatement);
                writer.WriteString("of"u8, reinstatement.Of);
                break;
            case Fact.EndedSessions ended:
                writer.WriteString("kind"u8, EndedSessions);
                writer.WriteString("realm"u8, ended.InRealm);
                writer.WriteString("of"u8, ended.Of);
                writer.WriteString("by"u8, ended.By.Word);
                writer.WriteStartArray("sessions"u8);
                foreach (string session in ended.Sessions) writer.WriteStringValue(session);
                writer.WriteEndArray();
                break;
        }
        writer.WriteEndObject();
    }

    /// <exception cref="UnknownFactException">Not a fact of this version.</exception>
    public static Fact Decode(ReadOnlySpan<byte> stored)
    {
        try
        {
            return Read(new Utf8JsonReader(stored));
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw new UnknownFactException(
                $"An entry of the revocation log is not a fact that this version understands ({error.GetType().Name}).");
        }
    }

    private static void Write(Utf8JsonWriter writer, Target target)
    {
        writer.WriteString("kind"u8, target.Kind.Word);
        writer.WriteString("realm"u8, target.InRealm);
        switch (target)
        {
            case Target.Session session:
                writer.WriteString("target"u8, session.Id);
                if (session.OfSubject is not null) writer.WriteString("ofSubject"u8, session.OfSubject);
                break;
            case Target.Token token:
                writer.WriteString("target"u8, token.Id);
                break;
            case Target.Subject subject:
                writer.WriteString("target"u8, subject.Id);
                WriteBefore(writer, subject.Before);
                if (subject.ExceptSession is not null) writer.WriteString("except"u8, subject.ExceptSession);
                break;
            case Target.Client client:
                writer.WriteString("target"u8, client.Id);
                WriteBefore(writer, client.Before);
                break;
            case Target.Realm realm:
                WriteBefore(writer, realm.Before);
                break;
        }
    }

    private static void WriteBefore(Utf8JsonWriter writer, DateTimeOffset? before)
    {
        if (before is { } instant) writer.WriteNumber("before"u8, Ticks(instant));
    }

    private static Fact Read(Utf8JsonReader reader)
    {
        int version = 0;
        Guid id = default, of = default;
        DateTimeOffset? at = null, expires = null, before = null;
        string? actor = null, reason = null, kind = null, realm = null, target = null, ofSubject = null, except = null, by = null;
        List<string>? sessions = null;

        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Compared in place: a start does this a million times.
            ReadOnlySpan<byte> name = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
            if (name.SequenceEqual("v"u8)) { reader.Read(); version = reader.GetInt32(); RequireKnown(version); }
            else if (name.SequenceEqual("id"u8)) { reader.Read(); id = reader.GetGuid(); }
            else if (name.SequenceEqual("at"u8)) { reader.Read(); at = Instant(reader.GetInt64()); }
            else if (name.SequenceEqual("expires"u8)) { reader.Read(); expires = Instant(reader.GetInt64()); }
            else if (name.SequenceEqual("actor"u8)) { reader.Read(); actor = reader.GetString(); }
            else if (name.SequenceEqual("reason"u8)) { reader.Read(); reason = reader.GetString(); }
            else if (name.SequenceEqual("kind"u8)) { reader.Read(); kind = KindIn(ref reader); }
            else if (name.SequenceEqual("realm"u8)) { reader.Read(); realm = reader.GetString(); }
            else if (name.SequenceEqual("target"u8)) { reader.Read(); target = reader.GetString(); }
            else if (name.SequenceEqual("ofSubject"u8)) { reader.Read(); ofSubject = reader.GetString(); }
            else if (name.SequenceEqual("before"u8)) { reader.Read(); before = Instant(reader.GetInt64()); }
            else if (name.SequenceEqual("except"u8)) { reader.Read(); except = reader.GetString(); }
            else if (name.SequenceEqual("of"u8)) { reader.Read(); of = reader.GetGuid(); }
            else if (name.SequenceEqual("by"u8)) { reader.Read(); by = reader.GetString(); }
            else if (name.SequenceEqual("sessions"u8)) sessions = SessionsIn(ref reader);
            else
                throw new UnknownFactException(
                    $"An entry of the revocation log has a member that this version does not know: {reader.GetString()}.");
        }
        RequireKnown(version);
        if (reader.Read()) throw new FormatException();

        return Required(kind) switch
        {
            Reinstatement => new Fact.Reinstatement
            {
                Id = Required(id), At = Required(at), Expires = Required(expires), Actor = Required(actor), Reason = reason,
                Of = Required(of),
            },
            EndedSessions => new Fact.EndedSessions
            {
                Id = Required(id), At = Required(at), Expires = Required(expires), Actor = Required(actor), Reason = reason,
                Of = Required(of), By = ByOf(Required(by)), InRealm = Required(realm), Sessions = Required(sessions),
            },
            _ => new Fact.Revocation
            {
                Id = Required(id), At = Required(at), Expires = Required(expires), Actor = Required(actor), Reason = reason,
                Target = TargetOf(kind!, Required(realm), target, ofSubject, before, except),
            },
        };
    }

    private static List<string> SessionsIn(ref Utf8JsonReader reader)
    {
        List<string> sessions = [];
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) throw new FormatException();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) sessions.Add(Required(reader.GetString()));
        return sessions;
    }

    private static TargetKind ByOf(string word) => word switch
    {
        "subject" => TargetKind.Subject,
        "client" => TargetKind.Client,
        "realm" => TargetKind.Realm,
        _ => throw new UnknownFactException($"An entry of the revocation log is of a kind that this version does not know: {word}."),
    };

    private static Target TargetOf(string kind, string realm, string? target, string? ofSubject, DateTimeOffset? before, string? except)
        => kind switch
    {
        "session" => new Target.Session(realm, Required(target), ofSubject),
        "token" => new Target.Token(realm, Required(target)),
        "subject" => new Target.Subject(realm, Required(target), before, except),
        "client" => new Target.Client(realm, Required(target), before),
        "realm" => new Target.Realm(realm, before),
        _ => throw new UnknownFactException($"An entry of the revocation log is of a kind that this version does not know: {kind}."),
    };

    // The known kinds come back as constants: a million facts share six strings.
    private static string? KindIn(ref Utf8JsonReader reader)
    {
        for (TargetKind kind = TargetKind.Session; kind <= TargetKind.Realm; kind++)
            if (reader.ValueTextEquals(kind.Word)) return kind.Word;
        return reader.ValueTextEquals(Reinstatement) ? Reinstatement
            : reader.ValueTextEquals(EndedSessions) ? EndedSessions : reader.GetString();
    }

    private static void RequireKnown(int version)
    {
        if (version is < 1 or > Newest)
            throw new UnknownFactException(
                $"An entry of the revocation log is of version {version}; this gateway understands up to {Newest}. Upgrade it.");
    }

    private static T Required<T>(T? value) where T : class => value ?? throw new FormatException();
    private static DateTimeOffset Required(DateTimeOffset? value) => value ?? throw new FormatException();
    private static Guid Required(Guid value) => value == Guid.Empty ? throw new FormatException() : value;

    private static long Ticks(DateTimeOffset instant) => instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
    private static DateTimeOffset Instant(long ticks) => new(checked(ticks + DateTimeOffset.UnixEpoch.Ticks), TimeSpan.Zero);
}
