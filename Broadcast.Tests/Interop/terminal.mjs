import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { within } from './within.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A shell in a terminal of tmux's: what is on the screen is what a person would see. */
export class Terminal extends EventEmitter {
  #directory = mkdtempSync(join(tmpdir(), 'terminal-'));
  #pipe;

  constructor(columns, rows) {
    super();
    const fifo = join(this.#directory, 'output');
    execFileSync('mkfifo', [fifo]);
    this.#pipe = spawn('cat', [fifo]);
    this.#pipe.stdout.on('data', () => this.emit('output'));
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', columns, '-y', rows, '-c', root, 'TERM=xterm-256color PS1="shell\\$ " exec bash --norc --noprofile -i');
    this.#tmux('pipe-pane', '-O', `exec cat > ${fifo}`);
  }

  /** Types a text as it is. */
  type(text) {
    this.#tmux('send-keys', '-l', text);
  }

  /** Presses keys by tmux's names for them: Enter, C-z. */
  press(...keys) {
    this.#tmux('send-keys', ...keys);
  }

  /** As a terminal pastes where the program has asked for brackets around it. */
  paste(text) {
    this.#tmux('set-buffer', text);
    this.#tmux('paste-buffer', '-p', '-r');
  }

  resize(columns, rows) {
    this.#tmux('resize-window', '-x', columns, '-y', rows);
    this.emit('output');
  }

  /** The rows, without the empty ones at the bottom and what is behind the last character. */
  rows() {
    return this.#tmux('capture-pane', '-p').replace(/\n+$/, '').split('\n');
  }

  /** Waits until the screen is as it is said to be. Looked at whenever something has been written to it. */
  async shows(what, isSo) {
    const look = async () => {
      for (let seen = this.rows(); !isSo(seen); seen = this.rows()) {
        await once(this, 'output');
      }
    };
    await within(30, what, look()).catch(error => {
      throw new Error(`${error.message}; the screen:\n${this.rows().join('\n')}`);
    });
  }

  /** The last row that has something in it. */
  async ends(row) {
    await this.shows(`the last row is ${row}`, rows => rows.at(-1).trimEnd() === row);
  }

  async has(row) {
    await this.shows(`a row is ${row}`, rows => rows.some(each => each.trimEnd() === row));
  }

  /** Gives up the terminal and whatever runs in it. */
  close() {
    this.#tmux('kill-server');
    this.#pipe.kill();
    rmSync(this.#directory, { recursive: true });
  }

  #tmux(...args) {
    return execFileSync('tmux', ['-S', join(this.#directory, 'socket'), ...args.map(String)], { encoding: 'utf8' });
  }
}
