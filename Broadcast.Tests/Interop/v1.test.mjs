// Programs with no code of the project's that follow docs/protocol.md, broadcast.v1+json, from top to bottom: one with
// Python's standard library (python3 alone is needed), one with Node's ws.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { Program, Server } from './program.mjs';

const steps = [
  'hello', 'say and ack', 'drop', 'resume and replay', 'the same n twice', 'said once though it was dropped', 'gap and members',
  'rename, whisper, who, history, errors', 'leave',
];

for (const [command, script] of [['python3', 'client.py'], ['node', 'client.mjs']]) {
  test(`A ${command} that knows nothing but the protocol comes in, speaks, is dropped and comes back`, async t => {
    const server = new Server('broadcast.log.entries=20');
    t.after(() => server.kill());
    await server.starts();
    const client = new Program(command, fileURLToPath(new URL(`v1/${script}`, import.meta.url)), server.host);
    t.after(() => client.kill());
    for (const step of steps) {
      assert.equal(await client.line(), step);
    }
    await client.printsNoMore();
    await client.endsWell();
    await server.stops();
  });
}
