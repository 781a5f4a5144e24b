using Gateway.Http;
using Gateway.Realms;
using Gateway.Store;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.TwoFactor;

/// <summary>Answers <c>/v1/two-factor</c>: enrolment over the management API. Secrets go out once, in the answer that makes
/// them.</summary>
internal static class TwoFactorEndpoints
{
    private const int MostUser = 256, MostPassword = 1024, MostAddress = 254, MostCode = 64;

    public static void Map(RouteGroupBuilder group)
    {
        group.WithTags("Second factors");
        group.MapGet("/{realm}", UsersAsync)
            .WithSummary("Users with a second factor")
            .Produces<PageAnswer<UserMethods>>().Problems(404, 503);
        group.MapGet("/{realm}/{user}", MethodsAsync)
            .WithSummary("A user's methods, never their secrets")
            .Produces<UserMethods>().Problems(400, 404, 503);
        group.MapPost("/{realm}/{user}/totp", BeginTotpAsync)
            .WithSummary("Begin with an authenticator app").WithDescription("It counts once it has shown a code.")
            .Produces<TotpBegun>().Problems(400, 404, 503);
        group.MapPost("/{realm}/{user}/totp/confirm", ConfirmTotpAsync)
            .WithSummary("Confirm it with its first code; answers the backup codes")
            .Produces<TotpConfirmed>().Problems(400, 404, 415, 503);
        group.MapPut("/{realm}/{user}/password", SetPasswordAsync)
            .WithSummary("Set the password")
            .Produces(204).Problems(400, 404, 415, 503);
        group.MapPut("/{realm}/{user}/email", SetEmailAsync)
            .WithSummary("Set the address for codes by e-mail")
            .Produces(204).Problems(400, 404, 415, 503);
        group.MapDelete("/{realm}/{user}", RemoveAllAsync)
            .WithSummary("Remove every method of a user")
            .Produces(204).Problems(400, 404, 503);
        group.MapDelete("/{realm}/{user}/{method}", RemoveAsync)
            .WithSummary("Remove totp, email or password")
            .Produces(204).Problems(400, 404, 503);
    }

    private static async Task<IResult> UsersAsync(HttpContext context, Enrolment enrolment, CancellationToken cancellation)
    {
        IReadOnlyList<(FactorOwner Owner, Factors? Factors)> users = await enrolment.ListAsync(Realm(context), cancellation);
        UserMethods[] methods = [.. users.Select(user => UserMethods.Of(user.Owner.User, user.Factors))];
        return Results.Json(new PageAnswer<UserMethods>(methods, null), EnrolmentJson.Default.PageAnswerUserMethods);
    }

    private static async Task<IResult> MethodsAsync(HttpContext context, Enrolment enrolment, CancellationToken cancellation)
    {
        FactorOwner owner = Owner(context);
        return Results.Json(UserMethods.Of(owner.User, await enrolment.ReadAsync(owner, cancellation)), EnrolmentJson.Default.UserMethods);
    }

    private static async Task<IResult> BeginTotpAsync(HttpContext context, Enrolment enrolment, CancellationToken cancellation)
        => Results.Json(new TotpBegun(await enrolment.BeginTotpAsync(Owner(context), cancellation)), EnrolmentJson.Default.TotpBegun);

    private static async Task<IResult> ConfirmTotpAsync(HttpContext context, Enrolment enrolment, CancellationToken cancellation)
    {
        FactorOwner owner = Owner(context);
        string code = await FieldAsync(context, "code", MostCode);
        IReadOnlyList<string> backup = await enrolment.ConfirmTotpAsync(owner, code, cancellation) ?? throw CallRefusedException.BadRequest(
            "The code is wrong, or no authenticator waits for one. Send the code that the app shows now, or begin again.");
        Audit(context, "two-factor enroll", owner, FactorMethods.Totp);
        return Results.Json(new TotpConfirmed(backup), EnrolmentJson.Default.TotpConfirmed);
    }

    private static async Task<IResult> SetPasswordAsync(HttpContext context, Enrolment enrolment, CancellationToken cancellation)
    {
        FactorOwner owner = Owner(context);
        await enrolment.SetPasswordAsync(owner, await FieldAsync(context, "password", MostPassword), cancellation);
        Audit(context, "two-factor enroll", owner, FactorMethods.Password);
        return Results.NoContent();
    }

    private static async Task<IResult> SetEmailAsync(HttpContext context, Enrolment enrolment, CancellationToken cancellation)
    {
        FactorOwner owner = Owner(context);
        string address = await FieldAsync(context, "address", MostAddress);
        try { await enrolment.SetEmailAsync(owner, address, cancellation); }
        catch (EnrolmentException error) { throw CallRefusedException.BadRequest(error.Message); }
        Audit(context, "two-factor enroll", owner, FactorMethods.Email);
        return Results.NoContent();
    }

    private static Task<IResult> RemoveAllAsync(HttpContext context, Enrolment enrolment, CancellationToken cancellation)
        => RemoveAsync(context, null, enrolment, cancellation);

    private static async Task<IResult> RemoveAsync(HttpContext context, string? method, Enrolment enrolment, CancellationToken cancellation)
    {
        FactorOwner owner = Owner(context);
        if (method is not null && !FactorMethods.All.Contains(method))
            throw CallRefusedException.BadRequest("The method must be totp, email or password.");
        if (!await enrolment.RemoveAsync(owner, method, cancellation)) throw CallRefusedException.NotFound("The user has no such factor.");
        Audit(context, "two-factor remove", owner, method ?? "all");
        return Results.NoContent();
    }

    private static void Audit(HttpContext context, string action, FactorOwner owner, string method)
        => context.RequestServices.GetRequiredService<AuditLog>().Record(Actor.Of(context), action, owner.FullName, detail: method);

    private static string Realm(HttpContext context)
    {
        string realm = (string)context.Request.RouteValues["realm"]!;
        bool exists = context.RequestServices.GetRequiredService<RealmsOptions>().ContainsKey(realm);
        return exists ? realm : throw CallRefusedException.NotFound("There is no such realm.");
    }

    private static FactorOwner Owner(HttpContext context)
    {
        // Kestrel leaves %2F in a path as it stands; the raw target tells a user's slash from its "%2F".
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        string user = target.Split('/') is ["", _, _, _, { Length: > 0 } raw, ..]
            ? Uri.UnescapeDataString(raw)
            : (string)context.Request.RouteValues["user"]!;
        if (user.Length > MostUser || user.Any(char.IsControl))
            throw CallRefusedException.BadRequest($"A user has at most {MostUser} characters, none of them a control character.");
        return new(Realm(context), user);
    }

    private static async Task<string> FieldAsync(HttpContext context, string name, int limit)
    {
        using JsonBody body = await JsonBody.ReadAsync(context, name);
        return body.String(name, limit) ?? throw CallRefusedException.BadRequest($"'{name}' is missing.");
    }
}
