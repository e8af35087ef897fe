namespace Broadcast.Actors.Wire;

/// <summary>The fields that a client's frames have; on the wire each begins with a small letter. All others are ignored.</summary>
internal enum JsonField
{
    Type,
    Name,
    Resume,
    Token,
    Epoch,
    Seq,
    Text,
    Action,
    N,
    To,
    Before,
    Limit,
    Key,
}
