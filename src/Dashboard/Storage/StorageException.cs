namespace Dashboard.Storage;

/// <summary>Why the database cannot be had. The message is for a person: what is wrong and what to do about it.</summary>
internal sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
