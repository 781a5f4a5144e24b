namespace Gateway.Store.Sqlite;

/// <summary>The claim of one running gateway on its log file: an operating-system lock on a file beside it, which ends with
/// the process however it ends. Two gateways on one embedded log would each miss what the other records.</summary>
internal static class StoreClaim
{
    /// <summary>Reads it. Null where there is no claim file and none can be made: then nobody can write the log either.</summary>
    /// <exception cref="StoreFileException">Another gateway runs on this file.</exception>
    public static FileStream? Take(string path)
    {
        string claim = path + "-claim";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(claim, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return File.Exists(claim) ? TakeReadOnly(path, claim) : null;
        }
    }

    // A lock needs no right to write: what still fails then fails because somebody holds it.
    private static FileStream TakeReadOnly(string path, string claim)
    {
        try
        {
            return new FileStream(claim, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreFileException(
                $"The store file {path} is in use by another gateway. Stop it first, give each its own Gateway:Store:Path, or use "
                    + "Store:Kind Redis to let several gateways share a log.", error);
        }
    }
}
