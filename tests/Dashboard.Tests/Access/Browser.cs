using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Dashboard.Tests.Access;

/// <summary>What a browser does with forms and cookies; redirects are left for the test to see.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _client;

    public Browser(Uri address, HttpMessageHandler? server = null)
    {
        _client = new HttpClient(new CookieHandler(Cookies, server ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }))
        {
            BaseAddress = address,
        };
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
    }

    public CookieContainer Cookies { get; } = new();

    public HttpRequestHeaders Headers => _client.DefaultRequestHeaders;

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _client.SendAsync(request, TestContext.Current.CancellationToken);

    /// <summary>Opens a page, fills in its form and sends it, hidden fields included.</summary>
    public async Task<HttpResponseMessage> PostFormAsync(string page, params (string Name, string Value)[] fields) =>
        await PostAsync(await GetFormAsync(page), fields);

    public async Task<IHtmlFormElement> GetFormAsync(string page)
    {
        using HttpResponseMessage response = await GetAsync(page);
        IHtmlDocument document = await ReadAsync(response);
        return document.QuerySelector<IHtmlFormElement>("form") ?? throw new InvalidOperationException($"{page} has no form ({response.StatusCode}): {document.Body?.TextContent.Trim()}");
    }

    public Task<HttpResponseMessage> PostAsync(IHtmlFormElement form, params (string Name, string Value)[] fields)
    {
        var values = form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]")
            .ToDictionary(static input => input.Name!, static input => input.Value);
        foreach ((string name, string value) in fields)
        {
            Assert.True(values.ContainsKey(name) || form.QuerySelector($"input[name={name}]") is not null, $"The form has no field {name}.");
            values[name] = value;
        }
        var root = new Uri(_client.BaseAddress!, form.Owner!.QuerySelector("base")?.GetAttribute("href"));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(root, form.GetAttribute("action"))) { Content = new FormUrlEncodedContent(values) };
        if (!Headers.Contains("Origin"))
            request.Headers.Add("Origin", _client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        return SendAsync(request);
    }

    public Task<HttpResponseMessage> SignInAsync(string userName, string password, string page = "/account/sign-in") =>
        PostFormAsync(page, ("userName", userName), ("password", password));

    public static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage response) =>
        new HtmlParser().ParseDocument(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    public void Dispose() => _client.Dispose();

    private sealed class CookieHandler(CookieContainer cookies, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (cookies.GetCookieHeader(request.RequestUri!) is { Length: > 0 } header)
                request.Headers.Add("Cookie", header);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set))
            {
                foreach (string cookie in set)
                    cookies.SetCookies(request.RequestUri!, cookie);
            }
            return response;
        }
    }
}
