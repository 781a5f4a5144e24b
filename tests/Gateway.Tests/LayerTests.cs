using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Tests;

/// <summary>A room uses only rooms below it. The order and the exceptions stand here and nowhere else.</summary>
public sealed class LayerTests
{
    // Lowest first. What stands in no folder (GatewayHost, Program) puts the rooms together and is the top.
    private static readonly string[] Rooms =
    [
        "Configuration", "Hosting", "Revocation", "Sessions", "Store", "Observability", "Cluster", "Http", "Logout", "Realms",
        "Credentials", "Enforcement", "TwoFactor", "Dialects", "Standards", "Management", "Commands", RoomUses.Top,
    ];

    // Edges that lead upward and are still to go.
    private static readonly string[] Exceptions =
    [
        "Commands → GatewayHost",
    ];

    // Where the two kinds of store are known; everybody else knows their interfaces.
    private static readonly string[] Stores =
    [
        "StackExchange.Redis", "Microsoft.Data.Sqlite", "Gateway.Store.Redis", "Gateway.Store.Sqlite", "Gateway.Cluster.Redis",
        "Gateway.Cluster.Sqlite",
    ];

    [Fact]
    public void A_room_uses_only_rooms_below_it()
    {
        RoomUses uses = RoomUses.Read();
        Assert.Empty(uses.Rooms.Except(Rooms));
        ILookup<string, string> upward = uses.All
            .Where(use => Array.IndexOf(Rooms, use.From) < Array.IndexOf(Rooms, use.To))
            .ToLookup(use => $"{use.From} → {use.To}", use => $"{use.File} uses {use.Type}");

        Nothing(upward.Where(edge => !Exceptions.Contains(edge.Key)).SelectMany(edge => edge.Select(use => $"{edge.Key}: {use}")));
        Nothing(Exceptions.Except(upward.Select(edge => edge.Key)).Select(edge => $"{edge} is listed, and is no longer there"));
    }

    /// <summary>Rule R19: every spelling, the lease and the order of the questions are written once.</summary>
    [Fact]
    public void Only_the_session_gate_asks_the_index_about_anybody()
    {
        string[] asking = [.. RoomUses.Read().Methods
            .Where(use => use is { Type: nameof(RevocationIndex), Method: nameof(RevocationIndex.RevokedBy) })
            .Select(use => use.File).Where(file => !file.EndsWith(nameof(RevocationIndex) + ".cs", StringComparison.Ordinal)).Distinct()];
        Assert.Equal(["Enforcement/SessionGate.cs"], asking);
    }

    /// <summary>Dialects, standards and management only translate: what is recorded they ask of Logout.</summary>
    [Fact]
    public void Nobody_above_logout_names_the_log()
        => Nothing(RoomUses.Read().All
            .Where(use => Array.IndexOf(Rooms, use.From) > Array.IndexOf(Rooms, "Logout") && use.From is not ("Commands" or RoomUses.Top))
            .Where(use => use.Type is nameof(IRevocationLog) or nameof(LogPage) or nameof(IClusterLog) or nameof(FactTable))
            .Select(use => $"{use.File} uses {use.Type}"));

    [Fact]
    public void Nobody_above_the_stores_names_sqlite_or_redis()
    {
        (string File, string Namespace)[] uses = [.. RoomUses.Read().Namespaces.Where(use => Stores.Contains(use.Namespace))];
        Assert.Empty(Stores.Except(uses.Select(use => use.Namespace)));
        Nothing(uses
            .Where(use => !use.File.StartsWith("Store/", StringComparison.Ordinal)
                && !use.File.StartsWith("Cluster/", StringComparison.Ordinal))
            .Select(use => $"{use.File} uses {use.Namespace}"));
    }

    private static void Nothing(IEnumerable<string> wrong)
    {
        string all = string.Join('\n', wrong);
        Assert.True(all.Length == 0, all);
    }
}
