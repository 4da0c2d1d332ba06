import { fieldsOf } from '../rest/read-answer.ts';
import type { RestCall } from '../rest/rest-call.ts';
import { APP_EVENTS, EVENT_NAMES } from './event-names.ts';

/** One event and the URL of the handler that gets it, as `event.bind` takes them (B§5.3). */
export type Subscription = { readonly event: string; readonly handler: string };

/** The call that lists what the application is subscribed to. */
export const SUBSCRIPTIONS: RestCall = { method: 'event.get', params: {} };

/** What the application must be subscribed to. Events about the application itself go to the install function. */
export const wantedSubscriptions = (publicUrl: string): Subscription[] =>
  EVENT_NAMES.map((event) => ({ event, handler: `${publicUrl}/${isAppEvent(event) ? 'install' : 'event'}` }));

const isAppEvent = (event: string): boolean => APP_EVENTS.some((name) => name === event);

/** The online subscriptions in an answer of `event.get`. Offline ones have no handler and are not ours. */
export function readSubscriptions(result: unknown): Subscription[] {
  if (!Array.isArray(result)) return [];
  return result.flatMap((row: unknown) => {
    const { event, handler } = fieldsOf(row) ?? {};
    return typeof event === 'string' && typeof handler === 'string' && handler !== ''
      ? [{ event: event.toUpperCase(), handler }]
      : [];
  });
}

export type SubscriptionDifferences = {
  readonly missing: readonly Subscription[];
  /** Handlers at an earlier address of ours: same event and path, another host. */
  readonly outdated: readonly Subscription[];
};

export function compareSubscriptions(
  wanted: readonly Subscription[],
  bound: readonly Subscription[],
): SubscriptionDifferences {
  return {
    missing: wanted.filter((one) => !bound.some((other) => isSame(one, other))),
    outdated: bound.filter((one) => wanted.some((other) => isEarlier(one, other))),
  };
}

const isSame = (one: Subscription, other: Subscription): boolean =>
  one.event === other.event && one.handler === other.handler;

function isEarlier(bound: Subscription, wanted: Subscription): boolean {
  const [before, now] = [URL.parse(bound.handler), URL.parse(wanted.handler)];
  if (bound.event !== wanted.event || before === null || now === null) return false;
  return before.host !== now.host && before.pathname === now.pathname;
}
