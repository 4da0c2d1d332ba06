import { elementName } from '../../bitrix24/crm/parse-element.ts';
import { RATES } from '../../bitrix24/limits.ts';
import { gotRestClient } from '../../bitrix24/rest/got-rest-client.ts';
import {
  type Check,
  type Explanation,
  explainActivity,
  type RuleOnBinding,
} from '../../cleanup/rules/explain-activity.ts';
import type { Rule } from '../../cleanup/rules/rule.ts';
import { StageDirectories } from '../../cleanup/rules/stage-directory.ts';
import { NotNow, PortalStopped } from '../../jobs/planner.ts';
import { openPortal } from '../../portal/open-portal.ts';
import type { PortalState } from '../../portal/portal-store.ts';
import { grantDeps } from '../../runtime/grant-deps.ts';
import { batchReads } from '../../worker/request/batch-reads.ts';
import { commandAdvice, portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import type { Column } from '../terminal/text-table.ts';
import { readRulesFile } from './read-rules-file.ts';
import { ruleWarnings } from './rule-warnings.ts';
import { portalRules, unreadableRules } from './select-rules.ts';

export type RulesTryArgs = {
  readonly portal: string;
  readonly activity: number;
  /** Rules that are not set yet; `-`: from the standard input. Absent: the portal's. */
  readonly file?: string;
};

const COLUMNS: readonly Column<RuleOnBinding>[] = [
  { title: 'RULE', text: ({ rule }) => rule },
  { title: 'ELEMENT', text: ({ element }) => elementName(element) },
  { title: 'DECISION', text: decisionText },
  { title: 'REASON', text: reasonText, explains: true },
];

/** Shows what each rule, enabled or not, decides about one activity, and why. Reads the portal, changes nothing. */
export async function rulesTry(deps: CommandContext, args: RulesTryArgs, out: Out): Promise<ExitCode> {
  const state = await knownPortal(args.portal, deps, out);
  if (state === null) return EXIT.notDone;
  const rules = await rulesToTry(deps, args, out);
  if (rules === null) return EXIT.notDone;
  const explanation = await explained(deps, state, args.activity, rules, out);
  if (explanation === null) return EXIT.notDone;
  if (explanation.kind === 'unreadable') {
    const { code } = explanation;
    out.say(
      `Activity ${args.activity} cannot be read: ${code}: ${commandAdvice(code, args.portal, out) ?? portalAdvice(code, args.portal, out)}`,
    );
    return EXIT.notDone;
  }
  const { activity, bindings, rules: found } = explanation;
  const completed = activity.completed ? 'completed' : 'open';
  out.say(
    `Activity ${activity.id} (${activity.type}, ${completed}) is bound to ${bindings.map(elementName).join(', ')}`,
  );
  out.table(found, COLUMNS);
  if (found.some(({ kept }) => kept === 'exempt')) {
    const release = out.command(`rules release --portal ${args.portal} --activity ${activity.id}`);
    out.say(`To release its exempt bindings: ${release}`);
  }
  if (found.length === 0) out.say('No rule applies to elements of these types.');
  return EXIT.done;
}

async function rulesToTry(deps: CommandContext, { portal, file }: RulesTryArgs, out: Out) {
  if (file === undefined) {
    const rules = await portalRules(portal, deps);
    if (rules === null) out.say(unreadableRules(portal, out));
    return rules;
  }
  const given = readRulesFile(await deps.read(file));
  for (const text of given.kind === 'rules' ? ruleWarnings(given.rules) : given.problems) out.say(text);
  return given.kind === 'rules' ? given.rules : null;
}

/** null, with a message: the portal cannot be asked now. */
async function explained(
  deps: CommandContext,
  state: PortalState,
  activity: number,
  rules: readonly Rule[],
  out: Out,
): Promise<Explanation | null> {
  const { clock, config, stores } = deps;
  const { portal, budget, plan } = state;
  const client = gotRestClient({ clock, allowHttp: config.allowHttp });
  const rest = await openPortal({ ...grantDeps(deps), memberId: portal, client, budget, rate: RATES[plan] });
  const ask = batchReads({ api: rest, clock, allotment: 'all' });
  const stages = new StageDirectories(clock);
  try {
    return await explainActivity(activity, rules, {
      portal,
      ask,
      stages,
      exemptions: stores.exemptions,
      now: clock.now(),
    });
  } catch (error) {
    if (error instanceof PortalStopped)
      out.say(`The portal does not work: ${error.code}: ${portalAdvice(error.code, portal, out)}`);
    else if (error instanceof NotNow) out.say(`The portal cannot be asked now (${error.code}); try again in a minute.`);
    else throw error;
    return null;
  }
}

function decisionText({ matches, kept }: RuleOnBinding): string {
  if (!matches) return 'stays';
  return kept === null ? 'would be unbound' : 'matches, but stays';
}

const KEPT = {
  exempt: 'a person has rebound it: exempt until released',
  resting: 'Bitrix24 has refused it, and nothing has changed since',
  counted: 'another rule removes the other bindings, so this one has to remain',
  disabled: 'the rule is disabled',
} as const satisfies { readonly [kept in NonNullable<RuleOnBinding['kept']>]: string };

function reasonText({ checks, matches, kept }: RuleOnBinding): string {
  if (kept !== null) return KEPT[kept];
  return checks
    .filter(({ holds }) => holds === matches)
    .map(checkText)
    .join('; ');
}

const checkText = ({ field, wanted, found, holds }: Check): string =>
  `${field === '' ? 'bindings' : field}: ${found}${holds ? '' : `, expected ${wanted}`}`;
