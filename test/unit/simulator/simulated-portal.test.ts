import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { SimulatedPortal, SimulatedPortalOptions } from '../../../lib/simulator/simulated-portal.ts';
import { startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { get, post } from '../../support/simulator/test-server.ts';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const SEED = {
  users: [{ id: 7 }],
  deals: [{ id: 1 }],
  contacts: [{ id: 5 }],
  activities: [{ id: 999, bindings: ['deal:1', 'contact:5'] }],
};

async function start(options: SimulatedPortalOptions = {}): Promise<SimulatedPortal> {
  const portal = await startSimulatedPortal({ seed: SEED, ...options });
  closers.push(portal.close);
  return portal;
}

/** A handler that keeps the forms it is sent. */
async function startHandler(): Promise<{ url: string; calls: URLSearchParams[] }> {
  const calls: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    calls.push(new URLSearchParams(body));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/handler`, calls };
}

const unbind = { activityId: 999, entityTypeId: 2, entityId: 1 };

test('removes a binding through REST, and shows it in state and ledger', async () => {
  const portal = await start();

  const { body } = await post(`${portal.webhookUrl()}crm.activity.binding.delete`, unbind);

  expect(body.result).toBe(true);
  expect(portal.state()).toMatchObject({ activities: [{ id: 999, bindings: ['contact:5'] }] });
  expect(portal.ledger.changes).toMatchObject([{ kind: 'binding_removed', data: unbind }]);
});

test('takes the administrators from its users', async () => {
  const portal = await start();
  const register = { CODE: 'x', HANDLER: 'http://127.0.0.1/robot', NAME: 'x' };
  const call = (userId: number) =>
    post(`${portal.url}/rest/bizproc.robot.add`, { auth: portal.issueGrant(userId).accessToken, ...register });

  expect((await call(7)).body.error).toBe('ACCESS_DENIED');
  expect((await call(1)).body.result).toBe(true);
});

test('sends an event with the auth block of this portal after a change', async () => {
  const portal = await start();
  const handler = await startHandler();
  const auth = portal.issueGrant().accessToken;
  await post(`${portal.url}/rest/event.bind`, { auth, event: 'ONCRMACTIVITYUPDATE', handler: handler.url });

  await post(`${portal.url}/rest/crm.activity.binding.delete`, { auth, ...unbind });
  await portal.outbound().queue.settled();

  expect(handler.calls).toHaveLength(1);
  expect(Object.fromEntries(handler.calls[0] ?? [])).toMatchObject({
    event: 'ONCRMACTIVITYUPDATE',
    'data[FIELDS][ID]': '999',
    'auth[member_id]': portal.memberId,
    'auth[application_token]': portal.applicationToken,
    'auth[client_endpoint]': `${portal.url}/rest/`,
    'auth[server_endpoint]': portal.oauth.serverEndpoint,
  });
});

test('a new seed replaces the CRM and keeps what the application has registered', async () => {
  const portal = await start();
  const auth = portal.issueGrant().accessToken;
  await post(`${portal.url}/rest/event.bind`, { auth, event: 'ONCRMDEALUPDATE', handler: 'http://127.0.0.1/event' });

  await post(`${portal.url}/control/seed`, { deals: [{ id: 3 }] });

  expect(portal.state()).toMatchObject({ deals: [{ id: 3 }], activities: [] });
  expect((await post(`${portal.url}/rest/event.get`, { auth })).body.result).toHaveLength(1);
});

test('refuses a seed that it does not understand, and stays as it was', async () => {
  const portal = await start();

  expect((await post(`${portal.url}/control/seed`, { dealz: [] })).status).toBe(400);
  expect(portal.state()).toMatchObject({ deals: [{ id: 1 }] });
});

test('installs with tokens that can be refreshed, and uninstalls without any; then nothing may be called', async () => {
  const portal = await start({ installed: false });
  const handler = await startHandler();

  await post(`${portal.url}/control/act`, { do: 'install', url: handler.url });
  const installed = handler.calls[0]?.get('auth[access_token]');
  const before = await get(`${portal.url}/rest/app.info?auth=${installed}`);
  await post(`${portal.url}/control/act`, { do: 'uninstall', url: handler.url });
  await portal.outbound().queue.settled();

  expect(handler.calls.map((call) => call.get('event'))).toEqual(['ONAPPINSTALL', 'ONAPPUNINSTALL']);
  expect(handler.calls[0]?.has('auth[refresh_token]')).toBe(true);
  expect(before.status).toBe(200);
  expect(handler.calls[1]?.get('auth[application_token]')).toBe(portal.applicationToken);
  expect(handler.calls[1]?.has('auth[access_token]')).toBe(false);
  const after = await get(`${portal.url}/rest/app.info?auth=${installed}`);
  expect(after).toMatchObject({ status: 401, body: { error: 'APPLICATION_NOT_FOUND' } });
});

test('runs as a program: says where it is, serves, and ends when told to', async () => {
  const child = spawn(process.execPath, ['lib/simulator/main.ts'], {
    env: { ...process.env, PORT: '0', NODE_OPTIONS: '' },
  });
  closers.push(async () => child.kill('SIGKILL'));
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    if (output.includes('Ctrl+C')) break;
  }
  const webhook = /^webhook +(\S+)$/m.exec(output)?.[1] ?? '';

  const { body } = await get(`${webhook}crm.activity.binding.list?activityId=999`);
  child.kill('SIGTERM');
  const code = await new Promise((resolve) => child.once('exit', resolve));

  expect(body.result).toHaveLength(2);
  expect(code).toBe(0);
});
