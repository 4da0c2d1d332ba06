import { seededRandom } from '../virtual/seeded-random.ts';
import type { VirtualStage } from '../virtual/virtual-stage.ts';
import { eventTrigger, robotTrigger, type Trigger } from './deliver-triggers.ts';
import type { PlannedTrigger } from './trigger-plan.ts';

/** A trigger that was played: what was planned, what was sent, and whether the product accepted it. */
export type Played = {
  readonly planned: PlannedTrigger;
  readonly trigger: Trigger;
  deliveries: number;
  /** Some delivery was answered with 200. */
  accepted: boolean;
};

/** The latest that repeated deliveries come after the first one. */
const LATEST_REPEAT_S = 90;

/** Delivers every trigger 1 to 5 times, in random order: the first time within `seconds`, then repeats. */
export async function playTriggers(
  { context, deliver, clock, portals }: VirtualStage,
  plan: readonly PlannedTrigger[],
  seconds: number,
): Promise<Played[]> {
  const random = seededRandom(`${context.seed} deliveries`);
  const played: Played[] = [];
  const bySecond = new Map<number, Played[]>();
  for (const planned of plan) {
    const portal = portals[planned.portal];
    if (portal === undefined) throw new Error('no such portal');
    const one: Played = {
      planned,
      trigger: await sent(portal, planned),
      deliveries: random.between(1, 5),
      accepted: false,
    };
    played.push(one);
    const first = random.between(0, seconds - 1);
    for (let delivery = 0; delivery < one.deliveries; delivery += 1) {
      const second = first + (delivery === 0 ? 0 : random.between(0, LATEST_REPEAT_S));
      bySecond.set(second, [...(bySecond.get(second) ?? []), one]);
    }
  }
  const deliveries: Promise<void>[] = [];
  for (const second of [...bySecond.keys()].sort((one, other) => one - other)) {
    await clock.sleep(clock.startedAt + second * 1000 - clock.now());
    for (const one of random.shuffled(bySecond.get(second) ?? [])) deliveries.push(deliverOnce(one, deliver));
  }
  await Promise.all(deliveries);
  return played;
}

async function sent(portal: Trigger['portal'], { kind, element, activityIds }: PlannedTrigger): Promise<Trigger> {
  if (kind === 'event') return eventTrigger(portal, 'ONCRMDEALUPDATE', { ID: Number(element.split(':')[1]) });
  return robotTrigger(portal, { element, properties: { activity_id: activityIds.map(String) } });
}

async function deliverOnce(one: Played, deliver: VirtualStage['deliver']): Promise<void> {
  const reply = await deliver(one.trigger);
  if (reply?.status === 200) one.accepted = true;
}
