import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { removeApplication } from '../../../lib/simulator/outbound/deliver.ts';
import { type DoorStage, installCall, openDoor } from '../../support/stage/installation-stage.ts';

let door: DoorStage;
beforeEach(async () => {
  door = await openDoor();
  await door.appSet();
});
afterEach(() => door.close());

const handlers = (): string[] => [...new Set(door.portal.crm().subscriptions.map(({ handler }) => handler))].sort();

const ours = (): string[] => [`${door.stack.url}/event`, `${door.stack.url}/install`];

/** The same subscriptions as they were when we had another address. */
const moveHandlers = (host: string): void => {
  for (const [index, subscription] of door.portal.crm().subscriptions.entries()) {
    const handler = subscription.handler.replace(door.stack.url, host);
    door.portal.crm().subscriptions.splice(index, 1, { ...subscription, handler });
  }
};

describe('the registration', () => {
  it('adds what is missing, and changes nothing that is there', async () => {
    await door.install();
    door.portal.crm().subscriptions.splice(2, 3);
    const binds = door.calls('event.bind');

    const { code, records } = await door.cli(['portal', 'check', 'acme', '--fix']);

    expect({ code, records }).toMatchObject({ code: 0, records: [{ differences: [], subscriptions: 12 }] });
    expect(door.calls('event.bind') - binds).toBe(3);
    expect(door.portal.crm().robots).toMatchObject([{ handler: `${door.stack.url}/robot` }]);
  });

  it('brings the robot to the present address', async () => {
    await door.install();
    const [robot] = door.portal.crm().robots;
    Object.assign(robot ?? {}, { handler: 'https://earlier.example/robot' });
    removeSubscription();

    await door.cli(['portal', 'check', 'acme', '--fix']);

    expect(door.portal.crm().robots).toMatchObject([{ handler: `${door.stack.url}/robot` }]);
  });

  it('takes away the handlers of our earlier address, and no others', async () => {
    await door.install();
    moveHandlers('https://earlier.example');
    const [first] = door.portal.crm().subscriptions;
    if (first !== undefined) {
      const foreign = { ...first, id: 999, handler: 'https://other.example/hooks/deals' };
      door.portal.crm().subscriptions.push(foreign, { ...first, id: 998, event: 'ONCRMDEALADD' });
    }

    const { code, said } = await door.cli(['portal', 'check', 'acme']);
    await door.cli(['portal', 'check', 'acme', '--fix']);

    expect(code).toBe(1);
    expect(said).toContain('events still go to an earlier address');
    expect(handlers()).toEqual([...ours(), 'https://earlier.example/event', 'https://other.example/hooks/deals']);
    expect(door.portal.crm().subscriptions.filter(({ handler }) => handler.includes('earlier'))).toHaveLength(1);
    expect(door.logged).toContainEqual(expect.objectContaining({ event: 'registered', bound: 12, unbound: 12 }));
  });

  it('is done again after an update of the application, which brings a new application token', async () => {
    await door.install();
    const earlier = door.portal.applicationToken;
    removeApplication(door.portal.crm());
    const token = door.portal.renewApplicationToken();

    const grant = { ...door.portal.issueGrant(), applicationToken: token };
    const reply = await door.post('/install', installCall(grant, { event: 'ONAPPUPDATE', 'data[VERSION]': 2 }));
    await door.settled();

    expect(reply.status).toBe(200);
    expect(door.portal.crm().robots).toHaveLength(1);
    expect(handlers()).toEqual(ours());
    expect((await door.grant())?.applicationToken).toBe(token);
    expect(token).not.toBe(earlier);
  });

  it('is not allowed: the portal is still served, an alarm is raised, and doctor explains it', async () => {
    door.portal.seed({
      users: [{ id: 1 }, { id: 7, isAdmin: false }],
      activities: [{ id: 900, bindings: ['deal:1', 'contact:5'] }],
    });
    await door.portal.installAt(`${door.stack.url}/install`, 7);
    await door.settled();

    const checked = await door.cli(['portal', 'check', 'acme']);
    const unbound = await door.cli(['unbind', '--portal', 'acme', '--activity', '900', '--element', 'deal:1']);

    expect(door.logged).toContainEqual(
      expect.objectContaining({ event: 'registration_incomplete', code: 'ACCESS_DENIED', alarm: true }),
    );
    expect(checked).toMatchObject({ code: 1, records: [{ works: true, differences: [{ problem: 'NOT_ADMIN' }] }] });
    expect(checked.said).toContain('let an administrator install the application again');
    expect(unbound).toMatchObject({ code: 0, records: [{ status: 'unbound' }] });
  });
});

/** So that there is something to repair. */
function removeSubscription(): void {
  door.portal.crm().subscriptions.pop();
}
