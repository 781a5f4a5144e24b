using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Support;

/// <summary>Makes the gateway.json of a test. What a test does not set is as shipped.</summary>
internal static class GatewaySettings
{
    /// <summary>A management key that every test's gateway knows.</summary>
    public const string ManagementKey = "test-management-key";

    public static string ManagementKeyHash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ManagementKey)));

    /// <summary>One route to one backend and, with an issuer, one JWT realm <c>main</c> (header, cookie, query) whose
    /// keys come from a file; an issuer that was started is used by discovery.</summary>
    public static JsonObject For(TestBackend? backend = null, TestIssuer? issuer = null, bool discovery = false,
        string destination = "http://127.0.0.1:9/")
    {
        JsonObject settings = new()
        {
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = new JsonObject
                {
                    ["app"] = new JsonObject { ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = "{**rest}" } },
                },
                ["Clusters"] = new JsonObject
                {
                    ["app"] = new JsonObject
                    {
                        ["Destinations"] = new JsonObject { ["one"] = new JsonObject { ["Address"] = backend?.Url ?? destination } },
                    },
                },
            },
            ["Gateway"] = new JsonObject
            {
                ["Realms"] = new JsonObject(),
                ["Management"] = new JsonObject
                {
                    ["Keys"] = new JsonArray(new JsonObject { ["Name"] = "test", ["Sha256"] = ManagementKeyHash }),
                },
                // No load balancer watches a test's gateway.
                ["Stopping"] = new JsonObject { ["Announce"] = "00:00:00" },
            },
        };
        if (issuer is not null) settings.Set("Gateway:Realms:main", JwtRealm(issuer, discovery));
        return settings;
    }

    public static JsonObject JwtRealm(TestIssuer issuer, bool discovery = false)
    {
        JsonObject jwt = new() { ["Audience"] = issuer.Audience, ["SessionIdClaims"] = new JsonArray("sid", "session_state", "jti") };
        if (discovery)
        {
            jwt["Authority"] = issuer.Issuer;
        }
        else
        {
            jwt["Issuer"] = issuer.Issuer;
            jwt["JwksFile"] = KeyFile(issuer);
        }
        return new JsonObject
        {
            ["Credentials"] = new JsonArray(
                new JsonObject { ["Header"] = "Authorization", ["Scheme"] = "Bearer" },
                new JsonObject { ["Cookie"] = "access_token" },
                new JsonObject { ["Query"] = "access_token" }),
            ["Jwt"] = jwt,
            ["Permissions"] = new JsonObject
            {
                ["Claims"] = new JsonArray("permissions", "scope", "roles"),
                ["Grants"] = new JsonObject
                {
                    ["admin"] = new JsonArray("gateway.admin", "logout-device-management", "view-device-management", "session.delete",
                        "session.read"),
                },
            },
        };
    }

    /// <summary>Sets a value by its path, as in <c>Gateway:Store:Kind</c>; sections on the way are made.</summary>
    public static JsonObject Set(this JsonObject settings, string path, JsonNode? value)
    {
        string[] names = path.Split(':');
        JsonObject at = settings;
        foreach (string name in names[..^1])
        {
            if (at[name] is not JsonObject next) at[name] = next = [];
            at = next;
        }
        at[names[^1]] = value;
        return settings;
    }

    /// <summary>Metadata of the route <c>app</c>, as in <c>("Session", "Required")</c>.</summary>
    public static JsonObject Route(this JsonObject settings, params (string Name, string Value)[] metadata)
    {
        foreach ((string name, string value) in metadata) settings.Set("ReverseProxy:Routes:app:Metadata:" + name, value);
        return settings;
    }

    /// <summary>For who ends very many, or records very many facts, in a short time.</summary>
    public static JsonObject Unlimited(this JsonObject settings)
    {
        foreach (string limit in (string[])["SubjectFactsPerHour", "CallerFactsPerMinute", "ClusterFactsPerDay", "UnconfirmedPerCall",
            "UnconfirmedPerMinute"])
            settings.Set("Gateway:Limits:" + limit, 1_000_000_000);
        return settings;
    }

    /// <summary>Sends what the route <c>app</c> forwards over HTTP/2, for gRPC and extended CONNECT.</summary>
    public static JsonObject Http2Backend(this JsonObject settings, TestBackend backend)
    {
        settings.Set("ReverseProxy:Clusters:app:Destinations:one:Address", backend.Http2Url);
        settings.Set("ReverseProxy:Clusters:app:HttpRequest:Version", "2");
        return settings.Set("ReverseProxy:Clusters:app:HttpRequest:VersionPolicy", "RequestVersionExact");
    }

    // The file belongs to the issuer's keys of now; it lies in the system's temporary folder for the life of the tests.
    private static string KeyFile(TestIssuer issuer)
    {
        string keys = issuer.Jwks();
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(keys)))[..16];
        string path = Path.Combine(Path.GetTempPath(), $"gateway-test-keys-{Environment.ProcessId}-{name}.json");
        if (File.Exists(path)) return path;
        // Tests run side by side: nobody may see it half written.
        string own = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(own, keys);
        File.Move(own, path, overwrite: true);
        return path;
    }
}
