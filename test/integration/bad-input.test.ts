import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { wire as wireRobot } from '../../functions/robot.ts';
import { systemClock } from '../../lib/clock.ts';
import { jsonLinesLog } from '../../lib/log.ts';
import { recorded, type Staging, stage } from '../support/stage/staging.ts';

let staging: Staging;
beforeAll(async () => {
  staging = await stage();
  staging.scene({ activities: [{ id: 999, bindings: ['deal:1', 'contact:5'] }] });
});
afterAll(() => staging.close());

const WRONG_TOKEN = { 'auth[application_token]': 'wrong-token-canary' };

/** Path, body, status: what is not accepted. */
const cases: [string, string, () => Promise<string>, number, string][] = [
  ['a wrong token', '/robot', () => recorded('robot-deal', staging.portal, WRONG_TOKEN), 403, 'unknown_sender'],
  ['a wrong token', '/event', () => recorded('event-deal-update', staging.portal, WRONG_TOKEN), 403, 'unknown_sender'],
  [
    'a token that only begins right',
    '/robot',
    () => recorded('robot-deal', staging.portal, nearMiss()),
    403,
    'unknown_sender',
  ],
  ['an unknown portal', '/robot', () => stranger('robot-deal'), 403, 'unknown_sender'],
  ['an unknown portal', '/event', () => stranger('event-activity-update'), 403, 'unknown_sender'],
  ['no body', '/robot', async () => '', 400, 'bad_request'],
  ['no body', '/event', async () => '', 400, 'bad_request'],
  ['broken brackets', '/event', async () => 'event=ONCRMDEALUPDATE&data[FIELDS[ID]=1', 400, 'bad_request'],
  ['an id 0x10', '/event', () => recorded('event-deal-update', staging.portal, fieldId('0x10')), 400, 'bad_request'],
  ['an id 0x10', '/robot', () => recorded('robot-deal', staging.portal, document('DEAL_0x10')), 400, 'bad_request'],
  [
    'an id 2^63',
    '/event',
    () => recorded('event-deal-update', staging.portal, fieldId('9223372036854775808')),
    400,
    'bad_request',
  ],
  [
    'another robot',
    '/robot',
    () => recorded('robot-deal', staging.portal, { code: 'someone_elses' }),
    400,
    'bad_request',
  ],
  ['an event', '/robot', () => recorded('event-deal-update', staging.portal), 400, 'bad_request'],
];

const nearMiss = () => ({ 'auth[application_token]': `${staging.portal.applicationToken.slice(0, -1)}-` });
const fieldId = (id: string) => ({ 'data[FIELDS][ID]': id });
const document = (id: string) => ({ 'document_id[2]': id });
const stranger = (name: string) => recorded(name, staging.portal, { 'auth[member_id]': 'nobody' });

describe('a call with', () => {
  it.each(cases)(
    '%s at %s is refused with a short reason, and nothing is stored',
    async (_name, path, body, status, error) => {
      const text = await body();

      const reply = await staging.post(path, text);

      const answer = await reply.text();
      expect(reply.status).toBe(status);
      expect(JSON.parse(answer)).toEqual({ error, message: expect.stringMatching(/^.{10,200}$/) });
      expect(answer).not.toContain('canary');
      expect(answer).not.toContain(staging.portal.applicationToken);
      expect(await staging.stack.stores.jobs.nextDueAt(staging.portal.memberId)).toBeNull();
      expect(await staging.stack.stores.jobs.nextDueAt('nobody')).toBeNull();
    },
  );

  it.each([
    ['another content type', 415, 'application/json', '{"event":"ONCRMDEALUPDATE"}'],
    ['more than 64 KiB', 413, 'application/x-www-form-urlencoded', `event=${'x'.repeat(70_000)}`],
  ])('%s is refused with %i', async (_name, status, contentType, body) => {
    const reply = await staging.post('/event', body, contentType);

    expect(reply.status).toBe(status);
  });

  it('a wrong token and with an unknown portal cannot be told apart', async () => {
    const wrong = await staging.post('/robot', await recorded('robot-deal', staging.portal, WRONG_TOKEN));
    const unknown = await staging.post('/robot', await stranger('robot-deal'));

    expect(await wrong.text()).toBe(await unknown.text());
  });
});

it('nothing that was refused reached the portal, and nothing secret was logged', async () => {
  await staging.settled();

  expect(staging.requests()).toBe(0);
  expect(staging.logged.join('\n')).not.toContain('canary');
});

it('a call that cannot be stored is answered 503, and the log says what was lost', async () => {
  const lines: string[] = [];
  const { config } = staging.stack;
  const localAws = { secretsManager: '', sqs: '', ...config.localAws, dynamodb: 'http://127.0.0.1:1' };
  const log = jsonLinesLog((line) => void lines.push(line), systemClock.now);
  const handler = wireRobot({ config: { ...config, localAws }, log, clock: systemClock });

  const reply = await handler(await gatewayEvent(), {} as Context);

  expect(reply).toMatchObject({ statusCode: 503, body: expect.stringContaining('not_stored') });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ event: 'job_lost', trigger: 'robot', alarm: true }]);
});

/** The recorded event of API Gateway with this portal's identity in its body. */
async function gatewayEvent() {
  const event = JSON.parse(await readFile(new URL('../../events/robot-deal.json', import.meta.url), 'utf8'));
  const body = Buffer.from(await recorded('robot-deal', staging.portal)).toString('base64');
  return { ...event, body };
}
