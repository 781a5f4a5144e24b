using Microsoft.Playwright;

namespace Gateway.EndToEnd.Commands;

/// <summary>The demo's page, as two people would use it.</summary>
public sealed class DemoPageTests
{
    [Fact]
    public async Task One_browser_ends_the_session_of_another()
    {
        await using Demo demo = await Demo.Start();
        await using Chromium chromium = await Chromium.Start();
        IPage here = await SignIn(chromium, demo.Url), there = await SignIn(chromium, demo.Url);
        string session = await there.InnerTextAsync("code");

        await here.ClickAsync($"li:has-text('{session}') button");

        await Shows(there, "#socket", "closed with 4401 session ended");
        await Shows(there, "#events", "the session has ended");
        await there.GotoAsync(demo.Url + "/");
        Assert.Equal("/sign-in?rd=%2F", new Uri(there.Url).PathAndQuery);
        await Shows(here, "#socket", "open");
        await here.ReloadAsync();
        Assert.EndsWith("/", here.Url);
    }

    [Fact]
    public async Task Logging_out_here_ends_this_session_and_a_new_sign_in_passes()
    {
        await using Demo demo = await Demo.Start();
        await using Chromium chromium = await Chromium.Start();
        IPage page = await SignIn(chromium, demo.Url);
        string token = (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "access_token").Value;

        await page.ClickAsync("text=Log out here");

        await page.WaitForURLAsync("**/sign-in");
        using HttpClient client = new();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(401, (int)(await client.GetAsync(demo.Url + "/api/hello")).StatusCode);
        await page.ClickAsync("text=alice");
        await Shows(page, "#socket", "open");
    }

    private static async Task<IPage> SignIn(Chromium chromium, string url)
    {
        IPage page = await (await chromium.Browser.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(url + "/");
        await page.ClickAsync("text=alice");
        await Shows(page, "#socket", "open");
        return page;
    }

    private static Task Shows(IPage page, string element, string text) => page.WaitForSelectorAsync($"{element}:has-text('{text}')");
}
