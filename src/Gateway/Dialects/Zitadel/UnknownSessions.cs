namespace Gateway.Dialects.Zitadel;

internal enum UnknownSessions { Refuse, Revoke }
