import type { Element } from '../bitrix24/element.ts';
import { elementName } from '../bitrix24/parse-element.ts';
import type { Exemption } from '../cleanup/pair-marks.ts';
import type { CommandMeans } from './command-means.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { knownPortal } from './known-portal.ts';
import type { Out } from './out.ts';
import type { Column } from './text-table.ts';
import { counted, timeText } from './words.ts';

/** Which exemptions; absent: whatever it is. */
export type ExemptionFilter = {
  readonly portal: string;
  readonly activity?: number;
  readonly element?: Element;
  /** The undo that they come from. */
  readonly run?: string;
};

type Row = Omit<Exemption, 'element' | 'since'> & Element & { readonly portal: string; readonly since: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'SINCE (UTC)', text: ({ since }) => timeText(Date.parse(since)) },
  { title: 'ACTIVITY', text: ({ activityId }) => String(activityId), align: 'right' },
  { title: 'ELEMENT', text: (row) => elementName(row) },
  { title: 'UNDO', text: ({ run }) => run, shrinks: true },
];

const AT_ONCE = 100;

/** Bindings that a person has undone the removal of: rules leave them alone (D§6). */
export async function rulesExemptions(means: CommandMeans, filter: ExemptionFilter, out: Out): Promise<ExitCode> {
  if ((await knownPortal(filter.portal, means, out)) === null) return EXIT.notDone;
  const rows = (await exemptions(means, filter)).map((one) => rowOf(filter.portal, one));
  out.table(rows, COLUMNS);
  if (rows.length === 0) out.say('Nothing is exempt from the rules.');
  return EXIT.done;
}

/** Lets rules decide over these bindings again. Changes no binding by itself. */
export async function rulesRelease(means: CommandMeans, filter: ExemptionFilter, out: Out): Promise<ExitCode> {
  const { portal } = filter;
  if ((await knownPortal(portal, means, out)) === null) return EXIT.notDone;
  const found = await exemptions(means, filter);
  for (let from = 0; from < found.length; from += AT_ONCE) {
    await means.stores.marks.release(portal, found.slice(from, from + AT_ONCE));
  }
  const released = found.length;
  out.record({ portal, released }, `released ${counted(released, 'binding')} of ${portal}`);
  if (released === 0) out.say(`Nothing that is exempt matches. What is: rules exemptions --portal ${portal}`);
  return released > 0 ? EXIT.done : EXIT.notDone;
}

async function exemptions({ stores }: CommandMeans, filter: ExemptionFilter): Promise<Exemption[]> {
  const { portal, activity, element, run } = filter;
  const found: Exemption[] = [];
  for await (const one of stores.marks.exemptions(portal)) {
    const { entityTypeId, entityId } = one.element;
    if (activity !== undefined && one.activityId !== activity) continue;
    if (element !== undefined && (element.entityTypeId !== entityTypeId || element.entityId !== entityId)) continue;
    if (run === undefined || one.run === run) found.push(one);
  }
  return found;
}

const rowOf = (portal: string, { activityId, element, since, run }: Exemption): Row => ({
  portal,
  activityId,
  ...element,
  since: new Date(since).toISOString(),
  run,
});
