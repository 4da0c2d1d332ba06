import { endText } from '../follow/run-report.ts';
import { unreadableText } from '../shared/unreadable-advice.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import type { PlanStatus } from './plan-status.ts';

/** `planning`, `ready`, or why it is not complete. */
export function planStateText({ state, ended }: Pick<PlanStatus, 'state' | 'ended'>): string {
  if (state !== 'stopped') return state;
  if (ended === 'given_up') return 'given up';
  return endText(ended) ?? state;
}

/** What is to be known of plans besides: what could not be read, and what becomes of them. */
export function planRemarks(
  portal: string,
  plans: readonly Pick<PlanStatus, 'state' | 'ended' | 'code'>[],
  out: Pick<Out, 'command'>,
): string[] {
  const unread = plans.filter(({ ended }) => ended === 'unreadable').map(({ code }) => unreadableText(code));
  const isGoneOnWith = plans.some(({ state, ended }) => state === 'stopped' && ended === 'time_limit');
  const isGivenUp = plans.some(({ ended }) => ended === 'given_up');
  return [
    ...[...new Set(unread)].map((text) => `Incomplete: something could not be read. ${text}`),
    ...(isGoneOnWith
      ? ['A plan whose time is up is gone on with when the schedule is due next, as long as the rules are the same.']
      : []),
    ...(isGivenUp
      ? [
          `A plan that was given up is not made any more. Why, and another try: ${out.command(`failed list --portal ${portal}`)}`,
        ]
      : []),
  ];
}

/** Why a plan is not to be applied without further ado; null: nothing is against it. */
export function reasonAgainstApplying(portal: string, plan: PlanStatus, out: Pick<Out, 'command'>): string | null {
  const { state, ended, code, items, run } = plan;
  if (state === 'planning')
    return `The plan is still being made. How far it is: ${out.command(`cleanup status --portal ${portal}`)}`;
  if (state === 'ready') return null;
  if (ended === 'given_up') {
    return `Making this plan was given up: ${code}. To make it after all: ${out.command(`failed redrive --portal ${portal} --job ${run}`)}`;
  }
  const holds = `it holds ${counted(items, 'binding')}, and there may be more`;
  const asItIs = 'Pass --incomplete to apply it as it is.';
  if (ended === 'unreadable') {
    return `This plan is not complete: ${holds}, as something could not be read. ${unreadableText(code)}. After that, make it anew: ${out.command(`cleanup plan --portal ${portal}`)}. ${asItIs}`;
  }
  if (ended === 'time_limit') {
    return `The time for this plan was up: ${holds}. The schedule goes on with it when it is due next. ${asItIs}`;
  }
  return `Making this plan was stopped: ${holds}. ${asItIs}`;
}
