
namespace Gateway.Revocation;

/// <summary>A place in the revocation log. Numbers grow by one with each fact and mean something only within one
/// epoch: one unbroken life of the log (rule R2).</summary>
/// <param name="Epoch">Id of the epoch; for the embedded log the id made when the file was created.</param>
/// <param name="Number">Number of the fact; 0 is the place before the first.</param>
internal readonly record struct LogPosition(string Epoch, long Number)
{
    /// <summary>Before the first fact of whatever epoch is now.</summary>
    public static readonly LogPosition Start = new("", 0);

    public override string ToString() => $"{Epoch}/{Number}";
}
