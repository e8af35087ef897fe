// Firstsystem is the design that Broadcast replaces, with its faults: joins and leaves are sent on an unbuffered channel
// by somebody who holds the mutex that the broadcaster needs, and the broadcaster writes to one socket after the other,
// without a deadline, while it holds that mutex.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/gorilla/websocket"
)

type client struct {
	conn *websocket.Conn
	name string
}

var (
	mutex     sync.Mutex
	clients   = make(map[*client]bool)
	broadcast = make(chan string)
	upgrader  = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
)

func broadcaster() {
	for line := range broadcast {
		mutex.Lock()
		for c := range clients {
			if c.conn.WriteMessage(websocket.TextMessage, []byte(line)) != nil {
				c.conn.Close()
				delete(clients, c)
			}
		}
		mutex.Unlock()
	}
}

func serve(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	c := &client{conn: conn, name: r.URL.Query().Get("name")}
	if c.name == "" {
		c.name = "anonymous"
	}

	mutex.Lock()
	clients[c] = true
	broadcast <- fmt.Sprintf("System: %s joined the chat", c.name)
	mutex.Unlock()

	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			break
		}
		if name := strings.TrimPrefix(string(text), "/name "); name != string(text) && name != "" {
			broadcast <- fmt.Sprintf("System: %s is now known as %s", c.name, name)
			c.name = name
			continue
		}
		line := fmt.Sprintf("%s: %s", c.name, text)
		log.Println(line)
		broadcast <- line
	}

	mutex.Lock()
	delete(clients, c)
	broadcast <- fmt.Sprintf("System: %s left the chat", c.name)
	mutex.Unlock()
}

func main() {
	go broadcaster()
	http.HandleFunc("/ws", serve)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
