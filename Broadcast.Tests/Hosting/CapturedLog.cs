using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Broadcast.Tests.Hosting;

/// <summary>Everything that is logged, as it would be printed.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>What has been logged since the last call.</summary>
    public List<string> Lines()
    {
        List<string> lines = [];
        while (_lines.Reader.TryRead(out var line))
        {
            lines.Add(line);
        }

        return lines;
    }

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines.Writer);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ChannelWriter<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.TryWrite($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
