using BenchmarkDotNet.Running;
using Gateway.Benchmarks;

// Each benchmark is bounded in time and prints its figures.
switch (args)
{
    case ["index", ..]:
        IndexTable.Print();
        IndexTable.PrintNote();
        return 0;
    case ["log", ..]:
        await LogTable.Print();
        return 0;
    case [['-', '-', ..], ..]:
        BenchmarkSwitcher.FromAssembly(typeof(IndexBenchmark).Assembly).Run(args);
        return 0;
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project tests/Gateway.Benchmarks -- NAME

              index                    the look-up of an identity at 0, 1,000 and 1,000,000 revocations, and their memory
              log                      appends to the embedded log; a start with a million of them
              --filter '*'             BenchmarkDotNet, with its own arguments
            """);
        return 2;
}
