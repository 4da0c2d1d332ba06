import { type Element, sameElement } from '../../bitrix24/crm/element.ts';
import { elementName } from '../../bitrix24/crm/parse-element.ts';
import { REFUSAL_RESTS_MS } from '../../cleanup/policy.ts';
import type { Pair } from '../../cleanup/rules/exemption-store.ts';
import { PAGE_OF_EXEMPTIONS } from '../policy.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted, timeText } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import type { Column } from '../terminal/text-table.ts';

/** Which exempt bindings; absent: any. */
export type ExemptionFilter = {
  readonly portal: string;
  readonly activity?: number;
  readonly element?: Element;
  /** Only those that this undo has rebound. */
  readonly run?: string;
  /** Only those that Bitrix24 has refused to unbind. */
  readonly refused?: true;
};

type ExemptBinding = Pair & {
  /** `undone`: a person has rebound it. `refused`: Bitrix24 would not unbind it; rules wait until something changes. */
  readonly why: 'undone' | 'refused';
  /** ms */
  readonly since: number;
  /** The undo. */
  readonly run: string | null;
};

type Row = Omit<ExemptBinding, 'element' | 'since'> & Element & { readonly portal: string; readonly since: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'SINCE (UTC)', text: ({ since }) => timeText(Date.parse(since)) },
  { title: 'ACTIVITY', text: ({ activityId }) => String(activityId), align: 'right' },
  { title: 'ELEMENT', text: (row) => elementName(row) },
  { title: 'WHY', text: ({ why, run }) => (run === null ? why : `${why} by ${run}`), shrinks: true },
];

/** Lists the bindings that are exempt from rules (D§6): a person has undone their removal, or Bitrix24 has refused it. */
export async function rulesExemptions(deps: CommandContext, filter: ExemptionFilter, out: Out): Promise<ExitCode> {
  if ((await knownPortal(filter.portal, deps, out)) === null) return EXIT.notDone;
  const found = await exemptBindings(deps, filter);
  out.table(
    found.map((one) => rowOf(filter.portal, one)),
    COLUMNS,
  );
  if (found.length === 0) out.say('No bindings are exempt from rules.');
  if (found.some(({ why }) => why === 'refused')) out.say(REFUSED);
  return EXIT.done;
}

const REFUSED =
  'A refused binding is tried again when the element or the activity changes, after 30 days, or when it is released.';

/** Lets rules decide about these bindings again. Changes no binding itself. */
export async function rulesRelease(deps: CommandContext, filter: ExemptionFilter, out: Out): Promise<ExitCode> {
  const { portal } = filter;
  const { exemptions } = deps.stores;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const found = await exemptBindings(deps, filter);
  for (let from = 0; from < found.length; from += PAGE_OF_EXEMPTIONS) {
    const { undone = [], refused = [] } = Object.groupBy(
      found.slice(from, from + PAGE_OF_EXEMPTIONS),
      ({ why }) => why,
    );
    await exemptions.release(portal, undone);
    await exemptions.forgetRefused(portal, refused);
  }
  const released = found.length;
  out.record({ portal, released }, `released ${counted(released, 'binding')} of ${portal}`);
  if (released === 0)
    out.say(`No exempt binding matches. To list the exemptions: ${out.command(`rules exemptions --portal ${portal}`)}`);
  return released > 0 ? EXIT.done : EXIT.notDone;
}

async function exemptBindings({ stores, clock }: CommandContext, filter: ExemptionFilter): Promise<ExemptBinding[]> {
  const { portal, run, refused } = filter;
  const found: ExemptBinding[] = [];
  if (refused !== true) {
    for await (const one of stores.exemptions.list(portal)) {
      if (matches(one, filter) && (run === undefined || one.run === run)) found.push({ ...one, why: 'undone' });
    }
  }
  if (run !== undefined) return found;
  for await (const one of stores.exemptions.listResting(portal)) {
    const rests = clock.now() - one.since < REFUSAL_RESTS_MS;
    if (rests && matches(one, filter)) found.push({ ...one, why: 'refused', run: null });
  }
  return found;
}

const matches = ({ activityId, element: of }: Pair, { activity, element }: ExemptionFilter): boolean =>
  (activity === undefined || activityId === activity) && (element === undefined || sameElement(of, element));

const rowOf = (portal: string, { activityId, element, since, why, run }: ExemptBinding): Row => ({
  portal,
  activityId,
  ...element,
  since: new Date(since).toISOString(),
  why,
  run,
});
