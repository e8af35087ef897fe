// Talker is a client on gorilla/websocket that the interop tests steer. It dials as the first system's client does, the
// name's bytes as they are in the URL. Its standard input and output hold one JSON object a line: a frame to send, and
// one that came. When the input ends it closes the TCP connection without a close frame, as the first client does.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"log"
	"net/url"
	"os"
	"time"

	"github.com/gorilla/websocket"
)

// Type is the opcode of RFC 6455 5.2; Data is base64 in JSON, so that bytes which are not UTF-8 survive.
type frame struct {
	Type int    `json:"type"`
	Code int    `json:"code,omitempty"`
	Data []byte `json:"data"`
}

func main() {
	host := flag.String("host", "", "host:port of the server")
	name := flag.String("name", "", "the name to join as")
	flag.Parse()
	address := url.URL{Scheme: "ws", Host: *host, Path: "/ws", RawQuery: "name=" + *name}
	conn, _, err := websocket.DefaultDialer.Dial(address.String(), nil)
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		send(conn)
		conn.Close()
	}()
	receive(conn)
}

func send(conn *websocket.Conn) {
	for in := json.NewDecoder(os.Stdin); ; {
		var f frame
		if in.Decode(&f) != nil {
			return
		}
		var err error
		switch f.Type {
		case websocket.TextMessage, websocket.BinaryMessage:
			err = conn.WriteMessage(f.Type, f.Data)
		case websocket.CloseMessage:
			err = conn.WriteControl(f.Type, websocket.FormatCloseMessage(f.Code, ""), time.Now().Add(time.Second))
		default:
			err = conn.WriteControl(f.Type, f.Data, time.Now().Add(time.Second))
		}
		if err != nil {
			log.Print(err)
		}
	}
}

func receive(conn *websocket.Conn) {
	out := json.NewEncoder(os.Stdout)
	conn.SetPongHandler(func(data string) error {
		return out.Encode(frame{Type: websocket.PongMessage, Data: []byte(data)})
	})
	for {
		kind, data, err := conn.ReadMessage()
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			out.Encode(frame{Type: websocket.CloseMessage, Code: closed.Code, Data: []byte(closed.Text)})
		}
		if err != nil {
			return
		}
		out.Encode(frame{Type: kind, Data: data})
	}
}
