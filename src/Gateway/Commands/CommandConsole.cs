namespace Gateway.Commands;

/// <summary>Names what a command reads from and writes to.</summary>
internal sealed record CommandConsole(TextReader In, TextWriter Out, TextWriter Error);
