using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Configuration;
using Gateway.Store;

namespace Gateway.TwoFactor;

/// <summary>Enrolment over the management API. Secrets go out once, in the answer that makes them, and never again.</summary>
internal static class TwoFactorEndpoints
{
    private const int MostUser = 256, MostPassword = 1024;

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{realm}", Users);
        group.MapGet("/{realm}/{user}", Methods);
        group.MapPost("/{realm}/{user}/totp", BeginTotp);
        group.MapPost("/{realm}/{user}/totp/confirm", ConfirmTotp);
        group.MapPut("/{realm}/{user}/password", SetPassword);
        group.MapPut("/{realm}/{user}/email", SetEmail);
        group.MapDelete("/{realm}/{user}/{method}", Remove);
    }

    private static Task<IResult> Users(string realm, Enrolment enrolment, GatewayOptions gateway, CancellationToken cancellation)
        => Do(gateway, realm, "-", async _ =>
        {
            List<UserMethods> users = [];
            foreach (FactorOwner owner in await enrolment.Owners(realm, cancellation)) users.Add(UserMethods.Of(owner.User, await enrolment.Read(owner, cancellation)));
            return Results.Json(users, EnrolmentJson.Default.ListUserMethods);
        });

    private static Task<IResult> Methods(string realm, string user, Enrolment enrolment, GatewayOptions gateway, CancellationToken cancellation)
        => Do(gateway, realm, user, async owner => Results.Json(UserMethods.Of(user, await enrolment.Read(owner, cancellation)), EnrolmentJson.Default.UserMethods));

    private static Task<IResult> BeginTotp(string realm, string user, Enrolment enrolment, GatewayOptions gateway, CancellationToken cancellation)
        => Do(gateway, realm, user, async owner => Results.Json(new TotpBegun(await enrolment.BeginTotp(owner, cancellation)), EnrolmentJson.Default.TotpBegun));

    private static Task<IResult> ConfirmTotp(string realm, string user, HttpRequest request, Enrolment enrolment, GatewayOptions gateway, CancellationToken cancellation)
        => Do(gateway, realm, user, async owner =>
        {
            if (await Member(request, "code", cancellation) is not { } code) return Bad("The body must be {\"code\":\"123456\"}.");
            return await enrolment.ConfirmTotp(owner, code, cancellation) is { } backup
                ? Results.Json(new TotpConfirmed(backup), EnrolmentJson.Default.TotpConfirmed)
                : Bad("The code is wrong, or nothing waits for one. Try the code that the app shows now, or begin again with POST …/totp.");
        });

    private static Task<IResult> SetPassword(string realm, string user, HttpRequest request, Enrolment enrolment, GatewayOptions gateway, CancellationToken cancellation)
        => Do(gateway, realm, user, async owner =>
        {
            if (await Member(request, "password", cancellation) is not { Length: > 0 and <= MostPassword } password) return Bad("The body must be {\"password\":\"…\"}, with 1 to 1024 characters.");
            await enrolment.SetPassword(owner, password, cancellation);
            return Results.NoContent();
        });

    private static Task<IResult> SetEmail(string realm, string user, HttpRequest request, Enrolment enrolment, GatewayOptions gateway, CancellationToken cancellation)
        => Do(gateway, realm, user, async owner =>
        {
            if (await Member(request, "address", cancellation) is not { } address) return Bad("The body must be {\"address\":\"user@example.org\"}.");
            await enrolment.SetEmail(owner, address, cancellation);
            return Results.NoContent();
        });

    private static Task<IResult> Remove(string realm, string user, string method, Enrolment enrolment, GatewayOptions gateway, CancellationToken cancellation)
        => Do(gateway, realm, user, async owner =>
        {
            if (!FactorMethods.All.Contains(method)) return Bad("The method must be totp, email or password.");
            return await enrolment.Remove(owner, method, cancellation) ? Results.NoContent() : Problem(404, "The user has no such factor.");
        });

    private static async Task<IResult> Do(GatewayOptions gateway, string realm, string user, Func<FactorOwner, Task<IResult>> work)
    {
        if (!gateway.Realms.ContainsKey(realm)) return Problem(404, "There is no such realm.");
        if (user.Length > MostUser || user.Any(char.IsControl)) return Bad("The user must have at most 256 characters, none of them a control character.");
        try
        {
            return await work(new(realm, user));
        }
        catch (EnrolmentException error)
        {
            return Bad(error.Message);
        }
        catch (StoreUnavailableException error)
        {
            return Problem(503, error.Message);
        }
    }

    private static async Task<string?> Member(HttpRequest request, string name, CancellationToken cancellation)
    {
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellation);
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String
                ? member.GetString()
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IResult Bad(string detail) => Problem(400, detail);

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}

/// <param name="Methods">Which are in force.</param>
/// <param name="BackupCodes">How many are left.</param>
internal sealed record UserMethods(string User, IReadOnlyList<string> Methods, int BackupCodes)
{
    /// <summary>An authenticator waits for its first code.</summary>
    public bool Pending { get; init; }

    public static UserMethods Of(string user, Factors factors)
    {
        List<string> methods = [.. factors.Available];
        if (factors.Password is not null) methods.Add(FactorMethods.Password);
        return new(user, methods, factors.Totp?.BackupCodes.Count ?? 0) { Pending = factors.PendingTotp is not null };
    }
}

internal sealed record TotpBegun(string Uri);

internal sealed record TotpConfirmed(IReadOnlyList<string> BackupCodes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UserMethods))]
[JsonSerializable(typeof(List<UserMethods>))]
[JsonSerializable(typeof(TotpBegun))]
[JsonSerializable(typeof(TotpConfirmed))]
internal sealed partial class EnrolmentJson : JsonSerializerContext;
