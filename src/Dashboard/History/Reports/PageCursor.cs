using System.Buffers.Text;
using System.Text.Json;

namespace Dashboard.History.Reports;

/// <summary>The key of a page's last row, as a word for links. Who makes one up gets other rows, and nothing that they may not see.</summary>
internal static class PageCursor
{
    private const int MaxLength = 2000;

    public static string Encode<T>(T key) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key));

    /// <summary>The default where there is no cursor.</summary>
    public static T? Decode<T>(string? cursor)
        where T : class
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        try
        {
            if (cursor.Length <= MaxLength && JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(cursor)) is { } key)
                return key;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
        }
        throw new HistoryQueryException("The cursor is not one that an earlier answer gave.");
    }
}
