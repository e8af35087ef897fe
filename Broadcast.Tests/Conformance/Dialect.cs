using System.Text;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Hosting;
using Broadcast.Tests.Wire;

namespace Broadcast.Tests.Conformance;

/// <summary>One of the two forms, as a single client speaks it: what stands around the bytes of a line.</summary>
internal sealed class Dialect(WireForm form, string name)
{
    // As many digits as there are lines in no case, so that every line takes as many bytes.
    private int _n = 1000;

    public WireForm Form => form;

    /// <summary>How many bytes of a frame are not the line's.</summary>
    public int Overhead => form == WireForm.Plain ? 0 : Before().Length + After.Length;

    /// <summary>How many frames its own line is to whoever says it: with its acknowledgement, where there is one.</summary>
    public int FramesForALine => form == WireForm.Plain ? 1 : 2;

    /// <summary>What the request is.</summary>
    public string Request { get; } = form == WireForm.Plain
        ? RawPeer.Upgrade($"/ws?name={name}")
        : RawPeer.Upgrade("/ws", $"Sec-WebSocket-Protocol: {JsonForm.Subprotocol}\r\n");

    /// <summary>What is sent to come in; empty where the request is enough.</summary>
    public byte[] Hello { get; } = form == WireForm.Plain
        ? []
        : RawPeer.ClientFrame(Opcode.Text, Encoding.UTF8.GetBytes($$"""{"type":"hello","name":"{{name}}"}"""));

    private byte[] After { get; } = form == WireForm.Plain ? [] : "\"}"u8.ToArray();

    /// <summary>What plain shows of a line (docs/protocol.md): signs for what cannot be seen.</summary>
    public static string Visible(string line) => string.Concat(line.Select(sign => sign switch
    {
        '\t' => sign,
        '\n' => '\u2424',
        < ' ' => (char)(0x2400 + sign),
        >= '\u007F' and <= '\u009F' => '\uFFFD',
        _ => sign,
    }));

    /// <summary>What the form has of a line.</summary>
    public string Shown(string line) => form == WireForm.Plain ? Visible(line) : line;

    /// <summary>The payload that begins with these bytes of a line.</summary>
    public byte[] Begin(byte[] line)
    {
        _n++;
        return [.. Before(), .. Escaped(line)];
    }

    /// <summary>The payload that goes on with them.</summary>
    public byte[] More(byte[] line) => Escaped(line);

    /// <summary>The payload that ends with them.</summary>
    public byte[] End(byte[] line) => [.. Escaped(line), .. After];

    /// <summary>Whether a frame says that the client is in.</summary>
    public bool IsJoined(Frame frame) => form == WireForm.Plain
        ? frame.Text == $"System: {name} joined the chat"
        : Arrival.Read(frame.Text) is Joined joined && joined.Who.Name == name;

    /// <summary>The lines among what came, all of them its own and, where the form has that, each acknowledged.</summary>
    public IEnumerable<string> Lines(IEnumerable<Frame> frames)
    {
        List<string> texts = [.. frames.Where(frame => frame.Opcode == Opcode.Text).Select(frame => frame.Text)];
        if (form == WireForm.Plain)
        {
            return texts.Select(text => text.StartsWith($"{name}: ", StringComparison.Ordinal) ? text[(name.Length + 2)..] : $"not its own: {text}");
        }

        List<Arrival> arrivals = [.. texts.Select(Arrival.Read)];
        Assert.Equal(arrivals.OfType<Message>().Select(message => (message.N, message.Seq)), arrivals.OfType<Ack>().Select(ack => ((long?)ack.N, ack.Seq)));
        return arrivals.Where(arrival => arrival is not Ack).Select(arrival => arrival is Message message ? message.Text : arrival.ToString());
    }

    private byte[] Before() => form == WireForm.Plain ? [] : Encoding.ASCII.GetBytes($$"""{"type":"say","n":{{_n}},"text":" """.TrimEnd());

    // In a JSON string, control characters are escaped (RFC 8259 7).
    private byte[] Escaped(byte[] line) => form == WireForm.Plain
        ? line
        : [.. line.SelectMany(octet => octet < 0x20 ? Encoding.ASCII.GetBytes($"\\u{(int)octet:x4}") : [octet])];
}
