using Gateway.Cluster;
using Gateway.Cluster.Sqlite;
using Gateway.Revocation;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Cluster;

public sealed class FactTableTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly FactTable _table;

    public FactTableTests()
    {
        _database = new(_folder["gateway.db"], claim: false, NullLogger<SqliteDatabase>.Instance);
        _table = new(_database);
    }

    private static Fact.Revocation Revoke(Target target, string actor = "ops", double days = 30)
        => new() { Id = Guid.CreateVersion7(), At = Now, Expires = Now.AddDays(days), Actor = actor, Target = target };

    private static Fact.Reinstatement Undo(Fact.Revocation revocation)
        => new() { Id = Guid.CreateVersion7(), At = Now, Expires = revocation.Expires, Actor = "ops", Of = revocation.Id };

    private Task CopyAsync(string epoch, long from, params Fact[] facts)
        => _table.ReplicateAsync([.. facts.Select((fact, i) => new LogEntry(new(epoch, from + i), fact))],
            new(epoch, from + facts.Length - 1), default);

    [Fact]
    public async Task A_copy_knows_its_places_and_how_far_it_went()
    {
        Assert.Null(_table.Replicated);
        var fact = Revoke(new Target.Session("main", "s"));
        await CopyAsync("r/1", 5, fact);
        Assert.Equal(new("r/1", 5), _table.Replicated);
        StoredFact found = _table.Find(fact.Id)!;
        Assert.Equal(fact, found.Fact);
        Assert.Equal(new("r/1", 5), found.Position);
        // A new epoch gives it a new place; it is still one fact.
        await CopyAsync("r2", 1, fact);
        Assert.Equal(new("r2", 1), _table.Find(fact.Id)!.Position);
        Assert.Single(_table.Unexpired(Now));
    }

    [Fact]
    public async Task Lists_narrow_by_every_member_and_page_newest_first()
    {
        var session = Revoke(new Target.Session("main", "s"));
        var subject = Revoke(new Target.Subject("other", "u"), actor: "sub:u");
        var undone = Revoke(new Target.Token("main", "t"));
        var undo = Undo(undone);
        var expired = Revoke(new Target.Client("main", "c"), days: -1);
        await CopyAsync("r", 1, session, subject, undone, undo, expired);

        Guid[] Ids(FactFilter filter) => [.. _table.List(filter, null, 10).Select(stored => stored.Fact.Id)];
        Assert.Equal([expired.Id, undo.Id, undone.Id, subject.Id, session.Id], Ids(new()));
        Assert.Equal([expired.Id, undone.Id, session.Id], Ids(new(Realm: "main")));
        Assert.Equal([subject.Id], Ids(new(Kind: TargetKind.Subject)));
        Assert.Equal([undo.Id], Ids(new(Kind: TargetKind.None)));
        Assert.Equal([undone.Id], Ids(new(Target: "t")));
        Assert.Equal([subject.Id], Ids(new(Actor: "sub:u")));
        Assert.Equal([subject.Id, session.Id], Ids(new(ActiveAt: Now)));
        Assert.Empty(Ids(new(From: Now.AddSeconds(1))));
        Assert.Equal(5, Ids(new(From: Now, Until: Now.AddSeconds(1))).Length);
        Assert.Equal(undo.Id, _table.Find(undone.Id)!.Undone!.Id);

        IReadOnlyList<StoredFact> first = _table.List(new(), null, 2), second = _table.List(new(), first[^1].Sequence, 2);
        Assert.Equal([undone.Id, subject.Id], second.Select(stored => stored.Fact.Id));
    }

    [Fact]
    public async Task Trimming_takes_the_expired_and_a_reinstatement_never_before_its_revocation()
    {
        var revocation = Revoke(new Target.Session("main", "s"), days: 2);
        var undo = Undo(revocation) with { Expires = Now.AddDays(1) };
        var shorter = Revoke(new Target.Session("main", "x"), days: 1);
        await CopyAsync("r", 1, revocation, undo, shorter);
        Assert.Equal(0, await _table.TrimAsync(Now.AddDays(1), default));
        Assert.Equal(1, await _table.TrimAsync(Now.AddDays(1).AddSeconds(1), default));
        Assert.Equal([revocation.Id, undo.Id], _table.List(new(), null, 10).Select(stored => stored.Fact.Id).Reverse());
        Assert.Equal(2, await _table.TrimAsync(Now.AddDays(2).AddSeconds(1), default));
    }

    [Fact]
    public async Task The_facts_of_an_embedded_log_can_be_carried_into_a_cluster()
    {
        SqliteLog log = new(_database, new Node(), TimeProvider.System);
        Appended appended = await log.AppendAsync(Revoke(new Target.Session("main", "s")), default);
        Assert.Equal(new LogEntry(appended.Position, appended.Fact), Assert.Single(_table.Unexpired(Now)));
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }
}
