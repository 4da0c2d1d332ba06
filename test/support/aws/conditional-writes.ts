import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import type { DynamoPendingGrantList } from '../../../lib/aws/dynamodb/dynamo-pending-grant-list.ts';
import { eventJob, failed, finished, NOW, progress, robotJob } from './job-stage.ts';
import { STOP } from './portal-samples.ts';

export type Stores = AwsStores & { readonly pendingList: DynamoPendingGrantList };
type Arranged = { readonly stores: Stores; readonly portal: string };
/** `arrange` meets no fault; of `act` the answer of the first conditional write is lost after it was carried out. */
export type Case = {
  /** Not the first one, which is refused, but the first with this in it. */
  readonly loses?: string;
  readonly arrange?: (on: Arranged) => Promise<unknown>;
  readonly act: (on: Arranged) => Promise<unknown>;
};

const LOCK = { owner: 'one', until: NOW + 50_000 };
const END = { budget: null, begun: 0, idleTurns: 0, nextWakeAt: NOW + 9, restsUntil: null };
const INTENT = (portal: string) => ({ portal, id: 'i1', shares: [], trials: [] });
const PAIR = { activityId: 7, element: { entityTypeId: 2, entityId: 1 } };
const EVENT = 'event:2:123@run1';
const jobOf = async ({ stores, portal }: Arranged, id = 'r1') => {
  const job = await stores.jobs.read(portal, id);
  if (job === null) throw new Error('Expected the job');
  return job;
};
const addRobot = ({ stores, portal }: Arranged) => stores.jobs.add(robotJob(portal, 'r1'), NOW);
const addEvent = ({ stores, portal }: Arranged) => stores.jobs.coalesce(eventJob(portal), NOW);
const addTakenEvent = async (on: Arranged) => {
  await addEvent(on);
  await on.stores.jobs.take([await jobOf(on, EVENT)]);
};
const addPortal = ({ stores, portal }: Arranged) => stores.portals.add(portal, NOW);
const serve = async (on: Arranged) => {
  await addPortal(on);
  await on.stores.portals.beginServing(on.portal, LOCK, NOW);
};

/** Every conditional write of the stores, by the method that does it. Several cases of one method end in a word of their own. */
export const CASES: { readonly [method: string]: Case } = {
  'jobs.add': { act: addRobot },
  'jobs.coalesce, first': { act: addEvent },
  'jobs.coalesce, waiting': { loses: 'UpdateExpression', arrange: addEvent, act: addEvent },
  'jobs.coalesce, taken': { loses: 'UpdateExpression', arrange: addTakenEvent, act: addEvent },
  'jobs.take': { arrange: addEvent, act: async (on) => on.stores.jobs.take([await jobOf(on, EVENT)]) },
  'jobs.advance': { arrange: addRobot, act: async (on) => on.stores.jobs.advance(await jobOf(on), progress(), NOW) },
  'jobs.advance, finished': {
    arrange: addRobot,
    act: async (on) => on.stores.jobs.advance(await jobOf(on), finished, NOW),
  },
  'jobs.advance, another run': {
    loses: 'REMOVE #taken, #again',
    arrange: async (on) => {
      await addTakenEvent(on);
      await addEvent(on);
    },
    act: async (on) => on.stores.jobs.advance(await jobOf(on, EVENT), finished, NOW),
  },
  'jobs.dropEventToken': { arrange: addRobot, act: async (on) => on.stores.jobs.dropEventToken(await jobOf(on)) },
  'jobs.markRedriven': {
    arrange: async (on) => {
      await addRobot(on);
      await on.stores.jobs.advance(await jobOf(on), failed, NOW);
    },
    act: async (on) => on.stores.jobs.markRedriven(await jobOf(on)),
  },
  'jobs.postpone': { arrange: addRobot, act: async (on) => on.stores.jobs.postpone(await jobOf(on), NOW + 5, 1) },
  'leases.acquire': { act: ({ stores, portal }) => stores.leases.acquire(portal, 'one', NOW + 9, NOW) },
  'leases.release': {
    arrange: ({ stores, portal }) => stores.leases.acquire(portal, 'one', NOW + 9, NOW),
    act: ({ stores, portal }) => stores.leases.release(portal, 'one'),
  },
  'portals.add': { act: addPortal },
  'portals.setPaused': { arrange: addPortal, act: ({ stores, portal }) => stores.portals.setPaused(portal, true) },
  'portals.setTrouble': {
    arrange: addPortal,
    act: ({ stores, portal }) => stores.portals.setTrouble(portal, {}),
  },
  'portals.setStop': { arrange: addPortal, act: ({ stores, portal }) => stores.portals.setStop(portal, STOP, 0) },
  'portals.setUninstalled': {
    arrange: addPortal,
    act: ({ stores, portal }) => stores.portals.setUninstalled(portal, 5),
  },
  'portals.markRemoved': {
    arrange: addPortal,
    act: ({ stores, portal }) => stores.portals.markRemoved(portal, 5, null),
  },
  'portals.noteAnnounced': { arrange: addPortal, act: ({ stores, portal }) => stores.portals.noteAnnounced(portal, 5) },
  'portals.setPlan': { arrange: addPortal, act: ({ stores, portal }) => stores.portals.setPlan(portal, 'enterprise') },
  'portals.markWakePending': {
    arrange: addPortal,
    act: ({ stores, portal }) => stores.portals.markWakePending(portal, NOW),
  },
  'portals.clearWakePending': {
    arrange: addPortal,
    act: ({ stores, portal }) => stores.portals.clearWakePending(portal),
  },
  'portals.beginServing': {
    arrange: addPortal,
    act: ({ stores, portal }) => stores.portals.beginServing(portal, LOCK, NOW),
  },
  'portals.keepServing': { arrange: serve, act: ({ stores, portal }) => stores.portals.keepServing(portal, LOCK) },
  'portals.releaseLock': { arrange: serve, act: ({ stores, portal }) => stores.portals.releaseLock(portal) },
  'portals.endServing': {
    arrange: serve,
    act: ({ stores, portal }) => stores.portals.endServing(portal, LOCK.owner, END),
  },
  'portals.continueServing': {
    arrange: serve,
    act: ({ stores, portal }) => stores.portals.continueServing(portal, LOCK),
  },
  'portals.abandonServing': {
    arrange: serve,
    act: ({ stores, portal }) => stores.portals.abandonServing(portal, LOCK.owner),
  },
  'portals.deferWakeUp': {
    arrange: async (on) => {
      await serve(on);
      await on.stores.portals.endServing(on.portal, LOCK.owner, END);
    },
    act: ({ stores, portal }) => stores.portals.deferWakeUp(portal, END.nextWakeAt, NOW),
  },
  'portals.remove': { arrange: addPortal, act: ({ stores, portal }) => stores.portals.remove(portal) },
  'intents.write': { act: ({ stores, portal }) => stores.intents.write(INTENT(portal)) },
  'intents.close': {
    arrange: ({ stores, portal }) => stores.intents.write(INTENT(portal)),
    act: ({ stores, portal }) => stores.intents.close(INTENT(portal)),
  },
  'exemptions.release': {
    arrange: ({ stores, portal }) => stores.exemptions.exempt(portal, [PAIR], 'run', NOW),
    act: ({ stores, portal }) => stores.exemptions.release(portal, [PAIR]),
  },
  'exemptions.forgetRefused': {
    arrange: ({ stores, portal }) => stores.exemptions.noteRefused(portal, [PAIR], NOW),
    act: ({ stores, portal }) => stores.exemptions.forgetRefused(portal, [PAIR]),
  },
  'runs.begin': {
    act: ({ stores, portal }) => stores.runs.begin(portal, { id: 'sweep:1', since: NOW, rules: '[]' }, null),
  },
  'runs.end': {
    arrange: ({ stores, portal }) => stores.runs.begin(portal, { id: 'sweep:1', since: NOW, rules: '[]' }, null),
    act: ({ stores, portal }) => stores.runs.end(portal, 'sweep:1'),
  },
  'runs.noteBegun': { act: ({ stores, portal }) => stores.runs.noteBegun(portal, { id: 'sweep:1', since: NOW }) },
  'runs.noteEnded': {
    act: ({ stores, portal }) =>
      stores.runs.noteEnded(portal, { id: 'sweep:1', since: NOW }, { at: NOW, why: 'completed', done: 1, code: null }),
  },
  'pendingList.change': {
    act: async ({ stores, portal }) => {
      let calls = 0;
      await stores.pendingList.change((entries) => {
        calls += 1;
        return [...entries, { memberId: portal, clientId: null, keptAt: NOW }];
      });
      return calls;
    },
  },
};

/** The methods that only read, or that write without a condition: repeating them changes nothing. */
export const OTHERS: { readonly [store in keyof Stores]?: readonly string[] } = {
  jobs: ['due', 'nextDueAt', 'failed', 'read', 'inEpoch'],
  leases: [],
  portals: ['read', 'list', 'readRules', 'writeRules'],
  exemptions: ['of', 'noteRefused', 'exempt', 'list', 'listResting'],
  runs: ['current', 'askToStop', 'isAskedToStop', 'history', 'settings', 'setSettings', 'carry', 'setCarry'].concat([
    'undone',
    'setUndone',
    'seen',
    'addSeen',
  ]),
  pendingList: ['read'],
  intents: ['listOpen', 'inEpoch'],
  outcomes: ['record', 'known', 'pageOfJob', 'ofJob', 'list'],
  ownChanges: ['note', 'lastChange', 'take'],
  plans: ['read', 'list', 'write', 'addItems', 'dropItems', 'page', 'noteApplied'],
};
