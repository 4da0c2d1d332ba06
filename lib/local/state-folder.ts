import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import type { LocalStack } from '../config.ts';
import { hasField, readIfExists, writeDurably } from './durable-json.ts';
import { OWNER_ANSWERS_WITHIN_MS } from './policy.ts';

/** The content of the address file: where the owner's servers listen, and how to see that it is still alive. */
export type OwnerAddress = LocalStack & { readonly pid: number; readonly sign: SignOfLife };

/** Whoever connects to the port receives the id of the run: the file of a dead owner is never mistaken for that of a living one. */
type SignOfLife = { readonly port: number; readonly run: string };

export type StateFolder = {
  /** Tells others where to connect; called once everything listens. */
  publish(stack: LocalStack): void;
  /** Removes the address and gives up the folder. */
  release(): Promise<void>;
};

const ADDRESS = 'address.json';
const SQLITE_BUSY = 5;

/**
 * Makes this process the only owner of the folder with the local state, until it releases the folder or ends in any way.
 *
 * The lock is SQLite's exclusive lock on an empty file. The kernel holds it for the process, so it ends with the process even
 * after `kill -9`; a process id, which may belong to somebody else by now, does not have to be trusted.
 */
export async function takeStateFolder(folder: string): Promise<StateFolder | 'in use'> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockExclusively(join(folder, 'lock.sqlite'));
  if (lock === 'in use') return lock;
  rmSync(join(folder, ADDRESS), { force: true }); // left by an owner that died

  const life = await showSignOfLife();
  return {
    publish(stack) {
      const { localAws, queueUrl, publicUrl } = stack;
      const address: OwnerAddress = { localAws, queueUrl, publicUrl, pid: process.pid, sign: life.sign };
      writeDurably(join(folder, ADDRESS), address);
    },
    async release() {
      rmSync(join(folder, ADDRESS), { force: true });
      await life.close();
      lock.close();
    },
  };
}

/** The address of the living owner of a folder; null when nobody serves it. */
export async function readOwnerAddress(folder: string): Promise<OwnerAddress | null> {
  const address = readIfExists(join(resolve(folder), ADDRESS)) as OwnerAddress | undefined; // written only by this file
  if (address === undefined) return null;
  return (await runBehind(address.sign.port)) === address.sign.run ? address : null;
}

function lockExclusively(file: string): DatabaseSync | 'in use' {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (hasField(error, 'errcode', SQLITE_BUSY)) return 'in use';
    throw error;
  }
}

async function showSignOfLife(): Promise<{ sign: SignOfLife; close(): Promise<void> }> {
  const run = randomUUID();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy()).end(run);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sign of life does not listen on a port');

  return {
    sign: { port: address.port, run },
    close: () => new Promise((done) => void server.close(() => done())),
  };
}

/** The id of the run behind a port; null when nobody answers there in time. */
async function runBehind(port: number): Promise<string | null> {
  const socket = connect({ port, host: '127.0.0.1', signal: AbortSignal.timeout(OWNER_ANSWERS_WITHIN_MS) });
  try {
    return await text(socket);
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}
