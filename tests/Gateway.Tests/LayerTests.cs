using Gateway.Tests.Support;

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
        "Configuration → Credentials", "Configuration → Hosting", "Configuration → Http", "Configuration → Realms", "Configuration → Store", "Configuration → TwoFactor",
        "Revocation → Cluster", "Revocation → Realms", "Revocation → Store",
        "Sessions → Realms", "Sessions → Store",
        "Store → Cluster",
        "Cluster → Enforcement",
        "Commands → GatewayHost",
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

    private static void Nothing(IEnumerable<string> wrong)
    {
        string all = string.Join('\n', wrong);
        Assert.True(all.Length == 0, all);
    }
}
