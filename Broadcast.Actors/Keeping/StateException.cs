namespace Broadcast.Actors.Keeping;

/// <summary>What is kept of the room cannot be read, or not be written. The message says which and what to do.</summary>
public sealed class StateException : Exception
{
    /// <summary>Without a word.</summary>
    public StateException()
    {
    }

    /// <param name="message">One sentence.</param>
    public StateException(string message)
        : base(message)
    {
    }

    /// <param name="message">One sentence.</param>
    /// <param name="innerException">Where it comes from.</param>
    public StateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
