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
  queueUrl: 'http://127.0.0.1:2/000000000000/wake-ups',
  publicUrl: 'http://127.0.0.1:4',
};

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'unbind-')), 'home');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function taken(): Promise<StateFolder> {
  const owned = await takeStateFolder(folder);
  if (owned === 'in use') throw new Error('The folder is in use');
  return owned;
}

test('a folder has one owner at a time', async () => {
  const first = await taken();

  expect(await takeStateFolder(folder)).toBe('in use');

  await first.release();
  await (await taken()).release();
});

test('others find the owner once it has published where it listens', async () => {
  const owned = await taken();
  expect(await readOwnerAddress(folder)).toBeNull();

  owned.publish(STACK);

  expect(await readOwnerAddress(folder)).toMatchObject({ ...STACK, pid: process.pid });
  await owned.release();
});

test('there is no owner after a release', async () => {
  const owned = await taken();
  owned.publish(STACK);

  await owned.release();

  expect(await readOwnerAddress(folder)).toBeNull();
  expect(existsSync(join(folder, 'address.json'))).toBe(false);
});

test('a folder that was never used has no owner', async () => {
  expect(await readOwnerAddress(folder)).toBeNull();
});

test('a killed owner does not keep the folder', async () => {
  const owner = await runUntilKilled(`
    import { takeStateFolder } from './lib/local/state-folder.ts';
    const owned = await takeStateFolder(${JSON.stringify(folder)});
    owned.publish(${JSON.stringify(STACK)});
    console.log('ready');
    setInterval(() => {}, 1000);
  `);
  expect(await takeStateFolder(folder)).toBe('in use');
  expect(await readOwnerAddress(folder)).toMatchObject(STACK);

  await owner.kill();

  expect(await readOwnerAddress(folder)).toBeNull();
  const owned = await taken();
  expect(existsSync(join(folder, 'address.json'))).toBe(false);
  await owned.release();
});

test('another process on the port of a dead owner is not taken for it', async () => {
  const owned = await taken();
  await owned.release();
  const stranger = createServer((socket) => void socket.end('hello'));
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const address = stranger.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  writeFileSync(join(folder, 'address.json'), JSON.stringify({ ...STACK, pid: 1, sign: { port, run: 'another' } }));

  expect(await readOwnerAddress(folder)).toBeNull();

  stranger.close();
});

test('other users cannot read the folder', async () => {
  const owned = await taken();

  expect(statSync(folder).mode & 0o777).toBe(0o700);
  await owned.release();
});
