using System.Net;
using System.Reflection;
using System.Security.Claims;
using System.Text;
using Dashboard.Access;
using Dashboard.Approvals;
using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Fleet.Questions;
using Dashboard.Live;
using Dashboard.Tests.Storage;
using Mgmt.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Tests.Shared;

namespace Dashboard.Tests.Access;

/// <summary>
/// Walks every endpoint, routable component, hub method and operation that pages call with every role and with none, and compares who gets in with
/// <c>permissions.txt</c>. Whoever adds a surface, or opens one, changes that table on purpose.
/// </summary>
public sealed class PermissionTests(PermissionTests.Fixture fixture) : IClassFixture<PermissionTests.Fixture>
{
    private const string Table = "Access/permissions.txt";

    private static readonly string[] s_callers = ["nobody", "no role", Roles.Viewer, Roles.Operator, Roles.Admin];

    [Fact]
    public async Task Every_surface_lets_in_exactly_those_whom_the_table_names()
    {
        var table = new StringBuilder("# Who gets in, of: ").AppendJoin(", ", s_callers).Append(".\n# Files that a page consists of are left out: see DenyByDefaultTests.\n\n");
        foreach ((string method, string route, string path) in Surfaces(fixture.App))
        {
            List<string> allowed = [];
            foreach (string caller in s_callers)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                if (method is "POST")
                    request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                using HttpResponseMessage response = await fixture.Browsers[caller].SendAsync(request);
                if (GetsIn(response))
                    allowed.Add(caller);
            }
            table.Append(method).Append(' ').Append(route).Append(": ").AppendJoin(", ", allowed).Append('\n');
        }
        foreach ((string hub, string[] methods) in Hubs())
            table.Append("hub ").Append(hub).Append(": ").AppendJoin(", ", methods).Append('\n');

        table.Append("\n# What pages call, within a circuit: no request, no route.\n\n");
        foreach ((string operation, Func<ClaimsPrincipal, Task<bool>> gets) in Operations(fixture.App))
        {
            List<string> allowed = [];
            foreach (string caller in s_callers)
            {
                if (await gets(caller is "nobody" ? new ClaimsPrincipal(new ClaimsIdentity()) : await fixture.App.PrincipalAsync(Fixture.NameOf(caller))))
                    allowed.Add(caller);
            }
            table.Append("operation ").Append(operation).Append(": ").AppendJoin(", ", allowed).Append('\n');
        }

        string expected = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, Table), TestContext.Current.CancellationToken);
        if (expected != table.ToString())
            await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, Table + ".actual"), table.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal(expected, table.ToString());
    }

    [Fact]
    public void Every_page_says_itself_who_may_see_it()
    {
        string[] silent = [.. typeof(DashboardApp).Assembly.GetTypes()
            .Where(static type => type.GetCustomAttributes<RouteAttribute>().Any())
            .Where(static type => !type.GetCustomAttributes(inherit: true).Any(static attribute => attribute is IAuthorizeData or IAllowAnonymous))
            .Select(static type => type.Name)];

        Assert.Empty(silent);
    }

    [Fact]
    public void Every_hub_says_itself_who_may_use_it()
    {
        string[] silent = [.. HubTypes().Where(static type => type.GetCustomAttribute<AuthorizeAttribute>() is null).Select(static type => type.Name)];

        Assert.Empty(silent);
    }

    private static IEnumerable<(string Operation, Func<ClaimsPrincipal, Task<bool>> Gets)> Operations(AccessApp app) =>
        from service in (Type[])[typeof(IServerOperations), typeof(IApprovals)]
        from method in service.GetMethods()
        where method.GetParameters() is [{ ParameterType: var first }, ..] && first == typeof(ClaimsPrincipal) && typeof(Task).IsAssignableFrom(method.ReturnType)
        orderby service.Name, method.Name
        select ($"{service.Name}.{method.Name}", (Func<ClaimsPrincipal, Task<bool>>)(async caller =>
        {
            var call = (Task)method.Invoke(app.Services.GetRequiredService(service), [caller, .. method.GetParameters().Skip(1).Select(ArgumentFor)])!;
            await call;
            return call.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(call) switch
            {
                OperationResult result => result is not ({ Outcome: OperationOutcome.Denied } or { Reply: "There is no such server." }),
                var answer => answer is not null,
            };
        }));

    // Something that is allowed in form, so that nothing but the caller is a reason to refuse it.
    private static object? ArgumentFor(ParameterInfo parameter) => parameter switch
    {
        { Name: "server" } => Fixture.Server,
        { ParameterType: var type } when type == typeof(BlockedName) => new BlockedName(NameKind.Either, "bob"),
        { ParameterType: var type } when type == typeof(string) => "help",
        { ParameterType: var type } when type == typeof(SessionIdentity) => new SessionIdentity(Fixture.Server, new ClientId(7), DateTimeOffset.UnixEpoch, "bob", "198.51.100.11:1"),
        { ParameterType: var type } when type == typeof(TimeSpan) => SlotRelease.Shortest,
        { ParameterType: var type } when type == typeof(QuestionAnswer) => new QuestionAnswer(),
        { ParameterType: var type } when type == typeof(CancellationToken) => TestContext.Current.CancellationToken,
        { ParameterType: { IsValueType: true } type } => Activator.CreateInstance(type),
        _ => null,
    };

    // What a caller is refused with: "sign in", "not with your role". Anything else, an error or a page that says no by
    // itself included, has come past the door.
    private static bool GetsIn(HttpResponseMessage response) =>
        !(response.StatusCode is HttpStatusCode.Unauthorized
          || (response.StatusCode is HttpStatusCode.Forbidden && response.Content.Headers.ContentType?.MediaType is not "text/html")
          || (response.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.Found
              && response.Headers.Location!.OriginalString is var to
              && (to.StartsWith("/account/sign-in", StringComparison.Ordinal) || to.StartsWith("/account/access-denied", StringComparison.Ordinal))));

    private static IEnumerable<(string Method, string Route, string Path)> Surfaces(AccessApp app) =>
        (from endpoint in app.Endpoints
         let route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
         where !IsFile(route)
         from method in Methods(endpoint)
         orderby route, method
         select (method, route, PathOf(endpoint.RoutePattern))).Distinct();

    // A page is asked for; its forms are protected like the page.
    private static IEnumerable<string> Methods(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null ? ["GET"]
        : endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 } known ? known.HttpMethods
        : ["GET", "POST"];

    private static bool IsFile(string route) => (Path.HasExtension(route) && !route.StartsWith("/api/", StringComparison.Ordinal)) || route.EndsWith(":file}", StringComparison.Ordinal) || route.StartsWith("/_framework", StringComparison.Ordinal);

    private static IEnumerable<(string Hub, string[] Methods)> Hubs() =>
        HubTypes().OrderBy(static type => type.Name, StringComparer.Ordinal).Select(static type => (
            $"{type.Name} ({type.GetCustomAttribute<AuthorizeAttribute>()?.Policy ?? "-"})",
            type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(static method => !method.IsSpecialName && method.GetBaseDefinition() == method)
                .Select(static method => $"{method.Name} ({method.GetCustomAttribute<AuthorizeAttribute>()?.Policy ?? "as the hub"})")
                .Order(StringComparer.Ordinal).ToArray()));

    private static IEnumerable<Type> HubTypes() => typeof(DashboardApp).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Hub)) && !type.IsAbstract);

    private static string PathOf(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(static segment => string.Concat(segment.Parts.Select(static part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart { ParameterPolicies: var policies } when policies.Any(static policy => policy.Content is "guid") => "00000000-0000-0000-0000-000000000001",
            _ => "1",
        }))));

    public sealed class Fixture : IAsyncLifetime
    {
        public const string Server = "edge";

        private readonly FakeOpenVpnServer _daemon = new();
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("permissions-");

        internal AccessApp App { get; private set; } = null!;

        internal Dictionary<string, Browser> Browsers { get; } = new(StringComparer.Ordinal);

        internal static string NameOf(string caller) => caller.Replace(' ', '-');

        public async ValueTask InitializeAsync()
        {
            string socket = Path.Combine(_folder.FullName, "m.sock");
            _daemon.On("mute", "SUCCESS: mute=0\r\n");
            _daemon.ListenUnix(socket);
            App = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync(), builder =>
            {
                builder.Configuration["Dashboard:Servers:0:Name"] = Server;
                builder.Configuration["Dashboard:Servers:0:Endpoint"] = $"unix:{socket}";
                // With an identity provider, which is away, so that its surfaces are there.
                builder.Configuration["Dashboard:Access:SingleSignOn:Authority"] = "http://127.0.0.1:1";
                builder.Configuration["Dashboard:Access:SingleSignOn:ClientId"] = "dashboard";
                builder.Configuration["Dashboard:Access:Grants:0:Group"] = "*";
                builder.Configuration["Dashboard:Access:Grants:0:Role"] = Roles.Viewer;
            });
            Browsers["nobody"] = new Browser(App.Address);
            foreach (string caller in s_callers.Skip(1))
            {
                string name = NameOf(caller);
                await App.AddUserAsync(name, AccessApp.AdminPassword, caller is "no role" ? null : caller);
                Browser browser = await App.SignInAsync(name);
                browser.Headers.Add("Sec-Fetch-Site", "same-origin");
                Browsers[caller] = browser;
            }
            await TestWait.UntilAsync(() => App.Services.GetRequiredService<LiveStore>().Find(Server)!.IsLive);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (Browser browser in Browsers.Values)
                browser.Dispose();
            await App.DisposeAsync();
            await _daemon.DisposeAsync();
            _folder.Delete(recursive: true);
        }
    }
}
