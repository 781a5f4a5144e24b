using System.Text.Json.Nodes;
using Gateway.Configuration;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.TwoFactor;

public sealed class TwoFactorValidatorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static JsonObject WithPassword() => new()
    {
        ["Host"] = "mail", ["From"] = "Café Chat <chat@example.org>", ["LocalDomain"] = "gateway.example.org",
            ["User"] = "chat", ["Password"] = "hunter2",
    };

    private static JsonObject WithToken() => new()
    {
        ["Host"] = "mail", ["From"] = "chat@example.org", ["User"] = "chat@example.org", ["RequireTls"] = true,
        ["OAuth2"] = new JsonObject
        {
            ["TokenUrl"] = "https://idp.example/token", ["ClientId"] = "gateway", ["ClientSecret"] = "hunter2",
            ["Scope"] = "mail", ["RefreshToken"] = "token",
        },
    };

    private async Task<IReadOnlyList<Problem>> ProblemsAsync(JsonObject smtp)
    {
        try
        {
            JsonObject settings = GatewaySettings.For().Set("Gateway:TwoFactor:Smtp", smtp);
            string file = _folder.Write("gateway.json", settings.ToJsonString());
            await using WebApplication app = GatewayHost.Build([], configurationFile: file);
            return [];
        }
        catch (InvalidConfigurationException error)
        {
            return error.Problems;
        }
    }

    [Fact]
    public async Task A_sender_with_a_name_a_greeting_and_either_sign_in_are_taken()
    {
        Assert.Empty(await ProblemsAsync(WithPassword()));
        Assert.Empty(await ProblemsAsync(WithToken()));
        Assert.Empty(await ProblemsAsync(WithToken().Set("OAuth2:TokenUrl", "http://127.0.0.1:8080/token")));
        Assert.Empty(await ProblemsAsync(WithPassword().Set("LocalDomain", "192.0.2.1")));
    }

    [Theory]
    [InlineData("From", "\"nobody\"", "From", "no mail address")]
    [InlineData("From", "\"\"", "From", "no mail address")]
    [InlineData("From", "\"Ödön <ö@b.c>\"", "From", "plain ASCII")]
    [InlineData("From", "\"a@b.c, d@e.f\"", "From", "no mail address")]
    [InlineData("From", "\"A <a@b.c> d@e.f\"", "From", "no mail address")]
    [InlineData("From", "\"A\\r\\nBcc: d@e.f <a@b.c>\"", "From", "no mail address")]
    [InlineData("LocalDomain", "\"\"", "LocalDomain", "no host name")]
    [InlineData("LocalDomain", "\"my gate\"", "LocalDomain", "no host name")]
    [InlineData("LocalDomain", "\"gate\\r\\nNOOP\"", "LocalDomain", "no host name")]
    [InlineData("LocalDomain", "\"-gate.example\"", "LocalDomain", "no host name")]
    [InlineData("LocalDomain", "\"gate..example\"", "LocalDomain", "no host name")]
    [InlineData("LocalDomian", "\"gate\"", "LocalDomian", "Did you mean LocalDomain?")]
    [InlineData("Password", "null", "User", "User and Password go together")]
    [InlineData("OAuth", "{}", "OAuth", "Did you mean OAuth2?")]
    public Task A_mail_server_that_cannot_be_is_named_with_the_cure(string key, string json, string at, string says)
        => NamedAsync(WithPassword(), key, json, at, says);

    [Theory]
    [InlineData("OAuth2:TokenUrl", "null", "OAuth2:TokenUrl", "is missing")]
    [InlineData("OAuth2:TokenUrl", "\"http://idp.example/token\"", "OAuth2:TokenUrl", "is not https")]
    [InlineData("OAuth2:TokenUrl", "\"idp.example\"", "OAuth2:TokenUrl", "is not an http or https URL")]
    [InlineData("OAuth2:ClientId", "\"\"", "OAuth2:ClientId", "is missing")]
    [InlineData("OAuth2:ClientSecret", "null", "OAuth2:ClientSecret", "is missing")]
    [InlineData("OAuth2:RefreshToken", "\"\"", "OAuth2:RefreshToken", "is empty")]
    [InlineData("OAuth2:TokenUri", "\"https://idp.example/token\"", "OAuth2:TokenUri", "Did you mean TokenUrl?")]
    [InlineData("User", "null", "User", "is missing")]
    [InlineData("User", "\"ünal@example.org\"", "User", "plain ASCII")]
    [InlineData("Password", "\"hunter2\"", "Password", "does not go with OAuth2")]
    [InlineData("RequireTls", "false", "RequireTls", "must be true with OAuth2")]
    public Task A_token_that_cannot_be_had_or_kept_is_named_with_the_cure(string key, string json, string at, string says)
        => NamedAsync(WithToken(), key, json, at, says);

    private async Task NamedAsync(JsonObject smtp, string key, string json, string at, string says)
    {
        Problem problem = Assert.Single(await ProblemsAsync(smtp.Set(key, JsonNode.Parse(json))));
        Assert.Equal("Gateway:TwoFactor:Smtp:" + at, problem.Path);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
