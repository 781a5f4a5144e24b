namespace Gateway.Realms;

/// <summary>A list that may be written as a single value.</summary>
internal sealed class OneOrMore : List<string>;
