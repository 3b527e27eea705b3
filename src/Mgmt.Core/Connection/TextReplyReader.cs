using System.Text;
using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>Collects a reply as text.</summary>
internal sealed class TextReplyReader(ReplyShape shape, int maxBytes) : IReplyReader<ManagementReply>
{
    private readonly List<string> _lines = [];
    private string _text = "";
    private bool _isError;
    private bool _isTooLarge;
    private bool _hasVerdict;
    private bool _isClientList;
    private ManagementEvent? _notification;
    private int _part;
    private bool _partHasLines;
    private long _bytes;

    // The rows of status 1 begin with names of strangers.
    public bool EveryLineIsReply => _isClientList;

    // A block that was refused may not have been opened: then its lines were run as commands, and each of them has been answered.
    // A reply beyond the limit may have no end at all.
    public bool WantsFence => _isTooLarge || shape is ReplyShape.Open || (shape is ReplyShape.Block && _hasVerdict && _isError);

    public bool Read(ReadOnlySpan<byte> line)
    {
        bool isError = line.StartsWith("ERROR: "u8) || line.SequenceEqual("ERROR:"u8);
        bool isSuccess = line.StartsWith("SUCCESS: "u8) || line.SequenceEqual("SUCCESS:"u8);
        if (shape is ReplyShape.Open)
        {
            if (isError || isSuccess)
                SetText(line, isError);
            else if (!line.SequenceEqual("END"u8))
                AddLine(line);
            return false;
        }

        if (shape is ReplyShape.Block)
        {
            if (_hasVerdict || (!isError && !isSuccess))
                AddLine(line);
            else
                SetText(line, isError);
            return _hasVerdict && !_isError;
        }

        if (shape is ReplyShape.PushUpdate)
            return ReadPushUpdate(line, isError, isSuccess);
        if (IsListPart())
        {
            if (line.SequenceEqual("END"u8))
                return NextPart();
            if (isError && !_partHasLines)
            {
                SetText(line, isError: true);
                return true;
            }

            _isClientList |= !_partHasLines && line.SequenceEqual("OpenVPN CLIENT LIST"u8);
            _partHasLines = true;
            AddLine(line);
            return false;
        }

        if (!isError && !isSuccess)
        {
            AddLine(line); // a remark before the verdict
            return false;
        }

        SetText(line, isError);
        return isError || NextPart();
    }

    public bool Read(ManagementEvent notification)
    {
        if (shape is not ReplyShape.Notification || notification is not (ManagementEvent.Pkcs11IdCount or ManagementEvent.Pkcs11IdEntry))
            return false;
        _notification = notification;
        return true;
    }

    public ManagementReply Finish(bool complete) => _isTooLarge
        ? throw new ManagementProtocolException($"The reply is larger than {maxBytes} bytes.")
        : new ManagementReply(_isError, _text, _lines, complete) { Notification = _notification };

    private bool IsListPart() => (shape, _part) switch
    {
        (ReplyShape.Lines, _) => true,
        (ReplyShape.TwoLists, _) => true,
        (ReplyShape.LineThenLines, 1) => true,
        (ReplyShape.LinesThenLine, 0) => true,
        _ => false,
    };

    private bool NextPart()
    {
        _part++;
        _partHasLines = false;
        return _part >= shape switch
        {
            ReplyShape.LineThenLines or ReplyShape.LinesThenLine or ReplyShape.TwoLines or ReplyShape.TwoLists => 2,
            _ => 1,
        };
    }

    // SUCCESS: N client(s) updated           | ERROR: no client updated, ERROR: cannot parse CID, ERROR: Peer ID: N has not been updated
    // SUCCESS: push-update command succeeded | ERROR: push-update command failed, ERROR: push-update-cid fail during cid parsing
    private bool ReadPushUpdate(ReadOnlySpan<byte> line, bool isError, bool isSuccess)
    {
        if (!isError && !isSuccess)
        {
            AddLine(line);
            return false;
        }

        ReadOnlySpan<byte> text = AfterVerdict(line);
        bool isRemark = isSuccess
            ? !text.StartsWith("push-update"u8)
            : text.StartsWith("no client updated"u8) || text.StartsWith("cannot parse CID"u8) || text.StartsWith("Peer ID:"u8);
        if (isRemark)
            AddLine(text);
        else
            SetText(line, isError);
        return !isRemark;
    }

    private void SetText(ReadOnlySpan<byte> line, bool isError)
    {
        _hasVerdict = true;
        _text = Encoding.UTF8.GetString(AfterVerdict(line));
        _isError |= isError;
    }

    private static ReadOnlySpan<byte> AfterVerdict(ReadOnlySpan<byte> line) => line[(line.IndexOf((byte)':') + 1)..].TrimStart((byte)' ');

    private void AddLine(ReadOnlySpan<byte> line)
    {
        _bytes += line.Length + 32; // a string costs its object, too
        if (_bytes <= maxBytes)
        {
            _lines.Add(Encoding.UTF8.GetString(line));
            return;
        }

        _isTooLarge = true;
        _lines.Clear();
    }
}
