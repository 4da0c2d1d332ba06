import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AwsClients, awsClients } from '../../../../lib/aws/aws-clients.ts';
import { type AwsStores, awsStores } from '../../../../lib/aws/aws-stores.ts';
import { DynamoJobs } from '../../../../lib/aws/dynamodb/dynamo-jobs.ts';
import { DynamoPendingGrantList } from '../../../../lib/aws/dynamodb/dynamo-pending-grant-list.ts';
import type { Listening } from '../../../../lib/local/listen-on-loopback.ts';
import { readSource, sourceFiles } from '../../../support/architecture/source-tree.ts';
import { forward } from '../../../support/aws/forward.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { eventJob, failed, finished, NOW, progress, robotJob } from '../../../support/aws/job-stage.ts';
import { STOP } from '../../../support/aws/portal-samples.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

type Stores = AwsStores & { readonly pendingList: DynamoPendingGrantList };
type Arranged = { readonly stores: Stores; readonly portal: string };
/** `arrange` meets no fault; of `act` the answer of the first conditional write is lost after it was carried out. */
type Case = {
  /** Not the first one, which is refused, but the first with this in it. */
  readonly loses?: string;
  readonly arrange?: (on: Arranged) => Promise<unknown>;
  readonly act: (on: Arranged) => Promise<unknown>;
};

let aws: TemporaryLocalAws;
let wire: Listening;
let clients: AwsClients;
let loses: string | null = null;
let lost = 0;

beforeAll(async () => {
  aws = await temporaryLocalAws();
  wire = await forward(aws.localAws.dynamodb, {
    fate(body) {
      if (loses === null || !body.includes('"ConditionExpression"') || !body.includes(loses)) return undefined;
      loses = null;
      lost += 1;
      return { kind: 'lost' };
    },
  });
  clients = awsClients({ ...aws.config, localAws: { ...aws.localAws, dynamodb: wire.url } });
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await wire.close();
  await aws.close();
});

const LOCK = { owner: 'one', until: NOW + 50_000 };
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
  await on.stores.portals.beginServing(on.portal, LOCK, 1, NOW);
};

/** Every conditional write of the stores, by the method that does it. Several cases of one method end in a word of their own. */
const CASES: { readonly [method: string]: Case } = {
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
    act: ({ stores, portal }) => stores.portals.beginServing(portal, LOCK, 1, NOW),
  },
  'portals.keepServing': { arrange: serve, act: ({ stores, portal }) => stores.portals.keepServing(portal, LOCK) },
  'portals.releaseLock': { arrange: serve, act: ({ stores, portal }) => stores.portals.releaseLock(portal) },
  'portals.endServing': {
    arrange: serve,
    act: ({ stores, portal }) => stores.portals.endServing(portal, LOCK.owner, { budget: null, begun: 0 }),
  },
  'portals.noteHiddenWakeUp': {
    arrange: addPortal,
    act: ({ stores, portal }) => stores.portals.noteHiddenWakeUp(portal, 'handle', false),
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
const OTHERS: { readonly [store in keyof Stores]?: readonly string[] } = {
  jobs: ['due', 'nextDueAt', 'failed', 'read'],
  leases: [],
  portals: ['read', 'list', 'remove', 'readRules', 'writeRules'],
  exemptions: ['of', 'noteRefused', 'exempt', 'list', 'listResting'],
  runs: ['current', 'askToStop', 'isAskedToStop', 'history', 'settings', 'setSettings', 'carry', 'setCarry'].concat([
    'undone',
    'setUndone',
    'seen',
    'addSeen',
  ]),
  pendingList: ['read'],
  intents: ['write', 'close', 'listOpen'],
  outcomes: ['record', 'known', 'pageOfJob', 'ofJob', 'list'],
  ownChanges: ['note', 'lastChange', 'take'],
  plans: ['read', 'list', 'write', 'addItems', 'dropItems', 'page', 'noteApplied'],
};

/** Without what differs from one time to the next. */
const comparable = (value: unknown, portal: string): unknown =>
  JSON.parse(
    JSON.stringify(
      value,
      (name, member) => (name === 'addition' ? '' : member instanceof Set ? [...member] : member) ?? null,
    ).replaceAll(portal, 'PORTAL'),
  );

async function run({ loses: text = '', arrange, act }: Case, losesAnswer: boolean) {
  const { dynamo } = clients;
  const { tables } = aws.config;
  let runs = 0;
  const stores: Stores = {
    ...awsStores(aws.config, { clients, clock: { now: () => NOW, sleep: async () => undefined } }),
    jobs: new DynamoJobs(dynamo, { table: tables.jobs, keepDays: 90, newRun: () => `run${++runs}` }),
    pendingList: new DynamoPendingGrantList(dynamo, tables.portals),
  };
  const portal = freshPortal();
  await arrange?.({ stores, portal });
  loses = losesAnswer ? text : null;
  const result = await act({ stores, portal });
  const items = [];
  for (const TableName of Object.values(tables)) {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName, ConsistentRead: true }));
    items.push(...Items.filter((item) => item.portal === portal));
  }
  return comparable({ result, items }, portal);
}

test.each(Object.entries(CASES))(
  '%s: a lost answer to a write that was carried out makes no difference',
  async (_, of) => {
    const before = lost;
    const undisturbed = await run(of, false);

    expect(await run(of, true)).toEqual(undisturbed);
    expect(lost).toBe(before + 1);
  },
);

test('every method of every store is a case, or said to need none', () => {
  const stores = {
    ...awsStores(aws.config, { clients }),
    pendingList: new DynamoPendingGrantList(clients.dynamo, 't'),
  };
  const methods = Object.keys(OTHERS).flatMap((store) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(Reflect.get(stores, store)))
      .filter((name) => name !== 'constructor')
      .map((name) => `${store}.${name}`),
  );
  const cases = Object.keys(CASES).map((name) => name.replace(/,.*/, ''));
  const others = Object.entries(OTHERS).flatMap(([store, names]) => names.map((name) => `${store}.${name}`));

  expect([...new Set([...cases, ...others])].sort()).toEqual(methods.sort());
});

test('every conditional write goes the one way that recognises its own result', () => {
  const files = sourceFiles('lib').filter((file) =>
    /ConditionExpression: /.test(readSource(file).replaceAll('KeyConditionExpression', '')),
  );

  expect(files).toEqual(['lib/aws/dynamodb/update-item.ts']);
});
