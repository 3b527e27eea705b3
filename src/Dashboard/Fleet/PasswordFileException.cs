namespace Dashboard.Fleet;

/// <summary>A management password file cannot be read; the message names the file and never its content.</summary>
public sealed class PasswordFileException(string message, Exception? inner = null) : Exception(message, inner);
