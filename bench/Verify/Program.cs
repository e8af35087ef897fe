using System.Runtime.InteropServices;
using Broadcast.Verify;

try
{
    var options = Options.Parse(args);
    // Its server and its disk end with it.
    using var interrupted = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
    return await Turns.RunAsync(() => options.IsSelfTest ? SelfTest.RunAsync(options, interrupted.Token)
        : options.Minutes > 0 ? Soak.RunAsync(options, interrupted.Token)
        : Seeds.RunAsync(options, interrupted.Token)) ? 0 : 1;

    void Interrupt(PosixSignalContext signal)
    {
        signal.Cancel = true;
        interrupted.Cancel();
    }
}
catch (OperationCanceledException)
{
    return 130;
}
catch (UsageException mistake)
{
    await Console.Error.WriteLineAsync(mistake.Message);
    return 64;
}
