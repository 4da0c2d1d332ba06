import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/clock.ts';
import { event, install, robot, WRONG_TOKEN } from '../../../lib/simulator/outbound/hostile/request.ts';
import { createPortalClock } from '../../../lib/simulator/portal-clock.ts';
import { type Traffic, watchTraffic } from '../../support/hostile/traffic.ts';
import { type HostileStage, openHostileStage } from '../../support/stage/hostile-stage.ts';

const AT_ONCE = 10;
/** What may be asked at once (lib/portal/rate-limited-grant-store.ts, lib/installation/rate-limited-install.ts). */
const MISSES = 20;
const PROOFS = 50;

/** While it stands still nothing is granted anew, so the numbers are exact however long a flood takes. */
let stoppedAt: number | null = null;
const clock = createPortalClock(() => stoppedAt ?? systemClock.now());
const stopClock = (): void => {
  stoppedAt = systemClock.now();
};

let stage: HostileStage;
let traffic: Traffic;
beforeAll(async () => {
  traffic = watchTraffic();
  stage = await openHostileStage({ clock });
});
afterEach(() => {
  stoppedAt = null;
});
afterAll(async () => {
  traffic.stop();
  await stage.close();
});

async function post(path: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(`${stage.stack.url}${path}`, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}

const secretReads = (): number => traffic.awsCalls.filter((call) => call.startsWith('secretsmanager.')).length;

/** The answers, each once. */
async function flood(strangers: number, path: string, bodyOf: (index: number) => string): Promise<string[]> {
  const answers = new Set<string>();
  for (let from = 0; from < strangers; from += AT_ONCE) {
    const bodies = Array.from({ length: AT_ONCE }, (_, index) => bodyOf(from + index));
    for (const { status, text } of await Promise.all(bodies.map((body) => post(path, body)))) {
      answers.add(`${status} ${text}`);
    }
  }
  return [...answers];
}

it('ever new member ids are not looked up in Secrets Manager, and are answered like a wrong token', async () => {
  const before = await stage.stored();
  const wrong = await post('/event', event({ application_token: WRONG_TOKEN }));
  traffic.reset();
  stopClock();

  const answers = await flood(10_000, '/event', (index) => event({ member_id: `stranger-${index}` }));

  expect(answers).toEqual([`${wrong.status} ${wrong.text}`]);
  expect(secretReads()).toBeLessThanOrEqual(MISSES);
  expect(traffic.awsCalls.filter((call) => /Put|Update|Delete|Send/.test(call))).toEqual([]);
  expect(await stage.stored()).toEqual(before);
});

it('a call of an installed portal is accepted in the middle of a flood, even by a function that has not met it yet', async () => {
  await flood(300, '/robot', (index) => robot({}, { member_id: `stranger-${index}` }));

  const { status } = await post('/robot', robot({ use_subscription: 'N' }));

  expect(status).toBe(200);
  await stage.settled();
});

it('made-up installations cannot make it ask Secrets Manager or the OAuth server without end', async () => {
  const { portal } = stage;
  const asked = portal.oauth.requests.length;
  const server_endpoint = portal.oauth.serverEndpoint;
  traffic.reset();
  stopClock();

  const answers = await flood(300, '/install', (index) => install({ member_id: `stranger-${index}`, server_endpoint }));

  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['403']);
  expect(portal.oauth.requests.length - asked).toBeLessThanOrEqual(PROOFS);
  expect(secretReads()).toBeLessThanOrEqual(2 * PROOFS);
});
