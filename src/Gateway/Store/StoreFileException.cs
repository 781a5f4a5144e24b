namespace Gateway.Store;

/// <summary>
/// The file cannot be used as it is. The start stops; the message names the file and the cure, and the file is kept as it was found.
/// </summary>
internal sealed class StoreFileException(string message, Exception? inner = null) : Exception(message, inner);
