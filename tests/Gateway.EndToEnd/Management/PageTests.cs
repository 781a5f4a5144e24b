using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Gateway.EndToEnd.Management;

/// <summary>The operator's page, as an operator uses it: in a real browser, against a real gateway.</summary>
public sealed class PageTests
{
    private const string Phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1";

    private static readonly string[] Parts =
        ["Sessions", "Now", "Refusals", "History", "Break the glass", "Realms and routes", "Explain"];

    [Fact]
    public async Task A_session_is_found_as_one_types_ended_with_a_reason_and_brought_back_within_a_minute()
    {
        await using OperatorPage at = await OperatorPage.SignInAsync();
        string phone = await at.SeenAsync("grace", "grace-phone", Phone), laptop = await at.SeenAsync("grace", "grace-laptop");
        string other = await at.SeenAsync("heidi", "heidi-phone");
        await at.Page.FillAsync("input[type=search]", "grace-ph");
        await at.ShowsAsync("tbody tr", "grace-phone");
        await Assertions.Expect(at.Row("heidi")).ToHaveCountAsync(0);
        await at.ShowsAsync("tbody tr", "Safari 17, iOS 17.4");

        await at.Row("grace-phone").GetByRole(AriaRole.Button, new() { Name = "End", Exact = true }).ClickAsync();
        await at.ShowsAsync("dialog", "1 session, and 0 live connections");
        await at.Page.FillAsync("dialog input", "lost phone");
        await at.Page.ClickAsync("dialog button.main");
        await at.ShowsAsync(".toast", "Over on all 1 nodes");
        Assert.Equal(401, await at.StatusAsync(phone));
        Assert.Equal(200, await at.StatusAsync(laptop));
        await at.ShowsAsync("tbody tr", "over (session)");

        await at.Page.ClickAsync(".toast >> text=Undo");
        await at.ShowsAsync(".toast", "Undone");
        Assert.Equal(200, await at.StatusAsync(phone));

        await at.Page.FillAsync("input[type=search]", "grace");
        await at.Row("grace-laptop").GetByRole(AriaRole.Button, new() { Name = "End all but this" }).ClickAsync();
        await at.ShowsAsync("dialog", "1 session");
        await at.Page.ClickAsync("dialog button.main");
        await at.ShowsAsync(".toast", "Over on all");
        Assert.Equal((401, 200, 200), (await at.StatusAsync(phone), await at.StatusAsync(laptop), await at.StatusAsync(other)));

        await at.Row("grace-laptop").GetByRole(AriaRole.Button, new() { Name = "End all of this user" }).ClickAsync();
        await at.ShowsAsync("dialog", "End all sessions of grace?");
        await at.Page.ClickAsync("dialog button.main:enabled");
        await Assertions.Expect(at.Page.Locator("dialog")).ToHaveCountAsync(0);
        await Eventually.TrueAsync(async () => await at.StatusAsync(laptop) == 401);
        Assert.Equal(200, await at.StatusAsync(other));

        await at.GoAsync("History");
        await at.ShowsAsync("tbody tr", "lost phone");
        Assert.Empty(at.Complaints);
    }

    [Fact]
    public async Task What_is_wrong_is_refused_at_the_sign_in_and_a_session_that_ends_ends_the_page()
    {
        await using OperatorPage at = await OperatorPage.OpenAsync();
        await at.Page.FillAsync("input[type=password]", "no-such-key");
        await at.Page.ClickAsync("button:has-text('Sign in')");
        await at.ShowsAsync("[role=alert]", "This is no management key");

        string token = at.Issuer.Token("carol", "carol-admin", claims => claims["permissions"] = new JsonArray("admin"));
        await at.Page.FillAsync("input[type=password]", token);
        await at.Page.ClickAsync("button:has-text('Sign in')");
        await at.ShowsAsync("h1", "Sessions");
        await at.Gateway.RevokeSessionAsync("carol-admin");
        await at.ShowsAsync("[role=status]", "Your session has ended");
    }

    [Fact]
    public async Task Refusals_lead_to_their_explanation_and_now_shows_where_a_revocation_is_enforced()
    {
        await using OperatorPage at = await OperatorPage.SignInAsync();
        string token = await at.SeenAsync("ivan", "ivan-phone");
        await at.GoAsync("Now");
        await at.ShowsAsync("section", "None since this page was opened");
        await at.Gateway.RevokeSessionAsync("ivan-phone");
        await at.ShowsAsync("li", "1 of 1 nodes");
        await Assertions.Expect(at.Page.Locator(".plot canvas")).ToHaveCountAsync(4);
        Assert.Equal(401, await at.StatusAsync(token));

        await at.GoAsync("Refusals");
        await at.ShowsAsync("tbody tr", "401");
        await at.Row("/a").First.GetByRole(AriaRole.Link, new() { Name = "Explain" }).ClickAsync();
        await at.Page.FillAsync("textarea", "Authorization: Bearer " + token);
        await at.Page.ClickAsync("main button:has-text('Explain')");
        await at.ShowsAsync("section", "refused 401");
        Assert.Empty(at.Complaints);
    }

    [Fact]
    public async Task Breaking_the_glass_needs_the_count_and_the_words()
    {
        await using OperatorPage at = await OperatorPage.SignInAsync();
        string[] tokens = [await at.SeenAsync("a", "a1"), await at.SeenAsync("b", "b1")];
        await at.GoAsync("Break the glass");
        await at.Page.CheckAsync("text=Everyone, in all realms");
        await at.Page.ClickAsync("text=Count first");
        ILocator go = at.Page.Locator("button:text-is('Break the glass')");
        await Assertions.Expect(go).ToBeDisabledAsync();
        await at.Page.FillAsync("label:has-text('Type') input", "end 1");
        await Assertions.Expect(go).ToBeDisabledAsync();
        await at.Page.FillAsync("label:has-text('Type') input", "end 2");
        await go.ClickAsync();
        await at.ShowsAsync(".toast", "Over on all");
        foreach (string token in tokens) Assert.Equal(401, await at.StatusAsync(token));
        Assert.Empty(at.Complaints);
    }

    [Fact]
    public async Task Realms_routes_and_keys_are_shown_as_they_are_configured()
    {
        await using OperatorPage at = await OperatorPage.SignInAsync();
        await at.GoAsync("Realms and routes");
        await at.ShowsAsync("section", "What a logout ends");
        await at.ShowsAsync("dd", "1 keys, read");
        await at.ShowsAsync("tbody tr", "{**rest}");
        await at.ShowsAsync("tbody tr", "test");
        Assert.Empty(at.Complaints);
    }

    [Fact]
    public async Task The_history_is_filtered_and_exported()
    {
        await using OperatorPage at = await OperatorPage.SignInAsync();
        await at.Gateway.RevokeAsync(new() { ["session"] = "one", ["reason"] = "=HYPERLINK(\"x\")" });
        await at.Gateway.RevokeSessionAsync("two");
        await at.GoAsync("History");
        await at.Page.ClickAsync("text=Verify the chain");
        await at.ShowsAsync("[role=status]", "The chain holds: 2 entries");
        await at.Page.FillAsync("input[type=search]", "HYPERLINK");
        await Assertions.Expect(at.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        string csv = await DownloadAsync(at.Page, "Export as CSV"), lines = await DownloadAsync(at.Page, "Export as JSON lines");
        Assert.Equal(2, csv.TrimEnd().Split("\r\n").Length);
        Assert.DoesNotContain(",\"=", csv, StringComparison.Ordinal);
        Assert.Contains("HYPERLINK", (string)JsonNode.Parse(lines.TrimEnd())!["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Every_part_is_accessible_and_fits_its_screen(ColorScheme scheme, int width)
    {
        await using OperatorPage at = await OperatorPage.SignInAsync(
            new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        string token = await at.SeenAsync("grace", "grace-phone", Phone);
        await at.SeenAsync("grace", new string('x', 200));
        await at.Gateway.RevokeSessionAsync("grace-phone");
        await at.StatusAsync(token);
        string axe = await File.ReadAllTextAsync(NodeScript.PackageFile("axe-core/axe.min.js"));
        await at.Page.EvaluateAsync(axe);
        foreach (string part in Parts)
        {
            await at.GoAsync(part);
            await at.ShowsAsync("h1", part);
            await at.Page.WaitForSelectorAsync("main .card");
            string found = await at.Page.EvaluateAsync<string>(
                "async () => JSON.stringify((await axe.run()).violations.map(v => [v.id, v.impact, v.nodes[0].html]))");
            Assert.True(found == "[]", $"{part}: {found}");
            Assert.True(await at.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") <= 0, $"{part} is too wide");
        }
        Assert.Empty(at.Complaints);
    }

    [Fact]
    public async Task Everything_can_be_done_with_the_keyboard_alone()
    {
        await using OperatorPage at = await OperatorPage.SignInAsync();
        string token = await at.SeenAsync("kim", "kim-1");
        await at.ShowsAsync("tbody tr", "kim-1");
        await TabToAsync(at.Page, "End");
        await at.Page.Keyboard.PressAsync("Enter");
        await at.ShowsAsync("dialog", "1 session");
        await at.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(at.Page.Locator("dialog")).ToHaveCountAsync(0);
        await TabToAsync(at.Page, "End");
        await at.Page.Keyboard.PressAsync("Enter");
        await at.ShowsAsync("dialog", "1 session");
        await TabToAsync(at.Page, "End it");
        await at.Page.Keyboard.PressAsync("Enter");
        await at.ShowsAsync(".toast", "Over on all");
        Assert.Equal(401, await at.StatusAsync(token));
    }

    private static async Task TabToAsync(IPage page, string label)
    {
        for (int i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string>("document.activeElement.textContent.trim()") == label) return;
        }
        Assert.Fail($"The keyboard does not reach '{label}'.");
    }

    private static async Task<string> DownloadAsync(IPage page, string button)
    {
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync($"button:has-text('{button}')"));
        return await File.ReadAllTextAsync(await download.PathAsync());
    }
}
