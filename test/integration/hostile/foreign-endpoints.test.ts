import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { event, robot } from '../../../lib/simulator/outbound/hostile/request.ts';
import { type HostileFile, hostileFiles } from '../../support/hostile/hostile-file.ts';
import { type Traffic, watchTraffic } from '../../support/hostile/traffic.ts';
import { type HostileStage, openHostileStage } from '../../support/stage/hostile-stage.ts';

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

/** The addresses of the hostile installations. */
const addressesIn = (files: readonly HostileFile[]): string[] =>
  files
    .filter(({ name }) => name.startsWith('endpoint-'))
    .flatMap(({ body }) => new URLSearchParams(body.toString('utf8')).get('auth[server_endpoint]') ?? []);

const hostileAuth = (address: string) => ({
  access_token: 'token-of-somebody-else',
  refresh_token: 'token-of-somebody-else',
  domain: address,
  client_endpoint: address,
  server_endpoint: address,
});

describe('a genuine sender that names foreign addresses', () => {
  it('is served at the stored address only, whatever it names', async () => {
    const addresses = addressesIn(hostileFiles(stage.ports));
    stage.portal.seed({ activities: [{ id: 1000, count: addresses.length, bindings: ['deal:1', 'contact:5'] }] });
    stage.portal.crm().subscriptions.length = 0;
    traffic.reset();

    const statuses: number[] = [];
    for (const [index, address] of addresses.entries()) {
      const properties = { activity_id: [String(1000 + index)] };
      const body = robot({ properties, event_token: `w|a|${index}.s`, use_subscription: 'N' }, hostileAuth(address));
      statuses.push(await post('/robot', body), await post('/event', event(hostileAuth(address))));
    }
    await stage.settled();

    expect(addresses.length).toBeGreaterThan(25);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(stage.portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed')).toHaveLength(addresses.length);
    expect(foreign()).toEqual([]);
    expect(traffic.lookups.filter((host) => host !== '127.0.0.1')).toEqual([]);
    expect(stage.trapped()).toBe(0);
  });

  it('installs with the address that the OAuth server gives, not with its own', async () => {
    const { portal, stack, ports } = stage;
    const { accessToken, refreshToken } = portal.issueGrant();
    const hostile = `http://127.0.0.1:${ports.trap}/rest/`;
    const tokens = { access_token: accessToken, refresh_token: refreshToken };
    const body = event(
      { ...hostileAuth(hostile), ...tokens, server_endpoint: portal.oauth.serverEndpoint },
      { event: 'ONAPPINSTALL', data: { VERSION: 1 } },
    );
    traffic.reset();

    const status = await post('/install', body);
    await stage.settled();

    const stored = await stack.stores.grants.read(portal.memberId);
    expect(status).toBe(200);
    expect(stored?.grant).toMatchObject({ clientEndpoint: portal.clientEndpoint(), accessToken });
    expect(foreign()).toEqual([]);
    expect(stage.trapped()).toBe(0);
  });
});

async function post(path: string, body: string): Promise<number> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return (await fetch(`${stage.stack.url}${path}`, { method: 'POST', body, headers })).status;
}

/** Connections to anybody but this machine's own servers. */
function foreign(): string[] {
  const { portal, stack } = stage;
  const { dynamodb = '', sqs = '', secretsManager = '' } = stack.config.localAws ?? {};
  const own = [stack.url, portal.clientEndpoint(), portal.oauth.url, dynamodb, sqs, secretsManager];
  const hosts = own.map((url) => new URL(url).host);
  return traffic.connections.filter((target) => !hosts.includes(target));
}
