using System.Net;
using Microsoft.Extensions.Logging;
using Tunnel.Sockets;

namespace Tunnel;

/// <summary>Everything the tunnel writes to a log; ids 4xxx. No token ever.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Listening for tunnel clients on {Address} ({Protocol})")]
    public static partial void Listening(ILogger logger, EndPoint address, CarrierProtocol protocol);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Tunnel {Id} of {User} serves {Domain} from {Remote} ({Protocol})")]
    public static partial void Joined(ILogger logger, Guid id, string user, string domain, EndPoint? remote, CarrierProtocol protocol);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Information, Message = "Tunnel {Id} of {User} for {Domain} ended: {Reason}")]
    public static partial void Left(ILogger logger, Guid id, string user, string domain, string reason);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Warning, Message = "Refused a tunnel client from {Remote}: {Reason}")]
    public static partial void Refused(ILogger logger, EndPoint? remote, string reason);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Warning, Message = "Tunnel {Id} of {User} missed ping {Missed} of {Allowed}: {Reason}")]
    public static partial void PingMissed(ILogger logger, Guid id, string user, int missed, int allowed, string reason);

    [LoggerMessage(EventId = 4006, Level = LogLevel.Warning, Message = "Could not look up the access of tunnel {Id}; it goes on")]
    public static partial void AccessCheckFailed(ILogger logger, Exception cause, Guid id);

    [LoggerMessage(EventId = 4007, Level = LogLevel.Error, Message = "Accepting tunnel clients on {Address} failed; trying again")]
    public static partial void AcceptFailed(ILogger logger, Exception cause, EndPoint? address);

    [LoggerMessage(EventId = 4008, Level = LogLevel.Error, Message = "A tunnel connection from {Remote} failed in a way that nobody foresaw")]
    public static partial void Unforeseen(ILogger logger, Exception cause, EndPoint? remote);

    [LoggerMessage(EventId = 4009, Level = LogLevel.Warning, Message = "{Address} stands for {Family} alone: a client that comes by the other family is refused. Force the family if that is meant")]
    public static partial void OneFamily(ILogger logger, string address, AddressFamilies family);

    [LoggerMessage(EventId = 4101, Level = LogLevel.Information, Message = "Serving {Domain} through {Server}")]
    public static partial void Serving(ILogger logger, string domain, string server);

    [LoggerMessage(EventId = 4102, Level = LogLevel.Warning, Message = "The tunnel to {Server} ended after {Attempt} attempt(s): {Reason}; next try in {Delay}")]
    public static partial void ClientLost(ILogger logger, string server, int attempt, string reason, TimeSpan delay);

    [LoggerMessage(EventId = 4103, Level = LogLevel.Warning, Message = "THE SERVER'S CERTIFICATE IS NOT CHECKED: whoever answers at {Server} gets the token and all traffic")]
    public static partial void VerificationSkipped(ILogger logger, string server);

    [LoggerMessage(EventId = 4104, Level = LogLevel.Warning, Message = "The backend {Backend} did not answer: {Reason}")]
    public static partial void BackendFailed(ILogger logger, Uri backend, string reason);
}
