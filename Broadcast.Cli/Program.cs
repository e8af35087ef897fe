using Broadcast.Cli;

Descriptors.FillClosed();
using var interrupts = Interrupts.Watch();
using var terminal = Terminal.OfThisProcess();

return await CommandLine.RunAsync(args, terminal, Patience.Usual, interrupts.Leave);
