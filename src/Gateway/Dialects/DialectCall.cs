using System.Globalization;
using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Logout;
using Gateway.Store;

namespace Gateway.Dialects;

/// <summary>A request that a dialect answers.</summary>
/// <param name="dialect">Whose call it is.</param>
/// <param name="parameter">The path's parameter, decoded; empty for a path without one, null for one that cannot be decoded.</param>
/// <param name="next">Passes the request on as if no dialect knew it.</param>
internal sealed class DialectCall(Dialect dialect, DialectRoute route, HttpContext context, string? parameter, RequestDelegate next)
{
    /// <summary>No call of any of the three vendors comes near this; more is refused with 413.</summary>
    public const int MaxBody = 256 * 1024;

    private byte[]? _body;

    public Dialect Dialect { get; } = dialect;
    public DialectRoute Route { get; } = route;
    public HttpContext Context { get; } = context;
    public HttpRequest Request => Context.Request;
    public HttpResponse Response => Context.Response;
    public string Parameter { get; } = parameter ?? "";

    /// <summary>Whether the parameter could be decoded.</summary>
    public bool IsReadable { get; } = parameter is not null;

    /// <summary>Came in on the management listener.</summary>
    public bool IsManagement => Route.Management;

    /// <summary>Gives a caller, as the log and the audit name it.</summary>
    /// <param name="name">A subject or a key's name; never a token.</param>
    public Actor Actor(string? name) => Store.Actor.Of(Context, $"{Dialect.Name}:{name}");

    /// <summary>Name of the realm that the dialect is bound to.</summary>
    public string Realm => Dialect.Options.Realm;

    /// <summary>With <see cref="DialectFailure.TooMany"/>: how long to wait, in seconds.</summary>
    public long Wait { get; private set; } = 1;

    /// <summary>With <see cref="DialectFailure.Unconfirmed"/>: how many sessions it would end.</summary>
    public int Sessions { get; private set; }

    /// <summary>Whether somebody else answers it.</summary>
    public bool IsPassedOn { get; private set; }

    /// <summary>Gives it to the proxy for good.</summary>
    public Task PassOnAsync()
    {
        IsPassedOn = true;
        GatedCall.Of(Context)?.Leave();
        return next(Context);
    }

    /// <summary>Answers that there is no budget for it now.</summary>
    public Task FailAsync(BudgetSpentException spent)
    {
        Wait = Math.Max(1, (long)Math.Ceiling(spent.Again.TotalSeconds));
        Response.Headers.RetryAfter = Wait.ToString(CultureInfo.InvariantCulture);
        return Dialect.FailAsync(this, DialectFailure.TooMany);
    }

    /// <summary>Answers that it is to be confirmed.</summary>
    public Task FailAsync(ConfirmationNeededException needed)
    {
        Sessions = needed.Sessions;
        return Dialect.FailAsync(this, DialectFailure.Unconfirmed);
    }

    /// <summary>Gives the whole body, read once. It lives in memory only.</summary>
    /// <exception cref="DialectException"><see cref="DialectFailure.TooLarge"/>, or <see cref="DialectFailure.BadRequest"/>
    /// when it ends before its announced length.</exception>
    public async ValueTask<byte[]> BodyAsync()
    {
        if (_body is not null) return _body;
        if (Request.ContentLength > MaxBody) throw new DialectException(DialectFailure.TooLarge);
        try
        {
            using MemoryStream read = new((int)(Request.ContentLength ?? 0));
            byte[] buffer = new byte[4096];
            int count;
            while ((count = await Request.Body.ReadAsync(buffer, Context.RequestAborted)) > 0)
            {
                if (read.Length + count > MaxBody) throw new DialectException(DialectFailure.TooLarge);
                read.Write(buffer, 0, count);
            }
            return _body = read.ToArray();
        }
        catch (BadHttpRequestException error)
        {
            throw new DialectException(error.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? DialectFailure.TooLarge
                : DialectFailure.BadRequest);
        }
    }
}
