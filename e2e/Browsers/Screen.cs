using Microsoft.Playwright;

namespace E2E.Browsers;

/// <summary>What a person looks at a page with.</summary>
public sealed record Screen(string Name, ColorScheme ColorScheme, int Width, int Height, bool IsPhone)
{
    public static readonly Screen Dark = new("dark", ColorScheme.Dark, 1440, 900, IsPhone: false);
    public static readonly Screen Light = new("light", ColorScheme.Light, 1440, 900, IsPhone: false);
    public static readonly Screen Phone = new("phone", ColorScheme.Dark, 390, 844, IsPhone: true);

    /// <summary>As people with low vision set it: the system's own few colours, everything twice as large, and nothing that moves.</summary>
    public static readonly Screen HighContrast = new("high-contrast", ColorScheme.Dark, 720, 450, IsPhone: false) { HasForcedColors = true };

    public bool HasForcedColors { get; private init; }

    public override string ToString() => Name;
}
