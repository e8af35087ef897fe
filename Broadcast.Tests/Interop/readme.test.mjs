// The commands that the README begins with, as they stand there: on the default port, built on the way.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { NodeWs } from './people.mjs';
import { Program } from './program.mjs';

// A first run builds.
const patience = 180;

test('The first command of the README starts a server in which people talk', async t => {
  const server = new Program('dotnet', 'run', '--project', 'Broadcast.Host');
  // dotnet run hands SIGTERM on to what it runs, but cannot do so when it is killed.
  t.after(() => server.terminate());
  assert.equal(await server.line(patience), 'Server started at ws://localhost:8080/ws');

  const alice = await NodeWs.join({ address: name => `ws://localhost:8080/ws?name=${name}` }, 'Alice');
  t.after(() => alice.vanish());
  await alice.hears('System: Alice joined the chat');
  alice.say('hello');
  await alice.hears('Alice: hello');

  const cliIsThere = existsSync(new URL('../../Broadcast.Cli/ConnectCommand.cs', import.meta.url));
  await t.test('and the second one joins it and speaks', { skip: !cliIsThere && 'there is no Cli yet' }, async () => {
    const bob = new Program('dotnet', 'run', '--project', 'Broadcast.Cli', '--', 'connect', '--name', 'Bob');
    t.after(() => bob.terminate());
    bob.type('hi there\n');
    while (!(await bob.line(patience)).endsWith('Bob: hi there')) {
      // The join line, and whatever the Cli says of connecting.
    }
    await alice.hears('System: Bob joined the chat', 'Bob: hi there', 'System: Bob left the chat');
    await bob.endsWell();
  });

  server.terminate();
  await alice.hears({ code: 1001, reason: 'the server is shutting down' });
  await server.endsWell();
});
