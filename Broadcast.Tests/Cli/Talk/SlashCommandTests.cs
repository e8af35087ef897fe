using Broadcast.Cli.Talk;
using Broadcast.Cli.Wire;

namespace Broadcast.Tests.Cli.Talk;

public sealed class SlashCommandTests
{
    private static readonly string[] Here = ["Ann", "Ann Lee", "Zoë Ö"];

    public static TheoryData<string, string> Lines => new()
    {
        { "hi /who", """{"type":"say","text":"hi /who","n":0}""" },
        { " /who", """{"type":"say","text":" /who","n":0}""" },
        { "//who", """{"type":"say","text":"/who","n":0}""" },
        { "/me waves ", """{"type":"say","text":"waves","action":true,"n":0}""" },
        { "/name Bob Smith", """{"type":"rename","name":"Bob Smith","n":0}""" },
        { "/msg Ann hi", """{"type":"whisper","to":"Ann","text":"hi","n":0}""" },
        { "/msg ANN LEE hi", """{"type":"whisper","to":"ANN LEE","text":"hi","n":0}""" },
        { "/msg Ann Leeway hi", """{"type":"whisper","to":"Ann","text":"Leeway hi","n":0}""" },
        { "/msg Zoë Ö  psst", """{"type":"whisper","to":"Zoë Ö","text":"psst","n":0}""" },
        { "/msg Nobody knows", """{"type":"whisper","to":"Nobody","text":"knows","n":0}""" },
        { "/who cares", """{"type":"who"}""" },
        { "/history 7", """{"type":"history","limit":7}""" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_becomes_the_frame_that_it_means(string line, string frame)
    {
        var command = SlashCommand.Of(line, Here);
        Assert.Equal(frame, JsonForm.Write(command.Frame!));
        Assert.Null(command.Hint);
    }

    [Theory]
    [InlineData("/name", "say which name: /name New")]
    [InlineData("/me  ", "say what you do: /me waves")]
    [InlineData("/msg", "say to whom and what: /msg Name text")]
    [InlineData("/msg Ann", "say to whom and what: /msg Name text")]
    [InlineData("/history all", "say how many: /history 20")]
    [InlineData("/dance now", "there is no /dance: /help lists the commands, //text says /text")]
    [InlineData("/NAME x", "there is no /NAME: /help lists the commands, //text says /text")]
    [InlineData("/an-endless-command-that-nobody-wants", "there is no /an-endless-command-that-nobody…: /help lists the commands, //text says /text")]
    public void What_makes_no_sense_is_answered_with_what_would(string line, string hint)
    {
        var command = SlashCommand.Of(line, Here);
        Assert.Equal(hint, command.Hint);
        Assert.Null(command.Frame);
    }
}
