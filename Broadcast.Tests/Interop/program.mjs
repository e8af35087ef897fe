import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { within } from './within.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const builtHost = 'Broadcast.Host/bin/Release/net10.0/Broadcast.Host.dll';

/** A program of this repository, as a process of its own, run from the repository's top. */
export class Program {
  #process;
  #exit;
  #lines;
  #command;
  #errors = '';

  constructor(command, ...args) {
    this.#command = [command, ...args].join(' ');
    this.#process = spawn(command, args, { cwd: root });
    // Not 'close': a build server that dotnet run leaves behind may hold the pipes open.
    this.#exit = once(this.#process, 'exit');
    this.#lines = on(createInterface({ input: this.#process.stdout }), 'line', { close: ['close'] });
    this.#process.stderr.on('data', text => { this.#errors += text; });
  }

  /** The next line that it prints. */
  async line(seconds = 30) {
    const { done, value } = await within(seconds, `${this.#command} prints a line`, this.#lines.next());
    assert.ok(!done, `${this.#command} printed no more: ${this.#errors}`);
    return value[0];
  }

  /** What is printed before it ends was read already. */
  async printsNoMore() {
    const { done, value } = await within(30, `${this.#command} closes its output`, this.#lines.next());
    assert.ok(done, `${this.#command} also printed: ${value}`);
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
    const [status, signal] = await within(30, `${this.#command} ends`, this.#exit);
    assert.deepEqual({ status, signal }, { status: 0, signal: null }, `${this.#command}: ${this.#errors}`);
  }

  kill() {
    this.#process.kill('SIGKILL');
  }
}

/** The built host on the loopback. */
export class Server extends Program {
  /** @param settings as for --set; in front of them the port, where it is not to be any free one */
  constructor(...settings) {
    const port = typeof settings[0] === 'number' ? settings.shift() : 0;
    super('dotnet', builtHost, '-p', `${port}`, '-H', '127.0.0.1', ...settings.flatMap(each => ['--set', each]));
  }

  async starts() {
    const line = await this.line();
    this.host = line.match(/^Server started at ws:\/\/(127\.0\.0\.1:\d+)\/ws$/)?.[1];
    assert.ok(this.host, line);
  }

  get port() {
    return Number(this.host.split(':')[1]);
  }

  address(name) {
    return `ws://${this.host}/ws?name=${encodeURIComponent(name)}`;
  }

  async stops() {
    this.terminate();
    await this.endsWell();
    await this.printsNoMore();
  }
}
