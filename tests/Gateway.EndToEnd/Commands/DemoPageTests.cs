using Microsoft.Playwright;

namespace Gateway.EndToEnd.Commands;

/// <summary>The demo's page, as two people would use it.</summary>
public sealed class DemoPageTests
{
    [Fact]
    public async Task One_browser_ends_the_session_of_another()
    {
        await using Demo demo = await Demo.StartAsync();
        await using Chromium chromium = await Chromium.StartAsync();
        IPage here = await SignInAsync(chromium, demo.Url), there = await SignInAsync(chromium, demo.Url);
        string session = await there.InnerTextAsync("code");

        await here.ClickAsync($"li:has-text('{session}') button");

        await ShowsAsync(there, "#socket", "closed with 4401 session ended");
        await ShowsAsync(there, "#events", "the session has ended");
        await there.GotoAsync(demo.Url + "/");
        Assert.Equal("/sign-in?rd=%2F", new Uri(there.Url).PathAndQuery);
        await ShowsAsync(here, "#socket", "open");
        await here.ReloadAsync();
        Assert.EndsWith("/", here.Url);
    }

    [Fact]
    public async Task Logging_out_here_ends_this_session_and_a_new_sign_in_passes()
    {
        await using Demo demo = await Demo.StartAsync();
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await SignInAsync(chromium, demo.Url);
        string token = (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "access_token").Value;

        await page.ClickAsync("text=Log out here");

        await page.WaitForURLAsync("**/sign-in");
        using HttpClient client = new();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(401, (int)(await client.GetAsync(demo.Url + "/api/hello")).StatusCode);
        await page.ClickAsync("text=alice");
        await ShowsAsync(page, "#socket", "open");
    }

    private static async Task<IPage> SignInAsync(Chromium chromium, string url)
    {
        IPage page = await (await chromium.Browser.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(url + "/");
        await page.ClickAsync("text=alice");
        await ShowsAsync(page, "#socket", "open");
        return page;
    }

    private static Task ShowsAsync(IPage page, string element, string text) => page.WaitForSelectorAsync($"{element}:has-text('{text}')");
}
