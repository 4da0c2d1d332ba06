import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpPost } from '../../../lib/bitrix24/rest/http-post.ts';
import {
  type Answer,
  type HostileFile,
  hostileFiles,
  oneConnection,
  sendRaw,
} from '../../support/hostile/hostile-file.ts';
import { type Traffic, watchTraffic } from '../../support/hostile/traffic.ts';
import { type HostileStage, openHostileStage } from '../../support/stage/hostile-stage.ts';

/** Without the ports of the run: only names and expectations are needed to lay out the tests. */
const laidOut = hostileFiles({ trap: 47001, oauth: 47002 });
const refusals = laidOut.filter(({ expect: { explained } }) => explained === undefined).map(({ name }) => name);
const explained = laidOut.filter((file) => file.expect.explained !== undefined).map(({ name }) => name);
const agent = oneConnection();

let stage: HostileStage;
let traffic: Traffic;
let files: ReadonlyMap<string, HostileFile>;
beforeAll(async () => {
  traffic = watchTraffic();
  stage = await openHostileStage();
  files = new Map(hostileFiles(stage.ports).map((file) => [file.name, file]));
});
afterAll(async () => {
  agent.destroy();
  traffic.stop();
  await stage.close();
});

function named(name: string): HostileFile {
  const file = files.get(name);
  if (file === undefined) throw new Error(`there is no ${name}`);
  return file;
}

const send = (file: HostileFile): Promise<Answer> => sendRaw(stage.stack.url, file, agent);

/** Reads are allowed, to find out who is known; nothing else is. */
const READS = /\.(Get\w*|Describe\w*|Query|Scan|BatchGetItem|List\w*)$/;

/** The host looks for wake-ups on its own, as AWS does for the deployed function; that is nobody's request. */
const POLL = 'AmazonSQS.ReceiveMessage';

/** The portal's secret and the application's. */
const MOST_READS = 2;

describe('a hostile request', () => {
  it('is one of at least 120', () => {
    expect(refusals.length).toBeGreaterThan(120);
    expect(refusals.filter((name) => name.startsWith('endpoint-')).length).toBeGreaterThan(25);
  });

  it.each(refusals)('is refused, starts nothing and leaves nothing behind: %s', async (name) => {
    const file = named(name);
    const asked = stage.portal.oauth.requests.length;
    const before = await stage.stored();
    traffic.reset();

    const { status, text } = await send(file);

    const { asksOauth = false, status: wanted } = file.expect;
    const oauth = stage.portal.oauth.requests.length - asked;
    expect([wanted].flat()).toContain(status);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expectTerse(text, file);
    const calls = traffic.awsCalls.filter((call) => call !== POLL);
    expect(calls.filter((call) => !READS.test(call))).toEqual([]);
    // What makes a refusal cheap; its reading is counted in test/unit/properties/read-form.test.ts.
    expect(calls.slice(MOST_READS)).toEqual([]);
    expect(traffic.connections.filter((target) => !isOwn(target))).toEqual(asksOauth ? [oauthHost()] : []);
    expect(traffic.lookups.filter((host) => host !== '127.0.0.1')).toEqual([]);
    expect(await stage.stored()).toEqual(before);
    expect({ oauth, portal: stage.portal.ledger.requests.filter(({ host }) => host === 'portal').length }).toEqual({
      oauth: asksOauth ? 1 : 0,
      portal: 0,
    });
    expect(stage.trapped()).toBe(0);
  });

  it('leaves the prototypes of the process alone, and is not logged', async () => {
    const lines = stage.logged.join('\n');

    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(stage.logged.filter((line) => !/"event":"(install_not_stored|outcome)"/.test(line))).toEqual([]);
    expect(lines).not.toMatch(/evil|forged|47001|127\.0\.0\.1/);
  });
});

it('a request to anywhere else would be seen', async () => {
  traffic.reset();
  const url = `http://localhost:${stage.ports.trap}/`;

  await httpPost({ url, contentType: 'text/plain', body: '', userAgent: 'test', timeoutMs: 1000 });

  expect(traffic.connections).toContain(`localhost:${stage.ports.trap}`);
  expect(traffic.lookups).toContain('localhost');
  expect(stage.trapped()).toBeGreaterThan(0);
});

describe('what a designer typed wrong', () => {
  it.each(explained)('is explained to the waiting workflow, and changes nothing: %s', async (name) => {
    const file = named(name);
    stage.portal.seed({ activities: [{ id: 999, bindings: ['deal:1', 'contact:5'] }] });
    stage.portal.resetLedger();

    const { status } = await send(file);
    await stage.settled();

    const calls = stage.portal.ledger.requests.flatMap(({ commands }) => commands);
    expect(status).toBe(200);
    expect(calls).toMatchObject([
      {
        method: 'bizproc.event.send',
        params: { RETURN_VALUES: { status: 'refused', error_code: file.expect.explained } },
      },
    ]);
    expect(stage.portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed')).toEqual([]);
  });
});

/** Short JSON that repeats nothing of the request. */
function expectTerse(text: string, { method, body, headers, path }: HostileFile): void {
  const answer: unknown = method === 'HEAD' ? { message: text } : JSON.parse(text);
  expect(answer).toEqual(expect.objectContaining({ message: expect.any(String) }));
  expect(text.length).toBeLessThan(300);

  const sent = new URLSearchParams(`${body.toString('latin1')}&${path.replace('?', '&')}`);
  const values = [...sent.values(), ...Object.values(headers), body.toString('utf8')];
  expect(values.filter((value) => value.length > 6 && text.includes(value))).toEqual([]);
}

const oauthHost = (): string => new URL(stage.portal.oauth.url).host;

/** The local AWS, and this test's own way to the product. */
function isOwn(target: string): boolean {
  const { localAws } = stage.stack.config;
  const own = [stage.stack.url, localAws?.dynamodb, localAws?.sqs, localAws?.secretsManager];
  return own.some((url) => url !== undefined && new URL(url).host === target);
}
