using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Tests;

/// <summary>
/// The public API as it was reviewed stands in <c>PublicApi.txt</c>. A change fails here until somebody has looked at it: run with
/// <c>UPDATE_EXPECTED=1</c> and review the difference.
/// </summary>
public sealed class PublicApiTests
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public async Task The_public_api_is_the_one_that_was_reviewed()
    {
        string actual = Describe(typeof(ManagementConnection).Assembly);

        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") is { Length: > 0 })
            await File.WriteAllTextAsync(SourceFile(), actual, TestContext.Current.CancellationToken);
        else
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt"), TestContext.Current.CancellationToken), actual);
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsSubclassOf(typeof(Delegate)) ? "delegate" : type.IsValueType ? "struct" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
            string parent = type.BaseType is { } super && super != typeof(object) && super != typeof(ValueType) && super != typeof(Enum) && super != typeof(MulticastDelegate) ? " : " + Name(super) : "";
            text.Append(kind).Append(' ').Append(type.FullName!.Replace('+', '.')).Append(parent).Append('\n');
            foreach (string member in type.GetMembers(Everything).Where(IsVisible).Select(Describe).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => (method.IsPublic || method.IsFamily) && (method is ConstructorInfo || !method.IsSpecialName || method.Name.StartsWith("op_Implicit", StringComparison.Ordinal)) && !IsGenerated(method),
        PropertyInfo property => property.GetMethod is { IsPublic: true } && property.Name != "EqualityContract",
        FieldInfo field => field.IsPublic && !field.IsSpecialName,
        _ => false,
    };

    // What the compiler writes for every record.
    private static bool IsGenerated(MethodBase method) =>
        method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || method.Name is "Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "<Clone>$" or "PrintMembers";

    private static string Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)}{Nullable(new NullabilityInfoContext().Create(method.ReturnParameter).ReadState, method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        PropertyInfo property => $"{(property.GetMethod!.IsStatic ? "static " : "")}{Name(property.PropertyType)}{Nullable(new NullabilityInfoContext().Create(property).ReadState, property.PropertyType)} {property.Name}{(property.GetIndexParameters() is { Length: > 0 } index ? $"[{string.Join(", ", index.Select(Describe))}]" : "")} {{ get;{(property.SetMethod is { IsPublic: true } set ? IsInit(set) ? " init;" : " set;" : "")} }}",
        FieldInfo { IsLiteral: true } constant => $"const {Name(constant.FieldType)} {constant.Name} = {constant.GetRawConstantValue()}",
        FieldInfo field => $"{Name(field.FieldType)} {field.Name}",
        _ => member.ToString()!,
    };

    private static bool IsInit(MethodInfo set) => set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Describe));

    private static string Describe(ParameterInfo parameter) =>
        $"{(parameter.IsOut ? "out " : "")}{Name(parameter.ParameterType)}{Nullable(new NullabilityInfoContext().Create(parameter).WriteState, parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}";

    private static string Nullable(NullabilityState state, Type type) => state == NullabilityState.Nullable && !type.IsValueType ? "?" : "";

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (System.Nullable.GetUnderlyingType(type) is { } value)
            return Name(value) + "?";
        string name = type.DeclaringType is { } outer && !type.IsGenericParameter ? $"{outer.Name}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }

    private static string SourceFile([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "PublicApi.txt");
}
