namespace Gateway.EndToEnd.Cluster;

/// <summary>Faults in a random order, made before the run, so that a seed gives the same schedule again. Faults of a node and
/// of Redis overlap. One node at a time has a fault, and is given two leases to come back: when Redis loses data, the
/// promise assumes that a node which had applied it is connected.</summary>
internal static class FaultSchedule
{
    public static IReadOnlyList<Fault> Make(int seed, double seconds, int nodes, double lease)
    {
        Random random = new(seed);
        List<Fault> faults = [];
        int place = random.Next(nodes);
        for (double at = 3 * lease; at < seconds - 4 * lease;)
        {
            FaultKind kind = (FaultKind)random.Next(0, (int)FaultKind.FreezeRedis);
            double lasts = kind switch
            {
                FaultKind.FreezeShort => lease * (0.1 + 0.7 * random.NextDouble()),
                FaultKind.KillGateway => lease * random.NextDouble(),
                _ => lease * (1.2 + 1.5 * random.NextDouble()),
            };
            place = (place + 1 + random.Next(nodes - 1)) % nodes;
            faults.Add(new Fault(at, kind, place, lasts));
            at += lasts + lease * (2 + random.NextDouble());
        }
        for (double at = 5 * lease; at < seconds - 6 * lease; at += lease * (4 + 3 * random.NextDouble()))
        {
            FaultKind kind = (FaultKind)random.Next((int)FaultKind.FreezeRedis, (int)FaultKind.ForgeMessages + 1);
            double lasts = kind is FaultKind.FreezeRedis or FaultKind.RestartRedis or FaultKind.ForgeMessages
                ? lease * (0.2 + 1.3 * random.NextDouble())
                : lease * 0.3 * random.NextDouble();
            faults.Add(new Fault(at, kind, -1, lasts));
        }
        return [.. faults.OrderBy(fault => fault.At)];
    }
}
