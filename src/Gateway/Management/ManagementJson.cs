using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gateway.Http;
using Gateway.Management.Explain;
using Gateway.Management.SignIn;
using Gateway.Store;

namespace Gateway.Management;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RevocationRequestBody))]
[JsonSerializable(typeof(RevocationAnswer))]
[JsonSerializable(typeof(ReinstatementAnswer))]
[JsonSerializable(typeof(PreviewAnswer))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(ExplainRequestBody))]
[JsonSerializable(typeof(ExplainAnswer))]
[JsonSerializable(typeof(NodeAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
[JsonSerializable(typeof(PageAnswer<RevocationAnswer>))]
[JsonSerializable(typeof(PageAnswer<SessionAnswer>))]
[JsonSerializable(typeof(PageAnswer<NodeAnswer>))]
[JsonSerializable(typeof(PageAnswer<AuditEntry>))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(AuditProofAnswer))]
[JsonSerializable(typeof(PageAnswer<RealmAnswer>))]
[JsonSerializable(typeof(PageAnswer<RouteAnswer>))]
[JsonSerializable(typeof(PageAnswer<RefusalAnswer>))]
[JsonSerializable(typeof(PageAnswer<KeyAnswer>))]
[JsonSerializable(typeof(PageAnswer<SignInAnswer>))]
[JsonSerializable(typeof(SignInRequestBody))]
[JsonSerializable(typeof(SignedInAnswer))]
internal sealed partial class ManagementJson : JsonSerializerContext
{
    public static IResult Answer<T>(T value, int status = StatusCodes.Status200OK, string? location = null)
        => new JsonAnswer<T>(value, (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!, status, location);

    private sealed class JsonAnswer<T>(T value, JsonTypeInfo<T> type, int status, string? location) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = status;
            if (location is not null) context.Response.Headers.Location = location;
            return context.Response.WriteAsJsonAsync(value, type, "application/json", context.RequestAborted);
        }
    }
}
