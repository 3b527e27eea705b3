namespace Dashboard.Components.Controls;

/// <summary>What clients can be sorted by.</summary>
public enum ClientSort
{
    Received,
    Sent,
    Name,
    Address,
    Since,
    Total,
}
