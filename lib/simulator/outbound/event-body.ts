import { formBody } from './form-body.ts';

/** The `auth` block, values as text (B§5.2). */
export type AuthBlock = { readonly [key: string]: string };

/** Builds the `auth` block of a call: with a user it holds their tokens, with `withRefresh` the refresh token too (B§5.2). */
export type AuthSource = (who: { readonly userId: number | null; readonly withRefresh: boolean }) => AuthBlock;

export type EventCall = {
  /** Upper case. */
  readonly event: string;
  /** event_handler_id; null: of the install handler, which is no subscription. */
  readonly handlerId: number | null;
  readonly data: { readonly [key: string]: unknown };
  /** When the portal built the event, in ms. */
  readonly at: number;
  readonly auth: AuthBlock;
};

/** The body of an event's POST (B§5.2), and of an outbound webhook's. An empty `data` is absent on the wire. */
export const eventBody = ({ event, handlerId, data, at, auth }: EventCall): string =>
  formBody({ event, event_handler_id: handlerId, data, ts: Math.floor(at / 1000), auth });
