using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dialects.Zitadel.Messages;
using Google.Protobuf;

namespace Gateway.Tests.Dialects.Zitadel;

/// <summary>Calls the service by hand in each of its protocols: a second reading of their specifications.</summary>
internal sealed class ZitadelWire(string url, string http2Url)
{
    public static readonly string[] Protocols =
    [
        "application/grpc", "application/grpc+proto", "application/grpc+json",
        "application/grpc-web", "application/grpc-web+proto", "application/grpc-web+json", "application/grpc-web-text",
        "application/grpc-web-text+proto",
        "application/proto", "application/json",
    ];

    private static readonly string[] Names =
        ["ok", "canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists", "permission_denied",
            "resource_exhausted",
         "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated"];

    private readonly HttpClient _client = new(
        new SocketsHttpHandler { UseCookies = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });

    public Task<WireAnswer> CallAsync(string protocol, string method, IMessage request, string? bearer, string version = "v2")
        => SendAsync(protocol, method,
            protocol.EndsWith("json", StringComparison.Ordinal)
                ? Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(request))
                : request.ToByteArray(), bearer, version);

    /// <param name="message">The message's own bytes; the frame is added.</param>
    public Task<WireAnswer> SendAsync(string protocol, string method, byte[] message, string? bearer, string version = "v2",
        Action<HttpRequestMessage>? change = null)
        => SendRawAsync(protocol, method, IsFramed(protocol) ? Frame(0, message) : message, bearer, version, change);

    public async Task<WireAnswer> SendRawAsync(string protocol, string method, byte[] body, string? bearer, string version = "v2",
        Action<HttpRequestMessage>? change = null)
    {
        bool http2 = protocol.StartsWith("application/grpc", StringComparison.Ordinal)
            && !protocol.Contains("web", StringComparison.Ordinal);
        if (protocol.Contains("-text", StringComparison.Ordinal)) body = Encoding.ASCII.GetBytes(Convert.ToBase64String(body));
        HttpRequestMessage request = new(HttpMethod.Post, $"{(http2 ? http2Url : url)}/zitadel.session.{version}.SessionService/{method}")
        {
            Content = new ByteArrayContent(body),
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", protocol);
        if (http2) request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (bearer is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
        change?.Invoke(request);
        HttpResponseMessage answer = await _client.SendAsync(request);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        return protocol is "application/json" or "application/proto" ? OfConnect(protocol, answer, bytes)
            : protocol.Contains("web", StringComparison.Ordinal) ? OfWeb(protocol, answer, bytes) : OfGrpc(protocol, answer, bytes);
    }

    public static byte[] Frame(byte flags, byte[] message)
    {
        byte[] frame = new byte[5 + message.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static bool IsFramed(string protocol) => protocol.StartsWith("application/grpc", StringComparison.Ordinal);

    private static WireAnswer OfGrpc(string protocol, HttpResponseMessage answer, byte[] bytes)
    {
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(protocol, answer.Content.Headers.ContentType!.ToString());
        string? Value(string name)
            => answer.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || answer.Headers.TryGetValues(name, out values)
                ? values.Single() : null;
        return Of(protocol, int.Parse(Value("grpc-status")!, CultureInfo.InvariantCulture), Value("grpc-message"),
            Value("grpc-status-details-bin"), bytes.Length == 0 ? [] : Unframe(ref bytes), answer, bytes);
    }

    private static WireAnswer OfWeb(string protocol, HttpResponseMessage answer, byte[] bytes)
    {
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(protocol, answer.Content.Headers.ContentType!.ToString());
        if (protocol.Contains("-text", StringComparison.Ordinal)) bytes = Convert.FromBase64String(Encoding.ASCII.GetString(bytes));
        byte[] message = [];
        if (bytes[0] == 0) message = Unframe(ref bytes);
        Assert.Equal(0x80, bytes[0]);
        string text = Encoding.ASCII.GetString(Unframe(ref bytes));
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        Dictionary<string, string> trailers = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return Of(protocol, int.Parse(trailers["grpc-status"], CultureInfo.InvariantCulture), trailers.GetValueOrDefault("grpc-message"),
            trailers.GetValueOrDefault("grpc-status-details-bin"), message, answer, bytes);
    }

    private static WireAnswer Of(string protocol, int code, string? message, string? details, byte[] bytes, HttpResponseMessage answer,
        byte[] rest)
    {
        Assert.Empty(rest);
        string text = Uri.UnescapeDataString(message ?? "");
        ErrorDetail? detail = null;
        if (details is not null)
        {
            Status status = Status.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
            Assert.Equal(code, status.Code);
            Assert.Equal(text, status.Message);
            Assert.Equal("type.googleapis.com/zitadel.v1.ErrorDetail", Assert.Single(status.Details).TypeUrl);
            detail = status.Details[0].Unpack<ErrorDetail>();
        }
        return new(code, text, detail, bytes,
            protocol.EndsWith("json", StringComparison.Ordinal) && bytes.Length > 0 ? Encoding.UTF8.GetString(bytes) : null, answer);
    }

    private static WireAnswer OfConnect(string protocol, HttpResponseMessage answer, byte[] bytes)
    {
        if (answer.IsSuccessStatusCode)
        {
            Assert.Equal(protocol, answer.Content.Headers.ContentType!.ToString());
            return new(0, "", null, bytes, protocol == "application/json" ? Encoding.UTF8.GetString(bytes) : null, answer);
        }
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        JsonObject error = JsonNode.Parse(bytes)!.AsObject();
        ErrorDetail? detail = null;
        if (error["details"] is JsonArray details)
        {
            Assert.Equal("zitadel.v1.ErrorDetail", details.Single()!["type"]!.GetValue<string>());
            string value = details[0]!["value"]!.GetValue<string>();
            Assert.DoesNotContain('=', value);
            detail = ErrorDetail.Parser.ParseFrom(Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '=')));
        }
        return new(Array.IndexOf(Names, error["code"]!.GetValue<string>()), error["message"]!.GetValue<string>(), detail, bytes, null,
            answer);
    }

    private static byte[] Unframe(ref byte[] bytes)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1));
        byte[] message = bytes[5..(5 + length)];
        bytes = bytes[(5 + length)..];
        return message;
    }
}
