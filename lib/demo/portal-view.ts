import * as z from 'zod/mini';

const KINDS: { readonly [typeId: number]: string } = { 1: 'meeting', 2: 'call', 3: 'task', 4: 'email' };

const State = z.object({
  activities: z.array(
    z.object({
      id: z.number(),
      typeId: z.number(),
      subject: z.string(),
      completed: z.boolean(),
      bindings: z.array(z.string()),
    }),
  ),
  deals: z.array(z.object({ id: z.number(), title: z.string(), stageId: z.string() })),
  stages: z.array(z.object({ directory: z.string(), statusId: z.string(), name: z.string() })),
  robots: z.array(z.object({ code: z.string() })),
  subscriptions: z.array(z.object({ event: z.string() })),
  workflows: z.array(
    z.object({ id: z.string(), state: z.string(), returnValues: z.nullable(z.record(z.string(), z.unknown())) }),
  ),
});

export type ActivityView = {
  readonly id: number;
  /** `call`, `email` …, or `to-do` for the rest. */
  readonly kind: string;
  readonly subject: string;
  readonly completed: boolean;
  /** As keys, `2:1`. */
  readonly bindings: readonly string[];
};

export type WorkflowView = {
  readonly id: string;
  readonly state: string;
  readonly returnValues: { readonly [name: string]: unknown } | null;
};

/** What the demo shows of the simulated portal. */
export type PortalView = {
  readonly activities: readonly ActivityView[];
  readonly deals: readonly { readonly id: number; readonly title: string; readonly stage: string }[];
  readonly robots: number;
  readonly subscriptions: number;
  readonly workflows: readonly WorkflowView[];
};

/** `state` is the state that the simulated portal reports of itself. */
export function portalView(state: unknown): PortalView {
  const { activities, deals, stages, robots, subscriptions, workflows } = State.parse(state);
  const stageName = (stageId: string): string =>
    stages.find(({ directory, statusId }) => directory === 'DEAL_STAGE' && statusId === stageId)?.name ?? stageId;
  return {
    activities: activities.map(({ typeId, ...activity }) => ({ ...activity, kind: KINDS[typeId] ?? 'to-do' })),
    deals: deals.map(({ id, title, stageId }) => ({ id, title, stage: stageName(stageId) })),
    robots: robots.length,
    subscriptions: subscriptions.length,
    workflows,
  };
}
