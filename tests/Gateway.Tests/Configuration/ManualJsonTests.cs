using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

/// <summary>Every JSON block of the manual is loaded, sent or compared with a real answer.</summary>
public sealed class ManualJsonTests
{
    private const string Whole = "the whole of gateway.json", Part = "a part of gateway.json", Bodies = "bodies of POST /v1/revocations",
        Answer = "an answer of POST /v1/revocations";

    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    [Fact]
    public void Each_block_of_the_manual_is_JSON_or_shell_or_a_drawing()
    {
        Assert.All(Manual.Snippets, block => Assert.Contains(block.Language, (string[])["json", "bash", ""]));
        // None is indented or left open, where no test would find it.
        foreach ((string page, string text) in Manual.Pages)
            Assert.Equal((page, 2 * Snippet.In(page, text).Count()),
                (page, text.Split('\n').Count(line => line.TrimStart().StartsWith("```", StringComparison.Ordinal))));
    }

    [Fact]
    public void Each_block_says_what_it_is()
        => Assert.All(Blocks(), block => Assert.Contains(block.Note, (string[])[Whole, Part, Bodies, Answer]));

    [Fact]
    public void Configurations_load_strictly()
    {
        JsonObject smallest = Parse(Assert.Single(Blocks(Whole), block => block.Page == "README.md").Text);
        foreach (Snippet block in Blocks(Whole, Part))
        {
            using TempFolder folder = new();
            // What they name has to be there; nothing of it is opened before the start.
            foreach (string file in (string[])["tls.pem", "tls.key", "factors.key"]) folder.Write(file, "");
            JsonObject settings = Parse(block.Text);
            if (block.Note == Part) settings = Merge((JsonObject)smallest.DeepClone(), settings);
            try
            {
                // Read and checked as by the command check: nothing is started, and no store is opened.
                GatewayOptions.AddTo(ConfigurationSources.CreateBuilder([], folder.Write("gateway.json", settings.ToJsonString())));
            }
            catch (Exception error)
            {
                Assert.Fail($"{block}\n{error.Message}");
            }
        }
    }

    [Fact]
    public async Task Bodies_and_answers_are_those_of_the_API()
    {
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer));
        JsonObject? first = null;
        foreach (string body in Blocks(Bodies).SelectMany(block => block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            using HttpResponseMessage answer = await gateway.Management.PostAsync("/v1/revocations",
                new StringContent(body, new MediaTypeHeaderValue("application/json")));
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{body}\n{text}");
            first ??= Parse(text);
        }
        Assert.NotNull(first);
        Assert.All(Blocks(Answer), block => Assert.Equal(Members(first), Members(Parse(block.Text))));
    }

    [Fact]
    public async Task The_API_page_names_every_path_of_the_API_document()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For());
        JsonObject document = Parse(await gateway.Management.GetStringAsync("/openapi/v1.json"));
        string page = Manual.Pages["src/docs/api.md"];
        string[] paths = [.. document["paths"]!.AsObject().Select(path => path.Key)
            .Where(path => !path.Contains("/admin/", StringComparison.Ordinal))];
        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.Contains(path.Replace("/v1/two-factor/{realm}/{user}/", "…/"), page, StringComparison.Ordinal));
    }

    private static IEnumerable<Snippet> Blocks(params string[] notes)
        => Manual.Snippets.Where(block => block.Language == "json" && (notes.Length == 0 || notes.Contains(block.Note)));

    private static JsonObject Parse(string text) => JsonNode.Parse(text, documentOptions: WithComments)!.AsObject();

    private static JsonObject Merge(JsonObject whole, JsonObject part)
    {
        foreach ((string name, JsonNode? value) in part)
        {
            if (value is JsonObject section && whole[name] is JsonObject known) Merge(known, section);
            else whole[name] = value?.DeepClone();
        }
        return whole;
    }

    /// <summary>The names of all members, those inside of others by their path.</summary>
    private static string[] Members(JsonObject answer)
        => [
            .. answer.SelectMany(member => member.Value is JsonObject inner
                ? Members(inner).Select(name => $"{member.Key}.{name}")
                : [member.Key])];
}
