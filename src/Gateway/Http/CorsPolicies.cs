using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Http;

/// <summary>The policies of <c>Gateway:Cors</c>, where YARP's <c>CorsPolicy</c> finds them.</summary>
internal static class CorsPolicies
{
    /// <summary>YARP's word for the policy that is called so.</summary>
    public const string Default = "Default";

    /// <summary>YARP's word for none.</summary>
    public const string Disable = "Disable";

    private const string Any = "*";

    public static IServiceCollection AddCorsPolicies(
        this IServiceCollection services, CorsPoliciesOptions policies)
        => services.AddCors(cors =>
        {
            foreach ((string name, CorsPolicyOptions options) in policies)
                if (IsDefault(name)) cors.AddDefaultPolicy(policy => Write(options, policy));
                else cors.AddPolicy(name, policy => Write(options, policy));
        });

    public static bool IsDefault(string name) => name.Equals(Default, StringComparison.OrdinalIgnoreCase);

    /// <summary>Tells whether a route's <c>CorsPolicy</c> means the policy of that name.</summary>
    public static bool IsNamed(string policy, string name) => IsDefault(policy) ? IsDefault(name) : policy == name;

    public static bool IsDisable(string name) => name.Equals(Disable, StringComparison.OrdinalIgnoreCase);

    /// <summary>Tells what is wrong with an origin; null when nothing is.</summary>
    public static string? OriginComplaint(string origin)
    {
        if (origin == Any) return null;
        string plain = origin.Replace("://*.", "://any.", StringComparison.Ordinal);
        bool isOrigin = Uri.TryCreate(plain, UriKind.Absolute, out Uri? url) && !plain.EndsWith('/')
            && url is { Host.Length: > 0, AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" } && !url.Host.Contains('*');
        return isOrigin ? null
            : $"'{origin}' is no origin; write scheme, host and port, like https://app.example, or https://*.example for all below it.";
    }

    /// <summary>Applies the policy of a route that names one, and answers its preflights. What is refused later gets the policy's headers
    /// too: without them a page of another origin could not even see that it was refused.</summary>
    public static IApplicationBuilder UseCorsPolicies(this IApplicationBuilder app)
        => app.UseWhen(
            static context => context.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() is not null, static branch => branch.UseCors());

    private static void Write(CorsPolicyOptions options, CorsPolicyBuilder policy)
    {
        if (options.Origins.Contains(Any)) policy.AllowAnyOrigin();
        else policy.WithOrigins([.. options.Origins]).SetIsOriginAllowedToAllowWildcardSubdomains();
        policy.WithMethods([.. options.Methods]).WithHeaders([.. options.Headers]);
        if (options.Credentials) policy.AllowCredentials();
        if (options.MaxAge is { } age) policy.SetPreflightMaxAge(age);
    }
}
