namespace Gateway.Tests.Support;

internal sealed record Mail(string From, string To, string Text);
