namespace Gateway.Http;

/// <summary>Adds up the headers of one request.</summary>
internal struct HeaderTally
{
    private int _length;
    private int _count;

    public void Add(string name, string value)
    {
        _length += name.Length + value.Length;
        _count++;
    }

    public readonly bool Exceeds(RequestLimits limits) => _length > limits.Headers || _count > limits.Count;
}
