namespace Gateway.Store;

internal enum StoreKind { Sqlite, Redis }
