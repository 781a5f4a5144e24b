using Gateway.Revocation;

namespace Gateway.Credentials;

/// <summary>
/// Read strictly, refuse what could be read in two ways, forward only the normal form of what was read. The rules by
/// number, and where each is:
/// <list type="table">
/// <item><term>1</term><description>Authorization and other headers: <see cref="HeaderCredential"/></description></item>
/// <item><term>2</term><description>Cookies: <see cref="CookieCredential"/></description></item>
/// <item><term>3</term><description>Query: <see cref="QueryCredential"/>, <see cref="PathCredential"/></description></item>
/// <item><term>4</term><description>Underscores in header names: <see cref="UnderscoreHeaders"/></description></item>
/// <item><term>5</term><description>Several credentials and realms: <see cref="CopyResolver"/>, <see cref="ReadingPlan"/>, <see cref="RealmChoice"/></description></item>
/// <item><term>6</term><description>Locations that are not configured, and routes that read nothing: <see cref="ReadingPlan"/>, <see cref="HygieneMiddleware"/></description></item>
/// <item><term>7</term><description>One copy, in normal form: <see cref="RequestCredentials"/></description></item>
/// <item><term>8</term><description>The form of tokens: <see cref="Realms.Jwt.StrictJwt"/>, <see cref="Realms.StrictJson"/>, <see cref="Realms.Jwt.CanonicalBase64Url"/></description></item>
/// <item><term>9</term><description>The session claim: <see cref="Realms.Jwt.JwtClaims"/></description></item>
/// <item><term>10</term><description>Revoked whether or not it verifies: <see cref="Enforcement.SessionGate"/></description></item>
/// <item><term>11, 12</term><description>Both clients; exact ids: <see cref="Revocation.SessionIdentity"/>, <see cref="Revocation.IndexKey"/></description></item>
/// <item><term>13</term><description>Opaque tokens: <see cref="Realms.OpaqueTokens"/>, <see cref="Realms.Fingerprint"/></description></item>
/// <item><term>14</term><description>Paths: <see cref="PathMiddleware"/>, <see cref="PathReadings"/>, <see cref="RouteTable"/></description></item>
/// <item><term>15</term><description>Hosts: <see cref="HostForm"/>, <see cref="DestinationHost"/></description></item>
/// <item><term>16</term><description>Method overrides: <see cref="HeaderHygiene"/></description></item>
/// <item><term>17</term><description>Listeners: <see cref="Configuration.ManagementListener"/></description></item>
/// <item><term>18</term><description>Identity headers, X-Forwarded-*, Connection: <see cref="HeaderHygiene"/>, <see cref="TrustedProxies"/></description></item>
/// </list>
/// </summary>
internal static class CredentialsExtensions
{
    public static WebApplicationBuilder AddCredentials(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, EncodedSlashes>()
            .AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, DestinationHost>()
            .AddSingleton<TrustedProxies>()
            .AddSingleton<HeaderHygiene>()
            .AddSingleton<CopyResolver>();
        return builder;
    }

    /// <summary>What holds for every request on the public listeners before its route is looked up, so that no header that is
    /// removed can have led to a route.</summary>
    public static WebApplication UseHygiene(this WebApplication app)
    {
        app.Services.GetRequiredService<TrustedProxies>().Use(app);
        app.UseMiddleware<HygieneMiddleware>();
        return app;
    }

    /// <summary>After the route is known: whether every server would come to the same.</summary>
    public static WebApplication UsePathReadings(this WebApplication app)
    {
        app.UseMiddleware<PathMiddleware>(new RouteTable(app));
        return app;
    }
}
