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

using Radzen;

using Tests.Shared;

namespace Dashboard.Tests.Components;

/// <summary>What every test of a screen has: the real live store on manual time, and an operator who is signed in.</summary>
public abstract class ComponentTestContext : BunitContext
{
    protected static readonly TimeSpan Limit = TestWait.Limit;

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
        Services.AddRadzenComponents();
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

    /// <summary>Waits until something holds that no drawing tells of.</summary>
    protected static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Limit), "Waited in vain.");
}
