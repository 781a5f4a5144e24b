using Gateway.Cluster;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Tests.Cluster;

/// <summary>
/// The decisions of the protocol one by one, on a clock in milliseconds; a lease is a second. The model tries them together.
/// </summary>
public sealed class ProtocolDecisionsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ClusterView _view = new("me", Second, frequency: 1000);
    private readonly LeaseBook _book;

    public ProtocolDecisionsTests() => _book = new(_view, Second, frequency: 1000);

    private static NodeLease Node(string id, long serial = 1, bool over = false, bool serves = false, bool repairing = false,
        long applied = 0, string epoch = "R1", bool holds = true)
        => new(id, serial, holds, over, Second, default, new(epoch, applied), serves, repairing, "1", "here");

    private static ClusterState State(string epoch = "R1", long head = 5, bool mature = true, params NodeLease[] nodes)
        => new(epoch, head, mature, 0, default, 0, nodes);

    private void See(long at, ClusterState state, bool usable = false) => Assert.True(_view.Observe(state, at, at, usable));

    private Enforced Judge(Settlement settlement, long now) => settlement.Judge(_view, now);

    [Fact]
    public void R1_a_lease_is_usable_only_once_its_head_is_applied()
    {
        See(1000, State(head: 5));
        Assert.True(_book.Offer(State(head: 5), 1000, 1010));
        Assert.Null(_book.Usable(new("R1", 4)));
        Assert.Null(_book.Usable(new("R0", 9)));
        Assert.Equal(1900, _book.Usable(new("R1", 5)));
    }

    [Fact]
    public void R15_nobody_has_applied_more_than_there_is_and_only_who_is_listed_counts()
    {
        See(1000, State(head: 5, nodes: [Node("b", applied: 6), Node("c", applied: 5)]));
        Assert.False(_view.HasApplied("b", new("R1", 5)));
        Assert.True(_view.HasApplied("c", new("R1", 5)));
    }

    [Fact]
    public void R3_an_epoch_is_young_as_long_as_the_longest_lease_of_the_one_before_may_last()
    {
        See(1000, State("R2", mature: false) with { LongestBefore = 3 * Second });
        Assert.False(_view.IsSettled(1000 + 3299));
        Assert.False(_view.CanTestify(1000 + 3299));
        Assert.True(_view.IsSettled(1000 + 3300));
    }

    [Fact]
    public void R16_an_epoch_grows_old_from_the_first_proof_that_its_server_is_the_master()
    {
        ClusterView view = new("me", Second, frequency: 1000, new ReplicaQuorum(null, mayFailOver: true));
        ClusterState state = State("R2", mature: false) with { Replicas = 2 };
        Assert.True(view.Observe(state, 1000, 1000, leaseUsable: true));
        Assert.False(view.IsSettled(9000) || view.CanTestify(9000));
        view.Prove("R1", 5000);
        view.Prove("R2", 8000);
        view.Prove("R2", 8500);
        Assert.False(view.IsSettled(9099) || view.CanTestify(9099));
        Assert.True(view.IsSettled(9100) && view.CanTestify(9100));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(0, true)]
    public void R16_a_fact_that_too_few_replicas_have_is_never_enforced_everywhere(int? configured, bool proven)
    {
        ClusterView view = new("me", Second, frequency: 1000, new ReplicaQuorum(configured, mayFailOver: true));
        Assert.True(view.Observe(State() with { Replicas = 2 }, 1000, 1000, leaseUsable: true));
        Settlement settlement = new(view, new("R1", 5), 1000, proven);
        view.Acknowledge("me", new("R1", 5));
        Enforced enforced = settlement.Judge(view, 60_000);
        Assert.Equal((1, 2), (enforced.Nodes, enforced.Of));
        Assert.True(settlement.IsHopeless(view, enforced));
    }

    [Fact]
    public void R17_a_node_that_is_not_understood_holds_a_lease_and_never_acknowledges()
    {
        NodeLease newer = Node("b", applied: 5) with { IsUnderstood = false, Serves = true, Repairing = true };
        See(1000, State(nodes: [Node("me", applied: 5), newer]));
        Settlement settlement = new(_view, new("R1", 5), 1000);
        _view.Acknowledge("me", new("R1", 5));
        Assert.Equal((1, 2), (Judge(settlement, 1010).Nodes, Judge(settlement, 1010).Of));
        Assert.Equal(["b"], _view.NotUnderstood);
        Assert.True(_view.IsRepairing(_view.Latest!, 1010));
        // Over by both clocks it may go; what it held was never acknowledged.
        See(9000, State(nodes: [Node("me", applied: 5), newer with { Over = true }]));
        Assert.Equal("b", Assert.Single(_view.Removable(9000)).Id);
        See(9100, State(nodes: [Node("me", applied: 5)]));
        Assert.False(Judge(settlement, 9200).Everywhere);
    }

    [Fact]
    public void R17_nobody_writes_what_some_listed_node_does_not_read()
    {
        See(1000, State(nodes: [Node("b") with { Reads = 2 }, Node("c") with { Reads = 9 }]));
        Assert.Equal(2, _view.EveryNodeReads);
        See(1100, State(nodes: [Node("b") with { Reads = 2 }, Node("c")]));
        Assert.Equal(1, _view.EveryNodeReads);
    }

    [Fact]
    public void R2_an_answer_that_was_overtaken_by_a_new_epoch_is_not_used()
    {
        See(1000, State("R1"));
        See(1100, State("R2"));
        Assert.False(_view.Observe(State("R1"), 1050, 1200, leaseUsable: true));
        Assert.Equal("R2", _view.Epoch);
    }

    [Fact]
    public void R2_a_settlement_ends_with_its_epoch()
    {
        See(1000, State(nodes: Node("b")));
        Settlement settlement = new(_view, new("R1", 5), 1000);
        _view.Acknowledge("me", new("R1", 5));
        _view.Acknowledge("b", new("R1", 5));
        Assert.True(Judge(settlement, 1010).Everywhere);
        See(1020, State("R2"));
        Assert.True(settlement.IsVoid(_view));
        Assert.False(Judge(settlement, 1030).Everywhere);
    }

    [Fact]
    public void R3_in_a_young_epoch_only_who_held_a_usable_lease_may_use_one()
    {
        See(1000, State("R1"), usable: true);
        Assert.True(_book.Offer(State("R1"), 1000, 1000));
        See(1500, State("R2", mature: false), usable: false);
        Assert.False(_book.Offer(State("R2", mature: false), 1500, 1500));
        Assert.False(_book.Offer(State("R2", mature: false), 2599, 2600));
        Assert.True(_book.Offer(State("R2", mature: false), 2600, 2600));
    }

    [Fact]
    public void R3_nobody_else_uses_a_lease_while_a_node_repairs_and_who_has_one_keeps_it()
    {
        ClusterState repairing = State(nodes: Node("b", repairing: true));
        See(1000, repairing);
        Assert.False(_book.Offer(repairing, 1000, 1000));
        See(1100, State(nodes: Node("b", 2)));
        Assert.True(_book.Offer(State(nodes: Node("b", 2)), 1100, 1100));
        ClusterState another = State(nodes: [Node("b", 3), Node("c", repairing: true)]);
        See(1200, another);
        Assert.True(_book.Offer(another, 1200, 1200));
    }

    [Fact]
    public void R3_a_young_epoch_answers_nothing_as_all()
    {
        See(1000, State(mature: false));
        _view.Acknowledge("me", new("R1", 5));
        Settlement settlement = new(_view, new("R1", 5), 1000);
        Assert.Equal((1, 2), (Judge(settlement, 2000).Nodes, Judge(settlement, 2000).Of));
        Assert.True(Judge(settlement, 2100).Everywhere);
    }

    [Fact]
    public void R4_a_silent_node_is_fenced_by_two_clocks_only()
    {
        See(1000, State(nodes: Node("b")));
        _view.Acknowledge("me", new("R1", 5));
        Settlement settlement = new(_view, new("R1", 5), 1000);
        See(1100, State(nodes: Node("b", over: true)));   // Redis' clock has jumped
        Assert.Equal(1, Judge(settlement, 1100).Nodes);
        See(2100, State(nodes: Node("b", serial: 2)));    // our clock alone does not do either
        Assert.Equal(1, Judge(settlement, 2100).Nodes);
        See(2200, State(nodes: Node("b", serial: 2, over: true)));
        Assert.True(Judge(settlement, 2200).Everywhere);
    }

    [Fact]
    public void R4_whoever_was_seen_alive_is_waited_for_whatever_redis_says()
    {
        See(1000, State(nodes: Node("b")));
        See(1500, State(nodes: Node("b", over: true)));
        Assert.Equal(["me", "b"], _view.Holders(2000));
        Assert.Equal(["me"], _view.Holders(2100));
        See(2100, State(nodes: Node("b", over: true)));
        Assert.Equal("b", Assert.Single(_view.Removable(2100)).Id);
    }

    [Fact]
    public void R4_the_nodes_of_the_epoch_before_are_waited_for_too()
    {
        See(1000, State("R1", nodes: Node("b")));
        See(1100, State("R2"));
        Assert.Equal(["me", "b"], _view.Holders(1200));
        See(2100, State("R2"));
        Assert.Equal(["me"], _view.Holders(2100));
    }

    [Fact]
    public void R4_of_two_answers_that_overtook_one_another_the_later_list_counts()
    {
        See(1000, State() with { Version = 3 });
        Assert.True(_view.Observe(State(nodes: Node("b")) with { Version = 4 }, asked: 900, answered: 1100, leaseUsable: false));
        Assert.Equal(["me", "b"], _view.Holders(1100));
        Assert.True(_view.Observe(State() with { Version = 3 }, asked: 1050, answered: 1200, leaseUsable: false));
        Assert.Equal(["me", "b"], _view.Holders(1200));
    }

    [Fact]
    public void R5_acknowledgements_only_grow_and_count_in_their_epoch()
    {
        See(1000, State());
        _view.Acknowledge("b", new("R1", 7));
        _view.Acknowledge("b", new("R1", 3));
        Assert.True(_view.HasApplied("b", new("R1", 7)));
        Assert.False(_view.HasApplied("b", new("R2", 1)));
        Assert.False(_view.HasApplied("c", new("R1", 1)));
    }

    [Fact]
    public void R7_a_node_that_serves_when_stale_never_counts_as_fenced()
    {
        See(1000, State(nodes: Node("b", serves: true)));
        _view.Acknowledge("me", new("R1", 5));
        Settlement settlement = new(_view, new("R1", 5), 1000);
        See(9000, State(nodes: Node("b", over: true, serves: true)));
        Assert.Equal((1, 2), (Judge(settlement, 9000).Nodes, Judge(settlement, 9000).Of));
        _view.Acknowledge("b", new("R1", 5));
        Assert.True(Judge(settlement, 9000).Everywhere);
    }

    [Fact]
    public void R11_a_lease_that_was_given_back_counts_as_fenced_at_once()
    {
        See(1000, State(nodes: Node("b")));
        _view.Acknowledge("me", new("R1", 5));
        Settlement settlement = new(_view, new("R1", 5), 1000);
        See(1010, State());
        Assert.Equal((2, 2), (Judge(settlement, 1010).Nodes, Judge(settlement, 1010).Of));
    }

    [Theory]
    [InlineData(1500, 1000, false)]
    [InlineData(1000, 1000, true)]
    [InlineData(2001, 1000, true)]   // further than any renewal of now can have given: the clock went back
    public void The_end_of_a_lease_by_redis_clock(long ends, long now, bool over) => Assert.Equal(over, NodeLease.IsOver(ends, now, 1000));
}
