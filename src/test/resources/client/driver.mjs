// Lends the client of the guide a file to keep its state in, and does what a test says, line by line.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Client } from './client.mjs';

const [url, profile, user, file] = process.argv.slice(2);
let saves = Infinity;

const storage = {
  load: () => readFile(file, 'utf8').then(JSON.parse, () => null),
  async save(state) {
    await writeFile(file + '.new', JSON.stringify(state));
    await rename(file + '.new', file);
    if (--saves === 0) process.exit(9);
  },
};

const client = await new Client({
  url, profile, storage, authorization: 'Basic ' + Buffer.from(`${user}:${user}`).toString('base64'),
}).open();
let listening = new AbortController();

const commands = {
  async change({ op, entity, id, members }) { await client.change(op, entity, id, members); },
  async sync() { await client.sync(); },
  state() { return client.state; },
  view() { return Object.fromEntries(client.view()); },
  dieAfterSaves({ count }) { saves = count; },
  listen() { client.listen(listening.signal); },
  stop() { listening.abort(); },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ done: (await commands[command](given)) ?? null }));
  } catch (failure) {
    console.log(JSON.stringify({ failed: failure.message, problem: failure.problem ?? null }));
  }
}
