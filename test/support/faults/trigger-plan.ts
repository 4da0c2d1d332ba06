import { type Random, seededRandom } from '../virtual/seeded-random.ts';

/** One command that a trigger asks for, and how it may end, as `status` or `status CODE`. */
export type PlannedCommand = {
  readonly activityId: number;
  readonly element: string;
  readonly mayEnd: readonly string[];
};

/** What happens in a portal: a robot runs, or an element changes. */
export type PlannedTrigger = {
  readonly portal: number;
  readonly kind: 'robot' | 'event';
  readonly element: string;
  /** For robots: named activities; empty: all of the element. */
  readonly activityIds: readonly number[];
  readonly commands: readonly PlannedCommand[];
};

export type TriggerPlan = {
  readonly triggers: readonly PlannedTrigger[];
  /** The CRM of a portal. */
  readonly seedOf: (portal: number) => { readonly deals: readonly object[]; readonly activities: readonly object[] };
};

/** The rule by which events unbind. */
export const LOST_DEALS = {
  name: 'lost-deals',
  element: 'deal',
  when: { stage: 'failed' },
  activities: { completed: true },
};

type Crm = {
  readonly portal: number;
  readonly random: Random;
  readonly deals: { id: number; stageId?: string }[];
  readonly activities: { id: number; bindings: string[]; completed: boolean }[];
};

const UNBOUND = ['unbound'];
const LAST = 'refused LAST_BINDING_CANNOT_BE_DELETED';

/** Adds an activity with these bindings. */
function activity({ activities }: Crm, ...bindings: string[]): number {
  const id = activities.length + 1;
  activities.push({ id, bindings, completed: true });
  return id;
}

function deal({ deals }: Crm, stageId?: string): string {
  const id = deals.length + 1;
  deals.push({ id, ...(stageId === undefined ? {} : { stageId }) });
  return `deal:${id}`;
}

const contact = ({ random }: Crm): string => `contact:${random.between(1, 40)}`;

const robot = (crm: Crm, element: string, commands: readonly PlannedCommand[]): PlannedTrigger => ({
  portal: crm.portal,
  kind: 'robot',
  element,
  activityIds: commands.map(({ activityId }) => activityId),
  commands,
});

const boundBoth = (crm: Crm, element: string): PlannedCommand => ({
  activityId: activity(crm, element, contact(crm)),
  element,
  mayEnd: UNBOUND,
});

/** What people do, weighted by how often; each scene makes one or two triggers. */
const SCENES: readonly (readonly [weight: number, scene: (crm: Crm) => PlannedTrigger[]])[] = [
  [60, (crm) => [robot(crm, ...several(crm))]],
  [8, (crm) => [{ ...robot(crm, ...several(crm)), activityIds: [] }]],
  [8, (crm) => [eventOf(crm)]],
  [6, (crm) => [onlyBinding(crm)]],
  [5, (crm) => [notBound(crm)]],
  [5, (crm) => [noActivity(crm)]],
  [4, twiceTheSame],
  [4, bothBindings],
];

function several(crm: Crm): [string, PlannedCommand[]] {
  const element = deal(crm);
  return [element, Array.from({ length: crm.random.pick([1, 1, 1, 2, 3]) }, () => boundBoth(crm, element))];
}

function eventOf(crm: Crm): PlannedTrigger {
  const element = deal(crm, 'LOSE');
  const commands = Array.from({ length: crm.random.between(1, 3) }, () => boundBoth(crm, element));
  return { portal: crm.portal, kind: 'event', element, activityIds: [], commands };
}

function onlyBinding(crm: Crm): PlannedTrigger {
  const element = deal(crm);
  return robot(crm, element, [{ activityId: activity(crm, element), element, mayEnd: [LAST] }]);
}

function notBound(crm: Crm): PlannedTrigger {
  const element = deal(crm);
  const activityId = activity(crm, contact(crm), 'company:1');
  return robot(crm, element, [{ activityId, element, mayEnd: ['already_unbound'] }]);
}

function noActivity(crm: Crm): PlannedTrigger {
  const element = deal(crm);
  return robot(crm, element, [{ activityId: 900_000 + crm.deals.length, element, mayEnd: ['refused NOT_FOUND'] }]);
}

/** Two robots ask for the same: one removes the binding, the other finds it removed. */
function twiceTheSame(crm: Crm): PlannedTrigger[] {
  const element = deal(crm);
  const command = { ...boundBoth(crm, element), mayEnd: ['unbound', 'already_unbound'] };
  return [robot(crm, element, [command]), robot(crm, element, [command])];
}

/** Two robots ask for the only two bindings: one of them stays. */
function bothBindings(crm: Crm): PlannedTrigger[] {
  const elements = [deal(crm), deal(crm)];
  const activityId = activity(crm, ...elements);
  return elements.map((element) => robot(crm, element, [{ activityId, element, mayEnd: ['unbound', LAST] }]));
}

/** `count` triggers over `portals` portals, from a seed. */
export function planTriggers(seed: string, count: number, portals: number): TriggerPlan {
  const random = seededRandom(`${seed} plan`);
  const crms = Array.from({ length: portals }, (_, portal): Crm => ({ portal, random, deals: [], activities: [] }));
  const triggers: PlannedTrigger[] = [];
  while (triggers.length < count) {
    const crm = crms[triggers.length % portals];
    if (crm !== undefined) triggers.push(...sceneBy(random)(crm));
  }
  return {
    triggers,
    seedOf(portal) {
      const { deals = [], activities = [] } = crms[portal] ?? {};
      return { deals, activities };
    },
  };
}

function sceneBy(random: Random): (crm: Crm) => PlannedTrigger[] {
  let left = random.next() * SCENES.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, scene] of SCENES) {
    left -= weight;
    if (left < 0) return scene;
  }
  return twiceTheSame;
}
