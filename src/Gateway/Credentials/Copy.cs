using System.Runtime.CompilerServices;

namespace Gateway.Credentials;

/// <summary>One occurrence of a credential in a request: what reads it, and its characters within the string that holds it.</summary>
/// <param name="Reader">Null where nothing stands.</param>
internal readonly record struct Copy(Reader? Reader, string Source, int Start, int Length)
{
    public ReadOnlySpan<char> Token => Source.AsSpan(Start, Length);
}

/// <summary>The copies of one request, on the stack.</summary>
[InlineArray(Capacity)]
internal struct CopyBuffer
{
    public const int Capacity = 8;
    private Copy _first;
}
