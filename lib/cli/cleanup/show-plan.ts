import type { Rule } from '../../cleanup/rules/rule.ts';
import { ROWS_SHOWN } from '../policy.ts';
import { unknownRule } from '../rules/select-rules.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { type ExportFile, exportRows } from '../terminal/export-rows.ts';
import { counted, countsText, grouped, timeText } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { ITEM_COLUMNS, ITEM_FIELDS, type ItemFilter, planItems, type ShownItem } from './plan-items.ts';
import { type PlanStatus, planStateText, planStatus } from './plan-status.ts';

export type ShowPlanArgs = ItemFilter & {
  readonly portal: string;
  readonly plan: string;
  readonly limit?: number;
  readonly export?: ExportFile;
};

/** A plan, and those of its items that pass the filter. */
export async function cleanupShow(deps: CommandContext, args: ShowPlanArgs, out: Out): Promise<ExitCode> {
  if ((await knownPortal(args.portal, deps, out)) === null) return EXIT.notDone;
  const plan = await knownPlan(args.portal, args.plan, deps, out);
  if (plan === null) return EXIT.notDone;
  const known = ruleNames(plan);
  const unknown = args.rule?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    out.say(unknownRule(unknown, known));
    return EXIT.notDone;
  }
  return (await showPlan(plan, args, deps, out)) ? EXIT.done : EXIT.notDone;
}

/** The rules that the plan was made by, including those that matched nothing. */
const ruleNames = ({ rules }: PlanStatus): string[] => (JSON.parse(rules) as readonly Rule[]).map(({ name }) => name);

/** null, with a message: there is no such plan. */
export async function knownPlan(
  portal: string,
  id: string,
  { stores }: CommandContext,
  out: Out,
): Promise<PlanStatus | null> {
  const plan = await stores.plans.read(portal, id);
  if (plan !== null) return await planStatus(portal, plan, stores.jobs);
  out.say(
    `Plan ${id} of ${portal} does not exist, or no longer does. To list the plans: ${out.command(`cleanup plans --portal ${portal}`)}`,
  );
  return null;
}

/** Shows the plan, with `more` fields in its record, then its items. False, with a message: they could not be exported. */
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
  const limit = args.limit ?? (out.forPrograms ? Number.POSITIVE_INFINITY : ROWS_SHOWN);
  const rows: ShownItem[] = [];
  let count = 0;
  for await (const item of planItems({ portal: args.portal, plan, filter: args }, deps)) {
    count += 1;
    if (count > limit) break;
    // A large plan is printed as it is read; a table needs all its rows first.
    if (out.forPrograms) out.record(item, '');
    else rows.push(item);
  }
  out.table(rows, ITEM_COLUMNS);
  if (count === 0 && plan.items > 0) out.say('No item of the plan passes the filter.');
  if (count > limit)
    out.say(`These are the first ${grouped(limit)}. --limit shows more; --export FILE.csv or FILE.jsonl writes all.`);
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
  const { id, createdAt, weighed: evaluated, items, spared: exempt, done, byRule } = plan;
  const rules = items === 0 ? '' : ` (${countsText(byRule)})`;
  const applied = done === 0 ? '' : `, ${grouped(done)} of them done`;
  const exempted = exempt === 0 ? '' : `, ${grouped(exempt)} exempt`;
  const found = `${counted(items, 'binding')} to remove${rules}${applied}${exempted}`;
  return `plan ${id}, ${planStateText(plan)}, started ${timeText(createdAt)}: ${counted(evaluated, 'activity', 'activities')} checked, ${found}`;
}
