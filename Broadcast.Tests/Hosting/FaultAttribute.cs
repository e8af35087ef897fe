namespace Broadcast.Tests.Hosting;

/// <summary>A run that takes its time, or wants root and tools: where <c>bench/faults</c> asks for it, and not otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FaultAttribute : FactAttribute
{
    /// <summary>Skipped where it is not asked for.</summary>
    public FaultAttribute()
    {
        if (Environment.GetEnvironmentVariable("BROADCAST_FAULTS") is null)
        {
            Skip = "bench/faults runs it";
        }
    }
}
