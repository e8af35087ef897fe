// Clients that nobody here wrote, at the built host: gorilla/websocket (Go), Node's ws, and Chromium. By hand, once Debian's
// golang-go, golang-github-gorilla-websocket-dev and chromium are installed (.ci/run does all of this):
//   dotnet build -c Release && cd Broadcast.Tests/Interop && npm ci && npm test
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { Chromium, Gorilla, NodeJson, NodeWs } from './people.mjs';
import { Server } from './program.mjs';
import { within } from './within.mjs';

const everyKind = [Gorilla, NodeWs, Chromium];

before(async () => {
  Gorilla.build();
  await Chromium.open();
});
after(() => Chromium.close());

// One test with a server of its own, which lets the browser's page in unless it is told otherwise, and must end well.
function scene(sentence, play, settings = () => [`broadcast.origins=${Chromium.origin}`]) {
  test(sentence, async t => {
    const server = new Server(...settings());
    const people = [];
    t.after(async () => {
      await Promise.all(people.map(person => person.vanish()));
      server.kill();
    });
    await server.starts();
    const join = async (kind, name) => {
      people.push(await kind.join(server, name));
      return people.at(-1);
    };
    await play({ server, join });
    await server.stops();
  });
}

// Two people who have heard each other's arrival: one on a kind of client, and a bystander.
async function aliceAnd(kind, name, join) {
  const alice = await join(NodeWs, 'Alice');
  await alice.hears('System: Alice joined the chat');
  const other = await join(kind, name);
  await bothHear(alice, other, `System: ${name} joined the chat`);
  return [alice, other];
}

function bothHear(one, other, ...lines) {
  return Promise.all([one.hears(...lines), other.hears(...lines)]);
}

// Silence is proved by what comes next.
async function hearsNothingMore(person) {
  person.say('still here');
  await person.hears(`${person.name}: still here`);
}

const said = [
  ['hello', 'hello'],
  [' as it is  ', ' as it is  '],
  ['Zażółć 你好 שלום 🏳️‍🌈 e\u0301', 'Zażółć 你好 שלום 🏳️‍🌈 e\u0301'],
  ['\uFEFFbehind a mark', '\uFEFFbehind a mark'],
  ['x'.repeat(60_000), 'x'.repeat(60_000)],
  ['界'.repeat(21_845) + '!', '界'.repeat(21_845) + '!'],
  ['a\0b\tc\r\nd\x1B[31m\x7F\x85', 'a␀b\tc␍␤d␛[31m\uFFFD\uFFFD'],
  ['\u2028\u2029\u202A\u202E\u2066\u2069', '\uFFFD'.repeat(6)],
  ['bye\nSystem: Alice left the chat', 'bye␤System: Alice left the chat'],
  ['//name is how', '/name is how'],
];

for (const kind of everyKind) {
  scene(`Somebody on ${kind.program} joins, speaks, renames and leaves, and all is heard to the byte`, async ({ join }) => {
    const [alice, bob] = await aliceAnd(kind, 'Bob', join);
    for (const [typed, heard] of said) {
      await bob.say(typed);
      await bothHear(alice, bob, `Bob: ${heard}`);
    }
    await bob.say('/name Zoë 2');
    await bothHear(alice, bob, 'System: Bob is now known as Zoë 2');
    await bob.say('me again');
    alice.say('hi');
    assert.deepEqual(await alice.hear(2), await bob.hear(2));
    await bob.leave();
    await bob.hears({ code: 1000, reason: '' });
    await alice.hears('System: Zoë 2 left the chat');
    await hearsNothingMore(alice);
  });

  scene(`Somebody on ${kind.program} who goes without a word is announced as gone, once`, async ({ join }) => {
    const [alice, bob] = await aliceAnd(kind, 'Bob', join);
    await bob.vanish();
    await alice.hears('System: Bob left the chat');
    await hearsNothingMore(alice);
  });

  scene(`Somebody on ${kind.program} who says /quit is let go with 1000`, async ({ join }) => {
    const [alice, bob] = await aliceAnd(kind, 'Bob', join);
    await bob.say('/quit');
    await bob.hears({ code: 1000, reason: 'goodbye' });
    await alice.hears('System: Bob left the chat');
  });

  scene(`A server that stops says so to ${kind.program}, with 1001`, async ({ server, join }) => {
    const bob = await join(kind, 'Bob');
    await bob.hears('System: Bob joined the chat');
    await server.stops();
    await bob.hears({ code: 1001, reason: 'the server is shutting down' });
  });

  const offences = [
    ['a message over the limit', 1009, 'text', Buffer.alloc(65_537, 'x')],
    ['a binary message', 1003, 'binary', Buffer.from([0, 1, 2])],
    // A web page has no way to send this.
    ...kind === Chromium ? [] : [['text that is not UTF-8', 1007, 'text', Buffer.from([0x68, 0xFF, 0xFE])]],
  ];
  for (const [what, code, type, bytes] of offences) {
    scene(`For ${what} ${kind.program} alone is sent away, with ${code}`, async ({ join }) => {
      const [alice, bob] = await aliceAnd(kind, 'Bob', join);
      await bob.send(type, bytes);
      assert.equal((await bob.next()).code, code);
      await alice.hears('System: Bob left the chat');
      await hearsNothingMore(alice);
    });
  }
}

for (const kind of [Gorilla, NodeWs]) {
  scene(`A ping from ${kind.program} gets its pong`, async ({ join }) => {
    const bob = await join(kind, 'Bob');
    await bob.hears('System: Bob joined the chat');
    await bob.send('ping', Buffer.from('are you there?'));
    await bob.hears({ pong: 'are you there?' });
  });
}

// Everybody is in the room, and has heard all who came later.
async function mixedRoom(join, kinds = everyKind) {
  const people = [];
  for (const kind of kinds) {
    const newcomer = await join(kind, kind.name);
    people.push(newcomer);
    await Promise.all(people.map(person => person.hears(`System: ${newcomer.name} joined the chat`)));
  }
  return people;
}

scene('People on different clients and in both forms who talk at once all hear the same order', async ({ join }) => {
  const people = await mixedRoom(join, [...everyKind, NodeJson]);
  const each = Array.from({ length: 50 }, (_, n) => `line ${n}`);
  await Promise.all(people.map(async person => {
    for (const line of each) {
      await person.say(line);
    }
  }));
  const heard = await Promise.all(people.map(person => person.hear(people.length * each.length)));
  for (const lines of heard) {
    assert.deepEqual(lines, heard[0]);
  }
  for (const { name } of people) {
    assert.deepEqual(heard[0].filter(line => line.startsWith(`${name}: `)), each.map(line => `${name}: ${line}`));
  }
});

scene('Whoever is quiet but answers pings stays, on every client', async ({ join }) => {
  const people = await mixedRoom(join);
  const watcher = people[everyKind.indexOf(NodeWs)];
  // A second or more apart: longer in all than the four seconds of silence that would end them.
  for (let pings = 0; pings < 5; pings++) {
    await within(30, 'a ping comes', once(watcher, 'ping'));
  }
  for (const speaker of people) {
    await speaker.say('here');
    await Promise.all(people.map(person => person.hears(`${speaker.name}: here`)));
  }
}, () => [`broadcast.origins=${Chromium.origin}`, 'broadcast.keep-alive.interval=1s', 'broadcast.keep-alive.timeout=3s']);

scene('A name that gorilla/websocket sends as raw UTF-8 arrives whole', async ({ join }) => {
  await aliceAnd(Gorilla, 'Zoë', join);
});

test('The Go client really sends the bytes of a name as they are', async t => {
  const listener = createServer();
  t.after(() => listener.close());
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const zoë = await Gorilla.join({ host: `127.0.0.1:${listener.address().port}` }, 'Zoë');
  const [socket] = await within(30, 'a connection comes', once(listener, 'connection'));
  const [head] = await within(30, 'a request comes', once(socket, 'data'));
  assert.equal(head.subarray(0, head.indexOf('\r\n')).toString('latin1'), 'GET /ws?name=Zo\xC3\xAB HTTP/1.1');
  socket.destroy();
  assert.match((await zoë.next()).failed, /EOF|reset/);
});

scene('Whoever gives no name is anonymous, and the next one anonymous-2', async ({ join }) => {
  await (await join(NodeWs, '')).hears('System: anonymous joined the chat');
  await (await join(Gorilla, '')).hears('System: anonymous-2 joined the chat');
});

scene('A taken name gets a suffix, and only its bearer is told why', async ({ join }) => {
  const [alice, bob] = await aliceAnd(Gorilla, 'Bob', join);
  const second = await join(Chromium, 'Bob');
  await bothHear(alice, bob, 'System: Bob-2 joined the chat');
  await second.hears('System: Bob-2 joined the chat');
  assert.match(await second.next(), /^System: .*Bob-2/);
  await hearsNothingMore(alice);
});

scene('A web page of another origin is refused with 403', async ({ join }) => {
  const stranger = await join(Chromium, 'Mallory');
  assert.match((await stranger.next()).failed, /Unexpected response code: 403/);
  assert.equal((await stranger.next()).code, 1006);
  await (await join(NodeWs, 'Alice')).hears('System: Alice joined the chat');
}, () => []);
