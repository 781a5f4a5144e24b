using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

internal sealed record LogLine(LogLevel Level, string Category, string Text, Exception? Exception);
