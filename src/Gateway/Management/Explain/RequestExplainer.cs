using Gateway.Credentials;
using Gateway.Dialects;
using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Gateway.Management.Explain;

/// <summary>Tells what would become of a request, step by step. It is not sent anywhere, and nothing notes it.</summary>
internal sealed class RequestExplainer(TokenExplainer tokens, CopyJudge judge, SessionGate gate, DialectPaths dialects, TimeProvider time)
{
    private const string OfOtherRealms = "the route does not read this realm; it is taken out";
    private const string NoCopy = "it has not the form of a token of a realm; it goes on and counts for nothing";

    public async Task<ExplainAnswer> ExplainAsync(HttpRequestFeature request, RequestRehearsal rehearsal, CancellationToken cancellation)
    {
        (HttpContext context, Rehearsal rehearsed) = await rehearsal.RunAsync(request, cancellation);
        Refusal? refused = rehearsed.Refusal;
        List<ExplainedStep> steps = [];
        RouteConfig? route = context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config;
        ExplainAnswer answer = new("refused") { Steps = steps, Route = route?.RouteId, Cluster = route?.ClusterId };

        steps.Add(new("host, method, headers", refused is null || route is not null, route is null ? refused?.Detail : null));
        if (refused is not null && route is null) return Refused(answer, refused);
        DialectCall? dialect = dialects.Find(context, static _ => Task.CompletedTask);
        ReadingPlan? plan = context.GetEndpoint()?.Metadata.GetMetadata<ReadingPlan>();
        bool isKnown = route is not null || dialect is not null;
        steps.Add(new("route", isKnown, plan is null ? "no route matches" : $"{route!.RouteId}: {Said(plan.Policy)}"));
        Refusal? path = refused ?? rehearsed.Reported;
        if (route is not null) steps.Add(new("path", path is null, path?.Detail));
        if (refused is not null) return Refused(answer, refused);
        if (dialect is not null)
        {
            steps.Add(new("dialect", true,
                $"the gateway answers it in the words of {dialect.Dialect.Name}; that API's own order of credentials decides who calls"));
            return answer with { Outcome = "dialect" };
        }
        if (plan is null) return answer with { Outcome = "no route", Status = StatusCodes.Status404NotFound };

        List<ExplainedToken> credentials = await CredentialsAsync(context, plan);
        Verdict verdict = await gate.IdentifyAsync(context, plan);
        if (verdict.IsGood) verdict = gate.Check(verdict.Identities, plan.Policy.NeedsLease());
        Refusal? refusal = verdict.IsGood ? null : gate.RefusalOf(verdict, context);
        steps.Add(new("session gate", verdict.IsGood, refusal is null ? null : Why(refusal)));
        answer = answer with { Credentials = credentials };
        if (refusal is null && path is null) return answer with { Outcome = "passes" };
        bool passes = plan.Policy.Mode == EnforcementMode.Report && verdict.Standing != Standing.Revoked;
        return Refused(answer with { Outcome = passes ? "reported" : "refused" }, refusal ?? path!);
    }

    private async Task<List<ExplainedToken>> CredentialsAsync(HttpContext context, ReadingPlan plan)
    {
        List<ExplainedToken> explained = [];
        if (plan.ReadsNothing) return explained;
        foreach (Copy copy in Found(context, plan)) explained.Add(await ExplainAsync(copy, context));
        return explained;
    }

    private static List<Copy> Found(HttpContext context, ReadingPlan plan)
    {
        CopyList found = default;
        RequestCopies.Find(context.Request, plan, ref found);
        List<Copy> copies = [];
        for (int at = 0; at < found.Count; at++) copies.Add(found[at]);
        return copies;
    }

    private async Task<ExplainedToken> ExplainAsync(Copy copy, HttpContext context)
    {
        string location = copy.Location.ToString();
        if (copy.IsOfOtherRealms)
            return new(copy.Location.Judges[0].Realms[0].Name, "not asked") { Location = location, Reason = OfOtherRealms };
        CopyVerdict verdict = await judge.JudgeAsync(copy, context);
        string realm = (verdict.Realm ?? copy.Location.Judges[0].Realms[0]).Name;
        if (verdict.Fate == CopyFate.NoCopy) return new(realm, "no credential") { Location = location, Reason = NoCopy };
        // A JWT is explained check by check without anybody being asked.
        if (verdict.Realm is { Jwt: not null } jwt && JwtForm.Of(copy.Text.ToString()) is { } token)
            return await tokens.ExplainAsync(jwt, jwt.Locations[0], token) with { Location = location };
        SessionIdentity? identity = verdict.Identities.Count > 0 ? verdict.Identities[0]
            : verdict.Claims is [SessionIdentity first, ..] ? first : null;
        SessionIdentity? revoked = gate.Revoked(verdict.Identities) ?? gate.Revoked(verdict.Claims);
        string fate = verdict.Fate switch { CopyFate.Good => "good", CopyFate.Unavailable => "unavailable", _ => "invalid" };
        return new(realm, revoked is not null ? "revoked" : fate)
        {
            Location = location,
            Reason = verdict.Reason?.ToLine(time.GetUtcNow()),
            Identity = identity is null ? null : ExplainedIdentity.Of(identity),
            RevokedBy = revoked is null ? null : gate.RevokedBy(revoked).Word,
        };
    }

    private ExplainAnswer Refused(ExplainAnswer answer, Refusal refusal) => answer with { Status = refusal.Status, Reason = Why(refusal) };

    private string? Why(Refusal refusal) => refusal.Reason?.ToLine(time.GetUtcNow()) ?? refusal.Detail;

    private static string Said(RoutePolicy policy)
    {
        string realms = policy.Realms.Count > 0 ? " of " + string.Join(", ", policy.Realms) : "";
        string invalid = policy.RefusesInvalid() ? "refused" : "taken out";
        return $"session {policy.Session}{realms}, what does not verify is {invalid}, when stale {policy.WhenStale}, mode {policy.Mode}";
    }
}
