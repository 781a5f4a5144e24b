using System.Text.Json.Serialization;

namespace Gateway.Dialects.Forwarding;

[JsonSerializable(typeof(ForwardedCall))]
internal sealed partial class ForwardedCallJson : JsonSerializerContext;
