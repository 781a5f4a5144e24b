using Gateway.Revocation;

namespace Gateway.Tests.Cluster.Model;

/// <summary>The lines between the nodes and Redis: slow, cut in one direction or both. Messages overtake one another.</summary>
internal sealed class ModelNetwork(Simulation simulation, ModelRedis redis, int places)
{
    public sealed class Line
    {
        public bool ToRedis = true, FromRedis = true;
        public long Slow;
    }

    public Line[] Lines { get; } = [.. Enumerable.Range(0, places).Select(_ => new Line())];

    public ModelNode?[] Nodes { get; } = new ModelNode?[places];

    /// <summary>Runs after each script, before the answer leaves.</summary>
    public Action<ModelNode>? Ran { get; set; }

    public void Call<T>(ModelNode from, Func<ModelRedis, T> script, Action<T> answered)
    {
        Line line = Lines[from.Place];
        if (!line.ToRedis) return;
        simulation.In(Delay(line), () => AtRedis(() =>
        {
            T answer = script(redis);
            Ran?.Invoke(from);
            if (line.FromRedis) from.Do(Delay(line), () => answered(answer));
        }));
    }

    /// <summary>The acknowledgement: into the table in Redis, and a bell for every node at once.</summary>
    public void Acknowledge(ModelNode from, LogPosition applied)
        => Call(from, redis =>
        {
            ClusterState state = redis.Acknowledge(from.Id, applied);
            Publish(node => node.Heard());
            return state;
        }, _ => { });

    public void Bell() => Publish(node => node.Ring());

    private void Publish(Action<ModelNode> heard)
    {
        foreach (ModelNode? node in Nodes)
            if (node is { IsDead: false } && Lines[node.Place].FromRedis && !simulation.Chance(3))
                node.Do(Delay(Lines[node.Place]), () => heard(node));
    }

    private void AtRedis(Action script)
    {
        if (!redis.IsUp) return;
        if (simulation.Now < redis.FrozenUntil) simulation.At(redis.FrozenUntil, () => AtRedis(script));
        else script();
    }

    private long Delay(Line line) => simulation.Between(1, 6) + (line.Slow > 0 ? simulation.Between(0, line.Slow) : 0);
}
