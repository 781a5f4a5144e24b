using System.Text.Json.Serialization;

namespace Gateway.TwoFactor;

/// <summary>Writes and reads what is encrypted.</summary>
[JsonSerializable(typeof(Factors))]
[JsonSerializable(typeof(MailedCodes))]
internal sealed partial class FactorsJson : JsonSerializerContext;
