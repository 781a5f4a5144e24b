using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Tests.Store.Redis;

public sealed class RedisFailureTests
{
    public static TheoryData<Type> OfTheClient
        => [.. typeof(ConnectionMultiplexer).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Exception)) && !type.IsAbstract)];

    [Theory]
    [MemberData(nameof(OfTheClient))]
    public void Every_exception_of_the_client_is_a_failure_of_the_store(Type type)
        => Assert.True(RedisFailure.Is((Exception)RuntimeHelpers.GetUninitializedObject(type), CancellationToken.None));

    [Theory]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(SocketException))]
    [InlineData(typeof(TaskCanceledException))]
    public void So_is_what_a_connection_that_goes_down_leaves_behind(Type type)
        => Assert.True(RedisFailure.Is((Exception)RuntimeHelpers.GetUninitializedObject(type), CancellationToken.None));

    [Fact]
    public void A_fault_of_our_own_is_none_and_neither_is_what_the_caller_cancelled()
    {
        Assert.False(RedisFailure.Is(new NullReferenceException(), CancellationToken.None));
        Assert.False(RedisFailure.Is(new AggregateException(new TimeoutException(), new NullReferenceException()), CancellationToken.None));
        Assert.False(RedisFailure.Is(new OperationCanceledException(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_reason_is_that_of_the_innermost_error()
    {
        RedisConnectionException error = new(ConnectionFailureType.UnableToConnect, CommandFlags.None, "use abortConnect=false",
            new SocketException((int)SocketError.ConnectionRefused));
        Assert.Equal("Redis cannot be reached: Connection refused", RedisFailure.Reason(error));
    }
}
