import { awsStores } from '../aws/aws-stores.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { verifySender } from '../portal/verify-sender.ts';
import type { Ingress } from '../unbind/ingress.ts';
import type { World } from './world.ts';

/** What robot and event calls need: no REST client among it, which would cost 40 ms of every cold start. */
export function ingressOf({ config, log, clock }: World): Ingress {
  const { grants, jobs, portals, bells } = awsStores(config, { clock });
  const cache = grantCache(grants, clock);
  return {
    verify: async (auth) => (await verifySender(cache, auth, clock)).kind === 'verified',
    jobs,
    ringing: { portals, bells, clock },
    clock,
    log,
  };
}
