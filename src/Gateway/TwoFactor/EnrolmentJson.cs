using System.Text.Json.Serialization;
using Gateway.Http;

namespace Gateway.TwoFactor;

/// <summary>Writes the answers of enrolment.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserMethods))]
[JsonSerializable(typeof(PageAnswer<UserMethods>))]
[JsonSerializable(typeof(TotpBegun))]
[JsonSerializable(typeof(TotpConfirmed))]
internal sealed partial class EnrolmentJson : JsonSerializerContext;
