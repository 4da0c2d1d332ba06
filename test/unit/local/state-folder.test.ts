import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readOwnerAddress, type StateFolder, takeStateFolder } from '../../../lib/local/state-folder.ts';
import { runUntilKilled } from '../../support/local/run-until-killed.ts';

const STACK = {
  localAws: { dynamodb: 'http://127.0.0.1:1', sqs: 'http://127.0.0.1:2', secretsManager: 'http://127.0.0.1:3' },
  queueUrl: 'http://127.0.0.1:2/000000000000/bells.fifo',
  publicUrl: 'http://127.0.0.1:4',
};

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'unbind-')), 'home');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function taken(): Promise<StateFolder> {
  const home = await takeStateFolder(folder);
  if (home === 'in use') throw new Error('The folder is in use');
  return home;
}

test('a folder has one owner at a time', async () => {
  const first = await taken();

  expect(await takeStateFolder(folder)).toBe('in use');

  await first.release();
  await (await taken()).release();
});

test('others find the owner once it has published where it listens', async () => {
  const home = await taken();
  expect(await readOwnerAddress(folder)).toBeNull();

  home.publish(STACK);

  expect(await readOwnerAddress(folder)).toMatchObject({ ...STACK, pid: process.pid });
  await home.release();
});

test('nobody is found after the owner has left', async () => {
  const home = await taken();
  home.publish(STACK);

  await home.release();

  expect(await readOwnerAddress(folder)).toBeNull();
  expect(existsSync(join(folder, 'address.json'))).toBe(false);
});

test('a folder that was never used has no owner', async () => {
  expect(await readOwnerAddress(folder)).toBeNull();
});

test('an owner that was killed keeps nothing', async () => {
  const owner = await runUntilKilled(`
    import { takeStateFolder } from './lib/local/state-folder.ts';
    const home = await takeStateFolder(${JSON.stringify(folder)});
    home.publish(${JSON.stringify(STACK)});
    console.log('ready');
    setInterval(() => {}, 1000);
  `);
  expect(await takeStateFolder(folder)).toBe('in use');
  expect(await readOwnerAddress(folder)).toMatchObject(STACK);

  await owner.kill();

  expect(await readOwnerAddress(folder)).toBeNull();
  const home = await taken();
  expect(existsSync(join(folder, 'address.json'))).toBe(false);
  await home.release();
});

test('a stranger who listens on the port of a dead owner is not taken for it', async () => {
  const home = await taken();
  await home.release();
  const stranger = createServer((socket) => void socket.end('hello'));
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const address = stranger.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  writeFileSync(join(folder, 'address.json'), JSON.stringify({ ...STACK, pid: 1, sign: { port, run: 'another' } }));

  expect(await readOwnerAddress(folder)).toBeNull();

  stranger.close();
});

test('the folder is closed to other users', async () => {
  const home = await taken();

  expect(statSync(folder).mode & 0o777).toBe(0o700);
  await home.release();
});
