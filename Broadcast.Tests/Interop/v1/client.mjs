// docs/protocol.md, broadcast.v1+json from top to bottom, with Node and its ws alone.
//
//     node client.mjs 127.0.0.1:8080
//
// against a server with broadcast.log.entries=20, so that there is a gap. Prints each step; status 0 if all was as it stands there.
import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { WebSocket } from 'ws';
import { within } from '../within.mjs';

const form = 'broadcast.v1+json';
const facts = new Set(['message', 'joined', 'left', 'renamed', 'presence']);

/** A client: its token, where it is, who is here, and what it has said that is not answered. */
class Member {
  #socket;
  #frames;
  seq = 0;
  n = 0;
  unanswered = new Map();
  here = new Map();

  constructor(address, name) {
    this.address = address;
    this.name = name;
  }

  async hello() {
    this.#socket = new WebSocket(`ws://${this.address}/ws`, form);
    this.#frames = on(this.#socket, 'message', { close: ['close'] });
    await within(30, 'it opens', once(this.#socket, 'open'));
    assert.equal(this.#socket.protocol, form);
    const last = this.welcome;
    const resume = last && { token: last.token, epoch: last.epoch, seq: this.seq };
    this.send({ type: 'hello', name: this.name, resume });
    this.welcome = await this.hears('welcome');
    assert.match(this.welcome.token, /^[\w-]{22}$/);
    if (this.welcome.resumed) {
      const { seq, you, token, members } = this.welcome;
      assert.deepEqual({ seq, you, token, members }, { seq: this.seq, you: last.you, token: last.token, members: undefined });
    } else {
      this.seq = this.welcome.seq;
      this.#know(this.welcome);
      await this.hears('joined', { seq: this.welcome.seq + 1, who: this.welcome.you });
    }
    if (last?.epoch === this.welcome.epoch) {
      this.unanswered.forEach(frame => this.send(frame));
    }
    return this;
  }

  send(frame) {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Sends a numbered frame; it is unanswered until there is an answer. */
  ask(type, fields) {
    const n = ++this.n;
    this.unanswered.set(n, { type, ...fields, n });
    this.send(this.unanswered.get(n));
    return n;
  }

  async hear() {
    const { done, value } = await within(30, `something reaches ${this.name}`, this.#frames.next());
    if (done) {
      return { type: 'closed' };
    }
    const frame = JSON.parse(value[0]);
    assert.equal(Object.keys(frame)[0], 'type');
    if (facts.has(frame.type)) {
      assert.equal(frame.seq, ++this.seq);
      assert.match(frame.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    switch (frame.type) {
      case 'joined':
      case 'renamed':
        this.here.set(frame.who.id, frame.who.name);
        break;
      case 'left':
        assert.ok(this.here.delete(frame.who.id));
        break;
      case 'gap':
        assert.deepEqual([frame.from, frame.missed], [this.seq + 1, frame.to - frame.from + 1]);
        this.seq = frame.to;
        break;
      case 'members':
        this.#know(frame);
        break;
      case 'ack':
      case 'error':
        this.unanswered.delete(frame.n);
        assert.ok((frame.seq ?? 0) <= this.seq);
    }
    return frame;
  }

  async hears(type, fields = {}) {
    const frame = await this.hear();
    const named = Object.fromEntries(Object.keys(fields).map(name => [name, frame[name]]));
    assert.deepEqual([frame.type, named], [type, fields]);
    return frame;
  }

  /** Its own line, and then the answer. */
  async hearsOwn(text, n) {
    const { seq } = await this.hears('message', { text, n });
    await this.hears('ack', { n, seq });
    return seq;
  }

  async hearsNothingMore() {
    this.send({ type: 'ping' });
    await this.hears('pong');
  }

  /** Gone without a word. */
  drop() {
    this.#socket.terminate();
  }

  #know({ members, memberCount }) {
    this.here = new Map(members.map(({ id, name }) => [id, name]));
    assert.equal(this.here.size, memberCount);
  }
}

const [, , address] = process.argv;
const step = what => console.log(what);

const alice = await new Member(address, 'Alice').hello();
const bob = await new Member(address, 'Bob').hello();
assert.equal(alice.welcome.epoch, bob.welcome.epoch);
await alice.hears('joined', { who: bob.welcome.you });
step('hello');

const first = bob.ask('say', { text: 'hi\nthere 😀' });
const seq = await bob.hearsOwn('hi\nthere 😀', first);
await alice.hears('message', { text: 'hi\nthere 😀', seq });
step('say and ack');

bob.drop();
for (const text of ['one', 'two']) {
  await alice.hearsOwn(text, alice.ask('say', { text }));
}
step('drop');

await bob.hello();
assert.ok(bob.welcome.resumed);
await bob.hears('message', { text: 'one' });
await bob.hears('message', { text: 'two' });
await bob.hearsNothingMore();
await alice.hearsNothingMore();
step('resume and replay');

bob.send({ type: 'say', text: 'hi again', n: first });
await bob.hears('ack', { n: first, seq });
await alice.hearsNothingMore();
step('the same n twice');

// Perhaps it has been said, perhaps not: nobody knows before the answer.
const third = bob.ask('say', { text: 'three' });
bob.drop();
await bob.hello();
await bob.hearsOwn('three', third);
await alice.hears('message', { text: 'three', n: third });
await alice.hearsNothingMore();
step('said once though it was dropped');

bob.drop();
for (let n = 0; n < 100; n++) {
  await alice.hearsOwn(`${n}`, alice.ask('say', { text: `${n}` }));
}
await bob.hello();
assert.ok(bob.welcome.resumed);
const { missed } = await bob.hears('gap');
let heard;
do {
  heard = await bob.hear();
} while (heard.type === 'message');
assert.deepEqual([heard.type, heard.seq, alice.seq], ['members', bob.seq, bob.seq]);
assert.ok(missed >= 80);
assert.deepEqual(bob.here, alice.here);
step('gap and members');

const renamed = bob.ask('rename', { name: 'Bobby' });
await bob.hears('renamed', { who: { ...bob.welcome.you, name: 'Bobby' }, was: 'Bob' });
await bob.hears('ack', { n: renamed, seq: bob.seq });
await bob.hears('error', { code: 'name-taken', n: bob.ask('rename', { name: 'alice' }) });
await bob.hears('ack', { n: bob.ask('whisper', { to: 'Alice', text: 'psst' }), seq: undefined });
await alice.hears('renamed', { was: 'Bob' });
await alice.hears('whisper', { text: 'psst' });
bob.send({ type: 'who' });
await bob.hears('members', { memberCount: 2, seq: bob.seq });
bob.send({ type: 'history', limit: 2 });
assert.deepEqual((await bob.hears('history', { more: true })).facts.map(({ type }) => type), ['message', 'renamed']);
bob.send('nonsense');
await bob.hears('error', { code: 'bad-request' });
step('rename, whisper, who, history, errors');

const before = bob.welcome;
bob.send({ type: 'leave' });
await bob.hears('closed');
await alice.hears('left', { reason: 'quit' });
await bob.hello();
assert.equal(bob.welcome.resumed, false);
assert.notEqual(bob.welcome.you.id, before.you.id);
step('leave');
alice.drop();
bob.drop();
