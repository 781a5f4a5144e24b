using System.Net.Sockets;
using System.Security.Cryptography;
using Gateway.Commands;
using Gateway.Configuration;
using Gateway.Revocation;

namespace Gateway.Tests.Commands;

public sealed class CommandFailuresTests
{
    public static TheoryData<Exception, string> Curable => new()
    {
        { new InvalidConfigurationException("gateway.json", [new("Gateway:Store", "is wrong")]), "Gateway:Store" },
        { new StoreUnavailableException("The store is away.", new IOException()), "The store is away." },
        { new IOException("Failed to bind.", new SocketException((int)SocketError.AddressAlreadyInUse)), "Stop what listens there" },
        { new SocketException((int)SocketError.AccessDenied), "ports below 1024 may need a privilege" },
        { new InvalidOperationException($"Unable to configure HTTPS endpoint.{Environment.NewLine}More."), "Kestrel:Certificates:Default" },
        { new CryptographicException("Bad password."), "Check Path, KeyPath and Password." },
        { new AggregateException(new CryptographicException("Bad password.")), "Check Path, KeyPath and Password." },
    };

    [Theory]
    [MemberData(nameof(Curable), DisableDiscoveryEnumeration = true)]
    public async Task What_an_operator_can_cure_is_told_in_words_with_exit_code_1(Exception failure, string words)
    {
        StringWriter error = new();

        Assert.Equal(1, await CommandFailures.ToldAsync(() => Task.FromException<int>(failure), error));

        Assert.Contains(words, error.ToString());
        Assert.DoesNotContain("   at ", error.ToString());
    }

    [Fact]
    public async Task A_fault_of_the_program_is_not_hidden()
    {
        StringWriter error = new();
        await Assert.ThrowsAsync<InvalidCastException>(
            () => CommandFailures.ToldAsync(() => Task.FromException<int>(new InvalidCastException()), error));
        Assert.Empty(error.ToString());
    }

    [Fact]
    public async Task The_commands_own_exit_code_stands()
        => Assert.Equal(7, await CommandFailures.ToldAsync(() => Task.FromResult(7), TextWriter.Null));
}
