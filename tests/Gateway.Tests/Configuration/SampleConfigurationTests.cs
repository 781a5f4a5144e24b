using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Configuration;

/// <summary>The gateway.json that is shipped.</summary>
public sealed partial class SampleConfigurationTests
{
    private static readonly string Sample = File.ReadAllText(Path.Combine(Repository.Root, "gateway.json"));

    [Fact]
    public async Task It_loads_strictly()
    {
        using TempFolder folder = new();
        await using WebApplication app = GatewayHost.Build([], configurationFile: folder.Write("gateway.json", Sample));
        Assert.Equal(4, app.Services.GetRequiredService<GatewayOptions>().Realms.Count);
    }

    [Fact]
    public void It_shows_every_key()
    {
        HashSet<string> shown = [.. Key().Matches(Sample).Select(match => match.Groups[1].Value)];
        string[] hidden = [.. OptionKeys.All.Keys.Where(key => key.Split(':')[^1] is var name and not "VALUE" && !shown.Contains(name))];
        Assert.Empty(hidden);
        Assert.All(OptionKeys.RouteMetadata, property => Assert.Contains(property.Name, shown));
    }

    [Fact]
    public void What_is_commented_out_is_spelled_as_the_options_are()
    {
        HashSet<string> known = [.. OptionKeys.All.Keys.SelectMany(key => key.Split(':')),
            .. OptionKeys.RouteMetadata.Select(property => property.Name),
            .. (string[])["Kestrel", "Endpoints", "Tls", "Grpc", "Url", "Certificate", "Path", "KeyPath", "Protocols"]];
        string[] unknown = [.. CommentedKey().Matches(Sample).Select(match => match.Groups[1].Value).Where(name => !known.Contains(name))];
        Assert.Empty(unknown);
    }

    [Fact]
    public async Task Its_values_are_the_defaults_where_it_says_so()
    {
        using TempFolder folder = new();
        await using WebApplication app = GatewayHost.Build([], configurationFile: folder.Write("gateway.json", Sample));
        GatewayOptions options = app.Services.GetRequiredService<GatewayOptions>(), defaults = new();
        Same(defaults.Store, options.Store);
        Same(defaults.Cluster, options.Cluster);
        Same(defaults.Revocation, options.Revocation);
        Same(defaults.Sessions, options.Sessions);
        Same(defaults.Enforcement, options.Enforcement);
        Same(defaults.TwoFactor, options.TwoFactor);
        Same(defaults.Management, options.Management);
        Same(defaults.Stopping, options.Stopping);
        Same(defaults.Observability, options.Observability);

        static void Same<T>(T expected, T actual) => Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
    }

    [GeneratedRegex(@"""([A-Za-z0-9]+)"" *:")]
    private static partial Regex Key();

    [GeneratedRegex(@"^ *// +""([A-Za-z0-9]+)"" *:", RegexOptions.Multiline)]
    private static partial Regex CommentedKey();
}
