using Broadcast.Cli;

namespace Broadcast.Tests.Cli;

public sealed class ReflowTests
{
    [Theory]
    [InlineData("xterm-256color", "", "", true)]
    [InlineData("xterm-256color", "XTerm(390)", "", false)]
    [InlineData("xterm-256color", "XTerm(390)", "/tmp/tmux-0/default,1,0", true)]
    [InlineData("screen-256color", "", "/tmp/tmux-0/default,1,0", true)]
    [InlineData("screen-256color", "", "", false)]
    [InlineData("st-256color", "", "", false)]
    [InlineData("linux", "", "", false)]
    [InlineData("alacritty", "", "", true)]
    public void Terminals_that_cut_rows_are_known_by_name(string term, string xterm, string tmux, bool reflows) =>
        Assert.Equal(reflows, Reflow.IsExpected(name => name switch
        {
            "TERM" => term,
            "XTERM_VERSION" => xterm,
            "TMUX" => tmux,
            _ => null,
        }));
}
