using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Tests;

/// <summary>What the tree is built of, packages that packages ask for included, has no known advisory.</summary>
public sealed partial class PackagesTests
{
    // The first version without a known advisory, the month in which that was published, and its number. Last looked up in
    // November 2026. When a restore warns of a new one (NU1901 to NU1904), raise the version and add the row.
    private static readonly (string Package, string First, string Since, string Advisory)[] Advisories =
    [
        ("BouncyCastle.Cryptography", "2.3.1", "2024-05", "CVE-2024-29857, CVE-2024-30171, CVE-2024-30172"),
        ("Google.Protobuf", "3.15.0", "2022-01", "CVE-2021-22570"),
        ("MailKit", "4.16.0", "2026-04", "CVE-2026-41319"),
        ("Microsoft.AspNetCore.Authentication.JwtBearer", "5.0.9", "2021-08", "CVE-2021-34532"),
        ("Microsoft.IdentityModel.JsonWebTokens", "7.1.2", "2024-01", "CVE-2024-21319"),
        ("Microsoft.OpenApi", "2.7.5", "2026-06", "CVE-2026-49451"),
        ("MimeKit", "4.15.1", "2026-03", "CVE-2026-30227"),
        ("OpenTelemetry.Api", "1.15.3", "2026-04", "CVE-2026-40894"),
        ("OpenTelemetry.Exporter.OpenTelemetryProtocol", "1.15.3", "2026-04", "CVE-2026-40182, CVE-2026-42191, GHSA-mr8r-92fq-pj8p"),
        ("OpenTelemetry.Instrumentation.AspNetCore", "1.8.1", "2024-04", "CVE-2024-32028"),
        ("OpenTelemetry.Instrumentation.Http", "1.8.1", "2024-04", "CVE-2024-32028"),
        ("SQLite", "3.50.2", "2025-07", "CVE-2025-6965"),
        ("SQLitePCLRaw.lib.e_sqlite3", "3.50.3", "2025-07", "CVE-2025-6965"),
        ("SSH.NET", "2026.0.0", "2026-08", "CVE-2026-48798"),
        ("System.Drawing.Common", "5.0.3", "2021-02", "CVE-2021-24112"),
        ("System.IdentityModel.Tokens.Jwt", "7.1.2", "2024-01", "CVE-2024-21319"),
        ("Yarp.ReverseProxy", "2.0.1", "2023-06", "CVE-2023-33141"),
    ];

    [Fact]
    public void Nothing_restored_has_a_known_advisory()
    {
        HashSet<(string Package, string Version)> restored = [.. Projects().SelectMany(Restored)];
        Assert.Superset(new HashSet<string> { "Yarp.ReverseProxy", "OpenTelemetry.Api", "SQLite" },
            restored.Select(found => found.Package).ToHashSet());
        Assert.Empty(restored.SelectMany(found => Below(found.Package, found.Version)));
    }

    [Theory]
    [InlineData("SQLitePCLRaw.lib.e_sqlite3", "2.0.6", "CVE-2025-6965")]
    [InlineData("system.identitymodel.tokens.jwt", "6.8.0", "CVE-2024-21319")]
    [InlineData("MailKit", "4.16.0-beta.1", "CVE-2026-41319")]
    [InlineData("MailKit", "4.16.0", null)]
    [InlineData("Nobody.Knows", "0.0.1", null)]
    public void A_version_below_the_first_good_one_is_found(string package, string version, string? advisory)
    {
        IEnumerable<string> found = Below(package, version);
        if (advisory is null) Assert.Empty(found);
        else Assert.Contains(advisory, Assert.Single(found));
    }

    [Fact]
    public void No_warning_of_a_restore_is_silenced()
    {
        string[] files = [.. Projects(), .. Directory.EnumerateFiles(Repository.Root, "Directory.*")];
        Assert.DoesNotContain(files, file => Silenced().IsMatch(File.ReadAllText(file)));
    }

    private static IEnumerable<string> Below(string package, string version)
        => from known in Advisories
           where known.Package.Equals(package, StringComparison.OrdinalIgnoreCase) && IsBelow(version, known.First)
           select $"{package} {version} has {known.Advisory}, published {known.Since}; take {known.First} or newer.";

    // Semantic Versioning 2.0.0 section 11: what comes before a version bears its number, a hyphen, and a name.
    private static bool IsBelow(string version, string first)
    {
        string[] parts = version.Split('-', '+');
        int order = Version.Parse(parts[0]).CompareTo(Version.Parse(first));
        return order < 0 || (order == 0 && version.Contains('-'));
    }

    private static IEnumerable<string> Projects()
        => from folder in (string[])["src", "tests"]
           from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories)
           select file;

    // A project that was not built here has nothing restored; the gateway and these tests always have.
    private static IEnumerable<(string, string)> Restored(string project)
    {
        string assets = Path.Combine(Path.GetDirectoryName(project)!, "obj", "project.assets.json");
        if (!File.Exists(assets)) return [];
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(assets));
        return [.. document.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").ValueEquals("package"))
            .Select(library => library.Name.Split('/')).Select(name => (name[0], name[1]))];
    }

    [GeneratedRegex(@"PrunePackageReference|NuGetAudit|<NoWarn>[^<]*(NU\d{4}|NETSDK\d{4})")]
    private static partial Regex Silenced();
}
