// The client in a real terminal (tmux, by its captures), at the built host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeWs } from './people.mjs';
import { Server } from './program.mjs';
import { Terminal } from './terminal.mjs';

const client = 'dotnet Broadcast.Cli/bin/Release/net10.0/Broadcast.Cli.dll';

// Bob at a terminal, and Alice, who has heard of him.
function scene(sentence, play) {
  test(sentence, async t => {
    const server = new Server();
    t.after(() => server.kill());
    await server.starts();
    const alice = await NodeWs.join(server, 'Alice');
    t.after(() => alice.vanish());
    await alice.hears('System: Alice joined the chat');
    const terminal = new Terminal(80, 24);
    t.after(() => terminal.close());
    await terminal.ends('shell$');
    terminal.type(`${client} connect --port ${server.port} --name Bob`);
    terminal.press('Enter');
    await alice.hears('System: Bob joined the chat');
    await terminal.has('[Broadcast] System: Bob joined the chat');
    await play({ t, server, alice, terminal });
  });
}

scene('What is half typed stays whole while lines arrive and the window changes', async ({ alice, terminal }) => {
  terminal.type('half 日本 🎉 typed');
  await terminal.ends('> half 日本 🎉 typed');
  for (let n = 1; n <= 50; n++) {
    await alice.say(`line ${n} 日本語 🏳️`);
    await alice.hears(`Alice: line ${n} 日本語 🏳️`);
  }
  await terminal.shows('the last lines stand above the prompt, each once and whole', rows =>
    rows.at(-1).trimEnd() === '> half 日本 🎉 typed'
    && rows.slice(-11, -1).every((row, n) => row.trimEnd() === `[Broadcast] Alice: line ${41 + n} 日本語 🏳️`));
  terminal.resize(40, 12);
  await terminal.ends('> half 日本 🎉 typed');
  terminal.resize(100, 30);
  await terminal.ends('> half 日本 🎉 typed');
  terminal.type(', and sent');
  terminal.press('Enter');
  await alice.hears('Bob: half 日本 🎉 typed, and sent');
  await terminal.shows('the line stands there once', rows =>
    rows.at(-1).trimEnd() === '>' && rows.filter(row => row.includes('and sent')).length === 1);
});

scene('A pasted block is one row until Enter, and then as many lines as it has', async ({ alice, terminal }) => {
  const lines = Array.from({ length: 20 }, (_, n) => `pasted ${n + 1}`);
  terminal.paste(lines.join('\n'));
  await terminal.shows('the end of the block is in the last row', rows => rows.at(-1).includes('pasted 19␤pasted 20'));
  terminal.press('Enter');
  await alice.hears(...lines.map(line => `Bob: ${line}`));
});

scene('A server that is killed is said, waited for, and told what was typed meanwhile', async ({ t, server, terminal }) => {
  terminal.type('half');
  await terminal.ends('> half');
  server.kill();
  await terminal.shows('it waits', rows => /^reconnecting… > half$/.test(rows.at(-1).trimEnd()));
  terminal.type(' said');
  terminal.press('Enter');
  await terminal.shows('a line waits', rows => rows.at(-1).startsWith('reconnecting…, 1 line waiting >'));
  const again = new Server(server.port);
  t.after(() => again.kill());
  await again.starts();
  await terminal.has('[Broadcast] Bob: half said');
  await terminal.ends('>');
  await again.stops();
});

scene('Stopped and continued it is as it was, and the shell has its terminal back in between and afterwards', async ({ alice, terminal }) => {
  terminal.type('half typed');
  await terminal.ends('> half typed');
  terminal.press('C-z');
  await terminal.ends('shell$');
  terminal.type('stty | grep -c -- -icanon');
  terminal.press('Enter');
  await terminal.shows('the terminal is as it was', rows => rows.at(-1).trimEnd() === 'shell$' && rows.at(-2).trimEnd() === '0');
  terminal.type('fg');
  terminal.press('Enter');
  await terminal.ends('> half typed');
  terminal.press('C-u');
  terminal.type('/quit');
  terminal.press('Enter');
  await alice.hears('System: Bob left the chat');
  await terminal.ends('shell$');
  terminal.type('echo status $?; stty | grep -c -- -icanon');
  terminal.press('Enter');
  await terminal.shows('it ended well', rows =>
    rows.at(-1).trimEnd() === 'shell$' && rows.at(-2).trimEnd() === '0' && rows.at(-3).trimEnd() === 'status 0');
});
