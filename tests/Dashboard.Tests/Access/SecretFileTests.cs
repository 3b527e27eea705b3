using Dashboard.Access;
using Dashboard.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

public sealed class SecretFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("secret-files-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(UnixFileMode.UserRead, null)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, null)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, "read by other users")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite, "changed by other users")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupWrite, "changed by other users")]
    public void A_file_that_strangers_can_get_at_is_reported_with_what_helps(UnixFileMode mode, string? expected)
    {
        string file = Secret("management.password", mode);

        string? why = SecretFile.WhyExposed(file);

        Assert.Equal(expected is null, why is null);
        Assert.Contains(expected ?? "", why ?? "", StringComparison.Ordinal);
        Assert.EndsWith(expected is null ? "" : $"chmod 600 {file}", why ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_is_closed_to_others_by_itself_or_by_a_directory_on_the_way()
    {
        const UnixFileMode All = (UnixFileMode)0b110_110_110;
        string socket = Secret("m.sock", All);
        Assert.True(SecretFile.IsClosedToOthers(socket));

        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);

        Assert.False(SecretFile.IsClosedToOthers(socket));
        File.SetUnixFileMode(socket, All & ~UnixFileMode.OtherWrite);
        Assert.True(SecretFile.IsClosedToOthers(socket));
    }

    [Fact]
    public void A_file_that_is_not_there_is_somebody_elses_to_report() =>
        Assert.Null(SecretFile.WhyExposed(Path.Combine(_folder.FullName, "nothing")));

    [Fact]
    public async Task The_start_names_each_exposed_file_once_and_never_its_content()
    {
        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.OtherRead;
        string password = Secret("management.password", Everybody);
        string client = Secret("client.secret", Everybody);
        string listener = Secret("listener.password", Everybody);
        string tool = Secret("tool.password", Everybody);
        string configuration = Secret("appsettings.json", Everybody, """{ "Dashboard": { "Access": { "ApiTokens": [ { "Name": "ci", "Token": "open sesame" } ] } } }""");
        string fine = Secret("fine.password", UnixFileMode.UserRead);
        await using AccessApp app = await AccessApp.StartAsync("Host=127.0.0.1;Port=1", builder =>
        {
            Set("Servers:0:Name", "a");
            Set("Servers:0:Endpoint", "tcp://127.0.0.1:1");
            Set("Servers:0:PasswordFile", password);
            Set("Servers:1:Name", "b");
            Set("Servers:1:Endpoint", "tcp://127.0.0.1:1");
            Set("Servers:1:PasswordFile", password);
            Set("Servers:2:Name", "c");
            Set("Servers:2:Endpoint", "tcp://127.0.0.1:1");
            Set("Servers:2:PasswordFile", fine);
            Set("Servers:2:PassThrough:0:Endpoint", $"unix:{_folder.FullName}/tool.sock");
            Set("Servers:2:PassThrough:0:PasswordFile", tool);
            Set("Listeners:0:Name", "d");
            Set("Listeners:0:Endpoint", $"unix:{_folder.FullName}/listener.sock");
            Set("Listeners:0:PasswordFile", listener);
            builder.Services.AddSingleton(new ConfigurationFile(configuration));
            Set("Access:SingleSignOn:Authority", "https://id.example.com");
            Set("Access:SingleSignOn:ClientId", "dashboard");
            Set("Access:SingleSignOn:ClientSecretFile", client);
            Set("Access:Grants:0:Group", "*");
            Set("Access:Grants:0:Role", "Viewer");

            void Set(string key, string value) => builder.Configuration[$"Dashboard:{key}"] = value;
        }, whenReady: false);

        string[] reported = [.. app.Log.Entries.Where(static entry => entry.Contains("A file with a secret is not protected", StringComparison.Ordinal))];

        Assert.All((string[])[password, client, listener, tool, configuration], file => Assert.Single(reported, entry => entry.Contains(file + " ", StringComparison.Ordinal)));
        Assert.DoesNotContain(reported, entry => entry.Contains(fine, StringComparison.Ordinal));
        Assert.DoesNotContain("open sesame", app.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Dashboard": { "Access": { "ApiTokens": [ { "Name": "ci", "Token": "open sesame" } ] } } }""", true)]
    [InlineData("""{ "Dashboard": { "Access": { "SingleSignOn": { "ClientSecret": "open sesame" } } } }""", true)]
    [InlineData("""{ "Dashboard": { "History": { "ConnectionString": "Host=db;Username=me;Password=open sesame" } } }""", true)]
    [InlineData("""{ "Dashboard": { "History": { "ConnectionString": "Host=/run/postgresql;Username=me" }, "Access": { "ApiTokens": [ { "Name": "ci", "TokenFile": "/a/file" } ] } } }""", false)]
    public void A_configuration_file_is_a_secret_when_one_stands_in_it(string content, bool expected) =>
        Assert.Equal(expected, new ConfigurationFile(Secret("appsettings.json", UnixFileMode.UserRead, content)).HoldsSecret);

    private string Secret(string name, UnixFileMode mode, string content = "open sesame\n")
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, mode);
        return file;
    }
}
