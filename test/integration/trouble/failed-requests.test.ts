import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault, FaultKind } from '../../../lib/simulator/fault-script.ts';
import { DEAL, unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

const SEND = 'bizproc.event.send';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

/** Answers that Bitrix24 did not write, or that speak of the grant: none is about a command. */
const PAGES: readonly (readonly [string, FaultKind])[] = [
  ['HTML 401 of a login page', { status: 401, body: '<html>login</html>' }],
  ['HTML 403 of a firewall', { status: 403, body: '<html>403 Forbidden</html>' }],
  ['HTML 404 of the front end', { status: 404, body: '<html>no such domain</html>' }],
  ['413 of a proxy', { status: 413, body: 'too large', contentType: 'text/plain' }],
  ['an empty 400', { status: 400, body: '' }],
  ['an undocumented code with 401', { error: { code: 'verification_needed', status: 401 } }],
  ['an undocumented code with 403', { error: { code: 'insufficient_auth_type', status: 403 } }],
];

describe('a request that failed as a whole', () => {
  it.each(PAGES)('by %s refuses none of its commands', async (_name, kind) => {
    const ids = [bench.activity, bench.activity + 1, bench.activity + 2];
    bench.portal.script({ method: 'batch', kind });
    const id = await bench.add(unbindTask(...ids));

    await bench.drain();

    expect(await Promise.all(ids.map((one) => bench.statuses(one)))).toEqual([UNBOUND, UNBOUND, UNBOUND]);
    expect((await bench.aws.stores.jobs.read(bench.portal.memberId, id))?.phase).toBe('finished');
    expect((await bench.state())?.stop).toBeNull();
  });

  it.each(PAGES)('by %s does not answer for a single command either', async (_name, kind) => {
    bench.portal.script({ method: DELETE, kind });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect(await bench.statuses()).toEqual(UNBOUND);
  });

  it('leaves the workflows that it was to answer unanswered, and they are answered later', async () => {
    bench.portal.script({ method: 'batch', nth: 2, kind: { status: 403, body: '<html>403</html>' } });
    await bench.add(unbindTask(bench.activity), { eventToken: 'a|b|c.d' });
    await bench.add(unbindTask(bench.activity + 1), { eventToken: 'a|b|e.f' });

    await bench.drain();

    expect(bench.executed(SEND)).toBe(2);
  });

  it('while a job was planned does not end the job with nothing done', async () => {
    bench.portal.script({ method: 'crm.activity.list', kind: { status: 403, body: '<html>403</html>' } });
    await bench.add({ kind: 'unbind', element: DEAL, activities: 'all', filter: null });

    await bench.drain();

    expect(bench.removals()).toBeGreaterThanOrEqual(100);
  });
});

describe('an answer around which the portal has put something', () => {
  it.each([
    ['a byte order mark', '\uFEFF{"result":true}', 0],
    ['a warning of PHP', '<br />\n<b>Warning</b>: Cannot modify header\n{"result":true}', 1],
  ])('%s: the deletion is known to be ours, with %#', async (_name, body, lists) => {
    bench.portal.script({ method: DELETE, when: 'after', kind: { status: 200, body } });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect(await bench.statuses()).toEqual(UNBOUND);
    expect([bench.calls(DELETE), bench.calls('crm.activity.binding.list')]).toEqual([1, lists]);
  });
});

describe('a redirect', () => {
  const redirect = (location: string): Fault => ({ times: 3, kind: { status: 302, body: '', location } });

  it.each(['/bitrix/coupon_activation.php', 'same host'])(
    'to a page of the portal itself (%s) is no rename: no refresh, no stop',
    async (location) => {
      const refreshes = bench.portal.oauth.calls.token;
      const page = location === 'same host' ? `${bench.portal.url}/auth/` : location;
      bench.portal.script(redirect(page));
      await bench.add(unbindTask(bench.activity));

      await bench.drain();

      expect(bench.portal.oauth.calls.token).toBe(refreshes);
      expect(bench.logged.filter((line) => line.includes('portal_stopped'))).toEqual([]);
      expect(await bench.statuses()).toEqual(UNBOUND);
    },
  );
});

it('HTML 404 of the OAuth host does not stop the portal as deleted', async () => {
  bench.portal.expireTokens();
  bench.portal.oauth.script({ method: 'oauth/token', kind: { status: 404, body: '<html>404</html>' } });
  await bench.add(unbindTask(bench.activity));

  await bench.drain();

  expect(bench.logged.filter((line) => line.includes('portal_stopped'))).toEqual([]);
  expect(await bench.statuses()).toEqual(UNBOUND);
});

it('a request that the front end answers 503 although the portal is well is sent in smaller parts, not for ever', async () => {
  const { activity } = bench;
  await bench.add(unbindTask(activity, activity + 1, activity + 2));
  bench.portal.script({ method: 'batch', kind: { status: 503, body: '<html>' }, times: 100000 });
  const until = bench.clock.now() + 600_000;
  await bench.serveUntil(until);
  expect(bench.removals()).toBe(3);
});
