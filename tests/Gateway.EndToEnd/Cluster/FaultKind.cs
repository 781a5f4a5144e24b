namespace Gateway.EndToEnd.Cluster;

internal enum FaultKind
{
    FreezeShort, FreezeLong, KillGateway, CutBoth, CutToRedis, CutFromRedis, SlowLine,
    FreezeRedis, RestartRedis, RestartRedisEmpty, RestartRedisOlder, FlushAll,
}
