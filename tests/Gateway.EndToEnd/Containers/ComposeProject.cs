using System.Text.Json.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Gateway.EndToEnd.Containers;

/// <summary>docker-compose.yml as it is, brought up under a name of its own; only the image of Redis is the tests'.</summary>
internal sealed class ComposeProject : IAsyncDisposable
{
    private const string Name = "gateway-test";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly TempFolder _folder = new();
    private readonly DockerClient _docker = ContainerEngine.Client();
    private readonly string _redis;
    private string[] _compose = [];

    private ComposeProject(string redis) => _redis = redis;

    /// <summary>Builds the image and starts every service.</summary>
    public static async Task<ComposeProject> Up(string redis)
    {
        ComposeProject project = new(redis);
        try
        {
            // Docker's own plugin, or the program of that name before there were plugins.
            project._compose = await project.Run("docker", "compose", "version") == 0 ? ["docker", "compose"] : ["docker-compose"];
            await project.Compose("up", "--build", "--detach");
            return project;
        }
        catch
        {
            await project.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every line that its programs wrote.</summary>
    public async Task<string> Logs(string service) => (await Output("docker", "logs", (await Find(service)).ID)).Output;

    public async Task Healthy(params string[] services)
    {
        foreach (string service in services)
            await Eventually.Passes(async () => Assert.Equal("healthy", (await Inspect(service)).State!.Health?.Status), TimeSpan.FromMinutes(2));
    }

    public async Task<long> ExitCode(string service) => (await Inspect(service)).State!.ExitCode;

    public async Task Pause(string service) => await _docker.Containers.PauseContainerAsync((await Find(service)).ID);

    public async Task Unpause(string service) => await _docker.Containers.UnpauseContainerAsync((await Find(service)).ID);

    public async Task CutOff(string service) => await ContainerEngine.Disconnect((await Find(service)).ID, Name + "_default");

    /// <summary>Into its network again, under the name by which the others look for it.</summary>
    public async Task Reconnect(string service) => await _docker.Networks.ConnectNetworkAsync(Name + "_default",
        new NetworkConnectParameters { Container = (await Find(service)).ID, EndpointConfig = new EndpointSettings { Aliases = [service] } });

    public Task Stop(string service) => Compose("stop", service);

    public Task Start(string service) => Compose("start", service);

    /// <returns>What a command inside a service's container wrote.</returns>
    public async Task<string> Execute(string service, params string[] command) => (await Output("docker", ["exec", (await Find(service)).ID, .. command])).Output.Trim();

    public async ValueTask DisposeAsync()
    {
        if (_compose.Length > 0) await Compose("down", "--volumes", "--remove-orphans");
        _docker.Dispose();
        _folder.Dispose();
    }

    private async Task<ContainerListResponse> Find(string service) => Assert.Single(await _docker.Containers.ListContainersAsync(new ContainersListParameters
    {
        All = true,
        Filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"com.docker.compose.project={Name}"] = true, [$"com.docker.compose.service={service}"] = true },
        },
    }));

    private async Task<ContainerInspectResponse> Inspect(string service) => await _docker.Containers.InspectContainerAsync((await Find(service)).ID);

    private async Task Compose(params string[] arguments)
    {
        string own = _folder.Write("redis.json", new JsonObject { ["services"] = new JsonObject { ["redis"] = new JsonObject { ["image"] = _redis } } }.ToJsonString());
        string[] all = [.. _compose, "--project-name", Name, "--project-directory", Repository.Root, "--file", Path.Combine(Repository.Root, "docker-compose.yml"), "--file", own, .. arguments];
        (int code, string output) = await Output(all[0], all[1..]);
        Assert.True(code == 0, output);
    }

    private async Task<int> Run(string program, params string[] arguments) => (await Output(program, arguments)).Code;

    private async Task<(int Code, string Output)> Output(string program, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(program, arguments, _folder.Path);
        int code = await process.Exit(Limit);
        return (code, process.Output);
    }
}
