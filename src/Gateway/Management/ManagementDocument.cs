using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gateway.Management;

/// <summary>The OpenAPI document of the management API, at <c>/openapi/v1.json</c>.</summary>
internal static class ManagementDocument
{
    public static void AddManagementDocument(this WebApplicationBuilder builder) => builder.Services.AddOpenApi("v1", document =>
    {
        document.ShouldInclude = endpoint => endpoint.RelativePath is { } path
            && (path.StartsWith("v1/", StringComparison.Ordinal) || path is "healthz" or "readyz" or "metrics");
        document.AddDocumentTransformer((api, _, _) =>
        {
            api.Info = new() { Title = "Gateway management", Version = "v1",
                Description = "Ends sessions, lists them, and tells how the gateway is." };
            api.Servers = [];
            api.Components ??= new();
            api.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer",
                    Description = "A management key, or a realm's token with the permission gateway.admin." },
            };
            api.Security = [new() { [new OpenApiSecuritySchemeReference("key", api)] = [] }];
            return Task.CompletedTask;
        });
    });

    // To write it takes a tenth of a second of the processor and everybody may ask for it, so it is written once: it is the same for all.
    public static void MapManagementDocument(this IEndpointRouteBuilder endpoints)
    {
        Lazy<Task<byte[]>> written = new(() => WriteAsync(endpoints.ServiceProvider));
        endpoints.MapGet("/openapi/v1.json", async () => Results.Bytes(await written.Value, "application/json;charset=utf-8"))
            .WithMetadata(NoKeyNeeded.Mark).ExcludeFromDescription();
    }

    private static async Task<byte[]> WriteAsync(IServiceProvider services)
    {
        OpenApiDocument document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
        using MemoryStream text = new();
        await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1);
        return text.ToArray();
    }
}
