using Gateway.Http;

namespace Gateway.Management;

/// <summary><c>/v1/keys</c>: the names of the management keys, and how old they are.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder v1)
        => v1.MapGet("/keys", ListAsync).WithTags("Keys").WithSummary("The management keys by name, with their age; never a key")
            .Produces<PageAnswer<KeyAnswer>>().Problems(503);

    private static async Task<IResult> ListAsync(ManagementKeys keys, CancellationToken cancellation)
        => ManagementJson.Answer(new PageAnswer<KeyAnswer>(await keys.ListAsync(cancellation), null));
}
