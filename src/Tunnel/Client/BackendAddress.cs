namespace Tunnel.Client;

/// <summary>The one web server requests may go to, and how a visitor's path is joined to its own.</summary>
internal sealed class BackendAddress
{
    private readonly string _basePath;
    private readonly string _query;

    public BackendAddress(Uri url)
    {
        Url = url;
        Origin = url.GetLeftPart(UriPartial.Authority);
        _basePath = url.AbsolutePath.TrimEnd('/');
        _query = url.Query.TrimStart('?');
    }

    public Uri Url { get; }

    /// <summary>scheme://host:port</summary>
    public string Origin { get; }

    public bool IsSecure => string.Equals(Url.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal);

    /// <summary>
    /// The target for the backend, the visitor's bytes unchanged; null when dot segments would leave the base path.
    /// </summary>
    public string? Join(string target)
    {
        int question = target.IndexOf('?', StringComparison.Ordinal);
        ReadOnlySpan<char> path = question < 0 ? target : target.AsSpan(0, question);
        if (_basePath.Length > 0 && Leaves(path))
            return null;
        if (_query.Length == 0)
            return _basePath + target;
        return question < 0 ? $"{_basePath}{target}?{_query}" : $"{_basePath}{target[..question]}?{_query}&{target[(question + 1)..]}";
    }

    private static bool Leaves(ReadOnlySpan<char> path)
    {
        int depth = 0;
        // A backslash or an encoded slash is a separator to some servers: count it as one where that is the stricter reading.
        string decoded = path.ToString()
            .Replace("%2e", ".", StringComparison.OrdinalIgnoreCase)
            .Replace("%2f", "/", StringComparison.OrdinalIgnoreCase)
            .Replace("%5c", "/", StringComparison.OrdinalIgnoreCase)
            .Replace('\\', '/');
        foreach (Range range in decoded.AsSpan().Split('/'))
        {
            ReadOnlySpan<char> segment = decoded.AsSpan(range);
            if (segment is "..")
                depth--;
            else if (segment is not ("" or "."))
                depth++;
            if (depth < 0)
                return true;
        }

        return false;
    }
}
