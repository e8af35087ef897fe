using Xunit.Abstractions;
using Xunit.Sdk;

namespace Broadcast.Tests.Hosting;

/// <summary>A run that takes its time, or wants root and tools: there is one where <c>bench/faults</c> asks for it, and none otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Broadcast.Tests.Hosting.FaultDiscoverer", "Broadcast.Tests")]
public sealed class FaultAttribute : FactAttribute;

/// <summary>Finds the <see cref="FaultAttribute"/>s that are asked for.</summary>
/// <param name="messages">Where the framework hears of what is wrong with one.</param>
public sealed class FaultDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    /// <inheritdoc/>
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        Environment.GetEnvironmentVariable("BROADCAST_FAULTS") is null ? [] : base.Discover(discoveryOptions, testMethod, factAttribute);
}
