namespace Dashboard.History.Reports;

/// <summary>What was asked for makes no sense. The message says why, for a person; nothing of it is secret.</summary>
public sealed class HistoryQueryException(string message) : Exception(message);
