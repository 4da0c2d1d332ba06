import type { Rule } from '../../cleanup/rules/rule.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { unknownRule } from '../shared/unknown-rule.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { type ExportFile, exportRows } from '../terminal/export-rows.ts';
import { counted, countsText, grouped, timeText } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { ITEM_COLUMNS, ITEM_FIELDS, type ItemFilter, planItems, type ShownItem } from './plan-items.ts';
import { type PlanStatus, planStatus } from './plan-status.ts';
import { planStateText } from './plan-status-text.ts';

export type ShowPlanArgs = ItemFilter & {
  readonly portal: string;
  readonly plan: string;
  readonly limit?: number;
  readonly export?: ExportFile;
};

/** So many rows fill some screens; programs get all. */
const SHOWN = 50;

/** A plan, and those of its items that pass the filter. */
export async function cleanupShow(deps: CommandContext, args: ShowPlanArgs, out: Out): Promise<ExitCode> {
  if ((await knownPortal(args.portal, deps, out)) === null) return EXIT.notDone;
  const plan = await knownPlan(args.portal, args.plan, deps, out);
  if (plan === null) return EXIT.notDone;
  const known = ruleNames(plan);
  const stranger = args.rule?.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    out.say(unknownRule(stranger, known));
    return EXIT.notDone;
  }
  return (await showPlan(plan, args, deps, out)) ? EXIT.done : EXIT.notDone;
}

/** Those that the plan was made by, also if they matched nothing. */
const ruleNames = ({ rules }: PlanStatus): string[] => (JSON.parse(rules) as readonly Rule[]).map(({ name }) => name);

/** null, and said so: there is no such plan. */
export async function knownPlan(
  portal: string,
  id: string,
  { stores }: CommandContext,
  out: Out,
): Promise<PlanStatus | null> {
  const plan = await stores.plans.read(portal, id);
  if (plan !== null) return await planStatus(portal, plan, stores.jobs);
  out.say(
    `There is no plan ${id} of ${portal}, or no longer. Known: ${out.command(`cleanup plans --portal ${portal}`)}`,
  );
  return null;
}

/** The items come after the plan itself, of which the record can say `more`. False, and said so: they cannot be exported. */
export async function showPlan(
  plan: PlanStatus,
  args: ShowPlanArgs & { readonly more?: object },
  deps: CommandContext,
  out: Out,
): Promise<boolean> {
  out.record({ ...planRecord(args.portal, plan), ...args.more }, planLine(plan));
  if (args.export !== undefined) {
    const items = planItems({ portal: args.portal, plan, filter: args }, deps);
    const exported = await exportRows(args.export, ITEM_FIELDS, items);
    out.say(
      exported.kind === 'problem'
        ? exported.problem
        : `Wrote ${counted(exported.count, 'item')} to ${args.export.path}`,
    );
    return exported.kind === 'written';
  }
  await showItems(plan, args, deps, out);
  return true;
}

async function showItems(plan: PlanStatus, args: ShowPlanArgs, deps: CommandContext, out: Out): Promise<void> {
  const limit = args.limit ?? (out.forPrograms ? Number.POSITIVE_INFINITY : SHOWN);
  const rows: ShownItem[] = [];
  let count = 0;
  for await (const item of planItems({ portal: args.portal, plan, filter: args }, deps)) {
    count += 1;
    if (count > limit) break;
    // A large plan goes out as it is read; a table has to know its rows.
    if (out.forPrograms) out.record(item, '');
    else rows.push(item);
  }
  out.table(rows, ITEM_COLUMNS);
  if (count === 0 && plan.items > 0) out.say('No item of the plan passes the filter.');
  if (count > limit)
    out.say(`These are the first ${grouped(limit)}. --limit shows more, --export FILE.csv or FILE.jsonl all.`);
}

export const planRecord = (portal: string, plan: PlanStatus) => ({
  portal,
  plan: plan.id,
  run: plan.run,
  state: plan.state,
  ended: plan.ended,
  code: plan.code,
  createdAt: new Date(plan.createdAt).toISOString(),
  weighed: plan.weighed,
  items: plan.items,
  spared: plan.spared,
  share: plan.share,
  byRule: plan.byRule,
  applied: plan.applied,
  done: plan.done,
});

function planLine(plan: PlanStatus): string {
  const { id, createdAt, weighed, items, spared, done, byRule } = plan;
  const rules = items === 0 ? '' : ` (${countsText(byRule)})`;
  const applied = done === 0 ? '' : `, ${grouped(done)} of them are through`;
  const left = spared === 0 ? '' : `, ${grouped(spared)} left alone`;
  const found = `${counted(items, 'binding')} to remove${rules}${applied}${left}`;
  return `plan ${id}, ${planStateText(plan)}, begun ${timeText(createdAt)}: ${counted(weighed, 'activity', 'activities')} looked at, ${found}`;
}
