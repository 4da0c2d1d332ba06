import type { Plan } from '../cleanup/plan-store.ts';
import type { Out } from './out.ts';
import { unreadableText } from './unreadable-advice.ts';
import { counted } from './words.ts';

/** `planning`, `ready`, or why it is not complete. */
export function planStateText({ state, ended }: Pick<Plan, 'state' | 'ended'>): string {
  if (state !== 'stopped') return state;
  if (ended === 'unreadable') return 'incomplete';
  return ended === 'time_is_up' ? 'time is up' : state;
}

/** What is to be known of plans besides: what could not be read, and what becomes of them. */
export function planRemarks(plans: readonly Pick<Plan, 'state' | 'ended' | 'code'>[]): string[] {
  const unread = plans.filter(({ ended }) => ended === 'unreadable').map(({ code }) => unreadableText(code));
  const isGoneOnWith = plans.some(({ state, ended }) => state === 'stopped' && ended === 'time_is_up');
  return [
    ...[...new Set(unread)].map((text) => `Incomplete: something could not be read. ${text}`),
    ...(isGoneOnWith
      ? ['A plan whose time is up is gone on with when the schedule is due next, as long as the rules are the same.']
      : []),
  ];
}

/** Why a plan is not to be applied without further ado; null: nothing is against it. */
export function reasonAgainstApplying(portal: string, plan: Plan, out: Pick<Out, 'command'>): string | null {
  const { state, ended, code, items } = plan;
  if (state === 'planning')
    return `The plan is still being made. How far it is: ${out.command(`cleanup status --portal ${portal}`)}`;
  if (state === 'ready') return null;
  const holds = `it holds ${counted(items, 'binding')}, and there may be more`;
  const asItIs = 'Pass --incomplete to apply it as it is.';
  if (ended === 'unreadable') {
    return `This plan is not complete: ${holds}, as something could not be read. ${unreadableText(code)}. After that, make it anew: ${out.command(`cleanup plan --portal ${portal}`)}. ${asItIs}`;
  }
  if (ended === 'time_is_up') {
    return `The time for this plan was up: ${holds}. The schedule goes on with it when it is due next. ${asItIs}`;
  }
  return `Making this plan was stopped: ${holds}. ${asItIs}`;
}
