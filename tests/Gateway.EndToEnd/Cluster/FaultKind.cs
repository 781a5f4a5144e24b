namespace Gateway.EndToEnd.Cluster;

internal enum FaultKind
{
    FreezeShort, FreezeLong, KillGateway, CutBoth, CutToRedis, CutFromRedis, SlowLine, ServeForAWhile,
    FreezeRedis, RestartRedis, RestartRedisEmpty, RestartRedisOlder, FlushAll, FlushManyWaiting, ForgeMessages,
}
