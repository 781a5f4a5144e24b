using System.Security.Cryptography;
using System.Text;

namespace Gateway.Commands.Demo;

/// <summary>What to try while the demo stays up; the manual has the same calls for the usual ports.</summary>
internal static class DemoHints
{
    public static void Print(DemoScreen screen, DemoPorts ports, string password)
    {
        screen.Title("Try it");
        foreach (string line in Lines(ports, password)) screen.Line(line);
        screen.Line();
        screen.Line($"In a browser: {ports.GatewayUrl}/    gRPC (HTTP/2 in clear text): {ports.Http2Url}");
        screen.Line("Ctrl-C ends everything.");
    }

    private static string Digest(string password) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)));

    private static IEnumerable<string> Lines(DemoPorts ports, string password) =>
    [
        "  # a session, and its end by the management API",
        $"  TOKEN=$(curl -s '{ports.ProviderUrl}/token?user=carol&session=carol-laptop')",
        $"  curl -i {ports.GatewayUrl}/api/hello -H \"Authorization: Bearer $TOKEN\"",
        $"  curl -i {ports.ManagementUrl}/v1/revocations -H 'Authorization: Bearer {DemoGateway.ManagementKey}' -H 'Content-Type: "
            + $"application/json' -d '{{\"session\":\"carol-laptop\"}}'",
        $"  curl -i {ports.GatewayUrl}/api/hello -H \"Authorization: Bearer $TOKEN\"",
        "",
        "  # Ory: log out all my other sessions",
        $"  TOKEN=$(curl -s '{ports.ProviderUrl}/token?user=dave')",
        $"  curl -i -X DELETE {ports.GatewayUrl}/sessions -H \"X-Session-Token: $TOKEN\"",
        "",
        "  # ZITADEL: delete a session",
        $"  TOKEN=$(curl -s '{ports.ProviderUrl}/token?user=erin&session=erin-laptop')",
        $"  curl -s {ports.GatewayUrl}/api/hello -H \"Authorization: Bearer $TOKEN\"",
        $"  curl -i -X DELETE {ports.GatewayUrl}/v2/sessions/erin-laptop -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: "
            + $"application/json' -d '{{}}'",
        "",
        $"  # Rocket.Chat: an administrator logs out a device, with a second factor (SHA-256 of the password {password})",
        $"  DEVICE=$(curl -s '{ports.ProviderUrl}/token?user=frank&session=frank-laptop')",
        $"  curl -s {ports.GatewayUrl}/api/hello -H \"Authorization: Bearer $DEVICE\"",
        $"  ADMIN=$(curl -s '{ports.ProviderUrl}/token?user=admin')",
        $"  curl -i {ports.GatewayUrl}/api/v1/sessions/logout -H 'X-User-Id: admin' -H \"X-Auth-Token: $ADMIN\" -H "
            + $"'X-2fa-Code: {Digest(password)}' -H 'X-2fa-Method: password' -H 'Content-Type: application/json' -d "
            + $"'{{\"sessionId\":\"frank-laptop\"}}'",
    ];
}
