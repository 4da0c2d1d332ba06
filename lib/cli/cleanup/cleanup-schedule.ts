import type { CleanupSettings } from '../../cleanup/runs/run-store.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';

export type ScheduleArgs = {
  readonly portal: string;
  readonly mode?: 'plan' | 'sweep';
  /** How long one scheduled run may take. */
  readonly minutes?: number;
};

/** Shows or changes what the schedule does in a portal. */
export async function cleanupSchedule(deps: CommandContext, args: ScheduleArgs, out: Out): Promise<ExitCode> {
  const { portal, mode, minutes } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const { runs } = deps.stores;
  const before = await runs.settings(portal);
  const settings: CleanupSettings = {
    mode: mode === undefined ? before.mode : mode === 'plan' ? 'plan' : 'apply',
    minutes: minutes ?? before.minutes,
  };
  if (mode !== undefined || minutes !== undefined) await runs.setSettings(portal, settings);

  const planning = settings.mode === 'plan';
  const does = planning ? 'makes a plan, for a person to apply' : 'removes what the rules match';
  const record = { portal, mode: planning ? 'plan' : 'sweep', minutes: settings.minutes };
  out.record(record, `${portal}: the schedule ${does}; each run may take ${counted(settings.minutes, 'minute')}`);
  if (planning) {
    out.say('This affects the schedule only: on events, whatever the enabled rules match is still unbound at once.');
    out.say(`To have plans only, disable the rules: ${out.command(`rules disable NAME --portal ${portal}`)}`);
    out.say(`Then plan by rule name: ${out.command(`cleanup plan --rule NAME --portal ${portal}`)}`);
  }
  return EXIT.done;
}
