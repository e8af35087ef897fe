using System.Text.Json;

namespace Broadcast.Tests.Hosting;

public sealed class RuntimeSettingsSpecs
{
    // docs/performance.md says what each of them is good for.
    [Theory]
    [InlineData("System.GC.Server", "False")]
    [InlineData("System.GC.Concurrent", "True")]
    [InlineData("System.Runtime.TieredPGO", "False")]
    [InlineData("System.Runtime.TieredCompilation.QuickJit", "False")]
    [InlineData("System.Threading.ThreadPool.HillClimbing.Disable", "True")]
    [InlineData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", "0")]
    public async Task The_host_as_built_runs_with_the_settings_that_were_measured(string setting, string value)
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Broadcast.Host.runtimeconfig.json"));
        using var settings = await JsonDocument.ParseAsync(file);

        var built = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").GetProperty(setting);
        Assert.Equal(value, built.ToString());
    }
}
