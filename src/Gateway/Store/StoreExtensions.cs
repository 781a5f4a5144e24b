namespace Gateway.Store;

internal static class StoreExtensions
{
    public static WebApplicationBuilder AddStore(this WebApplicationBuilder builder) => builder;
}
