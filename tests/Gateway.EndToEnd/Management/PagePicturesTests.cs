using Gateway.EndToEnd.Commands;
using Microsoft.Playwright;

namespace Gateway.EndToEnd.Management;

/// <summary>Makes the pictures of the README. With <c>GATEWAY_PICTURES=1</c> they take the place of those that are there.</summary>
public sealed class PagePicturesTests
{
    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    ];

    private static readonly string[] Devices = ["phone", "laptop", "desk"];

    [Fact]
    public async Task The_pictures_of_the_page_can_be_taken_and_are_there()
    {
        await using Demo demo = await Demo.StartAsync();
        await using Chromium chromium = await Chromium.StartAsync();
        using HttpClient client = new();
        string api = demo.OnItsPorts("http://127.0.0.1:8080/api/hello"), page = demo.OnItsPorts("http://127.0.0.1:9901/");
        foreach (string user in (string[])["dave", "carol", "bob"])
            foreach ((int at, string agent) in Agents.Index())
                Assert.Equal(200, await CallAsync(client, api, await client.GetStringAsync(
                    demo.OnItsPorts($"http://127.0.0.1:9900/token?user={user}&session={user}-{Devices[at]}")), agent));
        IPage browser = await (await chromium.Browser.NewContextAsync(
            new() { ViewportSize = new() { Width = 1180, Height = 640 } })).NewPageAsync();
        await browser.GotoAsync(page);
        await browser.FillAsync("input[type=password]", "demo-management-key");
        await browser.Keyboard.PressAsync("Enter");
        await browser.WaitForSelectorAsync("tbody tr:has-text('bob-desk')");
        await TakeAsync(browser, "page-sessions.png");

        await browser.ClickAsync("nav a:has-text('Now')");
        string token = await client.GetStringAsync(demo.OnItsPorts("http://127.0.0.1:9900/token?user=erin&session=erin-1"));
        for (int step = 0; step < 3; step++)
        {
            string before = await browser.InnerTextAsync("section:has-text('passed') .figure");
            for (int i = 0; i < 40 * (step + 1); i++) await CallAsync(client, api, token, Agents[0]);
            await browser.WaitForFunctionAsync(
                "before => document.querySelector('.figure').innerText !== before", before, new() { Timeout = 10_000 });
        }
        await TakeAsync(browser, "page-now.png");
    }

    private static async Task TakeAsync(IPage page, string name)
    {
        string kept = Path.Combine(Repository.Root, "src/docs", name);
        byte[] picture = await page.ScreenshotAsync();
        if (Environment.GetEnvironmentVariable("GATEWAY_PICTURES") == "1") await File.WriteAllBytesAsync(kept, picture);
        Assert.True(picture.Length > 10_000 && new FileInfo(kept).Length > 10_000);
    }

    private static async Task<int> CallAsync(HttpClient client, string url, string token, string agent)
    {
        HttpRequestMessage request = new(HttpMethod.Get, url);
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.UserAgent.ParseAdd(agent);
        using HttpResponseMessage answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
