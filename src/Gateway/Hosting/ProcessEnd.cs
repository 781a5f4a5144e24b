namespace Gateway.Hosting;

/// <summary>How the process is to end: with 0 when it was asked to stop, with another code and one line when it cannot go on.</summary>
internal sealed partial class ProcessEnd(IHostApplicationLifetime lifetime, ILogger<ProcessEnd> logger)
{
    /// <summary>The exit code.</summary>
    public int Code { get; private set; }

    /// <summary>Stops the host; the first call's code counts.</summary>
    public void With(int code, string line)
    {
        if (Code == 0) Code = code;
        CannotGoOn(logger, line);
        lifetime.StopApplication();
    }

    [LoggerMessage(EventId = 201, Level = LogLevel.Critical, Message = "{Line}")]
    private static partial void CannotGoOn(ILogger logger, string line);
}
