using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;

namespace Gateway.Logout;

/// <summary>Decides whether a revocation may be recorded now. A budget refuses only what would end nothing that is known to be alive, so
/// that nobody can be kept from ending a session by using one up; such facts are bounded by the sessions that were issued, since
/// what has ended is not ended again.</summary>
internal sealed partial class Admission(
    FactBudgets budgets, MassLogoutBrake brake, SessionsToEnd sessions, RevocationIndex index, RevocationMetrics metrics, AuditLog audit,
    TimeProvider time, ILogger<Admission> logger)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    private long _toldAt;

    /// <param name="id">The fact's; what is known under it is a repeat.</param>
    /// <param name="seen">The session that it names, where it was looked up.</param>
    /// <returns>Gives back what was taken, if nothing is recorded after all.</returns>
    /// <exception cref="BudgetSpentException">Nothing was taken.</exception>
    /// <exception cref="ConfirmationNeededException">Likewise.</exception>
    public async Task<Action> AdmitAsync(RevocationRequest request, Guid id, SeenSession? seen, DateTimeOffset at,
        CancellationToken cancellation)
    {
        if (request.IsAdmitted || index.Acts(id)) return static () => { };
        if (request.Right == RevocationRight.Administrator) await BrakeAsync(request, seen, at, cancellation);
        bool own = request.Right is RevocationRight.Owner or RevocationRight.Holder;
        string owner = own ? $"{request.Target.InRealm}\n{SubjectOf(request.Target, seen) ?? request.Actor.Name}" : request.Actor.Name;
        if (budgets.Take(own, owner) is { } spent)
        {
            if (request.Right != RevocationRight.Holder && !await sessions.AnyAsync(request.Target, seen, at, cancellation))
            {
                metrics.NotAdmitted(spent.Limit);
                Tell(spent.Limit);
                throw new BudgetSpentException(spent.Again);
            }
            budgets.Count(own, owner);
        }
        return () => budgets.Give(own, owner);
    }

    private async Task BrakeAsync(RevocationRequest request, SeenSession? seen, DateTimeOffset at, CancellationToken cancellation)
    {
        try { await brake.CheckAsync(request, seen, at, cancellation); }
        catch (ConfirmationNeededException needed)
        {
            metrics.NotAdmitted("confirm");
            audit.Record(request.Actor, "revoke", request.Target.FullName, AuditOutcome.Refused,
                $"{needed.Sessions} sessions, which was not confirmed");
            throw;
        }
    }

    private static string? SubjectOf(Target target, SeenSession? seen) => target switch
    {
        Target.Subject subject => subject.Id,
        Target.Session session => session.OfSubject ?? seen?.Subject,
        _ => null,
    };

    private void Tell(string limit)
    {
        long told = Volatile.Read(ref _toldAt), now = time.GetTimestamp();
        if ((told == 0 || time.GetElapsedTime(told, now) >= TellEvery) && Interlocked.CompareExchange(ref _toldAt, now, told) == told)
            Spent(logger, limit);
    }

    [LoggerMessage(EventId = 903, Level = LogLevel.Warning,
        Message = "A revocation that ends no known session was refused: the budget of the {Limit} is spent (Gateway:Limits). Others may "
            + "have been in the ten seconds after this line.")]
    private static partial void Spent(ILogger logger, string limit);
}
