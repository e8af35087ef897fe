namespace Broadcast.Cli;

/// <summary>
/// A terminal that hands over keys as they are pressed, instead of lines when they are done. It belongs to the chat
/// client's loop; only what it tells comes from other threads.
/// </summary>
internal interface IRawTerminal
{
    /// <summary>The bytes of the keys; reading blocks.</summary>
    Stream Keys { get; }

    /// <summary>How wide it is at this moment.</summary>
    int Columns { get; }

    /// <summary>Whether it breaks a row that is wider than it, when it is made narrower, into several.</summary>
    bool Reflows { get; }

    /// <summary>Takes the keys one by one from now on, and pastes in brackets; nothing is changed where that is so already.</summary>
    void Enter();

    /// <summary>Puts back what <see cref="Enter"/> found; nothing is changed where that has been done.</summary>
    void Leave();

    /// <summary>Stops this process, as Ctrl-Z does; <see cref="Continued"/> is told when it goes on.</summary>
    void Stop();

    /// <summary>Tells <see cref="Resized"/>, <see cref="StopAsked"/> and <see cref="Continued"/> until disposed.</summary>
    IDisposable Watch(Action<Happening> tell);
}
