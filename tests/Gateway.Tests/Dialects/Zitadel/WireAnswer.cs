using Gateway.Dialects.Zitadel.Messages;
using Google.Protobuf;

namespace Gateway.Tests.Dialects.Zitadel;

/// <summary>What a call came to, whatever the wire.</summary>
internal sealed record WireAnswer(int Code, string Message, ErrorDetail? Detail, byte[] Bytes, string? Json, HttpResponseMessage Http)
{
    public T As<T>() where T : IMessage<T>, new() => Json is null
        ? new MessageParser<T>(() => new T()).ParseFrom(Bytes)
        : new JsonParser(JsonParser.Settings.Default).Parse<T>(Json);
}
