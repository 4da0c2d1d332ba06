import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { event, install, robot, WRONG_TOKEN } from '../../../lib/simulator/outbound/hostile/request.ts';
import { type Traffic, watchTraffic } from '../../support/hostile/traffic.ts';
import { type HostileStage, openHostileStage } from '../../support/stage/hostile-stage.ts';

const AT_ONCE = 10;

let stage: HostileStage;
let traffic: Traffic;
beforeAll(async () => {
  traffic = watchTraffic();
  stage = await openHostileStage();
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

it('ever new member ids are not looked for in Secrets Manager, and are answered like a wrong token', async () => {
  const before = await stage.stored();
  const wrong = await post('/event', event({ application_token: WRONG_TOKEN }));
  traffic.reset();
  const started = performance.now();

  const answers = await flood(10_000, '/event', (index) => event({ member_id: `stranger-${index}` }));

  const seconds = Math.ceil((performance.now() - started) / 1000);
  console.log(`10,000 unknown portals in ${seconds} s: ${secretReads()} reads of Secrets Manager`);
  expect(answers).toEqual([`${wrong.status} ${wrong.text}`]);
  expect(secretReads()).toBeLessThanOrEqual(20 + seconds);
  expect(traffic.awsCalls.filter((call) => /Put|Update|Delete|Send/.test(call))).toEqual([]);
  expect(await stage.stored()).toEqual(before);
}, 60_000);

it('an installed portal is served in the middle of it, even by a function that has not met it before', async () => {
  await flood(300, '/robot', (index) => robot({}, { member_id: `stranger-${index}` }));

  const { status } = await post('/robot', robot({ use_subscription: 'N' }));

  expect(status).toBe(200);
  await stage.settled();
}, 60_000);

it('made-up installations ask neither Secrets Manager nor the OAuth server for ever', async () => {
  const { portal } = stage;
  const asked = portal.oauth.requests.length;
  const server_endpoint = portal.oauth.serverEndpoint;
  traffic.reset();
  const started = performance.now();

  const answers = await flood(300, '/install', (index) => install({ member_id: `stranger-${index}`, server_endpoint }));

  const allowed = 50 + Math.ceil((performance.now() - started) / 1000);
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['403']);
  expect(portal.oauth.requests.length - asked).toBeLessThanOrEqual(allowed);
  expect(secretReads()).toBeLessThanOrEqual(2 * allowed);
}, 60_000);
