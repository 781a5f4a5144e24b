using System.Net;
using System.Text;
using Gateway.Realms;
using Gateway.TwoFactor;

namespace Gateway.Tests.TwoFactor;

public sealed class SmtpTokensTests
{
    private static readonly SmtpOAuth2Options Client = new()
        { TokenUrl = "https://idp.example/token", ClientId = "gateway", ClientSecret = "s&cret", Scope = "mail" };

    private readonly ManualTime _time = new();
    private readonly List<string> _asked = [];
    private string _answer = """{"access_token":"one","token_type":"Bearer","expires_in":3600}""";
    private HttpStatusCode _status = HttpStatusCode.OK;
    private readonly SmtpTokens _tokens;

    public SmtpTokensTests() => _tokens = new(new ProviderClient(new Endpoint(this)), _time);

    private Task<string> GetAsync(SmtpOAuth2Options? options = null)
        => _tokens.GetAsync(options ?? Client, TimeSpan.FromSeconds(10), default);

    [Fact]
    public async Task It_asks_as_a_client_of_its_own()
    {
        Assert.Equal("one", await GetAsync());
        Assert.Equal("grant_type=client_credentials&scope=mail&client_id=gateway&client_secret=s%26cret", Assert.Single(_asked));
    }

    [Fact]
    public async Task It_asks_for_a_mailbox_with_its_refresh_token()
    {
        Assert.Equal("one", await GetAsync(Client with { RefreshToken = "r", Scope = null }));
        Assert.Equal("grant_type=refresh_token&refresh_token=r&client_id=gateway&client_secret=s%26cret", Assert.Single(_asked));
    }

    [Fact]
    public async Task A_token_is_used_until_shortly_before_it_expires()
    {
        await GetAsync();
        _time.Advance(TimeSpan.FromSeconds(3539));
        await GetAsync();
        Assert.Single(_asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        _answer = """{"access_token":"two","expires_in":3600}""";
        Assert.Equal("two", await GetAsync());
    }

    [Fact]
    public async Task One_that_the_mail_server_did_not_take_is_dropped()
    {
        await GetAsync();
        _tokens.Forget("another");
        await GetAsync();
        Assert.Single(_asked);
        _tokens.Forget("one");
        await GetAsync();
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData("{\"access_token\":\"one\"}")]
    [InlineData("{\"access_token\":\"one\",\"expires_in\":\"soon\"}")]
    [InlineData("{\"access_token\":\"one\",\"expires_in\":-5}")]
    [InlineData("{\"access_token\":\"one\",\"expires_in\":30}")]
    public async Task One_whose_life_is_short_or_unknown_is_used_once(string answer)
    {
        _answer = answer;
        Assert.Equal("one", await GetAsync());
        Assert.Equal("one", await GetAsync());
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "{\"error\":\"invalid_client\"}", "answered 401 without an access token: check ClientId")]
    [InlineData(HttpStatusCode.OK, "{\"error\":\"invalid_grant\"}", "answered 200 without an access token")]
    [InlineData(HttpStatusCode.OK, "{\"access_token\":5}", "answered 200 without an access token")]
    [InlineData(HttpStatusCode.OK, "not JSON", "answered 200 without an access token")]
    public async Task Where_none_is_to_be_had_the_cure_is_named(HttpStatusCode status, string answer, string says)
    {
        (_status, _answer) = (status, answer);
        SmtpTroubleException error = await Assert.ThrowsAsync<SmtpTroubleException>(() => GetAsync());
        Assert.Contains(says, error.Message);
        Assert.DoesNotContain("cret", error.Message.Replace("ClientSecret", ""));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_said_so()
    {
        _status = default;
        Assert.Contains("TokenUrl cannot be reached", (await Assert.ThrowsAsync<SmtpTroubleException>(() => GetAsync())).Message);
    }

    private sealed class Endpoint(SmtpTokensTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._asked.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
            if (test._status == default) throw new HttpRequestException("no route");
            return new(test._status) { Content = new StringContent(test._answer, Encoding.UTF8, "application/json") };
        }
    }
}
