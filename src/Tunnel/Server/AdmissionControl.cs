namespace Tunnel.Server;

/// <summary>Counts connections that have not authenticated yet, all together and by address.</summary>
internal sealed class AdmissionControl(int maxTotal, int maxPerAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byAddress = new(StringComparer.Ordinal);
    private int _total;

    public int Count
    {
        get
        {
            lock (_gate)
                return _total;
        }
    }

    public bool TryEnter(string address)
    {
        lock (_gate)
        {
            int here = _byAddress.GetValueOrDefault(address);
            if (_total >= maxTotal || here >= maxPerAddress)
                return false;
            _total++;
            _byAddress[address] = here + 1;
            return true;
        }
    }

    public void Leave(string address)
    {
        lock (_gate)
        {
            _total--;
            int here = _byAddress[address] - 1;
            if (here == 0)
                _byAddress.Remove(address);
            else
                _byAddress[address] = here;
        }
    }
}
