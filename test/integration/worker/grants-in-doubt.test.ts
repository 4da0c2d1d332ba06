import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { resetPortalRow } from '../../../lib/installation/activate-portal.ts';
import { jsonLinesLog } from '../../../lib/log.ts';
import { wireWorker } from '../../../lib/runtime/wire-worker.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import { beforeFirst } from '../../support/worker/before-first.ts';
import { ALWAYS, unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

/** A worker that remembers no grant, and whose log is of its own. */
function newWorker() {
  const { aws, clock, portal } = bench;
  const config = { ...aws.config, allowHttp: true, oauthHosts: [portal.oauth.url] };
  const logged: string[] = [];
  const log = jsonLinesLog((line) => void logged.push(line), clock.now);
  return { ports: wireWorker({ config, log, clock }).worker, logged };
}

it('a secret that somebody has broken stops the portal at once, with an alarm, until it is mended', async () => {
  const { aws, portal, clock } = bench;
  const { memberId } = portal;
  const SecretId = `${aws.config.secretPrefix}/portals/${memberId}`;
  await aws.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{"kind":"oauth"' }));
  await bench.add(unbindTask(bench.activity));
  const { ports, logged } = newWorker();

  expect(await servePortal(ports, memberId, ALWAYS)).toMatchObject({ kind: 'idle' });

  expect(await bench.state()).toMatchObject({ stop: { code: 'GRANT_UNREADABLE', probes: 0 } });
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'portal_stopped', code: 'GRANT_UNREADABLE', alarm: true },
  ]);
  expect(portal.ledger.requests).toEqual([]);

  const broken = await aws.stores.grants.read(memberId);
  await aws.stores.grants.write(portal.issueGrant(), broken?.version ?? null);
  clock.jumpTo(((await bench.state())?.stop?.probeAt ?? 0) + 1);
  await bench.drain(newWorker().ports);
  expect(await bench.statuses()).toEqual(UNBOUND);
});

it('an installation that arrives while the portal is being stopped is not undone by the stop', async () => {
  const { aws, portal, clock } = bench;
  const { memberId } = portal;
  portal.script({ method: DELETE, kind: { error: { code: 'APPLICATION_NOT_FOUND', status: 403 } } });
  await bench.add(unbindTask(bench.activity));
  const { ports, logged } = newWorker();
  const installing = {
    ...ports,
    portals: beforeFirst(ports.portals, 'setStop', () => resetPortalRow(aws.stores.portals, memberId, clock.now())),
  };

  expect(await servePortal(installing, memberId, ALWAYS)).toMatchObject({ kind: 'more' });

  expect(await bench.state()).toMatchObject({ stop: null });
  expect(logged.filter((line) => line.includes('portal_stopped'))).toEqual([]);
  await bench.drain(ports);
  expect(await bench.statuses()).toEqual(UNBOUND);
});
