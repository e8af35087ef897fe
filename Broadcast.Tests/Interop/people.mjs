import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import { within } from './within.mjs';

// Strict, so that two lines are equal only where their bytes are.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Somebody on a client that nobody here wrote. What arrives is a line, { code, reason }, { pong } or { failed }. */
export class Person extends EventEmitter {
  #arrivals = on(this, 'arrival');

  constructor(name) {
    super();
    this.name = name;
  }

  arrived(what) {
    this.emit('arrival', what);
  }

  async next() {
    const { value: [arrival] } = await within(30, `something reaches ${this.name}`, this.#arrivals.next());
    return arrival;
  }

  /** Exactly this arrives next, in this order. */
  async hears(...expected) {
    for (const each of expected) {
      assert.deepEqual(await this.next(), each);
    }
  }

  /** The next lines, so many. */
  async hear(count) {
    const lines = [];
    while (lines.length < count) {
      lines.push(await this.next());
    }
    return lines;
  }

  say(text) {
    return this.send('text', Buffer.from(text));
  }
}

export class Gorilla extends Person {
  static program = 'gorilla/websocket';
  static #opcodes = { text: 1, binary: 2, close: 8, ping: 9 };
  static #talker = fileURLToPath(new URL('bin/talker', import.meta.url));
  #process;

  static build() {
    // Debian packages Go libraries as sources in a GOPATH, not as modules.
    execFileSync('go', ['build', '-o', this.#talker, 'talker.go'], {
      cwd: new URL('go', import.meta.url),
      env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' },
    });
  }

  static async join(server, name) {
    const person = new Gorilla(name);
    person.#process = spawn(this.#talker, ['-host', server.host, '-name', name]);
    person.#process.stderr.on('data', text => person.arrived({ failed: `${text}` }));
    createInterface({ input: person.#process.stdout }).on('line', line => person.#received(JSON.parse(line)));
    return person;
  }

  send(kind, bytes, code) {
    this.#process.stdin.write(JSON.stringify({ type: Gorilla.#opcodes[kind], code, data: bytes.toString('base64') }));
  }

  leave() {
    this.send('close', Buffer.alloc(0), 1000);
  }

  vanish() {
    this.#process.stdin.end();
  }

  #received({ type, code, data }) {
    const text = utf8.decode(Buffer.from(data ?? '', 'base64'));
    this.arrived({ 1: text, 8: { code, reason: text }, 10: { pong: text } }[type]);
  }
}

/** Speaks broadcast.v1+json; what happens is told as the lines that the others see. */
export class NodeJson extends Person {
  static program = 'Node ws in broadcast.v1+json';
  #socket;
  #said = 0;

  static async join(server, name) {
    const person = new NodeJson(name);
    person.#socket = new WebSocket(server.address(''), 'broadcast.v1+json')
      .on('open', () => person.#tell({ type: 'hello', name }))
      .on('message', data => person.#received(JSON.parse(utf8.decode(data))))
      .on('close', (code, reason) => person.arrived({ code, reason: utf8.decode(reason) }))
      .on('error', error => person.arrived({ failed: error.message }));
    return person;
  }

  say(text) {
    this.#tell({ type: 'say', text, n: ++this.#said });
  }

  vanish() {
    this.#socket.terminate();
  }

  #tell(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #received({ type, from, who, text }) {
    if (type === 'message') {
      this.arrived(`${from.name}: ${text}`);
    } else if (type === 'joined') {
      this.arrived(`System: ${who.name} joined the chat`);
    }
  }
}

export class NodeWs extends Person {
  static program = 'Node ws';
  #socket;

  static async join(server, name) {
    const person = new NodeWs(name);
    person.#socket = new WebSocket(server.address(name))
      .on('message', (data, isBinary) => person.arrived(isBinary ? { binary: data } : utf8.decode(data)))
      .on('ping', () => person.emit('ping'))
      .on('pong', data => person.arrived({ pong: utf8.decode(data) }))
      .on('close', (code, reason) => person.arrived({ code, reason: utf8.decode(reason) }))
      .on('error', error => person.arrived({ failed: error.message }));
    return person;
  }

  send(kind, bytes) {
    if (kind === 'ping') {
      this.#socket.ping(bytes);
    } else {
      this.#socket.send(bytes, { binary: kind === 'binary' });
    }
  }

  leave() {
    this.#socket.close(1000);
  }

  vanish() {
    this.#socket.terminate();
  }
}

export class Chromium extends Person {
  static program = 'Chromium';
  static #browser;
  static #web;
  #page;

  /** Starts the browser, and a web server with the page that its people are on. */
  static async open() {
    this.#web = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
    await once(this.#web.listen(0, '127.0.0.1'), 'listening');
    this.#browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--disable-gpu', '--disable-quic', '--disable-sync'],
    });
  }

  static async close() {
    await this.#browser.close();
    this.#web.close();
  }

  static get origin() {
    return `http://127.0.0.1:${this.#web.address().port}`;
  }

  static async join(server, name) {
    const person = new Chromium(name);
    const page = person.#page = await this.#browser.newPage();
    page.on('console', message => person.arrived({ failed: message.text() }));
    await page.exposeFunction('arrived', what => person.arrived(what));
    await page.goto(this.origin);
    await page.evaluate(address => {
      window.socket = new WebSocket(address);
      socket.onmessage = message => arrived(message.data);
      socket.onclose = ({ code, reason }) => arrived({ code, reason });
    }, server.address(name));
    return person;
  }

  async send(kind, bytes) {
    await this.#page.evaluate(
      ([kind, values]) => {
        const bytes = new Uint8Array(values);
        socket.send(kind === 'text' ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : bytes);
      },
      [kind, [...bytes]]);
  }

  async leave() {
    await this.#page.evaluate(() => socket.close(1000));
  }

  async vanish() {
    await this.#page.close();
  }
}
