using Dashboard.Access.External;

namespace Dashboard.Components.Account;

/// <summary>What people are told whom another system knows, and whom the dashboard does not let in.</summary>
internal static class ExternalWords
{
    public static string Refusal(ExternalSignInOutcome outcome) => outcome switch
    {
        ExternalSignInOutcome.NoRole => "We know who you are, but none of your groups may use this dashboard. Ask its administrator.",
        ExternalSignInOutcome.NameRefused => "Your user name cannot be used here: somebody else has it, or it has characters that a name cannot have. Ask the dashboard's administrator.",
        ExternalSignInOutcome.Locked => "An administrator has locked you.",
        _ => "",
    };
}
