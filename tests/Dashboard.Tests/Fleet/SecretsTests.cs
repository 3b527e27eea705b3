using Dashboard.Fleet;

namespace Dashboard.Tests.Fleet;

public class SecretsTests
{
    [Theory]
    [InlineData(">CLIENT:ENV,password=hunter2", ">CLIENT:ENV,password=[hidden]")]
    [InlineData(">PASSWORD:Auth-Token:SESS_ID_abc", ">PASSWORD:Auth-Token:[hidden]")]
    [InlineData("PUSH_REPLY,auth-token SESS_ID_abc,ping 10", "PUSH_REPLY,auth-token [hidden],ping 10")]
    [InlineData("MANAGEMENT: CMD 'password \"Auth\" SCRV1:aGk=:MTIz'", "MANAGEMENT: CMD 'password \"Auth\" SCRV1:[hidden]'")]
    [InlineData("CRV1::state::123456", "CRV1:[hidden]")]
    [InlineData("CRV1::state::12,34'56\"7", "CRV1:[hidden]")]
    [InlineData("AUTH: Received control message: AUTH_FAILED,CRV1:R,E:c3RhdGU:Ym9i:Enter your code", "AUTH: Received control message: AUTH_FAILED,CRV1:[hidden]")]
    [InlineData(">PASSWORD:Verification Failed: 'Auth' ['CRV1:R,E:c3RhdGU:Ym9i:Enter your code']", ">PASSWORD:Verification Failed: 'Auth' ['CRV1:[hidden]")]
    [InlineData("env: password='hunter2'", "env: password=[hidden]")]
    [InlineData("env: password=\"hunter2\"", "env: password=[hidden]")]
    [InlineData("env: password= hunter2", "env: password=[hidden]")]
    [InlineData("env: PASSWORD=a,b 'c'", "env: PASSWORD=[hidden]")]
    [InlineData("password=a,b\ncommon_name=bob", "password=[hidden]\ncommon_name=bob")]
    [InlineData("push \"auth-token 'SESS_ID_abc'\"", "push \"auth-token [hidden]'\"")]
    [InlineData(">PASSWORD:Auth-Token:\"SESS_ID_abc\"", ">PASSWORD:Auth-Token:[hidden]\"")]
    public void A_secret_is_hidden(string text, string expected) => Assert.Equal(expected, Secrets.Mask(text));

    [Theory]
    [InlineData("alice/198.51.100.11:51634 MULTI: primary virtual IP")]
    [InlineData("TLS: Username/Password authentication deferred for username 'bob'")]
    public void Everything_else_stays(string text) => Assert.Equal(text, Secrets.Mask(text));
}
