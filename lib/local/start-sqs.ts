import { mkdirSync } from 'node:fs';
import { Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startFauxqs } from 'fauxqs';
import type { Listening } from './listen-on-loopback.ts';

/** SQS on loopback (fauxqs), kept in an SQLite file in `folder`. */
export async function startSqs(folder: string): Promise<Listening> {
  mkdirSync(folder, { recursive: true });
  allowVisibilityZero(join(folder, 'fauxqs.db'));
  const server = await onLoopback(() => startFauxqs({ port: 0, logger: false, dataDir: folder }));
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop() };
}

/**
 * When a message is made visible at once, fauxqs 2.4.1 stores it without its receive count, which its own table does not allow:
 * the call fails half-way, and the message's group stays locked for good. So we create the table first, without that constraint.
 */
function allowVisibilityZero(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE IF NOT EXISTS sqs_messages (
      message_id TEXT PRIMARY KEY,
      queue_name TEXT NOT NULL REFERENCES sqs_queues(name) ON DELETE CASCADE,
      body TEXT NOT NULL,
      md5_of_body TEXT NOT NULL,
      message_attributes TEXT NOT NULL,
      md5_of_message_attributes TEXT NOT NULL,
      sent_timestamp INTEGER NOT NULL,
      approximate_receive_count INTEGER DEFAULT 0,
      approximate_first_receive_timestamp INTEGER,
      delay_until INTEGER,
      message_group_id TEXT,
      message_deduplication_id TEXT,
      sequence_number TEXT,
      receipt_handle TEXT,
      visibility_deadline INTEGER
    )`);
  database.close();
}

/**
 * fauxqs 2.4.1 listens on every network interface and has no option to change that. While it starts, servers that ask for all
 * interfaces get the loopback one; a test makes sure that this still works.
 */
async function onLoopback<T>(start: () => Promise<T>): Promise<T> {
  const listen: typeof Server.prototype.listen = Reflect.get(Server.prototype, 'listen');
  Server.prototype.listen = function (this: Server, ...given: unknown[]) {
    const [options, ...rest] = given;
    const narrowed = isForAllInterfaces(options) ? { ...options, host: '127.0.0.1' } : options;
    return Reflect.apply(listen, this, [narrowed, ...rest]) as Server;
  };
  try {
    return await start();
  } finally {
    Server.prototype.listen = listen;
  }
}

const isForAllInterfaces = (options: unknown): options is { host: string } =>
  typeof options === 'object' && options !== null && 'host' in options && options.host === '0.0.0.0';
