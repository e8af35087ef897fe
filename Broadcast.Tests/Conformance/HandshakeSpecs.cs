using System.Text;
using Broadcast.Actors.Wire;
using static Broadcast.Tests.Conformance.Request;

namespace Broadcast.Tests.Conformance;

/// <summary>The opening handshake (RFC 6455 4.2.1), and the HTTP it stands in (RFC 9110, RFC 9112).</summary>
public sealed class HandshakeSpecs(Scene scene) : IClassFixture<Scene>
{
    private const string NotMeant = "This is a WebSocket: connect to ws://127.0.0.1/ws?name=NAME with a WebSocket client.";
    private const string OtherVersion = "Another version of WebSocket is spoken here: send Sec-WebSocket-Version: 13, once.";
    private const string BadKey = "Sec-WebSocket-Key is not 16 bytes in base64: send a new one for each connection, once.";
    private const string BadProtocol = "Sec-WebSocket-Protocol is no list of different tokens: send broadcast.v1+json or leave it out.";
    private const string BadExtension = "Sec-WebSocket-Extensions is no list of extensions: leave it out, none is chosen here.";
    private const string User = "The request's target has a user in front of the host: leave it out.";
    private const string Elsewhere = "There is nothing here. The chat is at /ws.";
    private const string OtherOrigin = "This web page's origin is not allowed here: add it to broadcast.origins.";

    // Of a client's: a text "hi" and a close frame, masked with zeros.
    private const string Frames = "\u0081\u0082\0\0\0\0hi\u0088\u0080\0\0\0\0";

    private static readonly Opening[] Openings =
    [
        new("RFC 6455 4.2.1", "as it must be", Proper, 101),
        new("RFC 9112 2.2", "as it must be, a write for each byte", Proper with { InBytes = true }, 101),
        new("RFC 6455 4.1", "with a line and a goodbye right behind it", Proper with { Behind = Frames }, 101),
        new("RFC 9110 5.1", "names of fields in small letters", new("GET /ws HTTP/1.1", "host: 127.0.0.1", "upgrade: websocket", "connection: upgrade", $"sec-websocket-key: {Key}", "sec-websocket-version: 13"), 101),
        new("RFC 9110 5.3", "fields in another order", Proper with { Lines = [Proper.Lines[0], .. Proper.Lines.Skip(1).Reverse()] }, 101),
        new("RFC 9110 5.5", "spaces and tabs around values", new("GET /ws HTTP/1.1", "Host: \t127.0.0.1 ", "Upgrade:websocket\t", "Connection:\t Upgrade", $"Sec-WebSocket-Key:{Key} ", "Sec-WebSocket-Version:   13"), 101),
        new("RFC 9110 5.1", "fields that nobody knows", Proper.With("X-Whatever: something", "X-Nothing:"), 101),
        new("RFC 9112 2.2", "an empty line in front of it", Proper with { InFront = "\r\n" }, 101),

        // Methods.
        new("RFC 9110 15.5.6", "POST", Proper.Line("POST /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 15.5.6", "PUT", Proper.Line("PUT /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 15.5.6", "DELETE", Proper.Line("DELETE /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 15.5.6", "OPTIONS", Proper.Line("OPTIONS /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 15.5.6", "TRACE", Proper.Line("TRACE /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 15.5.6", "a method that nobody knows", Proper.Line("WEBSOCKET /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 9.3.2", "HEAD is answered without the sentence", Proper.Line("HEAD /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 9.1", "a method in small letters is another one", Proper.Line("get /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 9.3.6", "CONNECT to a path", Proper.Line("CONNECT /ws HTTP/1.1"), 405) { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 9.3.6", "CONNECT to another host", Proper.Line("CONNECT 10.0.0.1:22 HTTP/1.1"), 400),

        // Versions of HTTP.
        new("RFC 9110 7.8", "HTTP/1.0", Proper.Line("GET /ws HTTP/1.0"), 400) { Says = NotMeant },
        new("RFC 6455 4.2.1", "HTTP/1.0 without a Host", Proper.Without("Host").Line("GET /ws HTTP/1.0"), 400)
            { Says = "This is a WebSocket: connect to ws:///ws?name=NAME with a WebSocket client." },
        new("RFC 9112 2.3", "HTTP/0.9", new("GET /ws"), 400),
        new("RFC 9112 2.3", "HTTP/1.2", Proper.Line("GET /ws HTTP/1.2"), 505),
        new("RFC 9112 2.3", "HTTP/2.0", Proper.Line("GET /ws HTTP/2.0"), 505),
        new("RFC 9112 2.3", "HTTP/11", Proper.Line("GET /ws HTTP/11"), 400),
        new("RFC 9112 2.3", "a version in small letters", Proper.Line("GET /ws http/1.1"), 505),
        new("RFC 9112 3", "another protocol", Proper.Line("GET /ws RTSP/1.0"), 505),

        // The request line and its target.
        new("RFC 6455 4.2.1", "another path", Proper.Line("GET /chat HTTP/1.1"), 404) { Says = Elsewhere },
        new("RFC 6455 4.2.1", "the root", Proper.Line("GET / HTTP/1.1"), 404) { Says = Elsewhere },
        new("RFC 3986 6.2.2.1", "the path in large letters", Proper.Line("GET /WS HTTP/1.1"), 404) { Says = Elsewhere },
        new("RFC 3986 3.3", "the path and a slash", Proper.Line("GET /ws/ HTTP/1.1"), 404) { Says = Elsewhere },
        new("RFC 3986 3.3", "two slashes", Proper.Line("GET //ws HTTP/1.1"), 404) { Says = Elsewhere },
        new("RFC 6455 3", "a fragment", Proper.Line("GET /ws#here HTTP/1.1"), 404) { Says = Elsewhere },
        new("RFC 3986 6.2.2.2", "a letter percent-encoded", Proper.Line("GET /%77s HTTP/1.1"), 101),
        new("RFC 3986 6.2.2.3", "dots that lead nowhere", Proper.Line("GET /./a/../ws HTTP/1.1"), 101),
        new("RFC 3986 2.1", "an encoded slash is none", Proper.Line("GET /a%2F..%2Fws HTTP/1.1"), 404) { Says = Elsewhere },
        new("RFC 3986 2.1", "an encoded NUL", Proper.Line("GET /ws%00 HTTP/1.1"), 400),
        new("RFC 9112 3.2.2", "in absolute form, for the same host", Proper.Line("GET http://127.0.0.1/ws HTTP/1.1"), 101),
        new("RFC 9112 3.2.2", "in absolute form, for another host than Host", Proper.Line("GET http://example.com/ws HTTP/1.1"), 400),
        new("RFC 9110 4.2.4", "in absolute form, with a user", Proper.Line("GET http://user@127.0.0.1/ws HTTP/1.1"), 400) { Says = User },
        new("RFC 9110 4.2.4", "in absolute form, with a user and a password", Proper.Line("GET http://user:secret@127.0.0.1/ws HTTP/1.1"), 400) { Says = User },
        new("RFC 9110 4.2.4", "in absolute form, with a user that is empty", Proper.Line("GET http://@127.0.0.1/ws HTTP/1.1"), 400) { Says = User },
        new("RFC 3986 3.4", "in absolute form, with what looks like a user in the query", Proper.Line("GET http://127.0.0.1/ws?from=a@b HTTP/1.1"), 101),
        new("RFC 3986 3.4", "an address with a user in the query", Proper.Line("GET /ws?from=http://a@b/ HTTP/1.1"), 101),
        new("RFC 9110 4.2", "in absolute form, of another scheme", Proper.Line("GET ws://127.0.0.1/ws HTTP/1.1"), 400),
        new("RFC 9112 3.2.3", "in authority form", Proper.Line("GET 127.0.0.1:80 HTTP/1.1"), 405) { Fields = ["Allow: CONNECT"] },
        new("RFC 9112 3.2.4", "in asterisk form", Proper.Line("OPTIONS * HTTP/1.1"), 404) { Says = Elsewhere },
        new("RFC 9112 3.2.4", "in asterisk form, but GET", Proper.Line("GET * HTTP/1.1"), 405) { Fields = ["Allow: OPTIONS"] },
        new("RFC 9112 3.2", "no slash", Proper.Line("GET ws HTTP/1.1"), 405) { Fields = ["Allow: CONNECT"] },
        new("RFC 9112 3", "no target", Proper.Line("GET HTTP/1.1"), 400),
        new("RFC 9112 3", "two spaces", Proper.Line("GET  /ws HTTP/1.1"), 400),
        new("RFC 9112 3", "a space in the target", Proper.Line("GET /ws?name=a b HTTP/1.1"), 400),
        new("RFC 9112 3", "tabs for spaces", Proper.Line("GET\t/ws\tHTTP/1.1"), 400),
        new("RFC 9112 3", "a space in front of it", Proper.Line(" GET /ws HTTP/1.1"), 400),
        new("RFC 9112 3", "a NUL in the target", Proper.Line("GET /ws\0 HTTP/1.1"), 400),
        new("RFC 9112 3", "no method", Proper.Line("/ws HTTP/1.1"), 400),
        new("RFC 9112 3", "a method that is no token", Proper.Line("G(T /ws HTTP/1.1"), 400),
        new("RFC 9112 3", "a request line of more than 16 KiB", Proper.Line($"GET /ws?name={new string('a', 17000)} HTTP/1.1"), 414),
        new("RFC 9112 9.6", "a request line of 256 KiB: no reset eats the answer", Proper.Line($"GET /ws?name={new string('a', 1 << 18)} HTTP/1.1"), 414),

        // Host.
        new("RFC 9112 3.2", "no Host", Proper.Without("Host"), 400),
        new("RFC 9112 3.2", "two Hosts", Proper.With("Host: 127.0.0.1"), 400),
        new("RFC 9112 3.2", "two different Hosts", Proper.With("Host: example.com"), 400),
        new("RFC 9112 3.2", "an empty Host, as for a target without an authority", Proper.Instead("Host:"), 101),
        new("RFC 9110 7.2", "a Host with a port", Proper.Instead("Host: 127.0.0.1:8080"), 101),
        new("RFC 9110 7.2", "a Host that is an IPv6 address", Proper.Instead("Host: [::1]:8080"), 101),
        new("RFC 9110 7.2", "a Host with a space", Proper.Instead("Host: a b"), 400),
        new("RFC 9110 7.2", "a Host with a comma", Proper.Instead("Host: a,b"), 400),
        new("RFC 9110 7.2", "a Host with a path", Proper.Instead("Host: a/b"), 400),
        new("RFC 9110 7.2", "a Host with a user", Proper.Instead("Host: u@a"), 400),
        new("RFC 9110 7.2", "a Host whose port is no number", Proper.Instead("Host: a:b"), 400),

        // Upgrade and Connection.
        new("RFC 6455 4.2.1", "no Upgrade", Proper.Without("Upgrade"), 400) { Says = NotMeant },
        new("RFC 6455 4.2.1", "an empty Upgrade", Proper.Instead("Upgrade:"), 400) { Says = NotMeant },
        new("RFC 6455 4.2.1", "Upgrade to something else", Proper.Instead("Upgrade: h2c"), 400) { Says = NotMeant },
        new("RFC 6455 4.2.1", "Upgrade to what begins like it", Proper.Instead("Upgrade: websockets"), 400) { Says = NotMeant },
        new("RFC 9110 7.8", "Upgrade with a version that there is none of", Proper.Instead("Upgrade: websocket/13"), 400)
            { Says = NotMeant },
        new("RFC 6455 4.2.1", "Upgrade in other letters", Proper.Instead("Upgrade: WebSocket"), 101),
        new("RFC 9110 7.8", "Upgrade to one of two", Proper.Instead("Upgrade: h2c, websocket"), 101),
        new("RFC 9110 5.3", "Upgrade twice", Proper.Instead("Upgrade: h2c", "Upgrade: websocket"), 101),
        new("RFC 6455 4.2.1", "no Connection", Proper.Without("Connection"), 400) { Says = NotMeant },
        new("RFC 6455 4.2.1", "an empty Connection", Proper.Instead("Connection:"), 400) { Says = NotMeant },
        new("RFC 6455 4.2.1", "Connection without the token", Proper.Instead("Connection: keep-alive"), 400) { Says = NotMeant },
        new("RFC 6455 4.2.1", "Connection with what begins like it", Proper.Instead("Connection: Upgrades"), 400) { Says = NotMeant },
        new("RFC 9110 7.6.1", "Connection with the token in quotes", Proper.Instead("Connection: \"Upgrade\""), 400) { Says = NotMeant },
        new("RFC 9110 7.6.1", "Connection with two tokens in one", Proper.Instead("Connection: keep-alive Upgrade"), 400)
            { Says = NotMeant },
        new("RFC 9110 7.6.1", "Connection in other letters", Proper.Instead("Connection: uPGRADE"), 101),
        new("RFC 9110 7.6.1", "Connection as browsers send it", Proper.Instead("Connection: keep-alive, Upgrade"), 101),
        new("RFC 9110 5.3", "Connection twice", Proper.Instead("Connection: keep-alive", "Connection: Upgrade"), 101),
        new("RFC 9110 5.6.1", "Connection with empty elements", Proper.Instead("Connection: , Upgrade,,"), 101),

        // Versions of WebSocket.
        new("RFC 6455 4.4", "version 8", Proper.Instead("Sec-WebSocket-Version: 8"), 426) { Says = OtherVersion },
        new("RFC 6455 4.4", "version 0", Proper.Instead("Sec-WebSocket-Version: 0"), 426) { Says = OtherVersion },
        new("RFC 6455 4.4", "version 25, as in the example", Proper.Instead("Sec-WebSocket-Version: 25"), 426) { Says = OtherVersion },
        new("RFC 6455 4.3", "version 256, which there cannot be", Proper.Instead("Sec-WebSocket-Version: 256"), 426)
            { Says = OtherVersion },
        new("RFC 6455 4.3", "version 013", Proper.Instead("Sec-WebSocket-Version: 013"), 426) { Says = OtherVersion },
        new("RFC 6455 4.3", "a version that is no number", Proper.Instead("Sec-WebSocket-Version: thirteen"), 426) { Says = OtherVersion },
        new("RFC 6455 4.3", "a list of versions, which is for the server to send", Proper.Instead("Sec-WebSocket-Version: 13, 8"), 426)
            { Says = OtherVersion },
        new("RFC 6455 11.3.5", "the version twice", Proper.With("Sec-WebSocket-Version: 13"), 426) { Says = OtherVersion },
        new("RFC 6455 11.3.5", "two versions", Proper.With("Sec-WebSocket-Version: 8"), 426) { Says = OtherVersion },
        new("RFC 6455 4.2.1", "no version", Proper.Without("Sec-WebSocket-Version"), 426) { Says = OtherVersion },
        new("RFC 6455 4.3", "an empty version", Proper.Instead("Sec-WebSocket-Version:"), 426) { Says = OtherVersion },
        new("RFC 6455 4.4", "a draft's keys (hixie-76)", new Request("GET /ws HTTP/1.1", "Host: 127.0.0.1", "Upgrade: WebSocket", "Connection: Upgrade", "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5", "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00") { Behind = "^n:ds[4U" }, 426)
            { Says = OtherVersion },

        // Keys.
        new("RFC 6455 4.2.1", "no key", Proper.Without("Sec-WebSocket-Key"), 400) { Says = BadKey },
        new("RFC 6455 4.2.1", "an empty key", Proper.Instead("Sec-WebSocket-Key:"), 400) { Says = BadKey },
        new("RFC 6455 11.3.1", "the key twice", Proper.With($"Sec-WebSocket-Key: {Key}"), 400) { Says = BadKey },
        new("RFC 6455 11.3.1", "two keys in one field", Proper.Instead($"Sec-WebSocket-Key: {Key}, {Key}"), 400) { Says = BadKey },
        new("RFC 6455 4.2.1", "a key of 15 bytes", Proper.Instead("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA"), 400) { Says = BadKey },
        new("RFC 6455 4.2.1", "a key of 17 bytes", Proper.Instead("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA="), 400) { Says = BadKey },
        new("RFC 6455 4.2.1", "a key of 18 bytes in 24 characters", Proper.Instead("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAAA"), 400)
            { Says = BadKey },
        new("RFC 4648 3.2", "a key without its padding", Proper.Instead("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"), 400)
            { Says = BadKey },
        new("RFC 4648 3.3", "a key with a space in it", Proper.Instead("Sec-WebSocket-Key: dGhlIHNhbXBs ZSBub25jZQ=="), 400)
            { Says = BadKey },
        new("RFC 4648 5", "a key in the alphabet for addresses", Proper.Instead("Sec-WebSocket-Key: ____________________-w=="), 400)
            { Says = BadKey },
        new("RFC 6455 4.2.1", "16 letters that are no base64", Proper.Instead("Sec-WebSocket-Key: abcdefghijklmno="), 400)
            { Says = BadKey },
        new("RFC 6455 4.3", "a key in quotes", Proper.Instead($"Sec-WebSocket-Key: \"{Key}\""), 400) { Says = BadKey },

        // Subprotocols.
        new("RFC 6455 4.2.2", "the subprotocol", Proper.With("Sec-WebSocket-Protocol: broadcast.v1+json"), 101) { IsJson = true },
        new("RFC 6455 4.2.2", "the subprotocol behind others", Proper.With("Sec-WebSocket-Protocol: chat, superchat,broadcast.v1+json"), 101)
            { IsJson = true },
        new("RFC 6455 11.3.4", "the subprotocol in a field of its own behind another", Proper.With("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: broadcast.v1+json"), 101)
            { IsJson = true },
        new("RFC 9110 5.6.1", "the subprotocol among empty elements", Proper.With("Sec-WebSocket-Protocol: ,broadcast.v1+json, ,"), 101)
            { IsJson = true },
        new("RFC 6455 4.2.2", "no subprotocol that is known", Proper.With("Sec-WebSocket-Protocol: chat, superchat"), 101),
        new("RFC 6455 4.1", "the subprotocol in other letters is another one", Proper.With("Sec-WebSocket-Protocol: Broadcast.V1+JSON"), 101),
        new("RFC 6455 4.3", "a subprotocol in quotes", Proper.With("Sec-WebSocket-Protocol: \"broadcast.v1+json\""), 400)
            { Says = BadProtocol },
        new("RFC 6455 4.3", "a subprotocol with a space", Proper.With("Sec-WebSocket-Protocol: broadcast v1+json"), 400)
            { Says = BadProtocol },
        new("RFC 6455 4.3", "a subprotocol with a separator", Proper.With("Sec-WebSocket-Protocol: broadcast.v1/json"), 400)
            { Says = BadProtocol },
        new("RFC 6455 4.3", "an empty list of subprotocols", Proper.With("Sec-WebSocket-Protocol:"), 400) { Says = BadProtocol },
        new("RFC 6455 4.3", "a list of nothing but empty elements", Proper.With("Sec-WebSocket-Protocol: , ,"), 400) { Says = BadProtocol },
        new("RFC 6455 4.1", "the same subprotocol twice", Proper.With("Sec-WebSocket-Protocol: broadcast.v1+json, broadcast.v1+json"), 400)
            { Says = BadProtocol },
        new("RFC 6455 4.1", "the same subprotocol in two fields", Proper.With("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: chat"), 400)
            { Says = BadProtocol },

        // Extensions: none is negotiated, whatever is offered. Autobahn plays 12 and 13 in their compression; here they are plain.
        new("RFC 7692 7", "compression is offered and not chosen", Proper.With("Sec-WebSocket-Extensions: permessage-deflate"), 101)
            { Autobahn = "12.1 to 12.5" },
        new("RFC 7692 7.1", "compression with all its parameters is not chosen", Proper.With("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=8; client_max_window_bits"), 101)
            { Autobahn = "13.1 to 13.6" },
        new("RFC 6455 9.1", "compression is offered twice and not chosen", Proper.With("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9, permessage-deflate"), 101)
            { Autobahn = "13.7" },
        new("RFC 6455 9.1", "extensions in two fields", Proper.With("Sec-WebSocket-Extensions: foo", "Sec-WebSocket-Extensions: bar; baz=2"), 101),
        new("RFC 6455 9.1", "a parameter in quotes", Proper.With("Sec-WebSocket-Extensions: foo; bar=\"baz\" ; x = y"), 101),
        new("RFC 6455 9.1", "an extension without a name", Proper.With("Sec-WebSocket-Extensions: ; foo=bar"), 400) { Says = BadExtension },
        new("RFC 6455 9.1", "a parameter without a name", Proper.With("Sec-WebSocket-Extensions: foo; =bar"), 400) { Says = BadExtension },
        new("RFC 6455 9.1", "a parameter without its value", Proper.With("Sec-WebSocket-Extensions: foo; bar="), 400)
            { Says = BadExtension },
        new("RFC 6455 9.1", "in quotes what is no token", Proper.With("Sec-WebSocket-Extensions: foo; bar=\"a b\""), 400)
            { Says = BadExtension },
        new("RFC 6455 9.1", "quotes that do not end", Proper.With("Sec-WebSocket-Extensions: foo; bar=\"baz"), 400) { Says = BadExtension },
        new("RFC 6455 9.1", "an empty list of extensions", Proper.With("Sec-WebSocket-Extensions:"), 400) { Says = BadExtension },

        // Origins.
        new("RFC 6455 10.2", "a page of its own", Proper.With("Origin: http://127.0.0.1"), 101),
        new("RFC 6455 10.2", "a page from elsewhere", Proper.With("Origin: http://example.com"), 403) { Says = OtherOrigin },
        new("RFC 6454 7.3", "two origins", Proper.With("Origin: http://127.0.0.1", "Origin: http://127.0.0.1"), 403) { Says = OtherOrigin },
        new("RFC 6454 7.3", "a page that does not say from where", Proper.With("Origin: null"), 403) { Says = OtherOrigin },

        // Fields.
        new("RFC 9112 5.1", "a space in front of a colon", Proper.With("X : y"), 400),
        new("RFC 9112 5.1", "a tab in front of a colon", Proper.With("X\t: y"), 400),
        new("RFC 9112 5.2", "a field that is folded", Proper.With("X: y", " z"), 400),
        new("RFC 9112 5.2", "a field that is folded with a tab", Proper.With("X: y", "\tz"), 400),
        new("RFC 9112 2.2", "a space in front of the first field", Proper with { Lines = [Proper.Lines[0], " X: y", .. Proper.Lines.Skip(1)] }, 400),
        new("RFC 9112 5", "no colon", Proper.With("Whatever"), 400),
        new("RFC 9110 5.1", "no name", Proper.With(": y"), 400),
        new("RFC 9110 5.1", "a space in a name", Proper.With("X y: z"), 400),
        new("RFC 9110 5.1", "a bracket in a name", Proper.With("X(y): z"), 400),
        new("RFC 9110 5.1", "a control character in a name", Proper.With("X\u0001: y"), 400),
        new("RFC 9110 5.1", "a NUL in a name", Proper.With("X\0: y"), 400),
        new("RFC 9110 5.1", "a letter of another alphabet in a name", Proper.With("X\u00E9: y"), 400),
        new("RFC 9110 5.5", "a NUL in a value", Proper.With("X: y\0z"), 400),
        new("RFC 9110 5.5", "a control character in a value", Proper.With("X: y\u001Bz"), 400),
        new("RFC 9110 5.5", "a DEL in a value", Proper.With("X: y\u007Fz"), 400),
        new("RFC 9110 5.5", "a carriage return in a value", Proper.With("X: y\rz"), 400),
        new("RFC 9112 2.2", "a line feed alone behind a field", Proper.With("X: y\nZ: z"), 400),
        new("RFC 9112 2.2", "line feeds alone behind all lines", Proper with { Ends = "\n" }, 400),
        new("RFC 9112 2.2", "a line feed alone behind the request line", Proper.Line("GET /ws HTTP/1.1\nX: y"), 400),
        new("RFC 9112 2.2", "carriage returns alone", Proper with { Ends = "\r" , Behind = "\n" }, 400),
        new("RFC 6585 5", "fields of more than 16 KiB", Proper.With($"X: {new string('y', 17000)}"), 431),
        new("RFC 6585 5", "more than a hundred fields", Proper.With([.. Enumerable.Range(0, 100).Select(n => $"X-{n}: y")]), 431),
        new("RFC 9112 9.6", "fields of 256 KiB: no reset eats the answer", Proper.With($"X: {new string('y', 1 << 18)}"), 431),

        // What one server takes for the end of a request, and another does not (RFC 9112 11.2).
        new("RFC 9112 6.3", "a handshake with a payload", Proper.With("Content-Length: 5") with { Behind = "hello" }, 400)
            { Says = NotMeant },
        new("RFC 9112 6.3", "a handshake with a payload of none", Proper.With("Content-Length: 0"), 101),
        new("RFC 9110 8.6", "a length with a sign", Proper.With("Content-Length: +0"), 400),
        new("RFC 9110 8.6", "a length below nothing", Proper.With("Content-Length: -1"), 400),
        new("RFC 9110 8.6", "a length in hexadecimal", Proper.With("Content-Length: 0x0"), 400),
        new("RFC 9110 8.6", "a length that no number holds", Proper.With("Content-Length: 99999999999999999999"), 400),
        new("RFC 9110 8.6", "a length that is empty", Proper.With("Content-Length:"), 400),
        new("RFC 9110 8.6", "a list of lengths", Proper.With("Content-Length: 0, 0"), 400),
        new("RFC 9110 8.6", "two lengths", Proper.With("Content-Length: 0", "Content-Length: 0"), 400),
        new("RFC 9112 6.3", "two different lengths", Proper.With("Content-Length: 0", "Content-Length: 5"), 400),
        new("RFC 9112 7.1", "a handshake in chunks", Proper.With("Transfer-Encoding: chunked") with { Behind = "0\r\n\r\n" }, 400)
            { Says = NotMeant },
        new("RFC 9112 6.3", "a length and chunks", Proper.With("Content-Length: 0", "Transfer-Encoding: chunked") with { Behind = "0\r\n\r\n" }, 400)
            { Says = NotMeant },
        new("RFC 9112 6.1", "an encoding that there is none of", Proper.With("Transfer-Encoding: identity"), 400),
        new("RFC 9112 6.1", "an encoding that ends like one", Proper.With("Transfer-Encoding: xchunked"), 400),
        new("RFC 9112 6.1", "an encoding behind a vertical tab", Proper.With("Transfer-Encoding: \vchunked"), 400),
        new("RFC 9112 6.1", "chunks that are not last", Proper.With("Transfer-Encoding: chunked, identity"), 400),
        new("RFC 9112 6.1", "two encodings in two fields", Proper.With("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), 400),
        new("RFC 9112 11.2", "a request inside another's payload", new Request("POST /ws HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 6", "Transfer-Encoding: chunked") { Behind = $"0\r\n\r\n{string.Join("\r\n", Proper.Lines)}\r\n\r\n" }, 405)
            { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9112 11.2", "a request behind one that is refused", new Request("GET /elsewhere HTTP/1.1", "Host: 127.0.0.1") { Behind = $"{string.Join("\r\n", Proper.Lines)}\r\n\r\n" }, 404)
            { Says = Elsewhere },
        new("RFC 9112 11.2", "a request behind one with a payload", new Request("POST /ws HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 5") { Behind = $"hello{string.Join("\r\n", Proper.Lines)}\r\n\r\n" }, 405)
            { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9112 11.2", "a handshake behind one of another version", Proper.Instead("Sec-WebSocket-Version: 8") with { Behind = $"{string.Join("\r\n", Proper.Lines)}\r\n\r\n" }, 426)
            { Says = OtherVersion },
        new("RFC 9112 9.6", "a payload of 256 KiB: no reset eats the answer", new Request("POST /ws HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 262144") { Behind = new string('x', 1 << 18) }, 405)
            { Says = NotMeant, Fields = ["Allow: GET"] },
        new("RFC 9110 10.1.1", "who waits to be told to go on is answered at once", new Request("POST /ws HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 5", "Expect: 100-continue"), 405)
            { Says = NotMeant, Fields = ["Allow: GET"] },

        // What is not HTTP.
        new("RFC 9112 3", "control characters", new("\u0001\u0002\u0003"), 400),
        new("RFC 8446 4.1.2", "the beginning of a TLS handshake", new("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00FC\u0003\u0003" + new string('x', 500)), 400),
        new("RFC 6455 5.2", "frames and no handshake", new(Frames), 400),
    ];

    public static TheoryData<string, string> Each
    {
        get
        {
            var each = new TheoryData<string, string>();
            foreach (var (opening, transport) in from opening in Openings from transport in Transport.All select (opening, transport))
            {
                each.Add(opening.Title, transport.Name);
            }

            return each;
        }
    }

    public static TheoryData<string> Transports => [.. Transport.All.Select(transport => transport.Name)];

    [Theory, MemberData(nameof(Each))]
    public Task A_handshake_is_answered_by_the_letter_and_others_are_served(string title, string transport) =>
        scene.PlayAsync(transport, () => PlayAsync(Openings.Single(one => one.Title == title), transport));

    private async Task PlayAsync(Opening opening, string transport)
    {
        using var peer = await scene.ConnectAsync(transport);
        foreach (var write in opening.Request.Writes)
        {
            await peer.SendAsync(write);
        }

        if (opening.Status != 101)
        {
            Refused(opening, transport, await peer.ReadAllAsync());
            await scene.OthersAreServedAsync(transport);
            return;
        }

        Accepted(opening, await peer.ReadHeadAsync());
        var dialect = new Dialect(opening.IsJson ? WireForm.Json : WireForm.Plain, "anonymous");
        await peer.SendAsync(dialect.Hello);
        _ = await peer.ReadUntilAsync(dialect.IsJoined);
        if (opening.Request.Behind.Length == 0)
        {
            await peer.SendAsync(Piece.Close().Writes(dialect)[0]);
        }

        List<string> said = opening.Request.Behind == Frames ? ["hi"] : [];
        var came = await peer.ReadToEndAsync();
        Assert.Equal(said, dialect.Lines(came));
        Assert.Equal((Opcode.Close, 1000, ""), (came[^1].Opcode, came[^1].CloseCode, came[^1].CloseText));
        await scene.OthersAreServedAsync(
            transport,
            ["System: anonymous joined the chat", .. said.Select(line => $"anonymous: {line}"), "System: anonymous left the chat"]);
    }

    /// <summary>HTTP/2 without TLS begins so; it is told that HTTP/1.1 is wanted (RFC 9113 7).</summary>
    [Theory, MemberData(nameof(Transports))]
    public async Task HTTP_2_is_told_to_speak_HTTP_1_1(string transport)
    {
        using var peer = await scene.ConnectAsync(transport);
        await peer.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());

        // SETTINGS, or nothing, and GOAWAY with HTTP_1_1_REQUIRED, which is 13.
        var answer = await peer.ReadAllAsync();
        Assert.Equal([0, 0, 0, 13], answer[^4..]);
        await scene.OthersAreServedAsync(transport);
    }

    // RFC 9112 4, 6.3 and 9.6: one whole answer, and no more.
    private static void Refused(Opening opening, string transport, byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        Assert.True(end > 0, "the head of an answer");
        var head = Encoding.ASCII.GetString(answer, 0, end).Split("\r\n");
        var body = Encoding.UTF8.GetString(answer.AsSpan(end + 4));
        Assert.StartsWith($"HTTP/1.1 {opening.Status} ", head[0], StringComparison.Ordinal);
        var says = opening.Says?.Replace("ws://", $"{Transport.Named(transport).Scheme}://", StringComparison.Ordinal);
        var whole = says is null ? "" : says + "\n";
        // HEAD is told how long what is left out would be.
        Assert.Equal(opening.Request.Lines[0].StartsWith("HEAD ", StringComparison.Ordinal) ? "" : whole, body);
        var length = Assert.Single(head, field => field.StartsWith("Content-Length: ", StringComparison.Ordinal));
        Assert.Equal($"Content-Length: {Encoding.UTF8.GetByteCount(whole)}", length);

        Assert.Equal(opening.Status == 426 ? "Connection: Upgrade, close" : "Connection: close", Assert.Single(head, field => field.StartsWith("Connection:", StringComparison.Ordinal)));
        Assert.DoesNotContain(head, field => field.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase));
        IEnumerable<string> fields = opening.Status == 426 ? ["Sec-WebSocket-Version: 13", "Upgrade: websocket"] : [];
        Assert.All(opening.Fields.Concat(fields), field => Assert.Contains(field, head));
    }

    // RFC 6455 4.2.2.
    private static void Accepted(Opening opening, string head)
    {
        var fields = head.Split("\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", fields[0], StringComparison.Ordinal);
        Assert.Contains("Upgrade: websocket", fields);
        Assert.Contains("Connection: Upgrade", fields);
        Assert.Contains($"Sec-WebSocket-Accept: {Accept}", fields);
        Assert.Equal(opening.IsJson ? ["Sec-WebSocket-Protocol: broadcast.v1+json"] : [], fields.Where(field => field.StartsWith("Sec-WebSocket-Protocol:", StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(fields, field => field.StartsWith("Sec-WebSocket-Extensions:", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(fields, field => field.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
    }
}
