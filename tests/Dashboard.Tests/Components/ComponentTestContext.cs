using Bunit;
using Bunit.TestDoubles;

using Dashboard.Approvals;
using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;
using Dashboard.History;
using Dashboard.History.Reports;
using Dashboard.Live;
using Dashboard.Storage;

using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using MudBlazor.Services;

using Tests.Shared;

namespace Dashboard.Tests.Components;

/// <summary>What every test of a screen has: the real live store on manual time, and an operator who is signed in.</summary>
public abstract class ComponentTestContext : BunitContext
{
    protected static readonly TimeSpan Limit = TestWait.Limit;

    static ComponentTestContext() => DefaultWaitTimeout = Limit;

    protected ComponentTestContext()
    {
        Store = new LiveStore(Time, NullLogger<LiveStore>.Instance);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton(Store);
        Storage = new StorageState(Time);
        Storage.Set(StorageCondition.Ready);
        Services.AddSingleton(Storage);
        Services.AddSingleton<IServerOperations>(Operations);
        Services.AddSingleton<IApprovals>(Approvals);
        Services.AddScoped<ConsoleHistory>();
        Services.AddSingleton<ITrafficHistory>(History);
        Services.AddSingleton<ITrafficReports>(Reports);
        Services.AddSingleton<ISessionReports>(Reports);
        Services.AddSingleton<IEventReports>(Reports);
        Services.AddMudServices(static options => options.PopoverOptions.CheckForPopoverProvider = false); // most tests draw one page without its layout
        Services.AddScoped<ViewerClock>();
        Services.AddScoped<Confirmation>();
        Services.AddScoped<Toasts>();
        User = AddAuthorization();
        User.SetAuthorized("ana");
        User.SetRoles("Operator");
        User.SetPolicies("View", "Operate", "Proven");
    }

    private protected ManualTimeProvider Time { get; } = new(Sample.Now);

    protected LiveStore Store { get; }

    private protected FakeOperations Operations { get; } = new();

    private protected FakeApprovals Approvals { get; } = new();

    /// <summary>Of a database that is ready.</summary>
    protected StorageState Storage { get; }

    private protected FakeHistory History { get; } = new();

    private protected FakeReports Reports { get; } = new();

    protected BunitAuthorizationContext User { get; }

    private protected ViewerClock Clock => Services.GetRequiredService<ViewerClock>();

    protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    protected string Address => Navigation.ToBaseRelativePath(Navigation.Uri);

    /// <summary>Whether what is drawn is in a circuit, or in the page that comes before it.</summary>
    protected bool IsInteractive { get; set; } = true;

    /// <summary>Tells the renderer what it is only now: once it is there, no service can be added any more.</summary>
    public override IRenderedComponent<TComponent> Render<TComponent>(Action<ComponentParameterCollectionBuilder<TComponent>>? parameterBuilder = null)
    {
        Renderer.SetRendererInfo(new RendererInfo(IsInteractive ? "Server" : "Static", IsInteractive));
        return base.Render(parameterBuilder);
    }

    /// <summary>Opens a field's list and takes what it says.</summary>
    /// <param name="overlays">Where what opens is drawn.</param>
    private protected static void Choose<T>(IRenderedComponent<T> cut, IRenderedComponent<Overlays> overlays, string label, string option)
        where T : IComponent
    {
        Offered(cut, overlays, label);
        overlays.FindAll("[role=option]").Single(found => found.TextContent.Trim() == option).Click();
    }

    /// <summary>Opens a field's list: what can be chosen.</summary>
    /// <param name="overlays">Where what opens is drawn.</param>
    private protected static string[] Offered<T>(IRenderedComponent<T> cut, IRenderedComponent<Overlays> overlays, string label)
        where T : IComponent
    {
        cut.Find($"[role=combobox][aria-label='{label}']").Closest(".mud-input-control")!.MouseDown();
        overlays.WaitForAssertion(() => Assert.NotEmpty(overlays.FindAll("[role=option]")));
        return [.. overlays.FindAll("[role=option]").Select(option => option.TextContent.Trim())];
    }

    /// <summary>Waits until something holds that no drawing tells of.</summary>
    protected static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Limit), "Waited in vain.");
}
