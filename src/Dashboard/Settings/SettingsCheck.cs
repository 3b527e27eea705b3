using System.Collections;
using System.ComponentModel;
using System.Reflection;

namespace Dashboard.Settings;

/// <summary>
/// Compares a configuration section with the class it is bound to. The framework's binder stops at the first value it
/// cannot convert and takes no notice of a misspelt key; this finds them all.
/// </summary>
internal static class SettingsCheck
{
    public static IEnumerable<SettingsMistake> Find(IConfigurationSection section, Type type) =>
        IsLeaf(type) ? Leaf(section, type)
        : section.Value is { Length: > 0 } ? [new(section.Path, $"a {(ElementOf(type) is null ? "group" : "list")} is wanted here, not one value.")]
        : ElementOf(type) is { } element ? section.GetChildren().SelectMany(child => Find(child, element))
        : Properties(section, type);

    private static IEnumerable<SettingsMistake> Properties(IConfigurationSection section, Type type)
    {
        PropertyInfo[] known = type.GetProperties();
        foreach (IConfigurationSection child in section.GetChildren())
        {
            PropertyInfo? property = known.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                yield return new(child.Path, $"no such setting; known here: {string.Join(", ", known.Select(p => p.Name))}.");
            else
                foreach (SettingsMistake mistake in Find(child, property.PropertyType))
                    yield return mistake;
        }
    }

    private static IEnumerable<SettingsMistake> Leaf(IConfigurationSection section, Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (section.GetChildren().Any())
            yield return new(section.Path, "one value is wanted here, not a list or a group.");
        else if (section.Value is { Length: > 0 } value && !CanConvert(plain, value))
            yield return new(section.Path, $"'{value}' is not {Describe(plain)}.");
    }

    private static bool CanConvert(Type type, string value)
    {
        if (type == typeof(string))
            return true;
        if (type.IsEnum)
            return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase); // a number is no name
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Describe(Type type) => type switch
    {
        { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(TimeSpan) => "a duration such as 00:00:10",
        _ when type == typeof(bool) => "true or false",
        _ => "a whole number",
    };

    private static bool IsLeaf(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { } t && (t.IsPrimitive || t.IsEnum || t == typeof(string) || t == typeof(TimeSpan));

    private static Type? ElementOf(Type type) =>
        type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType ? type.GetGenericArguments()[^1] : null; // of a dictionary, the values
}
