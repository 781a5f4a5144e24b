using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Logout;
using Gateway.Revocation;

namespace Gateway.Dialects;

/// <summary>Runs a dialect's call; whatever goes wrong is answered in the vendor's form.</summary>
internal sealed partial class DialectAnswers(GatedCalls gated, RefusalLog refusals, ILogger<DialectAnswers> logger)
{
    private const string Own = "the dialect says no: permission, parameters or second factor";

    /// <summary>Answers the call, which is gated already on the management listener.</summary>
    public Task AnswerAsync(DialectCall call) => call.IsManagement ? RunAsync(call) : gated.RunAsync(call.Context, async answered =>
    {
        await RunAsync(call);
        if (!answered.IsSealed && !call.IsPassedOn) TellRefusal(call, answered);
    });

    private async Task RunAsync(DialectCall call)
    {
        try
        {
            if (!call.IsReadable) throw new DialectException(DialectFailure.BadRequest);
            await call.Route.Answer(call);
        }
        catch (DialectException error) when (!call.Response.HasStarted)
        {
            await call.Dialect.FailAsync(call, error.Failure);
        }
        catch (BudgetSpentException spent) when (!call.Response.HasStarted)
        {
            await call.FailAsync(spent);
        }
        catch (ConfirmationNeededException needed) when (!call.Response.HasStarted)
        {
            await call.FailAsync(needed);
        }
        catch (UnknownOutcomeException error) when (!call.Response.HasStarted)
        {
            NotKnown(logger, call.Dialect.Name, error.Fact, error.Message);
            call.Response.Headers["Gateway-Revocation"] = error.Fact.ToString();
            call.Response.Headers["Gateway-Outcome"] = "unknown";
            await call.Dialect.FailAsync(call, DialectFailure.Unknown);
        }
        catch (StoreUnavailableException error) when (!call.Response.HasStarted)
        {
            NotRecorded(logger, call.Dialect.Name, error.Message);
            await call.Dialect.FailAsync(call, DialectFailure.Unavailable);
        }
        catch (InvalidRevocationException) when (!call.Response.HasStarted)
        {
            await call.Dialect.FailAsync(call, DialectFailure.BadRequest);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException
            && call.Context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; there is nobody to answer.
        }
        catch (Exception error) when (!call.Response.HasStarted)
        {
            // The exception's own text may hold what the client sent: only its kind and its place are logged.
            Faulted(logger, call.Dialect.Name, error.GetType().Name, error.StackTrace);
            await call.Dialect.FailAsync(call, DialectFailure.Fault);
        }
    }

    private void TellRefusal(DialectCall call, GatedCall answered)
    {
        if (StatusOf(call.Response) is (400 or 401 or 403 or 503) and var status)
            refusals.Refused(call.Context, "dialect " + call.Dialect.Name, new Refusal(status) { Reason = answered.Reason ?? new(Own) });
    }

    // gRPC tells its status beside HTTP's.
    private static int StatusOf(HttpResponse response)
        => response.Headers["grpc-status"] is not [{ } grpc] ? response.StatusCode : grpc switch
    {
        "3" => StatusCodes.Status400BadRequest,
        "7" => StatusCodes.Status403Forbidden,
        "14" => StatusCodes.Status503ServiceUnavailable,
        "16" => StatusCodes.Status401Unauthorized,
        _ => response.StatusCode,
    };

    [LoggerMessage(EventId = 1400, Level = LogLevel.Error,
        Message = "A logout over the {Dialect} dialect was answered with 503, nothing has changed: {Reason}")]
    private static partial void NotRecorded(ILogger logger, string dialect, string reason);

    [LoggerMessage(EventId = 1410, Level = LogLevel.Error,
        Message = "A logout over the {Dialect} dialect was answered with 503, whether {Fact} was recorded is not known: {Reason}")]
    private static partial void NotKnown(ILogger logger, string dialect, Guid fact, string reason);

    [LoggerMessage(EventId = 1401, Level = LogLevel.Error,
        Message = "The {Dialect} dialect failed with {Exception}. Please report it with this stack: {Stack}")]
    private static partial void Faulted(ILogger logger, string dialect, string exception, string? stack);
}
