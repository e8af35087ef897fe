using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using CsCheck;

namespace Broadcast.Tests.Wire;

public sealed class FrameReaderSpecs
{
    private const int Limit = 70_000;

    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    private static readonly Gen<byte[]> GenText = Gen.OneOf(
        Gen.String[0, 40].Select(text => Encoding.UTF8.GetBytes(text.Replace("\0", "ë", StringComparison.Ordinal))),
        Gen.String[Gen.Char['a', 'z'], 0, 400].Select(Encoding.UTF8.GetBytes));

    private static readonly Gen<byte[]> GenControl =
        Gen.Select(Gen.Enum<Opcode>().Where(opcode => opcode > Opcode.Close), Gen.Byte.Array[0, 125]).Select((opcode, payload) => Frame(opcode, payload));

    // One message in any number of fragments, with control frames between them.
    private static readonly Gen<byte[]> GenMessage =
        Gen.Select(GenText, Gen.Int[0, 400].Array[0, 4], GenControl.List[0, 2]).Select((text, cuts, controls) =>
        {
            List<byte> bytes = [];
            int[] ends = [.. cuts.Select(cut => Math.Min(cut, text.Length)).Order(), text.Length];
            for (int i = 0, start = 0; i < ends.Length; start = ends[i++])
            {
                bytes.AddRange(Frame(i == 0 ? Opcode.Text : Opcode.Continuation, text.AsSpan(start, ends[i] - start), fin: i == ends.Length - 1));
                bytes.AddRange(i < controls.Count ? controls[i] : []);
            }

            return bytes.ToArray();
        });

    private static readonly Gen<byte[]> GenClose = Gen.OneOf(
        Gen.Const(Frame(Opcode.Close, [])),
        Gen.Select(Gen.Int[1000, 1003], GenText.Where(text => text.Length < 120))
            .Select((code, text) => Frame(Opcode.Close, [(byte)(code >> 8), (byte)code, .. text])));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(Limit)]
    public void A_message_up_to_the_limit_is_read_in_every_form_of_its_length(int length)
    {
        var text = new string('x', length);
        var frame = Frame(Opcode.Text, Encoding.UTF8.GetBytes(text));

        Assert.Equal([new Received(text), new Received(text)], Read(Limit, [.. frame, .. frame]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(126)]
    [InlineData(65536)]
    public void A_frame_that_is_not_masked_is_refused_by_its_second_byte_and_followed_to_the_close_behind_it(int length)
    {
        var reader = new FrameReader(Limit);
        var frame = Frame(Opcode.Text, new byte[length], masked: false);

        Assert.Null(reader.Read(frame.AsSpan(0, 1), out _));
        Assert.Equal(new Offended(CloseReason.Malformed), reader.Read(frame.AsSpan(1, 1), out _));
        byte[] rest = [.. frame[2..], .. Frame(Opcode.Close, [3, 0xE8])];
        Assert.Null(reader.Read(rest, out _));
        Assert.True(reader.IsOver);
    }

    [Fact]
    public void Sixteen_frames_that_say_nothing_are_worth_a_message()
    {
        byte[] begin = Frame(Opcode.Text, [], fin: false);
        byte[] more = Frame(Opcode.Continuation, [], fin: false);
        byte[] pong = Frame(Opcode.Pong, "still here"u8.ToArray());
        byte[] end = Frame(Opcode.Continuation, "hi"u8.ToArray());
        byte[] fifteen = [.. begin, .. more, .. more, .. Enumerable.Repeat(pong, 12).SelectMany(frame => frame)];
        Assert.Equal([Idled.Instance, new Received("hi")], Read(Limit, [.. fifteen, .. pong, .. end]));
        Assert.Equal([new Received("hi")], Read(Limit, [.. fifteen, .. end]));
    }

    [Theory]
    [InlineData(126)]
    [InlineData(65536)]
    [InlineData(5)]
    public void A_frame_is_understood_wherever_the_network_cuts_it(int length)
    {
        var text = new string('x', length);
        var frame = Frame(Opcode.Text, Encoding.UTF8.GetBytes(text));
        for (var cut = 0; cut <= frame.Length - length + 9; cut++)
        {
            Assert.Equal([new Received(text)], Read(Limit, frame, Math.Max(cut, 1), frame.Length));
        }

        Assert.Equal([new Received(text)], Read(Limit, frame, 1));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(100, 101)]
    [InlineData(125, 126)]
    [InlineData(65535, 65536)]
    [InlineData(65536, 65537)]
    public void One_byte_over_the_limit_is_refused_by_the_header_alone(int limit, int length)
    {
        Assert.Null(new FrameReader(limit).Read(Header(Opcode.Text, (ulong)limit), out _));
        Assert.Equal(new Offended(CloseReason.TooLarge), new FrameReader(limit).Read(WithoutMask(Header(Opcode.Text, (ulong)length)), out _));
    }

    [Theory]
    [InlineData(0x7FFF_FFFF_FFFF_FFFF)]
    [InlineData(0x1_0000_0000)]
    [InlineData(0x1_0000_0001)]
    public void A_length_that_no_memory_holds_is_refused(ulong length) =>
        Assert.Equal(new Offended(CloseReason.TooLarge), new FrameReader(Limit).Read(Header(Opcode.Text, length), out _));

    // RFC 6455 5.2: as few bytes as it needs, and the highest bit of eight is 0.
    [Theory]
    [InlineData("81FE0000")]
    [InlineData("81FE007D")]
    [InlineData("81FF0000000000000000")]
    [InlineData("81FF000000000000007E")]
    [InlineData("81FF000000000000FFFF")]
    [InlineData("81FF80")]
    [InlineData("81FFFF")]
    public void A_length_that_is_written_otherwise_than_it_must_be_is_refused_by_the_byte_that_shows_it(string header)
    {
        var bytes = Convert.FromHexString(header);

        Assert.Empty(Read(Limit, bytes[..^1]));
        Assert.Equal([new Offended(CloseReason.Malformed)], Read(Limit, bytes));
    }

    [Fact]
    public void Fragments_that_are_too_large_together_are_refused_at_the_one_that_says_so()
    {
        byte[] fragments =
        [
            .. Frame(Opcode.Text, new byte[60], fin: false), .. Frame(Opcode.Continuation, new byte[40], fin: false),
            .. Frame(Opcode.Continuation, [], fin: false), .. WithoutMask(Header(Opcode.Continuation, 1)),
        ];

        Assert.Empty(Read(100, fragments[..^1]));
        Assert.Equal([new Offended(CloseReason.TooLarge)], Read(100, fragments));
    }

    [Fact]
    public void Fragments_whose_sum_overflows_are_refused() => Assert.Equal(
        [new Offended(CloseReason.TooLarge)],
        Read(int.MaxValue, [.. Frame(Opcode.Text, new byte[1], fin: false), .. Header(Opcode.Continuation, long.MaxValue)]));

    [Fact]
    public void Pings_between_fragments_are_answered_and_do_not_count_towards_the_message()
    {
        var ping = new byte[125];
        var said = Read(
            100,
            [
                .. Frame(Opcode.Text, new byte[60], fin: false), .. Frame(Opcode.Ping, ping),
                .. Frame(Opcode.Continuation, new byte[40]), .. Frame(Opcode.Text, new byte[100]),
            ]);

        Assert.Equal([typeof(Pinged), typeof(Received), typeof(Received)], said.Select(one => one.GetType()));
        Assert.Equal(ping, ((Pinged)said[0]).Payload.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_binary_message_is_refused_by_its_first_byte(bool fin)
    {
        var said = Read(Limit, [.. Frame(Opcode.Text, "abc"u8), (byte)((int)Opcode.Binary | (fin ? 0x80 : 0))]);

        Assert.Equal([new Received("abc"), new Offended(CloseReason.NotText)], said);
    }

    // RFC 6455 5.2, 5.4, 5.5: reserved bits and opcodes, fragments, control frames.
    [Theory]
    [InlineData(0xC1)]
    [InlineData(0xA1)]
    [InlineData(0x91)]
    [InlineData(0x83)]
    [InlineData(0x87)]
    [InlineData(0x8B)]
    [InlineData(0x8F)]
    [InlineData(0x80)]
    [InlineData(0x00)]
    [InlineData(0x09)]
    [InlineData(0x08)]
    [InlineData(0x89, 0xFE)]
    [InlineData(0x88, 0xFF)]
    [InlineData(0x01, 0x81, 0, 0, 0, 0, 0x61, 0x81)]
    [InlineData(0x01, 0x81, 0, 0, 0, 0, 0x61, 0x82)]
    public void What_breaks_the_framing_is_refused_by_the_byte_that_breaks_it(params int[] bytes)
    {
        byte[] stream = [.. bytes.Select(octet => (byte)octet)];

        Assert.Empty(Read(Limit, stream[..^1]));
        Assert.Equal([new Offended(CloseReason.Malformed)], Read(Limit, stream));
    }

    [Theory]
    [InlineData("00", 1002)]
    [InlineData("03E7", 1002)]
    [InlineData("03EC", 1002)]
    [InlineData("03ED", 1002)]
    [InlineData("03EE", 1002)]
    [InlineData("03F7", 1002)]
    [InlineData("07D0", 1002)]
    [InlineData("1388", 1002)]
    [InlineData("03E8C328", 1007)]
    public void A_close_frame_that_says_what_no_client_may_is_an_offence(string payload, int code)
    {
        var offended = Assert.IsType<Offended>(Assert.Single(Read(Limit, Frame(Opcode.Close, Convert.FromHexString(payload)))));

        Assert.Equal(code, offended.Reason.Code);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(4999)]
    public void A_close_frames_code_is_told_and_nothing_behind_it_counts(int code)
    {
        byte[] close = Frame(Opcode.Close, [(byte)(code >> 8), (byte)code, .. "bye"u8]);

        Assert.Equal([new PeerClosed((ushort)code)], Read(Limit, [.. close, .. Frame(Opcode.Text, "late"u8)]));
    }

    [Theory]
    [InlineData("61C328")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("C3")]
    public void Text_that_is_not_UTF8_is_refused_and_a_character_may_be_cut_in_two(string payload)
    {
        var bytes = Convert.FromHexString(payload);

        Assert.Equal([new Offended(CloseReason.NotUtf8)], Read(Limit, Frame(Opcode.Text, bytes)));
        Assert.Equal(
            [new Received("ë")],
            Read(Limit, [.. Frame(Opcode.Text, [0xC3], fin: false), .. Frame(Opcode.Continuation, [0xAB])]));
    }

    // The last byte is the one that no text goes on with; what is behind it never comes.
    [Theory]
    [InlineData("6180")]
    [InlineData("C0")]
    [InlineData("C328")]
    [InlineData("E080")]
    [InlineData("E28228")]
    [InlineData("EDA0")]
    [InlineData("F080")]
    [InlineData("F09F28")]
    [InlineData("F09F9828")]
    [InlineData("F490")]
    [InlineData("F5")]
    [InlineData("FE")]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5EDA0")]
    public void The_first_byte_that_is_not_UTF8_is_refused_wherever_frames_and_reads_are_cut(string text)
    {
        var bytes = Convert.FromHexString(text);
        byte[] frame = Frame(Opcode.Text, [.. bytes, 0x80, 0x80, 0x80, 0x80]);
        byte[] fragments = [.. bytes.SelectMany((octet, i) => Frame(i == 0 ? Opcode.Text : Opcode.Continuation, [octet], fin: false))];

        Assert.Empty(Read(Limit, frame[..^5]));
        Assert.Equal([new Offended(CloseReason.NotUtf8)], Read(Limit, frame[..^4]));
        Assert.Equal([new Offended(CloseReason.NotUtf8)], Read(Limit, frame[..^4], 1));
        Assert.Empty(Read(Limit, fragments[..^1]));
        Assert.Equal([new Offended(CloseReason.NotUtf8)], Read(Limit, fragments));
    }

    [Fact]
    public void Whatever_the_text_it_is_refused_no_sooner_and_no_later_than_no_text_goes_on_so() =>
        Gen.Byte[0x7E, 0xF6].Array[1, 8].Sample(bytes =>
        {
            // What every text goes on with where it is cut.
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            var sound = Enumerable.Range(0, bytes.Length + 1).Last(length => IsBeginning(bytes.AsSpan(0, length)));
            var read = Enumerable.Range(0, bytes.Length + 1).Last(length => Read(Limit, Frame(Opcode.Text, bytes.AsSpan(0, length), fin: false)).Count == 0);
            Assert.Equal(sound, read);

            bool IsBeginning(ReadOnlySpan<byte> text)
            {
                try
                {
                    _ = strict.GetDecoder().GetCharCount(text, flush: false);
                    return true;
                }
                catch (DecoderFallbackException)
                {
                    return false;
                }
            }
        });

    [Fact]
    public void A_close_frames_reason_is_refused_before_its_end()
    {
        var frame = Frame(Opcode.Close, [3, 0xE8, 0xC3, 0x28, 0x61]);

        Assert.Empty(Read(Limit, frame[..^2]));
        Assert.Equal([new Offended(CloseReason.NotUtf8)], Read(Limit, frame[..^1]));
        Assert.Equal([new Offended(CloseReason.Malformed)], Read(Limit, Frame(Opcode.Close, [3, 0xED, 0x61])[..^1]));
    }

    [Fact]
    public void When_the_rest_is_to_be_dropped_it_is_up_to_the_close_frame()
    {
        var reader = new FrameReader(Limit);
        Assert.Null(reader.Read(Frame(Opcode.Text, "be"u8, fin: false), out _));
        reader.DropTheRest();
        byte[] rest = [.. Frame(Opcode.Continuation, "gun"u8), .. Frame(Opcode.Text, "late"u8), .. Frame(Opcode.Ping, []), 0xF3, 0x80, 1, 2, 3, 4, .. Frame(Opcode.Close, [])];
        Assert.Null(reader.Read(rest, out _));
        Assert.True(reader.IsOver);
    }

    [Fact]
    public Task What_the_frameworks_own_parser_reads_is_read_just_so_however_it_is_cut() =>
        Gen.Select(GenMessage.List[0, 8], GenClose, Gen.Int[1, 400].Array[1, 20]).SampleAsync(async (messages, close, cuts) =>
        {
            byte[] stream = [.. messages.SelectMany(message => message), .. close];

            // The framework answers pings itself, and does not count; what it tells are messages and the close.
            var said = Read(Limit, stream, cuts).Where(one => one is not (Pinged or Idled));
            Assert.Equal(await FrameworkReadsAsync(stream), said);
        });

    [Fact]
    public void Every_ping_is_told_with_its_payload_in_its_place() =>
        Gen.Select(GenMessage, GenMessage, Gen.Byte.Array[0, 125]).Sample((before, behind, payload) =>
        {
            var said = Read(Limit, [.. before, .. Frame(Opcode.Ping, payload), .. behind]);
            var pings = said.OfType<Pinged>().Select(ping => ping.Payload.ToArray()).ToList();

            Assert.Contains(pings, ping => ping.SequenceEqual(payload));
            Assert.Equal(2, said.OfType<Received>().Count());
        });

    [Fact]
    public void Whatever_the_cut_the_verdict_is_the_same_and_nothing_is_told_behind_an_offence() =>
        Gen.Select(GenMessage.List[0, 4], Gen.Byte.Array[0, 60], Gen.Int[1, 50].Array[1, 20]).Sample((messages, noise, cuts) =>
        {
            byte[] stream = [.. messages.SelectMany(message => message), .. noise];
            var whole = Read(700, stream);

            Assert.Equal(whole.Select(Shown), Read(700, stream, cuts).Select(Shown));
            Assert.DoesNotContain(whole.SkipLast(1), one => one is Offended or PeerClosed);
        });

    private static string Shown(PeerSays said) =>
        said is Pinged pinged ? $"ping {Convert.ToHexString(pinged.Payload.Span)}" : said.ToString();

    // Everything that is told of a stream that comes in pieces of these lengths, over and over.
    private static List<PeerSays> Read(int limit, byte[] stream, params int[] cuts)
    {
        var reader = new FrameReader(limit);
        List<PeerSays> said = [];
        for (int at = 0, turn = 0; at < stream.Length; turn++)
        {
            var length = Math.Min(cuts.Length == 0 ? stream.Length : cuts[turn % cuts.Length], stream.Length - at);
            // Unmasking is done in place: the next reader is to have the same.
            Span<byte> piece = stream.AsSpan(at, length).ToArray();
            while (!piece.IsEmpty && !reader.IsOver)
            {
                if (reader.Read(piece, out var taken) is { } one)
                {
                    said.Add(one);
                }

                piece = piece[taken..];
            }

            at += length;
        }

        return said;
    }

    private static async Task<List<PeerSays>> FrameworkReadsAsync(byte[] stream)
    {
        using var transport = new DuplexMemory(stream);
        using var socket = WebSocket.CreateFromStream(transport, new WebSocketCreationOptions { IsServer = true });
        List<PeerSays> said = [];
        var buffer = new byte[Limit];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += received.Count;
            }
            while (!received.EndOfMessage);

            if (received.MessageType == WebSocketMessageType.Close)
            {
                // It has a name of its own for a close without a code.
                var code = socket.CloseStatus is WebSocketCloseStatus.Empty or null ? 1000 : (int)socket.CloseStatus;
                said.Add(new PeerClosed((ushort)code));
                return said;
            }

            said.Add(new Received(Encoding.UTF8.GetString(buffer, 0, length)));
        }
    }

    private static byte[] Frame(Opcode opcode, ReadOnlySpan<byte> payload, bool masked = true, bool fin = true)
    {
        var body = payload.ToArray();
        for (var i = 0; i < body.Length && masked; i++)
        {
            body[i] ^= Mask[i % 4];
        }

        return [.. Header(opcode, (ulong)body.Length, masked, fin), .. body];
    }

    private static byte[] Header(Opcode opcode, ulong length, bool masked = true, bool fin = true)
    {
        var first = (byte)((int)opcode | (fin ? 0x80 : 0));
        var mask = (byte)(masked ? 0x80 : 0);
        byte[] extended = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(extended, length);
        byte[] header = length switch
        {
            <= 125 => [first, (byte)(mask | (byte)length)],
            <= ushort.MaxValue => [first, (byte)(mask | 126), .. extended[6..]],
            _ => [first, (byte)(mask | 127), .. extended],
        };
        return masked ? [.. header, .. Mask] : header;
    }

    private static byte[] WithoutMask(byte[] header) => header[..^4];

    /// <summary>What is read is there already; what is written goes nowhere.</summary>
    private sealed class DuplexMemory(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanWrite => true;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
