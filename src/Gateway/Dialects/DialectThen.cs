namespace Gateway.Dialects;

internal enum DialectThen { Answer, Forward }
