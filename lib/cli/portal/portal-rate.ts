import type { RATES } from '../../bitrix24/limits.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';

export type RateName = keyof typeof RATES;

/** Sets how fast a portal may be called, which depends on its subscription (B§8.1). No rate: shows the current one. */
export async function portalRate(
  deps: CommandContext,
  { portal, rate }: { readonly portal: string; readonly rate: RateName | undefined },
  out: Out,
): Promise<ExitCode> {
  const state = await knownPortal(portal, deps, out);
  if (state === null) return EXIT.notDone;
  if (rate !== undefined) await deps.stores.portals.setPlan(portal, rate);
  const name = rate ?? state.plan;
  out.record({ portal, rate: name }, `${portal}: ${name}`);
  return EXIT.done;
}
