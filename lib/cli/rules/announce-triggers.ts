import type { CommandContext } from '../shared/command-context.ts';
import { eventsCanArrive, howEventsArrive } from '../shared/events-can-arrive.ts';
import type { Out } from '../terminal/output.ts';

/** What acts by rules that were switched on, and how to see what that means. `count`: of the rules. */
export async function sayWhoFollows(portal: string, count: number, deps: CommandContext, out: Out): Promise<void> {
  const { runs, grants } = deps.stores;
  const them = count === 1 ? 'it' : 'them';
  const plansOnly = (await runs.settings(portal)).mode === 'plan';

  if (!eventsCanArrive((await grants.read(portal))?.grant ?? null)) {
    out.say(`The schedule follows ${them} from now on${plansOnly ? ' and makes plans' : ''}; events cannot arrive.`);
    const add = out.command(`portal add --webhook URL --application-token TOKEN --member-id ${portal}`);
    out.say(`To have events, ${howEventsArrive(deps.config)}: ${add}`);
  } else if (plansOnly) {
    out.say(`Events follow ${them} from now on and unbind at once. The schedule only makes plans.`);
  } else {
    out.say(`Events and the schedule follow ${them} from now on.`);
  }
  out.say(`What ${count === 1 ? 'it takes' : 'they take'}: ${out.command(`cleanup plan --portal ${portal}`)}`);
}
