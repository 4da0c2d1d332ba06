import { readableGrant } from '../../portal/grant-store.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { eventsCanArrive, howEventsArrive } from '../shared/events-can-arrive.ts';
import type { Out } from '../terminal/output.ts';

/** Says what applies rules that were just enabled, and how to see their effect. `count`: of the rules. */
export async function announceTriggers(portal: string, count: number, deps: CommandContext, out: Out): Promise<void> {
  const { runs, grants } = deps.stores;
  const [them, subject] = count === 1 ? ['it', 'it is'] : ['them', 'they are'];
  const plansOnly = (await runs.settings(portal)).mode === 'plan';

  if (!eventsCanArrive(readableGrant(await grants.read(portal)))) {
    out.say(`From now on the schedule applies ${them}${plansOnly ? ', making plans only' : ''}; events cannot arrive.`);
    const add = out.command(`portal add --webhook URL --application-token TOKEN --member-id ${portal}`);
    out.say(`To receive events, ${howEventsArrive(deps.config)}: ${add}`);
  } else if (plansOnly) {
    out.say(`From now on ${subject} applied on events, which unbind at once. The schedule makes plans only.`);
  } else {
    out.say(`From now on ${subject} applied on events and by the schedule.`);
  }
  out.say(
    `To see what ${count === 1 ? 'it removes' : 'they remove'}: ${out.command(`cleanup plan --portal ${portal}`)}`,
  );
}
