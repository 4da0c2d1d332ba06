import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type AwsStores, awsStores } from '../../../lib/aws/aws-stores.ts';
import { localConfig, namesOf } from '../../../lib/config.ts';
import type { NewJob } from '../../../lib/jobs/job.ts';
import { readyMessages } from '../../../lib/local/lambda-host/ready-messages.ts';
import { type RunningLocalAws, startLocalAws } from '../../../lib/local/local-aws.ts';
import { runUntilKilled } from '../../support/local/run-until-killed.ts';

const JOB: NewJob = {
  portal: 'p1',
  id: 'j1',
  lane: 'sweep',
  trigger: 'cleanup',
  cause: 'run-1',
  task: { kind: 'sweep' },
};

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'unbind-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const storesOf = (aws: RunningLocalAws): AwsStores => awsStores(localConfig({ ...aws, publicUrl: '' }, {}));

async function withLocalAws<T>(use: (aws: RunningLocalAws, stores: AwsStores) => Promise<T>): Promise<T> {
  const aws = await startLocalAws({ home });
  try {
    return await use(aws, storesOf(aws));
  } finally {
    await aws.close();
  }
}

test('keeps everything that was answered through a kill -9', async () => {
  const killed = await runUntilKilled(`
    import { startLocalAws } from './lib/local/local-aws.ts';
    import { awsStores } from './lib/aws/aws-stores.ts';
    import { localConfig } from './lib/config.ts';
    const aws = await startLocalAws({ home: ${JSON.stringify(home)} });
    const stores = awsStores(localConfig({ ...aws, publicUrl: '' }, {}));
    await stores.portals.add('p1', 1000);
    await stores.jobs.add(${JSON.stringify(JOB)}, 1000);
    await stores.wakeUps.send({ portal: 'p1', dueAt: null });
    await stores.grants.write({ kind: 'webhook', memberId: 'p1', url: 'https://a.b/rest/1/c/', applicationToken: null }, null);
    console.log('ready');
  `);
  await killed.kill();

  await withLocalAws(async ({ queueUrl }, stores) => {
    expect(await stores.portals.read('p1')).toMatchObject({ addedAt: 1000 });
    expect(await stores.jobs.due('p1', 'sweep', 1000, 10)).toMatchObject([{ id: 'j1' }]);
    expect(await stores.grants.read('p1')).toMatchObject({ grant: { url: 'https://a.b/rest/1/c/' } });
    expect(await readyMessages(queueUrl)).toBe(1);
  });
});

test('keeps the state over a stop and a start, on other ports', async () => {
  await withLocalAws((_, stores) => stores.jobs.add(JOB, 1000));

  await withLocalAws(async (_, stores) => {
    expect(await stores.jobs.add(JOB, 2000)).toBe(false);
  });
});

test('repairs the missing index entry of a job after a kill', async () => {
  await withLocalAws((_, stores) => stores.jobs.add(JOB, 1000));
  await tear((index) => index.clear());

  await withLocalAws(async (_, stores) => {
    expect(await stores.jobs.nextDueAt('p1')).toBe(1000);
  });
});

test('restores a job of which a kill has left only the index entry', async () => {
  await withLocalAws((_, stores) => stores.jobs.add(JOB, 1000));
  await tear((_, items) => items.clear());

  await withLocalAws(async (_, stores) => {
    expect(await stores.jobs.read('p1', 'j1')).toMatchObject({ id: 'j1', phase: 'waiting' });
    const [job] = await stores.jobs.due('p1', 'sweep', 1000, 10);
    if (job === undefined) throw new Error('The job is not due');
    await stores.jobs.advance(job, { phase: 'finished', cursor: null, counts: {}, code: null, dueAt: 1000 }, 1000);
    expect(await stores.jobs.nextDueAt('p1')).toBeNull();
  });
});

test('survives a client that dies in the middle of a request', async () => {
  await withLocalAws(async ({ localAws }, stores) => {
    const socket = connect({ port: Number(new URL(localAws.dynamodb).port), host: '127.0.0.1' });
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half');
    socket.resetAndDestroy();
    await once(socket, 'close');

    expect(await stores.portals.read('p1')).toBeNull();
  });
});

test('does not listen for other machines', async () => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal);

  await withLocalAws(async ({ localAws }) => {
    for (const url of Object.values(localAws)) {
      expect(new URL(url).hostname).toBe('127.0.0.1');
      if (outside === undefined) continue;
      const socket = connect({ port: Number(new URL(url).port), host: outside.address });
      await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });
});

type Keys = { clear(): Promise<void> };

/** Leaves the stopped database as a kill between two of its writes would. */
async function tear(harm: (index: Keys, items: Keys) => Promise<void>): Promise<void> {
  const { Level } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('level');
  const database = new Level(join(home, 'dynamodb'));
  const { jobs } = namesOf('local').tables;
  const keysWith = (prefix: string): Keys => ({ clear: () => database.clear({ gte: prefix, lt: `${prefix}\xff` }) });
  await harm(keysWith(`index-local~${jobs}~queue~`), keysWith(`item-${jobs}~`));
  await database.close();
  writeFileSync(join(home, 'running'), '');
}
