using System.Buffers.Binary;
using Broadcast.Actors.Wire;
using Broadcast.Host.Connections;
using CsCheck;

namespace Broadcast.Tests.Hosting;

public sealed class FrameHeadersSpecs
{
    private const int Limit = 70_000;

    private static readonly Gen<byte[]> GenControl =
        Gen.Select(Gen.Enum<Opcode>().Where(opcode => opcode >= Opcode.Close), Gen.Int[0, 125])
            .Select((opcode, length) => Frame(opcode, length, masked: true));

    // One message in any number of fragments, with control frames between them, none of it over the limit.
    private static readonly Gen<byte[]> GenMessage =
        Gen.Select(Gen.Int[0, 300].Array[1, 5], GenControl.List[0, 2]).Select((lengths, controls) =>
        {
            List<byte> bytes = [];
            for (var i = 0; i < lengths.Length; i++)
            {
                bytes.AddRange(Frame(i == 0 ? Opcode.Text : Opcode.Continuation, lengths[i], masked: true, fin: i == lengths.Length - 1));
                bytes.AddRange(i < controls.Count ? controls[i] : []);
            }

            return bytes.ToArray();
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(Limit)]
    public void A_frame_up_to_the_limit_is_followed_in_every_form_of_its_length(int length)
    {
        byte[] twice = [.. Frame(Opcode.Text, length, masked: true), .. Frame(Opcode.Text, length, masked: true)];

        Assert.Null(new FrameHeaders(Limit).Follow(twice, out _));
        // A misread length would take the next header for payload, and this one's announcement with it.
        Assert.Equal(CloseReason.TooLarge, new FrameHeaders(Limit).Follow([.. twice, .. Header(Opcode.Text, Limit + 1, masked: true)], out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(126)]
    [InlineData(65536)]
    public void A_frame_that_is_not_masked_is_refused_by_its_second_byte_and_followed_to_the_close_behind_it(int length)
    {
        var headers = new FrameHeaders(Limit);
        var frame = Frame(Opcode.Text, length, masked: false);
        Assert.Null(headers.Follow(frame.AsSpan(0, 1), out _));
        Assert.Equal(CloseReason.Malformed, headers.Follow(frame.AsSpan(1, 1), out var clean));
        Assert.Equal(0, clean);
        _ = headers.Follow([.. frame.AsSpan(2), .. Frame(Opcode.Close, 2, masked: true)], out _);
        Assert.True(headers.CloseSeen);
        Assert.Equal(CloseReason.Malformed, headers.Offence);
    }

    [Theory]
    [InlineData(126)]
    [InlineData(65536)]
    [InlineData(5)]
    public void A_header_is_understood_wherever_the_network_cuts_it(int length)
    {
        var bytes = Frame(Opcode.Text, length, masked: true);
        var header = bytes.Length - length;
        byte[] stream = [.. bytes, .. Header(Opcode.Binary, 1, masked: true)];
        for (var cut = 0; cut <= header; cut++)
        {
            var headers = new FrameHeaders(Limit);
            Assert.Null(headers.Follow(stream.AsSpan(0, cut), out _));
            Assert.Equal(CloseReason.NotText, headers.Follow(stream.AsSpan(cut), out _));
        }

        var byteByByte = new FrameHeaders(Limit);
        Assert.All(bytes, one => Assert.Null(byteByByte.Follow([one], out _)));
        Assert.Equal(CloseReason.NotText, byteByByte.Follow(stream.AsSpan(bytes.Length), out _));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(100, 101)]
    [InlineData(125, 126)]
    [InlineData(65535, 65536)]
    [InlineData(65536, 65537)]
    public void One_byte_over_the_limit_is_refused_by_the_header_alone(int limit, int length)
    {
        Assert.Null(new FrameHeaders(limit).Follow(Header(Opcode.Text, (ulong)limit, masked: true), out _));
        Assert.Equal(CloseReason.TooLarge, new FrameHeaders(limit).Follow(WithoutMask(Header(Opcode.Text, (ulong)length, masked: true)), out _));
    }

    [Theory]
    [InlineData(0x8000_0000_0000_0000)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFF)]
    [InlineData(0x1_0000_0000)]
    [InlineData(0x1_0000_0001)]
    public void A_length_that_no_memory_holds_is_refused(ulong length) =>
        Assert.Equal(CloseReason.TooLarge, new FrameHeaders(Limit).Follow(Header(Opcode.Text, length, masked: true), out _));

    [Fact]
    public void Fragments_that_are_too_large_together_are_refused_at_the_one_that_says_so()
    {
        var headers = new FrameHeaders(100);

        Assert.Null(headers.Follow(Frame(Opcode.Text, 60, masked: true, fin: false), out _));
        Assert.Null(headers.Follow(Frame(Opcode.Continuation, 40, masked: true, fin: false), out _));
        Assert.Null(headers.Follow(Frame(Opcode.Continuation, 0, masked: true, fin: false), out _));
        Assert.Equal(CloseReason.TooLarge, headers.Follow(Header(Opcode.Continuation, 1, masked: true), out _));
    }

    [Fact]
    public void Fragments_whose_sum_overflows_are_refused()
    {
        var headers = new FrameHeaders(int.MaxValue);

        Assert.Null(headers.Follow(Frame(Opcode.Text, 1, masked: true, fin: false), out _));
        Assert.Equal(CloseReason.TooLarge, headers.Follow(Header(Opcode.Continuation, ulong.MaxValue, masked: true), out _));
    }

    [Fact]
    public void Pings_between_fragments_do_not_count_towards_the_message()
    {
        var headers = new FrameHeaders(100);

        Assert.Null(headers.Follow(Frame(Opcode.Text, 60, masked: true, fin: false), out _));
        Assert.Null(headers.Follow(Frame(Opcode.Ping, 125, masked: true), out _));
        Assert.Null(headers.Follow(Frame(Opcode.Continuation, 40, masked: true), out _));
        // Nor does the message before count towards the next.
        Assert.Null(headers.Follow(Frame(Opcode.Text, 100, masked: true), out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_binary_message_is_refused_by_its_first_byte(bool fin)
    {
        var headers = new FrameHeaders(Limit);

        Assert.Null(headers.Follow(Frame(Opcode.Text, 3, masked: true), out _));
        Assert.Equal(CloseReason.NotText, headers.Follow([(byte)((int)Opcode.Binary | (fin ? 0x80 : 0))], out _));
    }

    [Fact]
    public void Whatever_is_allowed_is_followed_without_complaint_however_it_is_cut() =>
        Gen.Select(GenMessage.List[1, 8], Gen.Int[1, 400].Array[1, 20]).Sample((messages, cuts) =>
            Verdict(1500, [.. messages.SelectMany(message => message)], cuts) is null);

    [Fact]
    public void Whatever_the_cut_the_verdict_is_the_same() =>
        Gen.Select(GenMessage.List[0, 4], Gen.Byte.Array[0, 60], Gen.Int[1, 50].Array[1, 20]).Sample((messages, noise, cuts) =>
        {
            byte[] stream = [.. messages.SelectMany(message => message), .. noise];
            return Verdict(700, stream, [stream.Length + 1]) == Verdict(700, stream, cuts);
        });

    private static CloseReason? Verdict(int limit, byte[] stream, int[] cuts)
    {
        var headers = new FrameHeaders(limit);
        for (int at = 0, turn = 0; at < stream.Length; turn++)
        {
            var length = Math.Min(cuts[turn % cuts.Length], stream.Length - at);
            if (headers.Follow(stream.AsSpan(at, length), out _) is { } wrong)
            {
                return wrong;
            }

            at += length;
        }

        return null;
    }

    private static byte[] Frame(Opcode opcode, int length, bool masked, bool fin = true)
    {
        var payload = new byte[length];
        // Bytes that would be refused if they were taken for a header.
        Array.Fill(payload, (byte)Opcode.Binary);
        return [.. Header(opcode, (ulong)length, masked, fin), .. payload];
    }

    private static byte[] Header(Opcode opcode, ulong length, bool masked, bool fin = true)
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
        return masked ? [.. header, 2, 2, 2, 2] : header;
    }

    private static byte[] WithoutMask(byte[] header) => header[..^4];
}
