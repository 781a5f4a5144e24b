using Gateway.Revocation;

namespace Gateway.Credentials;

/// <summary>
/// Find every copy that some back end could read, judge each, refuse for a revoked one, take out what does not verify, and let everything else
/// go on byte for byte. The rules by
/// number, and where each is:
/// <list type="table">
/// <item><term>1</term><description>Authorization and other headers: <see cref="HeaderCopies"/></description></item>
/// <item><term>2</term><description>Cookies: <see cref="CookieCopies"/></description></item>
/// <item><term>3</term><description>Query: <see cref="QueryCopies"/>, <see cref="FoldedName"/></description></item>
/// <item><term>4</term><description>Header names with other signs: <see cref="OddHeaderNames"/></description></item>
/// <item><term>5</term><description>Several credentials and realms: <see cref="CopyJudge"/>, <see cref="ReadingPlan"/>, <see cref="RealmChoice"/></description></item>
/// <item><term>6</term><description>Locations that are not configured, and routes that read nothing: <see cref="ReadingPlan"/>, <see cref="HygieneMiddleware"/></description></item>
/// <item><term>what becomes of a copy</term><description><see cref="Enforcement.CopyVerdicts"/>, <see cref="TakenOut"/></description></item>
/// <item><term>8</term><description>The form of tokens: <see cref="JwtForm"/>, <see cref="Realms.Jwt.StrictJwt"/>, <see cref="Realms.StrictJson"/>, <see cref="Realms.Jwt.CanonicalBase64Url"/></description></item>
/// <item><term>9</term><description>The session claim: <see cref="Realms.Jwt.JwtClaims"/></description></item>
/// <item><term>10</term><description>Revoked whether or not it verifies: <see cref="Enforcement.SessionGate"/></description></item>
/// <item><term>11, 12</term><description>Both clients; exact ids: <see cref="Revocation.SessionIdentity"/>, <see cref="Revocation.IndexKey"/></description></item>
/// <item><term>13</term><description>Opaque tokens: <see cref="Realms.OpaqueTokens"/>, <see cref="Realms.Fingerprint"/></description></item>
/// <item><term>14</term><description>Paths: <see cref="PathMiddleware"/>, <see cref="PathReadings"/>, <see cref="RouteTable"/>, <see cref="TargetAsSent"/></description></item>
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
            .AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, TargetAsSent>()
            .AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, DestinationHost>()
            .AddSingleton<TrustedProxies>()
            .AddSingleton<HeaderHygiene>()
            .AddSingleton<CopyJudge>();
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
