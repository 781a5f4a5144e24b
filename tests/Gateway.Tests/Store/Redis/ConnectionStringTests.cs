using Gateway.Store.Redis;

namespace Gateway.Tests.Store.Redis;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("redis.internal:6380,user=gateway,password=p=a;s/s,ssl=true")]
    [InlineData("sentinel-1:26379, sentinel-2:26379 ,serviceName=mymaster,sentinelPassword=x")]
    [InlineData("[::1]:6379,defaultDatabase=2,protocol=resp2")]
    [InlineData("my_redis:6379")]
    [InlineData("!/run/redis.sock")]
    public void What_the_client_reads_is_taken(string connection) => Assert.Null(ConnectionString.Problem(connection));

    [Theory]
    [InlineData("redis://127.0.0.1", "127.0.0.1:6379")]
    [InlineData("redis://:sEcReT@h:6380/2", "h:6380,password=…,defaultDatabase=2")]
    [InlineData("rediss://us%2Fer:sEcReT@redis.internal", "redis.internal:6379,user=us/er,password=…,ssl=true")]
    [InlineData("redis://sEcReT@h", "h:6379,password=…")]
    [InlineData("redis-sentinel://a,b?x=sEcReT", "host:port,user=…,password=…,ssl=true")]
    public void A_URL_is_refused_with_what_to_write_instead(string url, string form)
    {
        string problem = ConnectionString.Problem(url)!;
        Assert.EndsWith($"takes {form}.", problem);
        Assert.DoesNotContain("sEcReT", problem);
    }

    [Theory]
    [InlineData("password=x", "names no server")]
    [InlineData("/run/redis.sock", "names no server")]
    [InlineData("h:6379,password=abc,d e f", "a password cannot hold one")]
    [InlineData("h:99999", "65535")]
    [InlineData("h:1:2", "names no server")]
    [InlineData("h,pasword=x", "'pasword' is not supported")]
    [InlineData("h,channelPrefix=x", "Gateway:Store:Prefix")]
    [InlineData("h,proxy=twemproxy", "proxy=")]
    public void What_the_client_would_only_trip_over_later_is_refused(string connection, string says)
        => Assert.Contains(says, ConnectionString.Problem(connection));
}
