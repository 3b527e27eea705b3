using System.Collections.Immutable;
using System.Net;

using Dashboard.Live;

namespace Dashboard.Components.Controls;

/// <summary>Which clients are shown, in which order: what the address of the page says with <c>q</c> and <c>sort</c>.</summary>
public sealed record ClientQuery(string Filter, ClientSort Sort, bool Descending)
{
    public static readonly ClientQuery Default = new("", ClientSort.Received, Descending: true);

    /// <summary>Reads <c>sort=name</c> or, descending, <c>sort=-name</c>. What cannot be read is the default.</summary>
    public static ClientQuery Parse(string? filter, string? sort)
    {
        string name = sort?.TrimStart('-') ?? "";
        return Enum.GetNames<ClientSort>().FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? new ClientQuery(filter ?? "", Enum.Parse<ClientSort>(found), sort!.StartsWith('-'))
            : Default with { Filter = filter ?? "" };
    }

    /// <summary>The value of <c>q</c>; null when it need not be in the address.</summary>
    public string? FilterText => Filter.Length == 0 ? null : Filter;

    /// <summary>The value of <c>sort</c>; null when it need not be in the address.</summary>
    public string? SortText =>
        Sort == Default.Sort && Descending == Default.Descending ? null : (Descending ? "-" : "") + Sort.ToString().ToLowerInvariant();

    /// <summary>The same column again turns the order round; numbers begin with the largest.</summary>
    public ClientQuery SortedBy(ClientSort sort) =>
        this with { Sort = sort, Descending = sort == Sort ? !Descending : sort is ClientSort.Received or ClientSort.Sent or ClientSort.Total };

    /// <summary>The order of the rows. Equal ones are in order of their CID, so that they keep their places.</summary>
    public IComparer<ClientSnapshot> Order => Comparer<ClientSnapshot>.Create(Compare);

    /// <summary>The clients that match, as they come.</summary>
    public ClientSnapshot[] Matching(ImmutableArray<ClientSnapshot> clients) => Filter.Length == 0 ? [.. clients] : [.. clients.Where(Matches)];

    /// <summary>Whether the text stands anywhere in what is shown of a client.</summary>
    public bool Matches(ClientSnapshot client)
    {
        return In(client.CommonName) || In(client.Username) || In(client.RealAddress)
            || In(client.VirtualAddress) || In(client.VirtualAddress6) || In(client.Platform);

        bool In(string? text) => text?.Contains(Filter, StringComparison.OrdinalIgnoreCase) ?? false;
    }

    private int Compare(ClientSnapshot a, ClientSnapshot b)
    {
        int order = Sort switch
        {
            ClientSort.Received => Nullable.Compare(a.ReceivedRate, b.ReceivedRate),
            ClientSort.Sent => Nullable.Compare(a.SentRate, b.SentRate),
            ClientSort.Name => string.Compare(a.Person, b.Person, StringComparison.OrdinalIgnoreCase),
            ClientSort.Address => CompareAddresses(a.RealAddress, b.RealAddress),
            ClientSort.Since => b.ConnectedSince.CompareTo(a.ConnectedSince), // by how long
            ClientSort.Total => (a.ReceivedBytes + a.SentBytes).CompareTo(b.ReceivedBytes + b.SentBytes),
            _ => 0,
        };
        return order == 0 ? a.Identity.Cid.Value.CompareTo(b.Identity.Cid.Value) : Descending ? -order : order;
    }

    // 9.0.0.1 before 10.0.0.1; whatever is no address, as text
    private static int CompareAddresses(string a, string b)
    {
        if (!IPEndPoint.TryParse(a, out IPEndPoint? left) || !IPEndPoint.TryParse(b, out IPEndPoint? right))
            return string.CompareOrdinal(a, b);
        int families = left.AddressFamily.CompareTo(right.AddressFamily);
        if (families != 0)
            return families;
        int addresses = left.Address.GetAddressBytes().AsSpan().SequenceCompareTo(right.Address.GetAddressBytes());
        return addresses != 0 ? addresses : left.Port.CompareTo(right.Port);
    }
}
