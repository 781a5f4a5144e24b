using System.ComponentModel;
using Gateway.Cluster;
using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Logout;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Store;
using Microsoft.AspNetCore.Mvc;

namespace Gateway.Management;

/// <summary><c>/v1/revocations</c>: create, list, one, reinstate, preview.</summary>
internal static class RevocationEndpoints
{
    private const int KeyLimit = 255;

    public static void MapRevocations(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder group = v1.MapGroup("/revocations").WithTags("Revocations");
        group.MapPost("", CreateAsync).WithSummary("Revoke").Accepts<RevocationRequestBody>("application/json")
            .WithDescription(
                "Name exactly one of session, token, subject, client, everything. Answers when every node enforces it, or after "
                    + "Cluster:AnswerWithin with how many do by then; the rest follows within one lease.")
            .Produces<RevocationAnswer>(StatusCodes.Status201Created).Problems(400, 409, 413, 415, 422, 429, 503);
        group.MapGet("", List).WithSummary("List revocations, newest first").Produces<PageAnswer<RevocationAnswer>>().Problems(400);
        group.MapGet("/{id}", OneAsync).WithSummary("One revocation, with who enforces it now").Produces<RevocationAnswer>().Problems(404);
        group.MapDelete("/{id}", ReinstateAsync).WithSummary("Reinstate: undo a revocation").Produces<ReinstatementAnswer>()
            .Problems(404, 503);
        group.MapPost("/preview", PreviewAsync).WithSummary("What a revocation would end, without doing it")
            .Accepts<RevocationRequestBody>("application/json")
            .Produces<PreviewAnswer>().Problems(400, 413, 415);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, RevocationService service, RevocationIndex index, RevocationRecords records, RealmsOptions realms,
        RevocationOptions revocation, TokenLifetimes lifetimes, TimeProvider time,
        [Description("all (default): answer when every node enforces it; local: when the log and this node have it.")] string? wait,
        [FromHeader(Name = "Idempotency-Key"),
            Description("The caller's own: the same key and body give the same revocation, however often it is sent; 409 once it was "
                + "undone.")] string? idempotencyKey,
        CancellationToken cancellation)
    {
        _ = new Query(context, "wait");
        bool all = Wait(wait);
        if (idempotencyKey is { Length: 0 or > KeyLimit })
            throw CallRefusedException.BadRequest($"Idempotency-Key must have 1 to {KeyLimit} characters.");
        RevocationBody body = await RevocationBody.ReadAsync(context, realms, time.GetUtcNow());
        Actor actor = Actor.Of(context);
        RevocationRequest request = new(body.Target, actor)
        {
            Reason = body.Reason, Expires = body.Expires, AllowFuture = body.AllowFuture, Confirm = body.Confirm,
            IdempotencyKey = RevocationService.KeyOf(actor.Name, idempotencyKey), WaitForAll = all,
        };
        Commit(context);
        RevocationOutcome outcome = await RecordAsync(request);
        if (!index.Acts(outcome.Fact.Id))
            throw Undone((await records.FindAsync(outcome.Fact.Id, cancellation))?.Undone, outcome.Fact);
        if (body.Also is { } also)
        {
            RevocationOutcome second = await RecordAsync(
                request with { Target = also, IsAdmitted = true, IdempotencyKey = RevocationRecords.CompanionKey(outcome.Fact.Id) });
            // Both stand for what was asked: it is enforced as far as the one that is less so.
            Enforced less = outcome.Enforced.Everywhere ? second.Enforced : outcome.Enforced;
            outcome = outcome with { Enforced = less with { Elapsed = outcome.Enforced.Elapsed + second.Enforced.Elapsed } };
        }
        if (!outcome.First) context.Response.Headers["Idempotency-Replayed"] = "true";
        Fact.Revocation recorded = (Fact.Revocation)outcome.Fact;
        // Where the end of what it ends is known, it is kept until then.
        bool outlived = recorded.Expires <= recorded.At + revocation.KeepFor && lifetimes.MayOutlive(recorded.Target.InRealm);
        return ManagementJson.Answer(RevocationAnswer.Of(recorded, outcome.Position, outcome.Enforced) with
            {
                Note = !outlived ? null
                    : $"Tokens of realm {recorded.Target.InRealm} may be good for longer than this is kept ({recorded.Expires:O}). Revoke "
                        + "again with 'expires', or make Revocation:KeepFor as long as the longest session.",
            },
            StatusCodes.Status201Created, $"/v1/revocations/{outcome.Fact.Id}");

        async Task<RevocationOutcome> RecordAsync(RevocationRequest wanted)
        {
            // A caller that goes away does not leave it half done, or done without an entry in the audit.
            try { return await service.RevokeAsync(wanted, CancellationToken.None); }
            catch (IdempotencyConflictException conflict)
            {
                throw new CallRefusedException(StatusCodes.Status422UnprocessableEntity,
                    conflict.Message + " Use a new key for a new request.");
            }
        }
    }

    private static IResult List(
        HttpContext context, RevocationRecords records, TimeProvider time, string? realm,
        [Description("session, token, subject, client or realm.")] string? kind,
        [Description("The id of the session, token, subject or client.")] string? target,
        string? actor, [Description("true: only those that act now.")] string? active,
        [Description("Recorded at or after.")] string? from, [Description("Recorded before.")] string? until,
        [Description("1 to 1000, default 100.")] string? count, [Description("The 'next' of the page before.")] string? after)
    {
        Query query = new(context, "realm", "kind", "target", "actor", "active", "from", "until", "count", "after");
        FactFilter filter = new(realm, query.Kind("kind"), target, actor, query.Bool("active") == true ? time.GetUtcNow() : null,
            query.Instant("from"), query.Instant("until"));
        (IReadOnlyList<StoredFact> items, bool more) = records.List(filter, query.Number("after"), query.Count());
        return ManagementJson.Answer(new PageAnswer<RevocationAnswer>([.. items.Select(stored => RevocationAnswer.Of(stored))],
            more ? items[^1].Sequence.ToString() : null));
    }

    private static async Task<IResult> OneAsync(string id, RevocationRecords records, CancellationToken cancellation)
    {
        StoredFact stored = await FindAsync(records, id, cancellation);
        return ManagementJson.Answer(RevocationAnswer.Of(stored, records.EnforcedNow(stored)));
    }

    private static async Task<IResult> ReinstateAsync(
        HttpContext context, string id, RevocationRecords records, RevocationService service,
        [Description("all (default) or local.")] string? wait, string? reason, CancellationToken cancellation)
    {
        _ = new Query(context, "wait", "reason");
        bool all = Wait(wait);
        Fact.Revocation revocation = (Fact.Revocation)(await FindAsync(records, id, cancellation)).Fact;
        Actor actor = Actor.Of(context);
        Commit(context);
        RevocationOutcome outcome = await service.ReinstateAsync(revocation, actor, reason, all, CancellationToken.None);
        if (records.CompanionOf(revocation.Id) is { } also)
            await service.ReinstateAsync(also, actor, reason, all, CancellationToken.None);
        return ManagementJson.Answer(ReinstatementAnswer.Of((Fact.Reinstatement)outcome.Fact, outcome.Position, outcome.Enforced));
    }

    private static async Task<IResult> PreviewAsync(HttpContext context, Preview preview, RealmsOptions realms, TimeProvider time,
        CancellationToken cancellation)
        => ManagementJson.Answer(await preview.OfAsync(await RevocationBody.ReadAsync(context, realms, time.GetUtcNow()), cancellation));

    private static async Task<StoredFact> FindAsync(RevocationRecords records, string id, CancellationToken cancellation)
        => Guid.TryParse(id, out Guid guid) && await records.FindAsync(guid, cancellation) is { } stored
            ? stored
            : throw CallRefusedException.NotFound("There is no such revocation; it may have expired.");

    // A repeat answers what is true now, not what was when the key came first.
    private static CallRefusedException Undone(Fact.Reinstatement? undone, Fact revocation) => new(
        StatusCodes.Status409Conflict,
        (undone is null ? $"The revocation {revocation.Id} of this Idempotency-Key has expired"
            : $"The revocation {revocation.Id} of this Idempotency-Key was undone at {undone.At.UtcDateTime:O} "
                + $"by {undone.Actor}{(undone.Reason is { } why ? $" ({why})" : "")}")
        + ": it ends nothing now. Use a new key to revoke again.");

    private static bool Wait(string? wait) => wait switch
    {
        null or "all" => true,
        "local" => false,
        _ => throw CallRefusedException.BadRequest("'wait' must be all or local."),
    };

    // Who undoes or makes a revocation must be good at this moment; the answer tells what it came to, whoever it has ended.
    private static void Commit(HttpContext context)
    {
        if (GatedCall.Of(context)?.Commit() is { IsGood: false } refused)
            throw new CallRefusedException(context.RequestServices.GetRequiredService<SessionGate>().RefusalOf(refused, context));
    }
}
