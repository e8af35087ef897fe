using System.Security.Cryptography;
using System.Text;

namespace Broadcast.Actors.Door;

/// <summary>
/// What everybody who may come in knows. Only its hash is kept, and two are compared in the same time whatever they are.
/// </summary>
public sealed class JoinKey
{
    private readonly byte[] _hash;

    /// <param name="key">The key; white space around it does not count.</param>
    public JoinKey(string key) => _hash = HashOf(key);

    /// <summary>Whether somebody knows it.</summary>
    public bool Is(string given) => CryptographicOperations.FixedTimeEquals(HashOf(given), _hash);

    private static byte[] HashOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SHA256.HashData(Encoding.UTF8.GetBytes(key.Trim()));
    }
}
