using System.Net;

namespace OpenVpn.Simulator.Clients;

/// <summary>
/// People who use a server: they come, move bytes at rates that wander, fall silent, go and come back. Deterministic on its
/// seed and clock; one timer for all of them.
/// </summary>
public sealed class Population : IDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);
    private static readonly string[] s_names = ["alice", "bob", "<b>carol</b>", "dave", "Zoë Müller", "erin", "frank, jr.", "grace", "日本 太郎", "heidi"];

    private readonly SimulatedDaemon _daemon;
    private readonly Member[] _members;
    private readonly Random _random;
    private readonly double _restlessness;
    private readonly ITimer _timer;

    /// <summary>Lets everybody call, and life begin.</summary>
    /// <param name="daemon">Their server.</param>
    /// <param name="size">How many they are.</param>
    /// <param name="seed">Who they are and what they do.</param>
    /// <param name="restlessness">How likely it is in a second that somebody goes or comes back.</param>
    public Population(SimulatedDaemon daemon, int size, int seed, double restlessness = 0.03)
    {
        ArgumentNullException.ThrowIfNull(daemon);
        (_daemon, _random, _restlessness) = (daemon, new Random(seed), restlessness);
        _members = [.. Enumerable.Range(0, size).Select(i => new Member(NewClient(i)) { Rate = NewRate() })];
        foreach (Member member in _members)
            daemon.Join(member.Client);
        _timer = daemon.Time.CreateTimer(_ => Step(), null, s_step, s_step);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    // Every third one calls over IPv6.
    private static SimulatedClient NewClient(int i) => new(
        i < s_names.Length ? s_names[i] : $"user{i}",
        IPAddress.Parse(i % 3 == 1 ? $"2001:db8:77::{i + 10:x}" : $"198.51.{100 + i / 200}.{i % 200 + 10}"),
        i % 2 == 0 ? $"user-{i}" : null);

    /// <summary>Bytes a second to the client: many are idle, few are busy.</summary>
    private double NewRate() => _random.NextDouble() is var luck && luck < 0.3 ? 0 : Math.Pow(10, 2 + 4.5 * luck);

    private void Step()
    {
        foreach (Member member in _members)
        {
            if (!member.IsAway && _random.NextDouble() < 0.02)
                _daemon.Join(member.Client); // who was refused, or told to halt, tries again
            if (_random.NextDouble() < 0.02)
                member.Rate = NewRate();
            member.Rate *= 0.85 + 0.3 * _random.NextDouble();
            if (member.Rate > 1)
                _daemon.Move(member.Client, (long)(member.Rate * (0.02 + 0.1 * _random.NextDouble())) + 40, (long)member.Rate);
        }
        if (_members.Length == 0 || _random.NextDouble() >= _restlessness)
            return;
        Member restless = _members[_random.Next(_members.Length)];
        if (restless.IsAway)
            _daemon.Join(restless.Client);
        else
            _daemon.Leave(restless.Client, (LeaveReason)_random.Next(2));
        restless.IsAway = !restless.IsAway;
    }

    private sealed class Member(SimulatedClient client)
    {
        public SimulatedClient Client => client;

        public double Rate { get; set; }

        public bool IsAway { get; set; }
    }
}
