namespace Gateway.Realms;

internal enum CredentialLocationKind : byte { Header, Cookie, Query }
