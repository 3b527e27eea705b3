namespace Mgmt.Core.Echo;

/// <summary>What an echo command says about saving passwords; the last one counts.</summary>
public enum PasswordSaving
{
    /// <summary>Nothing was said.</summary>
    Unspecified,

    /// <summary><c>save-passwords</c>: the user may have user names, passwords and private keys saved.</summary>
    Allowed,

    /// <summary><c>disable-save-passwords</c>: passwords and private keys must not be saved; user names may.</summary>
    Forbidden,
}
