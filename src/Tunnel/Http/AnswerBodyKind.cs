namespace Tunnel.Http;

/// <summary>How the end of an answer's body is known.</summary>
internal enum AnswerBodyKind
{
    /// <summary>By Content-Length, or because there is none.</summary>
    Counted,

    /// <summary>By chunked coding.</summary>
    Chunked,

    /// <summary>By the end of the stream.</summary>
    UntilClosed,

    /// <summary>After 101: bytes both ways until somebody closes.</summary>
    Duplex,
}
