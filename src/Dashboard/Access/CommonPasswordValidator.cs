using System.Collections.Frozen;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>Refuses what is tried first: the common passwords that are long enough for the length rule, and the user name.</summary>
internal sealed class CommonPasswordValidator : IPasswordValidator<DashboardUser>
{
    // Long enough only because somebody typed a shorter one twice, ran along the keyboard or spelled out what this is.
    private static readonly FrozenSet<string> s_common = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "000000000000", "111111111111", "012345678901", "0123456789ab", "121212121212", "123123123123", "123321123321",
        "1234567890-=", "123456789012", "1234567890123", "1234567890abc", "1234567890qwe",
        "1234567890qwerty", "12345678987654321", "123456789abc", "123456789qwerty", "1234qwerasdf", "1234qwerasdfzxcv",
        "123qweasdzxc", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1q2w3e4r5t6y7u8i", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv", "1qazxsw23edc", "987654321098", "9876543210123", "abc123abc123", "abcabcabcabc",
        "abcd1234abcd", "abcd1234efgh", "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnop", "admin1234567",
        "admin12345678", "adminadminadmin", "administrator", "administrator1", "adminpassword", "asdfasdfasdf",
        "asdfghjkl123", "asdfghjkl;'\\", "asdfghjklqwertyuiop", "changemechangeme", "changemenow1", "changemenow123",
        "changethispassword", "correcthorsebatterystaple", "defaultpassword", "dragondragon", "footballfootball",
        "iloveyou1234", "iloveyouforever", "iloveyouiloveyou", "letmeinletmein", "letmeinplease", "mypassword12",
        "mypassword123", "openvpn12345", "openvpnadmin", "openvpnopenvpn", "openvpndashboard", "openvpnpassword",
        "p@ssw0rd1234", "p@ssword1234", "p@ssw0rdp@ssw0rd", "passw0rd1234", "passw0rdpassw0rd", "password0000",
        "password1111", "password1234", "password12345", "password123456", "password1234567", "password12345678",
        "password123456789", "password1234567890", "passwordpassword", "passwordpassword1", "qazwsxedcrfv",
        "qazwsxedcrfvtgb", "qwerasdfzxcv", "qwertyqwerty", "qwerty123456", "qwerty1234567", "qwerty12345678",
        "qwerty123456789", "qwertyuiop12", "qwertyuiop123", "qwertyuiop1234", "qwertyuiop[]", "qwertyuiopasdf",
        "qwertyuiopasdfghjkl", "qwertyuiopasdfghjklzxcvbnm", "q1w2e3r4t5y6", "secretsecret", "secretpassword",
        "starwarsstarwars", "summer202020", "superadmin123", "superman1234", "supersecret1", "supersecret123",
        "testtesttest", "thisisapassword", "thisismypassword", "trustno1trustno1", "welcome12345", "welcome123456",
        "welcomewelcome", "zaq12wsxcde3", "zxcvbnm12345", "zxcvbnmasdfghjkl", "zxcvbnmzxcvbnm");

    public Task<IdentityResult> ValidateAsync(UserManager<DashboardUser> manager, DashboardUser user, string? password) =>
        Task.FromResult(
            password is null || s_common.Contains(password) || password.Distinct().Count() < 3
                ? Refuse("This password is one of those that are tried first. Choose another, for example four random words.")
                : string.Equals(password, user.UserName, StringComparison.OrdinalIgnoreCase)
                    ? Refuse("The password must not be the user name.")
                    : IdentityResult.Success);

    private static IdentityResult Refuse(string description) =>
        IdentityResult.Failed(new IdentityError { Code = "CommonPassword", Description = description });
}
