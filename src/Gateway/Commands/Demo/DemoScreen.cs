using System.Globalization;

namespace Gateway.Commands.Demo;

/// <summary>What the demo prints: aligned, and in colour only where somebody looks.</summary>
internal sealed class DemoScreen(TextWriter output, bool colour)
{
    private const int TextWidth = 56;
    private const int StatusWidth = 8;

    private int _step;

    /// <summary>Uses colour for a terminal, and not where NO_COLOR is set (no-color.org).</summary>
    public static DemoScreen ForConsole(TextWriter output)
        => new(output, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public void Line(string text = "") => output.WriteLine(text);

    public void Title(string text) => output.WriteLine(Paint(text, "1"));

    public void Fact(string name, string value) => output.WriteLine($"  {name,-20} {value}");

    public void Step(string text, string status, TimeSpan time, bool good)
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"{++_step,3}");
        string milliseconds = string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds,9:0.0} ms");
        string verdict = good ? Paint("ok", "32") : Paint("FAILED", "31;1");
        output.WriteLine($"{number}  {text.PadRight(TextWidth)} {status.PadLeft(StatusWidth)} {milliseconds}  {verdict}");
    }

    public void Problem(string text) => output.WriteLine("     " + Paint(text, "31"));

    private string Paint(string text, string code) => colour ? $"\e[{code}m{text}\e[0m" : text;
}
