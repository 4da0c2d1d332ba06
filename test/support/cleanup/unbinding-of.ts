import type { OwnChange } from '../../../lib/cleanup/events/own-changes.ts';

/** A request of ours that unbound activities from deal 1, sent and answered at these times, ms. */
export const unbindingOf = (
  activityIds: readonly number[],
  during: { readonly from: number; readonly to: number },
): OwnChange[] =>
  activityIds.map((activityId) => ({
    command: `job/unbind/${activityId}/2:1`,
    status: 'unbound',
    activityId,
    element: { entityTypeId: 2, entityId: 1 },
    at: during.to,
    during,
  }));
