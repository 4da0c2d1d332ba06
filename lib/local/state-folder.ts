import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import type { LocalStack } from '../config.ts';
import { readIfThere, writeDurably } from './durable-json.ts';
import { hasField } from './has-field.ts';

/** What the address file says: where the owner's servers listen, and how to see that it still lives. */
export type HomeAddress = LocalStack & { readonly pid: number; readonly sign: Sign };

/** Whoever connects to the port is told the run's id: a file left by a dead owner is never mistaken for a living one. */
type Sign = { readonly port: number; readonly run: string };

export type Home = {
  /** Tells others where to connect; called when everything listens. */
  publish(stack: LocalStack): void;
  /** Takes the address away and lets go of the folder. */
  release(): Promise<void>;
};

const ADDRESS = 'address.json';
const LOOK_MS = 1000;
const SQLITE_BUSY = 5;

/**
 * Makes this process the only owner of the folder with the local state, until it releases it or ends in any way.
 *
 * The lock is SQLite's exclusive one on an empty file: the kernel holds it for the process, so it is gone with the process
 * even after `kill -9`, and no process id that might belong to somebody else by now has to be believed.
 */
export async function takeHome(folder: string): Promise<Home | 'in use'> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockExclusively(join(folder, 'lock.sqlite'));
  if (lock === 'in use') return lock;
  rmSync(join(folder, ADDRESS), { force: true }); // of an owner that died

  const sign = await showSign();
  return {
    publish(stack) {
      const { localAws, queueUrl, publicUrl } = stack;
      const address: HomeAddress = { localAws, queueUrl, publicUrl, pid: process.pid, sign: sign.sign };
      writeDurably(join(folder, ADDRESS), address);
    },
    async release() {
      rmSync(join(folder, ADDRESS), { force: true });
      await sign.close();
      lock.close();
    },
  };
}

/** The address of the living owner of a folder; null when nobody serves it. */
export async function connectToHome(folder: string): Promise<HomeAddress | null> {
  const address = readIfThere(join(resolve(folder), ADDRESS)) as HomeAddress | undefined; // written by this file alone
  if (address === undefined) return null;
  return (await runAt(address.sign.port)) === address.sign.run ? address : null;
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

async function showSign(): Promise<{ sign: Sign; close(): Promise<void> }> {
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

/** What the process behind the port calls itself; null when there is none, or it does not answer like one of ours. */
async function runAt(port: number): Promise<string | null> {
  const socket = connect({ port, host: '127.0.0.1', signal: AbortSignal.timeout(LOOK_MS) });
  try {
    return await text(socket);
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}
