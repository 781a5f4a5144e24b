using Gateway.Commands.Demo;

namespace Gateway.Tests.Commands.Demo;

public sealed class DemoScreenTests
{
    [Fact]
    public void Steps_are_numbered_and_aligned_and_colour_is_only_where_somebody_looks()
    {
        StringWriter plain = new(), coloured = new();
        foreach (DemoScreen screen in (DemoScreen[])[new(plain, colour: false), new(coloured, colour: true)])
        {
            screen.Step("first", "200", TimeSpan.FromMilliseconds(1.25), good: true);
            screen.Step("second", "401", TimeSpan.FromMilliseconds(1234.5), good: false);
        }
        string[] lines = plain.ToString().Split(Environment.NewLine);
        Assert.StartsWith("  1  first ", lines[0]);
        Assert.EndsWith("1.3 ms  ok", lines[0]);
        Assert.EndsWith("1234.5 ms  FAILED", lines[1]);
        Assert.Equal(lines[0].IndexOf(" ms", StringComparison.Ordinal), lines[1].IndexOf(" ms", StringComparison.Ordinal));
        Assert.DoesNotContain('\e', plain.ToString());
        Assert.Contains("\e[32mok\e[0m", coloured.ToString());
    }
}
