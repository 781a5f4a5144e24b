using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Gateway.Dialects.Zitadel;

/// <summary>A message as bytes: protobuf's own, or its JSON mapping (lowerCamelCase out, snake_case taken too, unset fields
/// left out, unknown ones ignored).</summary>
internal sealed class MessageCodec
{
    public static readonly MessageCodec Proto = new("proto");
    public static readonly MessageCodec Json = new("json");

    private const int MaxDepth = 32;
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true).WithRecursionLimit(MaxDepth));
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private MessageCodec(string name) => Name = name;

    /// <summary>As content types end.</summary>
    public string Name { get; }

    public byte[] Write(IMessage message) => this == Proto ? message.ToByteArray() : Utf8.GetBytes(Formatter.Format(message));

    /// <exception cref="ZitadelException">The bytes are no such message. The text never repeats what was sent.</exception>
    public T Read<T>(MessageParser<T> parser, byte[] bytes) where T : IMessage<T>
        => this == Proto ? ReadProto(parser, bytes) : ReadJson<T>(parser, bytes);

    private static T ReadProto<T>(MessageParser<T> parser, byte[] bytes) where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new ZitadelException(ZitadelError.Malformed("proto: cannot parse invalid wire-format data"));
        }
    }

    private static T ReadJson<T>(MessageParser<T> parser, byte[] bytes) where T : IMessage<T>
    {
        // The mapping below takes the last of repeated names; a value that can be read in two ways is refused here.
        try
        {
            string text = Utf8.GetString(bytes);
            using JsonDocument document = JsonDocument.Parse(text, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                HashSet<string> names = [];
                foreach (JsonProperty member in document.RootElement.EnumerateObject())
                    if (!names.Add(member.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant()))
                        throw new ZitadelException(ZitadelError.Malformed("proto: a field is set twice"));
            }
            return (T)Parser.Parse(text, parser.ParseFrom([]).Descriptor);
        }
        catch (JsonException error)
        {
            // A name that is repeated has no position.
            throw new ZitadelException(ZitadelError.Malformed(error.LineNumber is null
                ? "proto: a field is set twice"
                : $"proto: syntax error (line {error.LineNumber + 1}:{error.BytePositionInLine + 1})"));
        }
        catch (Exception error)
            when (error is InvalidProtocolBufferException or InvalidJsonException or DecoderFallbackException or InvalidOperationException
                or FormatException or OverflowException or ArgumentException)
        {
            throw new ZitadelException(ZitadelError.Malformed("proto: invalid value for a field"));
        }
    }
}
