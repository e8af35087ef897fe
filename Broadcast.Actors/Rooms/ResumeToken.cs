using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// What a member can come back with: 128 bits of chance that nobody can guess. Two are compared in constant time, and
/// only <see cref="Reveal"/> shows one.
/// </summary>
public sealed class ResumeToken : IEquatable<ResumeToken>
{
    private const int Bytes = 16;

    // Base64url without padding (RFC 4648 5).
    private const int Characters = 22;

    private readonly byte[] _secret;

    private ResumeToken(byte[] secret) => _secret = secret;

    /// <summary>A new one.</summary>
    public static ResumeToken Create() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Reads what <see cref="Reveal"/> gave.</summary>
    /// <returns>False where it is no token at all.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ResumeToken? token)
    {
        var secret = new byte[Bytes];
        token = text?.Length == Characters
            && Base64Url.DecodeFromChars(text, secret, out _, out var written) == OperationStatus.Done
            && written == Bytes
                ? new ResumeToken(secret)
                : null;
        return token is not null;
    }

    /// <summary>The token for the member's own eyes: 22 characters of base64url.</summary>
    public string Reveal() => Base64Url.EncodeToString(_secret);

    /// <summary>What is kept of it.</summary>
    internal TokenDigest Digest => TokenDigest.Of(_secret);

    /// <summary>Whether they are the same; takes as long wherever they differ.</summary>
    public bool Equals(ResumeToken? other) => other is not null && CryptographicOperations.FixedTimeEquals(_secret, other._secret);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ResumeToken);

    /// <summary>Differs from process to process, so that the time of a look-up says nothing about the token.</summary>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_secret);
        return hash.ToHashCode();
    }

    /// <summary>Says that it is a token, not which.</summary>
    public override string ToString() => "a resume token";
}

/// <summary>
/// What the room keeps of a <see cref="ResumeToken"/>, in memory and on the disk: the first 128 bits of its SHA-256. Whoever
/// sees it cannot come back with it.
/// </summary>
internal readonly record struct TokenDigest(UInt128 Value)
{
    public static TokenDigest Of(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(secret, hash);
        return new TokenDigest(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
