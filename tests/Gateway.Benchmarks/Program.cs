using System.Globalization;
using BenchmarkDotNet.Running;
using Gateway.Benchmarks;

// Each benchmark is bounded in time and prints its figures; the numbers after a name change its size.
switch (args)
{
    case ["index", ..]:
        IndexTable.Print();
        IndexTable.PrintNote();
        return 0;
    case ["log", ..]:
        await LogTable.PrintAsync();
        return 0;
    case ["reading", ..]:
        await ReadingBenchmark.RunAsync();
        return 0;
    case ["enforcement", ..]:
        return await EnforcementBenchmark.RunAsync();
    case ["proxy", .. var rest]:
        return await ProxyBenchmark.RunAsync(turns: Number(rest, 0, 10));
    case ["serve-backend", var port]:
        await ProxyBenchmark.ServeBackendAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["serve-yarp", var port, var destination]:
        await ProxyBenchmark.ServeYarpAsync(int.Parse(port, CultureInfo.InvariantCulture), destination);
        return 0;
    case ["bench-files", var folder, var tokens, var revoked, var backend, var gateway, var management]:
        return await BenchFiles.WriteAsync(folder, int.Parse(tokens, CultureInfo.InvariantCulture),
            int.Parse(revoked, CultureInfo.InvariantCulture), backend, gateway, management);
    case ["bench-revoke", var management, var count]:
        return await BenchFiles.RevokeAsync(management, int.Parse(count, CultureInfo.InvariantCulture));
    case ["sockets", .. var rest]:
        return await SocketsBenchmark.RunAsync(sockets: Number(rest, 0, 5000));
    case ["cluster", .. var rest]:
        return await ClusterBenchmark.RunAsync(sockets: Number(rest, 0, 1000), single: Number(rest, 1, 200));
    case ["revocations", .. var rest]:
        return await RevocationsBenchmark.RunAsync(logouts: Number(rest, 0, 10_000), stored: Number(rest, 1, 1_000_000));
    case ["trimming", .. var rest]:
        return await TrimmingBenchmark.RunAsync(facts: Number(rest, 0, 300_000));
    case ["logouts", .. var rest]:
        return await LogoutsBenchmark.RunAsync(seconds: Number(rest, 0, 5), nodes: rest.Length > 1
            ? [.. rest.Skip(1).Select(count => int.Parse(count, CultureInfo.InvariantCulture))] : [1, 3]);
    case ["start", .. var rest]:
        return await StartBenchmark.RunAsync(facts: Number(rest, 0, 1_000_000), program: rest.ElementAtOrDefault(1));
    case [['-', '-', ..], ..]:
        BenchmarkSwitcher.FromAssembly(typeof(IndexBenchmark).Assembly).Run(args);
        return 0;
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project tests/Gateway.Benchmarks -- NAME

              index                    the look-up of an identity at 0, 1,000 and 1,000,000 revocations, and their memory
              log                      appends to the embedded log; a start with a million of them
              reading                  what reading costs an ordinary request; a token verified for the first time
              enforcement              what one short request pays for being a live connection; the sweep over 100,000
              proxy [10]               a short request directly, through plain YARP and through the gateway, in turns
              sockets [5000]           idle sockets through one gateway: memory of each, and a logout of them all
              cluster [1000] [200]     sockets over three gateways with Redis: logouts one by one, then all at once
              revocations [10000] [1000000]  three gateways with Redis: from the logout to refused everywhere, how many a second, a start on a long log
              logouts [5] [1 3]        logouts a second through the management API: SQLite, then Redis with so many gateways
              trimming [300000]        expired facts removed a second from the log in Redis
              start [1000000] [Gateway.dll]  a fresh process until it is ready: from the embedded log, from Redis, from its local copy
              --filter '*'             BenchmarkDotNet, with its own arguments
            """);
        return 2;
}

static int Number(string[] rest, int at, int otherwise) => rest.Length > at ? int.Parse(rest[at], CultureInfo.InvariantCulture) : otherwise;
