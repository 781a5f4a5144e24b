using System.Text.Json.Nodes;
using Gateway.Configuration;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Configuration;

public sealed class StrictConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestIssuer _issuer = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_good_configuration_is_taken() => Assert.Empty(await ProblemsAsync(Good()));

    [Theory]
    [InlineData("Gateway:Cluster:Leese", "\"00:00:05\"", "Gateway:Cluster:Leese", "Did you mean Lease?")]
    [InlineData("Gateway:Clusters", "{}", "Gateway:Clusters", "Did you mean Cluster?")]
    [InlineData("Gatway", "{}", "Gatway", "Did you mean Gateway?")]
    [InlineData("Gateway:Cluster:Lease", "5", "Gateway:Cluster:Lease", "'5' is not a duration")]
    [InlineData("Gateway:Cluster:Lease", "\"soon\"", "Gateway:Cluster:Lease", "'soon' is not a duration")]
    [InlineData("Gateway:Cluster:Lease", "\"-00:00:05\"", "Gateway:Cluster:Lease", "out of range")]
    [InlineData("Gateway:Cluster:Lease", "{\"a\":1}", "Gateway:Cluster:Lease", "one value")]
    [InlineData("Gateway:Cluster", "5", "Gateway:Cluster", "is an object")]
    [InlineData("Gateway:Store:Kind", "\"Postgres\"", "Gateway:Store:Kind", "one of Sqlite, Redis")]
    [InlineData("Gateway:Store:Kind", "1", "Gateway:Store:Kind", "one of Sqlite, Redis")]
    [InlineData("Gateway:Store:Kind", "\"Redis\"", "Gateway:Store:Connection", "is missing")]
    [InlineData("Gateway:Store:Connection", "\"127.0.0.1\"", "Gateway:Store:Connection", "Set Kind to Redis")]
    [InlineData("Gateway:Store", "{\"Kind\":\"Redis\",\"Connection\":\"x\",\"Prefix\":\"{gateway\"}", "Gateway:Store:Prefix", "hash tag")]
    [InlineData("Gateway:Revocation:KeepFor", "\"00:00:00\"", "Gateway:Revocation:KeepFor", "out of range")]
    [InlineData("Gateway:TwoFactor:Enabled", "\"maybe\"", "Gateway:TwoFactor:Enabled", "true or false")]
    [InlineData("Gateway:TwoFactor:Smtp", "{\"Host\":\"mail\",\"From\":\"nobody\"}", "Gateway:TwoFactor:Smtp:From", "no mail address")]
    [InlineData("Gateway:Sessions:Capacity", "\"many\"", "Gateway:Sessions:Capacity", "a whole number")]
    [InlineData("Gateway:Enforcement:CloseCode", "1006", "Gateway:Enforcement:CloseCode", "RFC 6455")]
    [InlineData("Gateway", "{\"Store\":{\"Kind\":\"Redis\",\"Connection\":\"x\"},\"Cluster\":{\"Lease\":\"00:00:02\"},"
        + "\"Enforcement\":{\"CloseTimeout\":\"00:00:01\"}}", "Gateway:Enforcement:CloseTimeout", "At most 00:00:00.7")]
    [InlineData("Gateway", "{\"Store\":{\"Kind\":\"Redis\",\"Connection\":\"x\"},\"Cluster\":{\"Lease\":\"00:00:00.6\"}}",
        "Gateway:Cluster:Lease", "more than the 300 ms")]
    [InlineData("Gateway:Enforcement:TrustedProxies", "[\"10.0.0.0/8\",\"proxy\"]", "Gateway:Enforcement:TrustedProxies:1",
        "no address or network")]
    [InlineData("Gateway:Enforcement:TrustedProxies", "\"10.0.0.1\"", "Gateway:Enforcement:TrustedProxies", "is a list")]
    [InlineData("Gateway:Management:Keys", "[{\"Name\":\"ops\",\"Sha256\":\"secret\"}]", "Gateway:Management:Keys:0:Sha256",
        "64 hexadecimal digits")]
    [InlineData("Gateway:Management:Keys:0", "1", "Gateway:Management:Keys:0", "is an object")]
    [InlineData("Gateway:Management:Url", "\"http://127.0.0.1:8080\"", "Gateway:Management:Url", "port 8080 is also that of Urls")]
    [InlineData("Gateway:Management:Url", "\"9901\"", "Gateway:Management:Url", "no address")]
    [InlineData("Urls", "\"http//127\"", "Urls", "no address")]
    [InlineData("Gateway:Realms:ma in", "{\"Opaque\":{},\"Credentials\":[{\"Cookie\":\"s\"}]}", "Gateway:Realms:ma in",
        "no name of a realm")]
    [InlineData("Gateway:Realms:other", "{\"Credentials\":[{\"Cookie\":\"s\"}]}", "Gateway:Realms:other", "Add one of Jwt, Lookup")]
    [InlineData("Gateway:Realms:other", "{\"Opaque\":{},\"Lineage\":[\"set-cookie\"],"
        + "\"Credentials\":[{\"Cookie\":\"s\"},{\"Header\":\"X-S\"}]}",
        "Gateway:Realms:other:Lineage", "Give it a realm of its own")]
    [InlineData("Gateway:Realms:main:Opaque", "{}", "Gateway:Realms:main", "exactly one of")]
    [InlineData("Gateway:Realms:main:Credentials", "[]", "Gateway:Realms:main:Credentials", "is empty")]
    [InlineData("Gateway:Realms:main:Credentials", "[{\"Header\":\"A\",\"Cookie\":\"b\"}]", "Gateway:Realms:main:Credentials:0",
        "exactly one of Header")]
    [InlineData("Gateway:Realms:main:Credentials", "[{\"Header\":\"X Y\"}]", "Gateway:Realms:main:Credentials:0:Header", "no header name")]
    [InlineData("Gateway:Realms:main:Jwt:JwksFile", "\"nowhere.json\"", "Gateway:Realms:main:Jwt:JwksFile", "does not exist")]
    [InlineData("Gateway:Realms:main:Jwt:Audience", "null", "Gateway:Realms:main:Jwt:Audience", "is missing")]
    [InlineData("Gateway:Realms:main:Jwt:Algorithms", "[\"none\"]", "Gateway:Realms:main:Jwt:Algorithms:0", "never accepted")]
    [InlineData("Gateway:Realms:main:Jwt", "{\"Authority\":\"http://idp.example\",\"AnyAudience\":true}",
        "Gateway:Realms:main:Jwt:Authority", "not https")]
    [InlineData("Gateway:Realms:main:Jwt", "{\"Authority\":\"idp\",\"AnyAudience\":true}", "Gateway:Realms:main:Jwt:Authority",
        "not an http or https URL")]
    [InlineData("Gateway:Realms:main:Jwt", "{\"Issuer\":\"x\",\"AnyAudience\":true}", "Gateway:Realms:main:Jwt",
        "Issuer with JwksUri or JwksFile")]
    [InlineData("Gateway:Realms:k", "{\"Credentials\":[{\"Cookie\":\"s\"}],\"Lookup\":{\"Url\":\"http://a/\",\"SessionId\":\"id\"}}",
        "Gateway:Realms:k:Lookup:SessionId", "JSON pointer")]
    [InlineData("Gateway:Realms:twin",
        "{\"Credentials\":[{\"Cookie\":\"access_token\"}],\"Jwt\":{\"MetadataAddress\":\"https://idp.example/x\",\"Audience\":\"a\"}}",
        "Gateway:Realms:twin", "cannot be told apart")]
    [InlineData("Kestrel:Endpoints:Tls", "{\"Url\":\"https://127.0.0.1:8443\",\"Certificate\":{\"Path\":\"none.pem\"}}",
        "Kestrel:Endpoints:Tls:Certificate:Path", "none.pem does not exist")]
    [InlineData("Kestrel:Endpoints:Grpc", "{\"Url\":\"http://127.0.0.1:8081\",\"Protocls\":\"Http2\"}", "Kestrel:Endpoints:Grpc:Protocls",
        "Did you mean Protocols?")]
    [InlineData("Kestrel:Endpoints:Grpc", "{\"Url\":\"http://127.0.0.1:8081\",\"Protocols\":\"Http7\"}", "Kestrel:Endpoints:Grpc:Protocols",
        "one of")]
    [InlineData("Kestrel:Endpoints:Grpc", "{\"Protocols\":\"Http2\"}", "Kestrel:Endpoints:Grpc:Url", "is missing")]
    [InlineData("Kestrel:Endpoints:GatewayManagement", "{\"Url\":\"http://127.0.0.1:8081\"}", "Kestrel:Endpoints:GatewayManagement",
        "choose another")]
    [InlineData("Kestrel:Limits:MaxRequestBodySze", "5", "Kestrel:Limits", "MaxRequestBodySze")]
    [InlineData("Kestrel:Limits:MaxRequestBodySize", "\"big\"", "Kestrel:Limits", "")]
    [InlineData("Gateway:Realms:k", "{\"Credentials\":[{\"Cookie\":\"s\"}],\"Lookup\":{\"Url\":\"http://a:b@c/\",\"SessionId\":\"/id\"}}",
        "Gateway:Realms:k:Lookup:Url", "holds a user")]
    [InlineData("Gateway:Dialects:Ory", "{}", "Gateway:Dialects:Ory:Realm", "is missing")]
    [InlineData("Gateway:Dialects:Zitadel", "{\"Realm\":\"mian\"}", "Gateway:Dialects:Zitadel:Realm", "no realm 'mian'; configured: main")]
    [InlineData("Gateway:Dialects:RocketChat", "{\"Realm\":\"main\",\"Then\":\"Ask\"}", "Gateway:Dialects:RocketChat:Then",
        "one of Answer, Forward")]
    [InlineData("Gateway:Dialects:Ory", "{\"Realm\":\"main\",\"PathPrefixes\":[\"auth/\"]}", "Gateway:Dialects:Ory:PathPrefixes:0",
        "no prefix")]
    [InlineData("ReverseProxy:Routes:app:Authorization Policy", "\"x\"", "ReverseProxy:Routes:app:Authorization Policy",
        "Did you mean AuthorizationPolicy?")]
    [InlineData("ReverseProxy:Routes:app:OutputCachPolicy", "\"x\"", "ReverseProxy:Routes:app:OutputCachPolicy",
        "Did you mean OutputCachePolicy?")]
    [InlineData("ReverseProxy:Routes:app:OutputCachePolicy", "\"hour\"", "ReverseProxy:Routes:app", "OutputCache policy 'hour' not found")]
    [InlineData("ReverseProxy:Routes:app:Mach", "{}", "ReverseProxy:Routes:app:Mach", "Did you mean Match?")]
    [InlineData("ReverseProxy:Routes:app:Order", "\"first\"", "ReverseProxy:Routes:app:Order", "a whole number")]
    [InlineData("ReverseProxy:Routes:app:ClusterId", "\"ap\"", "ReverseProxy:Routes:app:ClusterId", "no cluster 'ap'")]
    [InlineData("ReverseProxy:Routes:app:Match:Path", "\"{**rest}/x\"", "ReverseProxy:Routes:app", "Invalid path")]
    [InlineData("ReverseProxy:Routes:app:Match:Methods", "[\"GIT\"]", "ReverseProxy:Routes:app", "HTTP method")]
    [InlineData("ReverseProxy:Routes:app:Transforms", "[{\"PathPrefx\":\"/a\"}]", "ReverseProxy:Routes:app", "Unknown transform")]
    [InlineData("ReverseProxy:Clusters:app:LoadBalancingPolicy", "\"Best\"", "ReverseProxy:Clusters:app", "load balancing policy")]
    [InlineData("ReverseProxy:Clusters:app:HttpRequest:Version", "\"two\"", "ReverseProxy:Clusters:app:HttpRequest:Version", "a version")]
    [InlineData("ReverseProxy:Clusters:app:HttpClient:SslProtocols", "[\"Tls99\"]", "ReverseProxy:Clusters:app:HttpClient:SslProtocols:0",
        "one of")]
    [InlineData("ReverseProxy:Clusters:app:Destinations:one:Adress", "\"http://a/\"", "ReverseProxy:Clusters:app:Destinations:one:Adress",
        "Did you mean Address?")]
    [InlineData("ReverseProxy:Clusters:app:Destinations:one:Address", "\"backend\"", "ReverseProxy:Clusters:app:Destinations:one:Address",
        "no http or https URL")]
    [InlineData("ReverseProxy:Routes:app:Metadata:Session", "\"Requird\"", "ReverseProxy:Routes:app:Metadata:Session",
        "one of Optional, Required, Ignore")]
    [InlineData("ReverseProxy:Routes:app:Metadata:Sesion", "\"Required\"", "ReverseProxy:Routes:app:Metadata:Sesion",
        "Did you mean Session?")]
    [InlineData("ReverseProxy:Routes:app:Metadata:When-Stale", "\"Serve\"", "ReverseProxy:Routes:app:Metadata:When-Stale",
        "Did you mean WhenStale?")]
    [InlineData("ReverseProxy:Routes:app:Metadata:Realms", "\"main, nowhere\"", "ReverseProxy:Routes:app:Metadata:Realms",
        "no realm 'nowhere'")]
    [InlineData("Logging:LogLevel:Default", "\"Loud\"", "Logging:LogLevel:Default", "one of Trace, Debug")]
    [InlineData("Logging:Console:LogLevel:Yarp", "\"Loud\"", "Logging:Console:LogLevel:Yarp", "one of Trace, Debug")]
    public async Task What_is_wrong_is_named_with_its_path_and_the_cure(string at, string json, string path, string says)
    {
        IReadOnlyList<Problem> problems = await ProblemsAsync(Good().Set(at, JsonNode.Parse(json)));

        Problem problem = Assert.Single(problems, problem => problem.Path == path);
        Assert.Contains(says, problem.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Every_error_comes_at_once()
    {
        JsonObject settings = Good()
            .Set("Gateway:Cluster:Lease", "soon").Set("Gateway:Strore", new JsonObject())
            .Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "none" })
            .Set("ReverseProxy:Routes:app:Metadata:Session", "Maybe").Set("ReverseProxy:Clusters:app:Destination", new JsonObject())
            .Set("Urls", "here");

        Assert.Equal(
            ["Gateway:Cluster:Lease", "Gateway:Dialects:Ory:Realm", "Gateway:Strore", "ReverseProxy:Clusters:app:Destination",
                "ReverseProxy:Routes:app:Metadata:Session", "Urls"],
            (await ProblemsAsync(settings)).Select(problem => problem.Path));
    }

    [Fact]
    public async Task What_yarp_finds_comes_with_what_is_found_here()
    {
        JsonObject settings = Good()
            .Set("ReverseProxy:Clusters:app:Destinations:one:Address", "nonsense")
            .Set("ReverseProxy:Clusters:app:LoadBalancingPolicy", "Best").Set("ReverseProxy:Routes:app:Match:Path", "{**rest");

        Assert.Equal(
            ["ReverseProxy:Clusters:app", "ReverseProxy:Clusters:app:Destinations:one:Address", "ReverseProxy:Routes:app"],
            (await ProblemsAsync(settings)).Select(problem => problem.Path));
    }

    [Theory]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\",\"n\":\"!!\",\"e\":\"AQAB\"}]}"), InlineData("{\"keys\":[{\"kty\":\"magic\"}]}"),
        InlineData("{\"keys\":[]}"), InlineData("{\"keys\":[1]}")]
    public async Task A_key_file_without_a_key_that_can_be_used_is_said_so(string keys)
    {
        _folder.Write("keys.json", keys);
        Problem problem = Assert.Single(await ProblemsAsync(Good().Set("Gateway:Realms:main:Jwt:JwksFile", "keys.json")));
        Assert.Equal("Gateway:Realms:main:Jwt:JwksFile", problem.Path);
        Assert.Contains("keys.json", problem.Message);
    }

    [Theory]
    [InlineData("--confg", "other.json", "Did you mean --config?"), InlineData("--Gatway:Store:Path=x", null, "Did you mean --Gateway?"),
        InlineData("--foo", "bar", "neither"), InlineData("chek", null, "neither"), InlineData("--urls", null, "neither")]
    [InlineData("--urls", "http://127.0.0.1:1", null), InlineData("--Gateway:Store:Path=x", null, null),
        InlineData("/Gateway:Store:Path", "x", null), InlineData("--environment", "Development", null),
        InlineData("Logging:LogLevel:Default=Debug", null, null)]
    public void A_mistyped_word_of_the_command_line_is_named(string word, string? value, string? says)
    {
        string? complaint = Gateway.Commands.CommandLineSettings.Complaint(value is null ? [word] : [word, value]);
        if (says is null) Assert.Null(complaint);
        else Assert.Contains(says, complaint);
    }

    [Theory]
    [InlineData("{ \"Gateway\": { \"Cluster\": { } }, \"gateway\": { } }", "gateway", "twice")]
    [InlineData("{ \"Gateway\": { \"Cluster\": { \"Lease\": \"00:00:05\", \"lease\": \"00:00:06\" } } }", "Gateway:Cluster:lease", "twice")]
    [InlineData("{ \"Gateway\": { ", "", "not JSON at line 1")]
    [InlineData("[]", "", "one JSON object")]
    [InlineData("{ \"Urls\": \"\\ud800\" }", "", "no character")]
    [InlineData("{ \"Urls\": \"a\\u0000\" }", "Urls", "NUL")]
    [InlineData("", "", "not JSON")]
    public async Task A_file_that_could_be_read_in_two_ways_or_none_is_refused(string text, string path, string says)
        => Assert.Contains(await ProblemsAsync(text), problem => problem.Path == path && problem.Message.Contains(says));

    [Fact]
    public void A_file_in_another_encoding_is_refused()
    {
        File.WriteAllBytes(_folder["latin.json"], [.. "{ \"Urls\": \"http://h"u8, 0xE9, .. "\" }"u8]);

        Assert.Contains("not UTF-8",
            Assert.Throws<InvalidConfigurationException>(() => GatewayHost.Build([], configurationFile: _folder["latin.json"])).Message);
    }

    [Fact]
    public async Task Comments_and_trailing_commas_are_fine()
        => Assert.Empty(await ProblemsAsync("// first\n{ \"Gateway\": { /* none */ \"Cluster\": { \"Lease\": \"00:00:05\", }, }, }"));

    [Fact]
    public void A_missing_file_is_said_so()
    {
        InvalidConfigurationException error = Assert.Throws<InvalidConfigurationException>(
            () => GatewayHost.Build([], configurationFile: _folder["none.json"]));

        Assert.Contains("none.json does not exist", error.Message);
    }

    [Fact]
    public async Task A_list_replaces_the_default_and_an_empty_object_is_there()
    {
        JsonObject settings = Good()
            .Set("Gateway:Realms:opaque", new JsonObject { ["Opaque"] = new JsonObject(),
                ["Credentials"] = new JsonArray(new JsonObject { ["Cookie"] = "sid" }) })
            .Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "main", ["PathPrefixes"] = new JsonArray("/auth") })
            .Set("Gateway:Realms:main:Permissions:Grants", new JsonObject { ["urn:example:admin"] = new JsonArray("gateway.admin") });

        await using WebApplication app = Build(settings.ToJsonString());
        GatewayOptions options = (GatewayOptions)app.Services.GetService(typeof(GatewayOptions))!;

        Assert.NotNull(options.Realms["opaque"].Opaque);
        Assert.Equal(["/auth"], options.Dialects.Ory!.PathPrefixes);
        Assert.Equal(["gateway.admin"], options.Realms["main"].Permissions.Grants["urn:example:admin"]);
    }

    [Fact]
    public async Task The_command_line_outweighs_the_file()
    {
        _folder.Write("gateway.json", Good().ToJsonString());
        await using WebApplication app = GatewayHost.Build(["--Gateway:Cluster:Lease=00:00:09"],
            configurationFile: _folder["gateway.json"]);

        Assert.Equal(TimeSpan.FromSeconds(9), ((GatewayOptions)app.Services.GetService(typeof(GatewayOptions))!).Cluster.Lease);
    }

    [Fact]
    public async Task No_message_holds_a_secret()
    {
        JsonObject settings = Good()
            .Set("Gateway:Store", new JsonObject { ["Kind"] = "Redis", ["Connection"] = "127.0.0.1,password=hunter2", ["Prefix"] = "a b" })
            .Set("Gateway:TwoFactor:Smtp", new JsonObject { ["Host"] = "mail", ["From"] = "a@b", ["Password"] = "hunter2" })
            .Set("Gateway:Management:Keys", new JsonArray(new JsonObject { ["Name"] = "a", ["Sha256"] = "hunter2" }));

        IReadOnlyList<Problem> problems = await ProblemsAsync(settings);

        Assert.Equal(3, problems.Count);
        Assert.DoesNotContain(problems, problem => problem.Message.Contains("hunter2"));
    }

    private JsonObject Good() => GatewaySettings.For(issuer: _issuer).Set("Urls", "http://127.0.0.1:8080");

    private Task<IReadOnlyList<Problem>> ProblemsAsync(JsonObject settings) => ProblemsAsync(settings.ToJsonString());

    private async Task<IReadOnlyList<Problem>> ProblemsAsync(string text)
    {
        try
        {
            await using WebApplication app = Build(text);
            return [];
        }
        catch (InvalidConfigurationException error)
        {
            return error.Problems;
        }
    }

    private WebApplication Build(string text) => GatewayHost.Build([], configurationFile: _folder.Write("gateway.json", text));
}
