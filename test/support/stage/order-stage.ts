import { expect } from '@jest/globals';
import { type DoorStage, installCall, openDoor } from './installation-stage.ts';

type Row = { readonly [field: string]: unknown };

/** A door at which the events of an installation and of a removal arrive in any order, at any time. */
export type OrderStage = DoorStage & {
  /** Unix seconds by the portal's clock, `later` ms from now. */
  seconds(later?: number): number;
  /**
   * The portal removes the application; the event of it, also sent to `address`, is under way until the function that is
   * given back is called. That gives the statuses it was answered with.
   */
  uninstallLate(address: string | null): () => Promise<(number | null)[]>;
  /** The removal as somebody sends it who has the token of the application. */
  remove(path: string, ts: Row): Promise<number>;
  /** An installation with tokens that are good, at whatever time it says. */
  installSaying(fields: Row): Promise<number>;
  listed(): Promise<readonly Row[]>;
  /** What was logged of removals that were left alone. */
  leftAlone(): readonly Row[];
  expectInForce(): Promise<void>;
  expectRemoved(): Promise<void>;
};

export async function openOrderStage(): Promise<OrderStage> {
  const door = await openDoor();
  const seconds = (later = 0): number => Math.floor((door.clock.now() + later) / 1000);
  const listed = async () => (await door.cli(['portal', 'list'])).records;
  const leftAlone = () => door.logged.filter(({ event }) => event === 'uninstall_outdated');
  return {
    ...door,
    seconds,
    listed,
    leftAlone,
    ...sending(door),
    async expectInForce() {
      expect(await listed()).toMatchObject([{ portal: 'acme', state: 'active', code: null }]);
      expect(await door.grant()).not.toBeNull();
      expect(await robotAnswer(door)).toMatchObject({ status: 'unbound' });
    },
    async expectRemoved() {
      expect((await listed())[0]).toMatchObject({ portal: 'acme', state: 'uninstalled' });
      expect(await door.grant()).toBeNull();
      expect(leftAlone()).toEqual([]);
    },
  };
}

function sending(door: DoorStage): Pick<OrderStage, 'uninstallLate' | 'remove' | 'installSaying'> {
  return {
    uninstallLate(address) {
      const { queue } = door.portal.outbound();
      const letGo = queue.delay(({ name }) => name === 'ONAPPUNINSTALL');
      door.portal.uninstallFrom(address);
      return async () => {
        const earlier = queue.deliveries.length;
        letGo();
        await door.settled();
        return queue.deliveries.slice(earlier).map(({ status }) => status);
      };
    },
    async remove(path, ts) {
      const auth = { 'auth[member_id]': 'acme', 'auth[application_token]': door.portal.applicationToken };
      return (await door.post(path, { event: 'ONAPPUNINSTALL', 'data[LANGUAGE_ID]': 'en', ...ts, ...auth })).status;
    },
    async installSaying(fields) {
      door.portal.install();
      door.portal.crm().app.installed = true;
      const { status } = await door.post('/install', { ...installCall(door.portal.issueGrant()), ts: '', ...fields });
      await door.settled();
      return status;
    },
  };
}

/** A robot's workflow is answered only if the portal is served and the robot was registered. */
async function robotAnswer(door: DoorStage): Promise<unknown> {
  door.portal.seed({ activities: [{ id: 900, bindings: ['deal:1', 'contact:5'] }] });
  const run = await door.portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: ['900'] } });
  await door.finished('acme');
  return door.portal.crm().workflows.get(Object(run).workflowId)?.returnValues;
}
