using System.Diagnostics;
using System.Text.Json;

using Microsoft.Playwright;

namespace Ui.Benchmarks.Browsing;

/// <summary>What it took to open a page.</summary>
/// <param name="FirstPaint">When anything of its content was seen, in milliseconds from the start of the navigation.</param>
/// <param name="Answers">When it answers to clicks; null where it is a page without script.</param>
/// <param name="Transferred">Bytes that came through the network, with headers, as they were compressed.</param>
/// <param name="Decoded">Bytes that the page was made of, those from the cache with them.</param>
/// <param name="Requests">How many the dashboard was asked.</param>
internal sealed record PageLoad(double FirstPaint, double? Answers, double Transferred, double Decoded, int Requests)
{
    private const string FirstPaintScript = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime";
    private const string AnswersScript = "selector => document.querySelector(selector) && performance.now()";

    /// <param name="isLive">Whether it has a circuit.</param>
    public static async Task<PageLoad> MeasureAsync(OpenPage tab, string address, bool isLive, CancellationToken cancellationToken)
    {
        Traffic traffic = new();
        await traffic.WatchAsync(tab.Tools);
        IResponse? response = await tab.Page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Commit });
        if (response is not { Ok: true })
            throw new InvalidOperationException($"{address} was answered with {response?.Status}.");
        double? answers = null;
        if (isLive)
            answers = await (await tab.Page.WaitForFunctionAsync(AnswersScript, Markup.Interactive)).JsonValueAsync<double>();
        double firstPaint = await (await tab.Page.WaitForFunctionAsync(FirstPaintScript)).JsonValueAsync<double>();
        await traffic.WhenQuietAsync(cancellationToken);
        return traffic.ToLoad(firstPaint, answers);
    }

    /// <summary>What the browser's tools say of its requests.</summary>
    private sealed class Traffic
    {
        // Charts come when the page has asked the history and found something to draw.
        private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

        private readonly Lock _gate = new();
        private readonly HashSet<string> _asked = [];
        private double _transferred;
        private double _decoded;
        private long _last = Stopwatch.GetTimestamp();

        public async Task WatchAsync(ICDPSession tools)
        {
            On("Network.responseReceived", (id, details) =>
            {
                JsonElement response = details.GetProperty("response");
                if (response.GetProperty("url").GetString()!.StartsWith("http", StringComparison.Ordinal) && !IsTrue(response, "fromDiskCache") && !IsTrue(response, "fromPrefetchCache"))
                    _asked.Add(id);
            });
            On("Network.requestServedFromCache", (id, _) => _asked.Remove(id));
            On("Network.dataReceived", (_, details) => _decoded += details.GetProperty("dataLength").GetDouble());
            On("Network.loadingFinished", (_, details) => _transferred += details.GetProperty("encodedDataLength").GetDouble());
            await tools.SendAsync("Network.enable");

            void On(string name, Action<string, JsonElement> take) => tools.Event(name).OnEvent += (_, details) =>
            {
                lock (_gate)
                {
                    _last = Stopwatch.GetTimestamp();
                    take(details!.Value.GetProperty("requestId").GetString()!, details.Value);
                }
            };
        }

        /// <summary>Returns when nothing has come for a while.</summary>
        public async Task WhenQuietAsync(CancellationToken cancellationToken)
        {
            while (!IsQuiet())
                await Task.Delay(s_look, cancellationToken);
        }

        public PageLoad ToLoad(double firstPaint, double? answers)
        {
            lock (_gate)
                return new PageLoad(firstPaint, answers, _transferred, _decoded, _asked.Count);
        }

        private bool IsQuiet()
        {
            lock (_gate)
                return Stopwatch.GetElapsedTime(_last) > s_quiet;
        }

        private static bool IsTrue(JsonElement response, string property) => response.TryGetProperty(property, out JsonElement value) && value.GetBoolean();
    }
}
