import type { Inbound, Ingress } from '../../../lib/inbound/accept-job.ts';
import type { NewJob } from '../../../lib/jobs/job.ts';
import type { WakeUp } from '../../../lib/jobs/wake-portal.ts';
import { ManualClock } from '../portal/manual-clock.ts';

/** The body of a call with these fields. */
export const inbound = (fields: { readonly [name: string]: string }): Inbound => ({
  body: Buffer.from(new URLSearchParams(fields).toString()),
  contentType: 'application/x-www-form-urlencoded',
});

export const AUTH = { 'auth[member_id]': 'acme', 'auth[application_token]': 'right' };

/** What a function that Bitrix24 calls depends on, in memory. The application token `right` is that of every portal. */
export class InboundStage {
  readonly jobs: { readonly write: 'add' | 'coalesce'; readonly job: NewJob }[] = [];
  readonly logged: unknown[] = [];
  readonly wakeUps: string[] = [];
  readonly clock = new ManualClock();
  /** Portals that were removed a moment ago. */
  readonly removed = new Set<string>();
  readonly forgotten: string[] = [];
  storeFails = false;
  queueFails = false;

  get ingress(): Ingress {
    const note = async (write: 'add' | 'coalesce', job: NewJob): Promise<void> => {
      if (this.storeFails) throw new TypeError('throttled');
      this.jobs.push({ write, job });
    };
    const send = async ({ portal }: WakeUp): Promise<void> => {
      if (this.queueFails) throw new TypeError('unreachable');
      this.wakeUps.push(portal);
    };
    const log = (event: string, fields: object = {}): void => void this.logged.push({ event, ...fields });
    return {
      verify: async ({ applicationToken }) => applicationToken === 'right',
      forget: (portal) => void this.forgotten.push(portal),
      jobs: {
        async add(job) {
          await note('add', job);
          return true;
        },
        coalesce: (job) => note('coalesce', job),
      },
      wakeDeps: {
        portals: {
          markWakePending: async (portal) => (this.removed.has(portal) ? null : { first: true, restsUntil: null }),
        },
        wakeUps: { send },
        clock: this.clock,
      },
      clock: this.clock,
      log: { info: log, warn: log, error: log },
    };
  }
}
