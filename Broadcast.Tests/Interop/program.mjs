import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { within } from './within.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const builtHost = 'Broadcast.Host/bin/Release/net10.0/Broadcast.Host.dll';

/** A program of this repository, as a process of its own, run from the repository's top. */
export class Program {
  #process;
  #exit;
  lines = [];
  errors = '';

  constructor(command, ...args) {
    this.command = [command, ...args].join(' ');
    this.#process = spawn(command, args, { cwd: root });
    this.#exit = once(this.#process, 'exit');
    this.#process.stderr.on('data', text => { this.errors += text; });
    this.output = createInterface({ input: this.#process.stdout });
    this.output.on('line', line => this.lines.push(line));
  }

  /** The first line that it prints. */
  async firstLine(seconds) {
    const [line] = await within(seconds, `${this.command} prints a line`, Promise.race([
      once(this.output, 'line'),
      this.#exit.then(([status]) => [`ended with status ${status}: ${this.errors}`]),
    ]));
    return line;
  }

  /** Types this and no more. */
  type(text) {
    this.#process.stdin.end(text);
  }

  terminate() {
    this.#process.kill('SIGTERM');
  }

  /** Ends by itself, or because it was asked to, with status 0. */
  async endsWell() {
    const [status, signal] = await within(30, `${this.command} ends`, this.#exit);
    assert.deepEqual({ status, signal }, { status: 0, signal: null }, `${this.command}: ${this.errors}`);
  }

  kill() {
    this.#process.kill('SIGKILL');
  }
}

/** The built host on a free port of the loopback. */
export class Server extends Program {
  /** @param settings as for --set */
  static async start(...settings) {
    const server = new Server('dotnet', builtHost, '-p', '0', '-H', '127.0.0.1', ...settings.flatMap(each => ['--set', each]));
    const started = await server.firstLine(30);
    server.host = started.match(/^Server started at ws:\/\/(127\.0\.0\.1:\d+)\/ws$/)?.[1];
    assert.ok(server.host, started);
    return server;
  }

  address(name) {
    return `ws://${this.host}/ws?name=${encodeURIComponent(name)}`;
  }

  async stop() {
    this.terminate();
    await this.endsWell();
    assert.equal(this.lines.length, 1, 'standard output says that the server started, and no more');
  }
}
