using Broadcast.Cli;
using CsCheck;

namespace Broadcast.Tests.Cli;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Alice: hi", "Alice: hi")]
    [InlineData("tab\tstays", "tab\tstays")]
    [InlineData("one\ntwo", "one␤two")]
    [InlineData("one\r\ntwo", "one␤two")]
    [InlineData("one\rtwo", "one␍two")]
    [InlineData("\u001b[2J\u0007\0", "␛[2J␇␀")]
    [InlineData("del\u007f", "del␡")]
    [InlineData("c1\u009b2J\u0085\u0080", "c1�2J��")]
    [InlineData("\u202Eevil\u202C \u2066x\u2069 \u200E\u200F\u061C", "�evil� �x� ���")]
    [InlineData("line\u2028paragraph\u2029", "line�paragraph�")]
    [InlineData("Zoë 😀 👩‍👩‍👧 \uFEFF", "Zoë 😀 👩‍👩‍👧 \uFEFF")]
    public void What_a_terminal_would_obey_becomes_a_sign_and_the_rest_stays(string text, string visible) =>
        Assert.Equal(visible, VisibleText.Of(text));

    [Fact]
    public void A_lone_surrogate_becomes_a_sign()
    {
        Assert.Equal("a�b", VisibleText.Of("a\uD83Db"));
        Assert.Equal("�", VisibleText.Of("\uDE00"));
        Assert.Equal("�😀", VisibleText.Of("\uD83D😀"));
    }

    [Fact]
    public void No_text_whatever_leaves_a_control_other_than_tab() =>
        AnyText.Sample(text =>
        {
            var visible = VisibleText.Of(text);
            return visible.All(c => c == '\t' || !char.IsControl(c))
                && !visible.Any(c => c is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C');
        });

    [Fact]
    public void What_is_visible_already_stays_as_it_is() =>
        AnyText.Sample(text => string.Equals(VisibleText.Of(VisibleText.Of(text)), VisibleText.Of(text), StringComparison.Ordinal));

    [Fact]
    public void Every_result_is_well_formed_Unicode() =>
        AnyText.Sample(text =>
        {
            var strict = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return strict.GetByteCount(VisibleText.Of(text)) >= 0;
        });

    // Any code unit, but the ones with a rule far more often than chance would have them.
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Char,
        Gen.Char['\0', '\u00A0'],
        Gen.Char['\u2000', '\u2070'],
        Gen.Char['\uD7F0', '\uE010']).Array[0, 40].Select(chars => new string(chars));
}
