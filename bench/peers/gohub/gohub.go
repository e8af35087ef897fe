// Gohub is a hub as one writes it with gorilla/websocket: one goroutine owns the room, two serve each client, a channel
// of 256 lines stands between them, and a client whose channel is full is thrown out. What has queued up for a client
// goes out as one frame, its lines divided by line feeds.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/gorilla/websocket"
)

const waiting = 256

type client struct {
	conn *websocket.Conn
	name string
	send chan []byte
}

var (
	join     = make(chan *client)
	leave    = make(chan *client)
	say      = make(chan []byte)
	upgrader = websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024}
)

func hub() {
	clients := make(map[*client]bool)
	for {
		select {
		case c := <-join:
			clients[c] = true
		case c := <-leave:
			if clients[c] {
				delete(clients, c)
				close(c.send)
			}
		case line := <-say:
			for c := range clients {
				select {
				case c.send <- line:
				default:
					delete(clients, c)
					close(c.send)
				}
			}
		}
	}
}

func (c *client) read() {
	defer func() {
		leave <- c
		c.conn.Close()
	}()
	c.conn.SetReadLimit(65536)
	for {
		_, text, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		say <- append([]byte(c.name+": "), text...)
	}
}

func (c *client) write() {
	defer c.conn.Close()
	for line := range c.send {
		w, err := c.conn.NextWriter(websocket.TextMessage)
		if err != nil {
			return
		}
		w.Write(line)
		for more := len(c.send); more > 0; more-- {
			next, open := <-c.send
			if !open {
				break
			}
			w.Write([]byte{'\n'})
			w.Write(next)
		}
		if w.Close() != nil {
			return
		}
	}
}

func main() {
	go hub()
	http.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		c := &client{conn: conn, name: r.URL.Query().Get("name"), send: make(chan []byte, waiting)}
		join <- c
		go c.write()
		go c.read()
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
