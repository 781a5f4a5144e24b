using System.Diagnostics;
using Xunit.Abstractions;

namespace Gateway.Tests.Cluster.Model;

/// <summary>The promise holds under the rules in every schedule that was tried, and leaving out any one of them breaks it.</summary>
public sealed class ProtocolModelTests(ITestOutputHelper output)
{
    // GATEWAY_MODEL_SCHEDULES=1000000 for a long run; GATEWAY_MODEL_SEED to begin elsewhere.
    private static readonly int Schedules = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_MODEL_SCHEDULES") ?? "12000");
    private static readonly ulong First = ulong.Parse(Environment.GetEnvironmentVariable("GATEWAY_MODEL_SEED") ?? "1");

    [Fact]
    public void ThePromiseHolds()
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long everywhere = 0, forwarded = 0, faults = 0, steps = 0;
        Parallel.For(0, Schedules, i =>
        {
            ModelResult result = new ModelRun(First + (ulong)i, LeftOut.Nothing).Run();
            Assert.True(result.Broken is null, $"seed {First + (ulong)i}: {result.Broken}");
            Interlocked.Add(ref everywhere, result.Everywhere);
            Interlocked.Add(ref forwarded, result.Forwarded);
            Interlocked.Add(ref faults, result.Faults);
            Interlocked.Add(ref steps, result.Steps);
        });
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        // On a busy machine the second figure is the one that means something.
        double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        output.WriteLine(
            $"{Schedules} schedules from seed {First}: {faults} faults, {everywhere} answered all, {forwarded} requests "
                + $"forwarded, {steps} steps, {Schedules / seconds:F0} schedules/s, {Schedules / processor:F0} in a second of one "
                + "processor");
        Assert.True(everywhere > Schedules, "hardly any logout was answered: the model shows nothing");
        Assert.True(forwarded > Schedules, "hardly any request went through: the model shows nothing");
    }

    [Theory]
    [InlineData(LeftOut.LeasesComeWithTheHead)]
    [InlineData(LeftOut.Epochs)]
    [InlineData(LeftOut.AYoungEpochWaits)]
    [InlineData(LeftOut.TwoClocks)]
    [InlineData(LeftOut.AcknowledgedAfterApplying)]
    [InlineData(LeftOut.EnterThenCheck)]
    public void LeavingOutARuleBreaksThePromise(LeftOut leftOut)
    {
        for (ulong seed = 1; seed <= 20_000; seed++)
        {
            ModelResult result = new ModelRun(seed, leftOut).Run();
            if (result.Broken is null) continue;
            Assert.Null(new ModelRun(seed, LeftOut.Nothing).Run().Broken);
            output.WriteLine($"without {leftOut}, seed {seed}: {result.Broken}");
            return;
        }
        Assert.Fail(
            $"20000 schedules without {leftOut} and the promise still holds: either the rule is not needed or the model does not test it");
    }

    [Fact]
    public void TheSameSeedGivesTheSameRun()
        => Assert.Equal(new ModelRun(7, LeftOut.Nothing).Run(), new ModelRun(7, LeftOut.Nothing).Run());
}
