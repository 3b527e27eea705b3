using Tunnel.Client;

namespace Tunnel.Tests.Client;

public sealed class BackendAddressTests
{
    [Theory]
    [InlineData("http://b/", "/a%2Fb?q=1", "/a%2Fb?q=1")]
    [InlineData("http://b", "/", "/")]
    [InlineData("http://b/base/", "/a", "/base/a")]
    [InlineData("http://b/base", "/a//b/../c", "/base/a//b/../c")]
    [InlineData("http://b/base?k=v", "/a", "/base/a?k=v")]
    [InlineData("http://b/base?k=v", "/a?q=1", "/base/a?k=v&q=1")]
    [InlineData("http://b/", "/../../etc", "/../../etc")]
    public void Paths_and_queries_are_joined_and_the_visitors_bytes_stay(string backend, string target, string expected) =>
        Assert.Equal(expected, new BackendAddress(new Uri(backend)).Join(target));

    [Theory]
    [InlineData("/..")]
    [InlineData("/../secret")]
    [InlineData("/a/../../secret")]
    [InlineData("/%2e%2e/secret")]
    [InlineData("/a/%2E./%2e%2e/secret")]
    [InlineData("/..%2fsecret")]
    [InlineData("/..\\secret")]
    [InlineData("/..%5csecret")]
    public void Dot_segments_never_leave_the_base_path(string target) =>
        Assert.Null(new BackendAddress(new Uri("http://b/base")).Join(target));
}
