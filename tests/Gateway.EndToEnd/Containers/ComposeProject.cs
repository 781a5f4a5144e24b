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
    public static async Task<ComposeProject> UpAsync(string redis)
    {
        ComposeProject project = new(redis);
        try
        {
            // Docker's own plugin, or the program of that name before there were plugins.
            project._compose = await project.RunAsync("docker", "compose", "version") == 0 ? ["docker", "compose"] : ["docker-compose"];
            await project.ComposeAsync("up", "--build", "--detach");
            return project;
        }
        catch
        {
            await project.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every line that its programs wrote.</summary>
    public async Task<string> LogsAsync(string service) => (await OutputAsync("docker", "logs", (await FindAsync(service)).ID)).Output;

    public async Task HealthyAsync(params string[] services)
    {
        foreach (string service in services)
            await Eventually.PassesAsync(async () => Assert.Equal("healthy", (await InspectAsync(service)).State!.Health?.Status),
                TimeSpan.FromMinutes(2));
    }

    public async Task<long> ExitCodeAsync(string service) => (await InspectAsync(service)).State!.ExitCode;

    public async Task PauseAsync(string service) => await _docker.Containers.PauseContainerAsync((await FindAsync(service)).ID);

    public async Task UnpauseAsync(string service) => await _docker.Containers.UnpauseContainerAsync((await FindAsync(service)).ID);

    public async Task CutOffAsync(string service)
        => await ContainerEngine.DisconnectAsync((await FindAsync(service)).ID, Name + "_default");

    /// <summary>Into its network again, under the name by which the others look for it.</summary>
    public async Task ReconnectAsync(string service) => await _docker.Networks.ConnectNetworkAsync(Name + "_default",
        new NetworkConnectParameters { Container = (await FindAsync(service)).ID,
            EndpointConfig = new EndpointSettings { Aliases = [service] } });

    public Task StopAsync(string service) => ComposeAsync("stop", service);

    public Task StartAsync(string service) => ComposeAsync("start", service);

    /// <returns>What a command inside a service's container wrote.</returns>
    public async Task<string> ExecuteAsync(string service, params string[] command)
        => (await OutputAsync("docker", ["exec", (await FindAsync(service)).ID, .. command])).Output.Trim();

    public async ValueTask DisposeAsync()
    {
        if (_compose.Length > 0) await ComposeAsync("down", "--volumes", "--remove-orphans");
        _docker.Dispose();
        _folder.Dispose();
    }

    private async Task<ContainerListResponse> FindAsync(string service)
        => Assert.Single(await _docker.Containers.ListContainersAsync(new ContainersListParameters
    {
        All = true,
        Filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"com.docker.compose.project={Name}"] = true,
                [$"com.docker.compose.service={service}"] = true },
        },
    }));

    private async Task<ContainerInspectResponse> InspectAsync(string service)
        => await _docker.Containers.InspectContainerAsync((await FindAsync(service)).ID);

    private async Task ComposeAsync(params string[] arguments)
    {
        string own = _folder.Write("redis.json",
            new JsonObject { ["services"] = new JsonObject { ["redis"] = new JsonObject { ["image"] = _redis } } }.ToJsonString());
        string[] all = [.. _compose, "--project-name", Name, "--project-directory", Repository.Root, "--file",
            Path.Combine(Repository.Root, "docker-compose.yml"), "--file", own, .. arguments];
        (int code, string output) = await OutputAsync(all[0], all[1..]);
        Assert.True(code == 0, output);
    }

    private async Task<int> RunAsync(string program, params string[] arguments) => (await OutputAsync(program, arguments)).Code;

    private async Task<(int Code, string Output)> OutputAsync(string program, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(program, arguments, _folder.Path);
        int code = await process.ExitAsync(Limit);
        return (code, process.Output);
    }
}
