namespace Gateway.Dialects;

/// <summary>Answers the calls of the dialects before the proxy sees them. Everything else goes on untouched.</summary>
internal sealed class DialectMiddleware(RequestDelegate next, DialectPaths paths, DialectAnswers answers)
{
    public Task InvokeAsync(HttpContext context) => paths.Find(context, next) is { } call ? answers.AnswerAsync(call) : next(context);
}
