using System.Net.WebSockets;

namespace Broadcast.Cli;

/// <summary>The way to the server: one connection after the other, and the wait between two. It belongs to the chat client's loop.</summary>
internal sealed class Link : IDisposable
{
    private readonly ServerAddress _address;
    private readonly Credentials _credentials;
    private readonly TimeSpan _dialLimit;
    private readonly TimeProvider _clock;
    private readonly Func<Happening, bool> _tell;
    private readonly Absence _absence;
    private readonly CancellationTokenSource _dialling = new();
    private string? _lastProblem;

    /// <summary>There is no connection yet.</summary>
    /// <param name="address">To be dialled again.</param>
    /// <param name="credentials">What is shown to the server.</param>
    /// <param name="dialLimit">How long one attempt may take.</param>
    /// <param name="longestAbsence">How long there may be none; zero where there is no coming back at all.</param>
    /// <param name="surroundings">Time and chance.</param>
    /// <param name="tell">To the loop; false when it has ended.</param>
    public Link(ServerAddress address, Credentials credentials, TimeSpan dialLimit, TimeSpan longestAbsence, Surroundings surroundings, Func<Happening, bool> tell)
    {
        _address = address;
        _credentials = credentials;
        _dialLimit = dialLimit;
        _clock = surroundings.Clock;
        _tell = tell;
        _absence = new Absence(surroundings, longestAbsence, happening => tell(happening));
    }

    /// <summary>The one that there is; null while there is none.</summary>
    public Connection? Connection { get; private set; }

    /// <summary>A frame is being sent.</summary>
    public bool IsSending => Connection is { IsSending: true };

    /// <summary>A lost server is waited for.</summary>
    public bool MayComeBack => _absence.IsPossible;

    /// <summary>There is no server, or it has not let one in since.</summary>
    public bool IsAway => _absence.IsUnderWay;

    /// <summary>A socket is open.</summary>
    public Connection Use(WebSocket socket)
    {
        _absence.Opened();
        return Connection = new Connection(socket, happening => _tell(happening));
    }

    /// <summary>The connection has ended; the server is dialled after a while.</summary>
    /// <param name="retryAfter">What the server has asked for.</param>
    public void Lose(TimeSpan retryAfter)
    {
        if (Connection is { } connection)
        {
            Connection = null;
            _ = connection.EndAsync(WebSocketCloseStatus.NormalClosure);
        }

        _absence.Begin(retryAfter);
    }

    /// <summary>One is in.</summary>
    /// <returns>How long one was not, as people say it; null the first time.</returns>
    public string? Arrive()
    {
        _lastProblem = null;
        return _absence.End();
    }

    /// <summary>Nobody was there, or nobody who would let one in now.</summary>
    public void TryAgain(string problem, TimeSpan retryAfter)
    {
        _lastProblem = problem;
        _absence.TryAgain(retryAfter);
    }

    /// <summary>Dials where it was time for that; tells <see cref="Dialled"/>.</summary>
    /// <returns>False where it was not this that rang.</returns>
    public bool DialsAt(Rang rang)
    {
        if (!_absence.IsTimeToDial(rang))
        {
            return false;
        }

        _ = DialAsync();
        return true;
    }

    /// <summary>Why the server is given up, where it is time for that.</summary>
    /// <returns>Null where it was not this that rang.</returns>
    public string? GivesUpAt(Rang rang) => _absence.IsTooLong(rang)
        ? $"The server has not come back within {_absence.Limit}.{(_lastProblem is null ? "" : $" {_lastProblem}")}"
        : null;

    /// <summary>It is over.</summary>
    public async Task EndAsync(WebSocketCloseStatus code)
    {
        await _dialling.CancelAsync();
        if (Connection is { } connection)
        {
            await connection.EndAsync(code);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _absence.Dispose();
        _dialling.Dispose();
    }

    private async Task DialAsync()
    {
        try
        {
            var dial = await Dial.OpenAsync(_address, _credentials, _dialLimit, _clock, _dialling.Token);
            if (!_tell(new Dialled(dial)))
            {
                dial.Socket?.Dispose();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody wants to come back any more.
        }
    }
}
